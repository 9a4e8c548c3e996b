"""How fast `due` is, as a ratio against businesstimedelta (the floor), both measured in this run.

    python -m benchmarks.due_time

Mon-Fri 09:00-17:00 Europe/London, 1,000 random starts in 2026, for the targets of the default policy.
Prints the microseconds of both, their ratio, and how often they agree; ends with 1 when the ratio over
all targets together is under 50.
"""

import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

import pytz
from businesstimedelta import BusinessTimeDelta, WorkDayRule

sys.path.insert(0, str(Path(__file__).parents[1]))

from domain.business_hours import due
from domain.opening_hours import WEEKDAYS, calendar_from_config

LEAST_RATIO = 50
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


def clock_changes() -> bool:
    """Print both answers across clock changes; whether ours are the ones reckoned by hand."""
    right = True
    for zone, hours, start, by_hand in ACROSS:
        opens = time.fromisoformat(hours[:5])
        rule = WorkDayRule(opens, time(12), working_days=[*range(7)], tz=pytz.timezone(zone))
        begun, target = datetime.fromisoformat(start), timedelta(hours=3)
        mine = due(calendar_from_config("daily", zone, {day: [hours] for day in WEEKDAYS}), begun, target)
        other = (begun + BusinessTimeDelta(rule, timedelta=target)).astimezone(UTC)
        right = right and mine == datetime.fromisoformat(by_hand)
        print(f"{zone} {hours} from {start}: by hand {by_hand}, ours {mine.isoformat()}, theirs {other.isoformat()}")
    return right


def main() -> int:
    pick = random.Random(1)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    starts = [first + timedelta(minutes=pick.randrange(300 * 1440)) for _ in range(1000)]
    all_ours = all_theirs = 0.0
    print(f"{'target':>8} {'ours µs':>9} {'theirs µs':>10} {'ratio':>7} {'agree':>10}")
    for hours in (1, 4, 8, 24, 72):
        target = timedelta(hours=hours)
        fast = microseconds(ours, starts, target, rounds=20)
        slow = microseconds(theirs, starts[:200], target, rounds=2)
        agree = sum(ours(s, target) == theirs(s, target) for s in starts[:200])
        all_ours, all_theirs = all_ours + fast, all_theirs + slow
        print(f"{hours:>6} h {fast:>9.2f} {slow:>10.1f} {slow / fast:>6.0f}x {agree:>6}/200")
    print(f"{'all':>8} {all_ours:>9.2f} {all_theirs:>10.1f} {all_theirs / all_ours:>6.0f}x")
    right = clock_changes()
    return 0 if right and all_theirs >= LEAST_RATIO * all_ours else 1


if __name__ == "__main__":
    sys.exit(main())
