"""Which alert a clock owes, and when the next one may be due (docs/SLA.md R9, R19-R21)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.business_hours import in_utc
from domain.calendars import NOTHING
from domain.sla_clock import Clock, Ending, breached_at
from domain.sla_promise import BREACH, Threshold


@dataclass(frozen=True)
class Moment:
    """A threshold and the UTC instant at which the clock crosses it."""

    threshold: Threshold
    at: datetime

    @property
    def label(self) -> str:
        """`breach`, `warn:80%` or `warn:30m`: what is settled once a clock's `alert_cycle`."""
        return self.threshold.label


@dataclass(frozen=True)
class Alert:
    """One alert to post, and the lower thresholds to record as skipped with it.

    `late` is how long after the crossing it was noticed, or after `applied_at`: the change of promise that
    put the crossing into the past.
    """

    moment: Moment
    late: timedelta
    applied_at: datetime | None
    skipped: tuple[Moment, ...]


def moments(clock: Clock) -> tuple[Moment, ...]:
    """Every crossing of the clock, in order, up to where it is paused; none for a cancelled one."""
    if clock.promise is None or clock.ending is Ending.CANCELLED:
        return ()
    return tuple(Moment(threshold, at) for threshold, at in clock.crossed_at if at is not None)


def next_moment(clock: Clock, settled: Collection[str] = ()) -> Moment | None:
    """The next crossing to look at: what a sweep stores as the clock's next due instant, or None.

    `settled` holds the labels posted or skipped in the clock's `alert_cycle`. A paused or ended clock has
    none (R21), but for a breach that happened before and was never told.
    """
    return next(iter(_open_moments(clock, settled)), None)


def alert_due(clock: Clock, now: datetime, settled: Collection[str] = ()) -> Alert | None:
    """The one alert owed at `now`: the highest threshold crossed, with the lower ones skipped (R20)."""
    moment = in_utc(now)
    crossed = [m for m in _open_moments(clock, settled) if m.at <= moment]
    if not crossed:
        return None
    highest = crossed[-1]
    changed = clock.changed_at
    applied = changed if changed is not None and changed > highest.at else None
    return Alert(highest, max(moment - (applied or highest.at), NOTHING), applied, _lower_than(highest, clock, settled))


def _open_moments(clock: Clock, settled: Collection[str]) -> tuple[Moment, ...]:
    """Crossings above every settled one, of those that the clock's end or pause leaves standing."""
    if BREACH.label in settled:
        return ()
    planned = moments(clock)
    if clock.ending is not None or clock.paused:
        planned = tuple(m for m in planned if m.threshold is BREACH and _stands(clock, m))
    told = max((i for i, m in enumerate(planned) if m.label in settled), default=-1)
    return planned[told + 1 :]


def _stands(clock: Clock, breach: Moment) -> bool:
    """Whether a breach is owed though the clock no longer runs: not a timer's, nor one left undone (R13)."""
    owed = clock.metric.is_promise and clock.ending is not Ending.LEFT
    return owed and breached_at(clock, breach.at) is not None


def _lower_than(highest: Moment, clock: Clock, settled: Collection[str]) -> tuple[Moment, ...]:
    lower = moments(clock)
    position = next(i for i, m in enumerate(lower) if m.label == highest.label)
    return tuple(m for m in lower[:position] if m.label not in settled)
