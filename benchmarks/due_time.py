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
    return 0 if all_theirs >= LEAST_RATIO * all_ours else 1


if __name__ == "__main__":
    sys.exit(main())
