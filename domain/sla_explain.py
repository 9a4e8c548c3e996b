"""A clock explained as a sum anyone can check: what counted, what did not, what is left, hence due when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.business_hours import in_utc, open_intervals
from domain.calendars import NOTHING, Calendar
from domain.sla_clock import Clock, Reading, State, read, spans


class StepKind(StrEnum):
    """Whether a step's time counted, was outside the calendar's hours, or was paused."""

    COUNTED = "counted"
    CLOSED = "closed"
    PAUSED = "paused"


@dataclass(frozen=True)
class Step:
    """One interval; `note` is the calendar's name, or why the clock was paused."""

    kind: StepKind
    start: datetime
    end: datetime
    note: str

    @property
    def length(self) -> timedelta:
        """Calendar time from start to end."""
        return self.end - self.start

    @property
    def counts(self) -> timedelta:
        """The part of it that is working time: all or nothing."""
        return self.length if self.kind is StepKind.COUNTED else NOTHING


@dataclass(frozen=True)
class Explanation:
    """`past` runs from the start without a gap to now (or the clock's end), `ahead` from there to due.

    The lengths of `past` add up to `until - start`, what counts in it to `reading.used`; what counts
    `ahead` adds up to `reading.left`; used and left make the target, unless it is overdue.
    """

    clock: Clock
    start: datetime
    until: datetime
    past: tuple[Step, ...]
    ahead: tuple[Step, ...]
    reading: Reading


def explain(clock: Clock, now: datetime) -> Explanation:
    """The clock at `now` (aware, not before its last event) as steps whose numbers add up exactly."""
    moment = in_utc(now)
    until = min(clock.ended_at or moment, moment)
    reading = read(clock, moment)
    ahead: Iterator[Step] = iter(())
    if reading.state is State.RUNNING and reading.due_at is not None and clock.promise is not None:
        ahead = _steps(clock.promise.calendar, until, reading.due_at)
    past = tuple(sorted(_past(clock, until), key=lambda step: step.start))
    return Explanation(clock, clock.start, until, past, tuple(ahead), reading)


def _past(clock: Clock, until: datetime) -> Iterator[Step]:
    for span in spans(clock):
        if span.start < until:
            yield from _steps(span.calendar, span.start, min(span.end or until, until))
    for pause in clock.pauses:
        end = min(pause.end or until, until)
        if pause.start < end:
            yield Step(StepKind.PAUSED, pause.start, end, pause.why)


def _steps(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Step]:
    cursor = start
    for opens, closes in open_intervals(calendar, start, end):
        if cursor < opens:
            yield Step(StepKind.CLOSED, cursor, opens, calendar.name)
        yield Step(StepKind.COUNTED, opens, closes, calendar.name)
        cursor = closes
    if cursor < end:
        yield Step(StepKind.CLOSED, cursor, end, calendar.name)
