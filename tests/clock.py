"""The one thing that tests put in the place of the real one."""

from datetime import UTC, datetime, timedelta

# Where what comes due by the week or by the month is far off, whenever the tests are run.
WEDNESDAY_NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until it is moved. It starts at the machine's time, which Slack's is close to."""

    def __init__(self, instant: datetime | None = None) -> None:
        self._instant = instant or datetime.now(UTC)

    def now(self) -> datetime:
        """The instant it was moved to, aware, in UTC."""
        return self._instant

    def move(self, **by: float) -> datetime:
        """Go on by days, hours, minutes, seconds; the instant it is then."""
        self._instant += timedelta(**by)
        return self._instant

    def set(self, instant: datetime) -> None:
        """Stand at `instant`."""
        self._instant = instant
