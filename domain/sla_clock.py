"""One running promise on one ticket, and what it says at an instant (docs/SLA.md R9-R17, R21).

A clock keeps what happened (start, pauses, changes of calendar, end) and no counters: everything it says
is computed from those, so that any deadline can be computed again and explained.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from domain.business_hours import due, elapsed, in_utc
from domain.calendars import ALWAYS, NOTHING, Calendar
from domain.sla_promise import Metric, Promise, Threshold


class Ending(StrEnum):
    """How a clock ended: done, left undone when the ticket was solved (R13), or called off (R15)."""

    FULFILLED = "fulfilled"
    LEFT = "left"
    CANCELLED = "cancelled"


class State(StrEnum):
    """What a clock is at an instant; a breached one may still be running, paused or fulfilled late."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Pause(NamedTuple):
    """An interval that does not count, and why: `pending` or `solved`. Open while it lasts."""

    start: datetime
    end: datetime | None
    why: str


class Stretch(NamedTuple):
    """From `since` on the clock counts on this calendar."""

    since: datetime
    calendar: Calendar


class Span(NamedTuple):
    """An interval the clock was not paused in, on one calendar; open while it runs."""

    start: datetime
    end: datetime | None
    calendar: Calendar


@dataclass(frozen=True)
class Clock:
    """A promise on a ticket. `cycle` counts the clocks of one metric; `round` the breaches taken back (R9).

    `promise` is None while no policy promises anything; `changed_at` is when a change of it last moved
    the due instant. `superseded` holds the `breached_at` of each breach a change took back. `edition` is the number of
    the policies' edition that it runs under, or ran under last (R7).
    """

    metric: Metric
    start: datetime
    promise: Promise | None
    cycle: int = 1
    round: int = 1
    stretches: tuple[Stretch, ...] = ()
    pauses: tuple[Pause, ...] = ()
    ended_at: datetime | None = None
    ending: Ending | None = None
    changed_at: datetime | None = None
    superseded: tuple[datetime, ...] = ()
    handoff: str = ""
    own_target: timedelta | None = None
    edition: int = 1

    @property
    def alert_cycle(self) -> str:
        """What an alert's key names beside metric and threshold, so that each is posted once (R20)."""
        return str(self.cycle) if self.round == 1 else f"{self.cycle}.{self.round}"

    @cached_property
    def crossed_at(self) -> tuple[tuple[Threshold, datetime | None], ...]:
        """When each threshold is or was crossed, the breach last; None where it is paused before that."""
        if self.promise is None:
            return ()
        return tuple((threshold, instant_of_use(self, used)) for threshold, used in self.promise.placed)

    @property
    def runs(self) -> bool:
        """Whether it counts now, or will at the next opening."""
        return self.ended_at is None and not self.paused

    @property
    def on_always(self) -> bool:
        """Whether it counts day and night."""
        return self.promise is not None and self.promise.calendar.name == ALWAYS.name

    @property
    def paused(self) -> bool:
        """Whether it is paused now."""
        return self.ended_at is None and bool(self.pauses) and self.pauses[-1].end is None


@dataclass(frozen=True)
class Reading:
    """What a clock says at an instant. Instants are UTC; `used`, `left` and `overdue` are working time.

    `due_at` is None while paused and once cancelled. `overdue_calendar` leaves pauses out too. `applied_at`
    is set on a breach that a change of promise brought about after the fact.
    """

    state: State
    used: timedelta
    left: timedelta
    due_at: datetime | None
    breached_at: datetime | None = None
    fulfilled_at: datetime | None = None
    applied_at: datetime | None = None
    overdue: timedelta = NOTHING
    overdue_calendar: timedelta = NOTHING


class Standing(NamedTuple):
    """How a clock stands at an instant: the part of a `Reading` that is no working time."""

    state: State
    due_at: datetime | None
    breached_at: datetime | None = None
    fulfilled_at: datetime | None = None


def standing(clock: Clock, now: datetime) -> Standing:
    """How the clock stands at `now`, which must not be before its last event (R16)."""
    if clock.promise is None or clock.ending is Ending.CANCELLED:
        return Standing(State.CANCELLED, None)
    breached = breached_at(clock, in_utc(now))
    state = _state(clock, breached)
    due_at = due_instant(clock) if state is not State.CANCELLED else None
    return Standing(state, due_at, breached, clock.ended_at if clock.ending is Ending.FULFILLED else None)


def read(clock: Clock, now: datetime) -> Reading:
    """What the clock says at `now`, which must not be before its last event (R16, R17)."""
    moment = in_utc(now)
    used, stands = used_until(clock, moment), standing(clock, moment)
    if clock.promise is None or clock.ending is Ending.CANCELLED:
        return Reading(State.CANCELLED, used, NOTHING, None)
    target, breached = clock.promise.target, stands.breached_at
    return Reading(
        state=stands.state,
        used=used,
        left=max(target - used, NOTHING) if stands.state is not State.CANCELLED else NOTHING,
        due_at=stands.due_at,
        breached_at=breached,
        fulfilled_at=stands.fulfilled_at,
        applied_at=_applied_at(clock, breached),
        overdue=used - target if breached else NOTHING,
        overdue_calendar=_calendar_time_after(clock, breached, moment) if breached else NOTHING,
    )


def used_until(clock: Clock, moment: datetime) -> timedelta:
    """Working time used up to `moment`."""
    return sum(
        (elapsed(s.calendar, s.start, _earlier(s.end, moment)) for s in spans(clock) if s.start < moment),
        NOTHING,
    )


def instant_of_use(clock: Clock, used: timedelta) -> datetime | None:
    """When so much was or will be used; None if the clock is paused before that.

    An ended clock is asked as if it had run on: that is how its end is judged.
    """
    rest = used
    for span in spans(clock, beyond_end=True):
        if span.end is None:
            return due(span.calendar, span.start, rest)
        counted = elapsed(span.calendar, span.start, span.end)
        if counted >= rest:
            return due(span.calendar, span.start, rest)
        rest -= counted
    return None


def due_instant(clock: Clock) -> datetime | None:
    """When the target is or was used up; None without a promise, or paused before it is."""
    return clock.crossed_at[-1][1] if clock.promise else None


def breached_at(clock: Clock, moment: datetime) -> datetime | None:
    """The due instant if it had passed by `moment` without the promise being kept (R13, R16), else None."""
    due_at = due_instant(clock)
    if due_at is None or clock.ending is Ending.CANCELLED:
        return None
    if clock.ended_at is not None:
        return due_at if due_at < clock.ended_at else None
    return due_at if due_at <= moment else None


def spans(clock: Clock, *, beyond_end: bool = False) -> Iterator[Span]:
    """The intervals that count, between the pauses, cut where the calendar changed; or as if it had not ended."""
    for start, end in _unpaused(clock, None if beyond_end else clock.ended_at):
        for i, stretch in enumerate(clock.stretches):
            since = start if i == 0 else max(start, stretch.since)
            until = clock.stretches[i + 1].since if i + 1 < len(clock.stretches) else None
            until = end if until is None else _earlier(end, until)
            if until is None or since < until:
                yield Span(since, until, stretch.calendar)


def _unpaused(clock: Clock, ended_at: datetime | None) -> Iterator[tuple[datetime, datetime | None]]:
    cursor = clock.start
    for pause in clock.pauses:
        if cursor < pause.start:
            yield cursor, pause.start
        if pause.end is None:
            return
        cursor = pause.end
    if ended_at is None or cursor < ended_at:
        yield cursor, ended_at


def _state(clock: Clock, breached: datetime | None) -> State:
    if breached is not None:
        return State.BREACHED
    if clock.ending is Ending.FULFILLED:
        return State.KEPT
    if clock.ending is not None:
        return State.CANCELLED
    return State.PAUSED if clock.paused else State.RUNNING


def _applied_at(clock: Clock, breached: datetime | None) -> datetime | None:
    changed = clock.changed_at
    return changed if breached and changed and breached < changed else None


def _calendar_time_after(clock: Clock, breached: datetime, now: datetime) -> timedelta:
    end = _earlier(clock.ended_at, now)
    paused = (
        _earlier(pause.end, end) - max(pause.start, breached)
        for pause in clock.pauses
        if pause.start < end and (pause.end is None or pause.end > breached)
    )
    return end - breached - sum(paused, NOTHING)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
