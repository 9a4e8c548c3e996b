"""What can change about a clock: its promise, its pauses, its end (docs/SLA.md R7, R9, R12, R14)."""

from dataclasses import replace
from datetime import datetime

from domain.sla_clock import Clock, Ending, Pause, Stretch, breached_at, due_instant
from domain.sla_policy import Facts, PolicyBook
from domain.sla_promise import Promise


def promised_anew(clock: Clock, book: PolicyBook, facts: Facts, at: datetime) -> Clock:
    """The clock under what is promised now: start and time used stay, target and calendar change (R9)."""
    promise = book.promise(clock.metric, facts, clock.own_target)
    if promise == clock.promise:
        return clock
    before = breached_at(clock, at)
    changed = replace(clock, promise=promise, stretches=_on_calendar(clock, book, promise, at))
    if due_instant(changed) != due_instant(clock):
        changed = replace(changed, changed_at=at)
    if before is None or breached_at(changed, at) is not None:
        return changed
    return replace(changed, round=clock.round + 1, superseded=(*clock.superseded, before))


def _on_calendar(clock: Clock, book: PolicyBook, promise: Promise | None, at: datetime) -> tuple[Stretch, ...]:
    """The stretches once `promise` holds: another calendar counts from `at`, a mended one throughout (R7)."""
    mended = tuple(Stretch(s.since, book.edition_of(s.calendar)) for s in clock.stretches)
    if promise is None:
        return mended
    if not mended:
        return (Stretch(clock.start, promise.calendar),)
    if mended[-1].calendar.name == promise.calendar.name:
        return mended
    kept = tuple(stretch for stretch in mended if stretch.since < at)
    return (*kept, Stretch(at, promise.calendar))


def paused(clock: Clock, at: datetime) -> Clock:
    """The clock paused from `at` on, while its ticket is pending (R12)."""
    return _with_pause(clock, Pause(at, None, "pending"))


def _with_pause(clock: Clock, pause: Pause) -> Clock:
    if pause.end is not None and pause.end <= pause.start:
        return clock
    return replace(clock, pauses=(*clock.pauses, pause))


def resumed(clock: Clock, at: datetime) -> Clock:
    """The paused clock running again from `at`. A pause that took no time was none."""
    *earlier, last = clock.pauses
    return _with_pause(replace(clock, pauses=tuple(earlier)), last._replace(end=at))


def ended(clock: Clock, at: datetime, ending: Ending) -> Clock:
    """The clock ended; a pause it was in ends with it."""
    return replace(resumed(clock, at) if clock.paused else clock, ended_at=at, ending=ending)


def reopened(clock: Clock, at: datetime) -> Clock:
    """A fulfilled clock running again with the time it had used; solved time does not count (R14)."""
    if clock.ended_at is None or clock.ending is not Ending.FULFILLED:
        return clock
    solved = Pause(clock.ended_at, at, "solved")
    return replace(_with_pause(clock, solved), ended_at=None, ending=None)
