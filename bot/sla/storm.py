"""A storm: more alerts come due in a channel than are told one by one. Their rows alone say all that is told (R22)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bot import alerting
from bot.sla.telling import Batch, owe_summary
from db import alerts, due_clocks, tickets
from db.alerts import AlertState, StoredAlert
from db.due_clocks import Due, Told
from db.types import from_micros
from domain.calendars import ALWAYS
from domain.sla_attention import REMIND
from domain.sla_clock import State
from domain.sla_crossings import Crossed, Crossing, crossed
from domain.sla_promise import BREACH

_MICROSECOND = timedelta(microseconds=1)
_SKIPPED, _POSTED = AlertState.SKIPPED.value, AlertState.POSTED.value
_BREACHED, _RUNNING = State.BREACHED.value, State.RUNNING.value


class Overtaken(Exception):
    """Another process was faster with some of it; all that was written is taken back, and looked at again."""


class Struck(NamedTuple):
    """A clock that just runs, and the threshold that it crossed."""

    due: Due
    crossed: Crossed


def storms(connection: Connection, batch: Batch, seen: Sequence[Due]) -> dict[str, list[Struck]]:
    """The storms among the due clocks, by channel; what is in none of them is told by what its ticket's trail says."""
    running = [due for due in seen if due.untouched]
    if not running:
        return {}
    at_work = batch.house.keeper.planner.may_tell(batch.now, batch.now, "", always=False) <= batch.now
    struck = [one for due in running if (one := _struck(batch, due, at_work))]
    if len(struck) <= batch.settings.sla.summary_above and not batch.storms:
        return {}
    return {
        channel: ones
        for channel, ones in _by_channel(connection, batch, struck).items()
        if channel in batch.storms or len(ones) > batch.settings.sla.summary_above
    }


def _struck(batch: Batch, due: Due, at_work: bool) -> Struck | None:
    """The clock, if it crossed a threshold that may be told now; `at_work`: the team may be told anything."""
    try:
        changed_at = None if due.changed_us is None else from_micros(due.changed_us)
        found = crossed(due.crossings or "", due.next_label, changed_at, batch.now)
    except ValueError:  # spoilt; the trail is asked
        return None
    if found is None:
        return None
    told = at_work or _may_be_told(batch, due, batch.now - found.late) <= batch.now
    return Struck(due, found) if told else None


def _may_be_told(batch: Batch, due: Due, crossed_at: datetime, now: datetime | None = None) -> datetime:
    keeper = batch.house.keeper
    return keeper.planner.may_tell(crossed_at, now or batch.now, due.priority, always=due.calendar == ALWAYS.name)


def _by_channel(connection: Connection, batch: Batch, struck: Sequence[Struck]) -> Mapping[str, list[Struck]]:
    if not batch.settings.sla.routes:
        channel = batch.settings.channels.alerts
        return {channel: list(struck)} if channel else {}
    numbers = sorted({one.due.number for one in struck})
    known = {ticket.number: ticket for ticket in tickets.numbered(connection, batch.workspace_id, numbers)}
    found: dict[str, list[Struck]] = {}
    for one in struck:
        channel = alerting.route(known[one.due.number], batch.settings)[0] if one.due.number in known else None
        if channel is not None:
            found.setdefault(channel, []).append(one)
    return found


def tell(connection: Connection, batch: Batch, by_channel: Mapping[str, Sequence[Struck]]) -> int:
    """Claim, note and owe: one summary a channel; how many were told.

    What another process holds is left to it; raises Overtaken where one was faster.
    """
    seen = [one.due for ones in by_channel.values() for one in ones]
    others = due_clocks.held_by_others(connection, batch.workspace_id, seen)
    told = 0
    for channel, ones in by_channel.items():
        mine = [one for one in ones if one.due.key not in others] if others else ones
        if mine:
            _tell_in(connection, batch, channel, mine)
        told += len(mine)
    return told


def _tell_in(connection: Connection, batch: Batch, channel: str, mine: Sequence[Struck]) -> None:
    again = batch.now + batch.settings.sla.remind_every
    if not due_clocks.settle(connection, batch.workspace_id, [_told(batch, one, again) for one in mine]):
        raise Overtaken
    key = batch.storm(channel)
    alerts.settle(connection, batch.workspace_id, [row for one in mine for row in _noted(one, batch.now, key)])
    owe_summary(connection, batch, channel)


def _noted(one: Struck, now: datetime, key: str) -> Iterator[StoredAlert]:
    """The rows that say so: what is told, and what is skipped for it (R20)."""
    due, (highest, late, skipped, _) = one
    for lower in skipped:
        yield _row(due, lower, now, _SKIPPED)
    yield _row(due, highest, now, _POSTED, late // _MICROSECOND, key)


def _row(
    due: Due, crossing: Crossing, now: datetime, state: str, late_us: int = 0, key: str | None = None
) -> StoredAlert:
    (number, metric, cycle, _, alert_cycle, *_), (label, at) = due, crossing
    return StoredAlert(number, metric, alert_cycle, label, cycle, state, at, now, late_us, key)


def _told(batch: Batch, one: Struck, again: datetime) -> Told:
    """How the clock stands now: a breach is told `again` after a while, after a warning the next threshold follows."""
    due, (highest, _, _, following) = one
    if following is None or highest.label == BREACH.label:
        return Told(due, _BREACHED, highest.at, again, REMIND, again)
    next_at = _may_be_told(batch, due, following.at, following.at)
    return Told(due, _RUNNING, None, next_at, following.label, None)
