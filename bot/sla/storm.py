"""A storm: more alerts come due in a channel than are told one by one. Their rows alone say all that is told (R22)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot import alerting
from bot.sla.telling import Batch, owe_summary
from db import alerts, due_clocks, tickets
from db.alerts import AlertState
from db.due_clocks import Due, Told
from domain.calendars import ALWAYS
from domain.instants import from_micros, to_micros
from domain.sla_attention import REMIND
from domain.sla_clock import State
from domain.sla_crossings import Crossed, crossed
from domain.sla_promise import BREACH

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
    now_us = to_micros(batch.now)
    struck = [one for due in running if (one := _struck(batch, due, now_us, at_work))]
    if len(struck) <= batch.settings.sla.summary_above and not batch.storms:
        return {}
    return {
        channel: ones
        for channel, ones in _by_channel(connection, batch, struck).items()
        if channel in batch.storms or len(ones) > batch.settings.sla.summary_above
    }


def _struck(batch: Batch, due: Due, now_us: int, at_work: bool) -> Struck | None:
    """The clock, if it crossed a threshold that may be told now; `at_work`: the team may be told anything."""
    try:
        found = crossed(due.crossings or "", due.next_label, due.changed_us, now_us)
    except ValueError:  # spoilt; the trail is asked
        return None
    if found is None:
        return None
    told = at_work or _may_be_told(batch, due, from_micros(now_us - found.late_us), batch.now) <= batch.now
    return Struck(due, found) if told else None


def _may_be_told(batch: Batch, due: Due, crossed_at: datetime, now: datetime) -> datetime:
    return batch.house.keeper.planner.may_tell(crossed_at, now, due.priority, always=due.calendar == ALWAYS.name)


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
    now_us, again_us = to_micros(batch.now), to_micros(batch.now + batch.settings.sla.remind_every)
    if not due_clocks.settle(connection, batch.workspace_id, [_told(batch, one, again_us) for one in mine]):
        raise Overtaken
    key = batch.storm(channel)
    alerts.note(connection, [row for one in mine for row in _noted(batch.workspace_id, one, now_us, key)])
    owe_summary(connection, batch, channel)


def _noted(workspace_id: str, one: Struck, now_us: int, key: str) -> Iterator[tuple[Any, ...]]:
    """The alerts that say so, as they are stored: what is told, and what is skipped for it (R20)."""
    (number, metric, cycle, _, alert_cycle, *_), (highest, late_us, skipped, _) = one
    which = (workspace_id, number, metric, alert_cycle)
    for label, at_us in skipped:
        yield *which, label, cycle, _SKIPPED, at_us, now_us, 0, None
    label, at_us = highest
    yield *which, label, cycle, _POSTED, at_us, now_us, late_us, key


def _told(batch: Batch, one: Struck, again_us: int) -> Told:
    """How the clock stands now: a breach is told `again` after a while, after a warning the next threshold follows."""
    due, (highest, _, _, following) = one
    if following is None or highest.label == BREACH.label:
        return Told(due, _BREACHED, highest.at_us, again_us, REMIND, again_us)
    crosses_at = from_micros(following.at_us)
    next_at = _may_be_told(batch, due, crosses_at, crosses_at)
    return Told(due, _RUNNING, None, to_micros(next_at), following.label, None)
