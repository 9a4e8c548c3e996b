"""When work is done: calendars of weekly windows, holidays and dates that differ (docs/SLA.md R1, R5, R6).

The windows of a year are laid out once a calendar as sorted UTC intervals with running sums; the
arithmetic in `business_hours` then asks two bisections of them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.wall_time import closing_instant, opening_instant

DAY_MINUTES = 1440
FIRST_YEAR, LAST_YEAR = 1970, 2200
NOTHING = timedelta()


class NoWorkingTime(ValueError):
    """The calendar has no working time in the next 366 days, so nothing would ever be due (R4)."""


class YearOutOfRange(ValueError):
    """An instant outside the years this arithmetic covers."""


class Window(NamedTuple):
    """Minutes after the midnight of the day it opens on; half-open; `closes` over 1440 is the next day."""

    opens: int
    closes: int


class YearOfHours(NamedTuple):
    """The merged working intervals of one UTC year, and the working time since its start after each.

    `origins` holds, for each interval, the instant from which its own instants are the working time away:
    an instant inside it is `origin + worked`, and `worked` is `instant - origin`.
    """

    opens: list[datetime]
    closes: list[datetime]
    origins: list[datetime]
    after: list[timedelta]
    total: timedelta

    def worked_until(self, at: datetime) -> timedelta:
        """Working time from the start of the year to `at`."""
        i = bisect_right(self.opens, at) - 1
        return NOTHING if i < 0 else min(at - self.origins[i], self.after[i])

    def instant_of(self, worked: timedelta) -> datetime:
        """The earliest instant at which `worked` (over zero, at most the total) has been worked."""
        return self.origins[bisect_left(self.after, worked)] + worked


@dataclass(frozen=True)
class Calendar:
    """When work is done: an IANA zone, seven days of windows (Monday first), and dates that differ.

    `dates` gives a local date its own windows; a holiday has none. `holidays_in` may name further
    holidays by local year (a country's, say); a date in `dates` overrules it. A window over midnight
    belongs to the day it opens on. Raises ValueError for an unknown zone or an impossible window.
    """

    name: str
    zone: str
    week: tuple[tuple[Window, ...], ...]
    dates: Mapping[date, tuple[Window, ...]] = field(default_factory=dict, hash=False)
    holidays_in: Callable[[int], Collection[date]] | None = field(default=None, hash=False)
    _tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _holidays: dict[int, Collection[date]] = field(init=False, repr=False, compare=False, default_factory=dict)
    years: dict[int, YearOfHours] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has 7 days, found {len(self.week)}")
        for window in [w for day in (*self.week, *self.dates.values()) for w in day]:
            _check_window(window)
        object.__setattr__(self, "_tz", _zone(self.zone))

    def year(self, year: int) -> YearOfHours:
        """The working intervals of a UTC year, laid out on first use and kept."""
        known = self.years.get(year)
        if known is None:
            known = self.years[year] = _lay_out(self, year)
        return known

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that open on a local date."""
        if day in self.dates:
            return self.dates[day]
        if day in self._holidays_of(day.year):
            return ()
        return self.week[day.weekday()]

    def _holidays_of(self, year: int) -> Collection[date]:
        if self.holidays_in is None:
            return ()
        if year not in self._holidays:
            self._holidays[year] = frozenset(self.holidays_in(year))
        return self._holidays[year]


def _lay_out(calendar: Calendar, year: int) -> YearOfHours:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(f"the year {year} is outside {FIRST_YEAR} to {LAST_YEAR}")
    opens: list[datetime] = []
    closes: list[datetime] = []
    origins: list[datetime] = []
    after: list[timedelta] = []
    total = NOTHING
    for start, end in _merged(_cut(_windows(calendar, year), year)):
        opens.append(start)
        closes.append(end)
        origins.append(start - total)
        total += end - start
        after.append(total)
    return YearOfHours(opens, closes, origins, after, total)


def _windows(calendar: Calendar, year: int) -> Iterator[tuple[datetime, datetime]]:
    # Three days either side: a zone is up to 14 hours from UTC and a window may last into the next day.
    day, last = date(year, 1, 1) - timedelta(days=3), date(year + 1, 1, 3)
    while day <= last:
        for window in calendar.windows_on(day):
            yield (
                opening_instant(calendar._tz, day, window.opens),
                closing_instant(calendar._tz, day, window.closes),
            )
        day += timedelta(days=1)


def _cut(intervals: Iterator[tuple[datetime, datetime]], year: int) -> list[tuple[datetime, datetime]]:
    """The parts inside the UTC year, so that the years of a calendar never count a moment twice."""
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    inside = ((max(opens, first), min(closes, last)) for opens, closes in intervals)
    return sorted((opens, closes) for opens, closes in inside if opens < closes)


def _merged(intervals: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in intervals:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged


def _check_window(window: Window) -> None:
    if not (0 <= window.opens < DAY_MINUTES and window.opens < window.closes <= window.opens + DAY_MINUTES):
        raise ValueError(f"a window opens within its day and lasts at most 24 hours, found {window}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"found {name!r}, allowed is an IANA time zone such as Europe/London") from error


ALWAYS = Calendar("always", "UTC", ((Window(0, DAY_MINUTES),),) * 7)
