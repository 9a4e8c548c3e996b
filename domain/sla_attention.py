"""When somebody is disturbed: reminders until a breach is taken, a nudge when it then goes quiet, and never at night.

The rules are in docs/SLA.md, "Alerts".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.business_hours import due, is_open, next_opening
from domain.calendars import Calendar
from domain.sla_clock import Clock
from domain.ticket import Priority

REMIND = "remind"
NUDGE = "nudge"
# A due instant that is a closing time is told then, though the window is over by then.
JUST_CLOSED = timedelta(minutes=2)
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Attention:
    """What people said about a clock: who took it and when, until when it sleeps, and when to speak up next."""

    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    remind_at: datetime | None = None
    waived: bool = False


def next_reminder(clock: Clock, said: Attention, last_seen: datetime) -> tuple[datetime, str] | None:
    """When to remind of a told clock (`remind`, nobody took it) or to ask after it (`nudge`, it went quiet).

    `last_seen` is when anything last happened on the ticket. None where nothing is to be said any more.
    """
    if clock.ended_at is not None or clock.paused or said.waived or clock.promise is None:
        return None
    if said.taken_at is None:
        return (said.remind_at, REMIND) if said.remind_at is not None else None
    quiet_at = quiet_after(clock, max(said.taken_at, last_seen))
    later = [at for at in (quiet_at, said.remind_at, said.snoozed_until) if at is not None]
    return max(later), NUDGE


def quiet_after(clock: Clock, since: datetime) -> datetime:
    """Half the target after `since`, on the clock's calendar: from then on it counts as quiet."""
    assert clock.promise is not None
    return due(clock.promise.calendar, since, clock.promise.target / 2)


def may_be_told(at: datetime, now: datetime, priority: str, team: Calendar, *, always: bool) -> datetime:
    """The first instant from `now` on at which a crossing of `at` may be told; `now` itself if it is allowed now.

    Outside the team's hours only P0 disturbs, and what may do so `always`.
    """
    if always or priority == Priority.P0 or is_open(team, now):
        return now
    if now - at <= JUST_CLOSED and is_open(team, at - _A_MOMENT):
        return now
    return next_opening(team, now)
