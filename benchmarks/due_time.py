"""How fast `due` is, against businesstimedelta. Run: `python -m benchmarks.due_time`.

Mon-Fri 09:00-17:00 Europe/London, 1,000 random starts in 2026, for the targets of the default policy. Also whether
both are right where a clock change falls into the hours.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from time import perf_counter

import pytz
from businesstimedelta import BusinessTimeDelta, WorkDayRule

from benchmarks.table import Line, as_text
from domain.business_hours import due
from domain.opening_hours import WEEKDAYS, calendar_from_config

MOST = 1 / 50
TARGETS_H = (1, 4, 8, 24, 72)
ZONE = "Europe/London"
OFFICE = calendar_from_config("office", ZONE, {day: ["09:00-17:00"] for day in WEEKDAYS[:5]})
RULE = WorkDayRule(time(9), time(17), working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(ZONE))

Due = Callable[[datetime, timedelta], datetime]


def ours(start: datetime, target: timedelta) -> datetime:
    return due(OFFICE, start, target)


def theirs(start: datetime, target: timedelta) -> datetime:
    return start + BusinessTimeDelta(RULE, timedelta=target)


def microseconds(add: Due, starts: list[datetime], target: timedelta, rounds: int) -> float:
    """The best of `rounds` passes over the starts, for one call."""
    passes = []
    for _ in range(rounds):
        began = perf_counter()
        for start in starts:
            add(start, target)
        passes.append(perf_counter() - began)
    return min(passes) / len(starts) * 1e6


# A window that opens at a wall time which a clock change skips or repeats, three hours before and after it: the
# due instant by hand (docs/SLA.md R6: it opens when the clock first reads that time, or at the jump over it).
ACROSS = (
    ("America/New_York", "02:30-12:00", "2026-03-07T15:00:00+00:00", "2026-03-08T08:00:00+00:00"),
    ("Europe/London", "01:30-12:00", "2026-03-28T10:00:00+00:00", "2026-03-29T02:00:00+00:00"),
    ("Europe/London", "01:30-12:00", "2026-10-24T09:00:00+00:00", "2026-10-25T01:30:00+00:00"),
    ("America/New_York", "01:30-12:00", "2026-10-31T14:00:00+00:00", "2026-11-01T06:30:00+00:00"),
)


def across_clock_changes() -> tuple[int, int]:
    """How many of ACROSS are right: ours, and theirs."""
    right = [0, 0]
    for zone, hours, start, by_hand in ACROSS:
        rule = WorkDayRule(time.fromisoformat(hours[:5]), time(12), working_days=[*range(7)], tz=pytz.timezone(zone))
        begun, target = datetime.fromisoformat(start), timedelta(hours=3)
        mine = due(calendar_from_config("daily", zone, {day: [hours] for day in WEEKDAYS}), begun, target)
        other = (begun + BusinessTimeDelta(rule, timedelta=target)).astimezone(UTC)
        right[0] += mine == datetime.fromisoformat(by_hand)
        right[1] += other == datetime.fromisoformat(by_hand)
    return right[0], right[1]


def measure(quick: bool) -> Iterator[Line]:
    """Microseconds of one addition, the mean over the targets; and the wrong answers across clock changes."""
    pick = random.Random(1)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=pick.randrange(300 * 1440)) for _ in range(1000)]
    fast = slow = 0.0
    for hours in TARGETS_H:
        target = timedelta(hours=hours)
        fast += microseconds(ours, starts, target, rounds=5 if quick else 20) / len(TARGETS_H)
        slow += microseconds(theirs, starts[:100], target, rounds=2) / len(TARGETS_H)
    yield Line("due time, 1 h to 72 h in office hours", fast, slow, "businesstimedelta", "µs", MOST)
    right, others = across_clock_changes()
    what = f"due times wrong, of {len(ACROSS)} across a clock change (businesstimedelta: {len(ACROSS) - others})"
    yield Line(what, len(ACROSS) - right, unit="", at_most=0)


if __name__ == "__main__":
    print(as_text(measure(False)))
