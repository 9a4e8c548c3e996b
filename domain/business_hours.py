"""Working time on a calendar: what is due when, and how much has passed (docs/SLA.md R1-R6).

Instants go in aware and come out in UTC. A year's intervals and their running sums are kept by the
calendar, so each question costs two bisections.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.calendars import ALWAYS, LAST_YEAR, NOTHING, Calendar, NoWorkingTime, Window, YearOutOfRange

__all__ = [
    "ALWAYS",
    "LONGEST_WAIT",
    "Calendar",
    "NaiveInstant",
    "NoWorkingTime",
    "TargetNotPositive",
    "Window",
    "YearOutOfRange",
    "due",
    "elapsed",
    "in_utc",
    "is_open",
    "next_opening",
    "open_intervals",
]

LONGEST_WAIT = timedelta(days=366)


class NaiveInstant(ValueError):
    """An instant without a time zone was given; which moment it means cannot be known (R1)."""


class TargetNotPositive(ValueError):
    """A target of zero or less was given; there is nothing to wait for (R4)."""


def due(calendar: Calendar, start: datetime, target: timedelta) -> datetime:
    """The earliest instant (UTC) at which the working time since `start` equals `target` (R2, R3).

    Raises NaiveInstant, TargetNotPositive, NoWorkingTime, or YearOutOfRange beyond the year 2200.
    """
    at = start if start.tzinfo is UTC else in_utc(start)
    if target <= NOTHING:
        raise TargetNotPositive(f"a target must be above zero, found {target}")
    # Every clock of every sweep comes through here: the year is unpacked, its methods are not called.
    opens, closes, origins, after, total = calendar.years.get(at.year) or calendar.year(at.year)
    i = bisect_right(opens, at) - 1
    if i < 0:
        goal = target
    elif at < closes[i]:
        goal = at - origins[i] + target
    else:
        goal = after[i] + target
    if goal <= total:
        return origins[bisect_left(after, goal)] + goal
    return _due_in_a_later_year(calendar, at, goal - total)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time between two instants. Raises NaiveInstant, or ValueError when end is before start."""
    since, until = in_utc(start), in_utc(end)
    if until < since:
        raise ValueError(f"the end {until} is before the start {since}")
    worked = calendar.year(until.year).worked_until(until) - calendar.year(since.year).worked_until(since)
    return sum((calendar.year(y).total for y in range(since.year, until.year)), worked)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether `at` lies in a working window; a closing instant does not (R2)."""
    moment = in_utc(at)
    year = calendar.year(moment.year)
    i = bisect_right(year.opens, moment) - 1
    return i >= 0 and moment < year.closes[i]


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself (in UTC) when it is working time, else the next opening; NoWorkingTime as in R4."""
    moment = in_utc(at)
    for start, _ in open_intervals(calendar, moment, moment + LONGEST_WAIT):
        return start
    raise _no_working_time(calendar, moment)


def open_intervals(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working intervals between two instants, cut to them, in order, none touching the next."""
    since, until = in_utc(start), in_utc(end)
    held: tuple[datetime, datetime] | None = None
    for opens, closes in _intervals_from(calendar, since, until.year):
        if opens >= until:
            break
        opens, closes = max(opens, since), min(closes, until)
        if held is not None and held[1] == opens:
            held = (held[0], closes)
            continue
        if held is not None:
            yield held
        held = (opens, closes)
    if held is not None:
        yield held


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveInstant for a datetime without a zone (R1)."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise NaiveInstant(f"{at!r} has no time zone")
    return at.astimezone(UTC)


def _intervals_from(calendar: Calendar, since: datetime, last_year: int) -> Iterator[tuple[datetime, datetime]]:
    first = calendar.year(since.year)
    i = bisect_right(first.closes, since)
    yield from zip(first.opens[i:], first.closes[i:], strict=True)
    for y in range(since.year + 1, last_year + 1):
        later = calendar.year(y)
        yield from zip(later.opens, later.closes, strict=True)


def _due_in_a_later_year(calendar: Calendar, start: datetime, rest: timedelta) -> datetime:
    waiting_since = max([start, *calendar.year(start.year).closes[-1:]])
    for y in range(start.year + 1, LAST_YEAR + 2):
        year = calendar.year(y)
        opening = year.opens[0] if year.opens else datetime(y + 1, 1, 1, tzinfo=UTC)
        if opening - waiting_since >= LONGEST_WAIT:
            break
        if rest <= year.total:
            return year.instant_of(rest)
        rest -= year.total
        waiting_since = max([waiting_since, *year.closes[-1:]])
    raise _no_working_time(calendar, waiting_since)


def _no_working_time(calendar: Calendar, since: datetime) -> NoWorkingTime:
    return NoWorkingTime(
        f"calendar {calendar.name!r} has no working time in the {LONGEST_WAIT.days} days after"
        f" {since.isoformat()}: give it hours"
    )
