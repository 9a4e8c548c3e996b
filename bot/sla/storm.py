"""A storm: more alerts come due in a channel than are told one by one. Their rows alone say all that is told (R22)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import alerting
from bot.sla.telling import Batch, owe_summary
from db import alerts, due_clocks, tickets
from db.alerts import AlertState
from db.due_clocks import Due
from domain.calendars import ALWAYS
from domain.instants import from_micros, to_micros
from domain.sla_crossings import Crossed, Crossing, crossed
from domain.sla_promise import Metric

# Timers are no alerts, and a handoff's clock speaks in the handoff's own thread.
_ALERTED = frozenset({Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION, Metric.PICKUP})
_SKIPPED, _POSTED = AlertState.SKIPPED.value, AlertState.POSTED.value


class Overtaken(Exception):
    """Another process was faster with some of it; all that was written is taken back, and looked at again."""


Struck = tuple[Due, Crossed]  # a clock that just runs, and the threshold that it crossed


def storms(connection: Connection, batch: Batch, seen: Sequence[Due]) -> dict[str, list[Struck]]:
    """The storms among the due clocks, by channel; what is in none of them is told by what its ticket's trail says."""
    running = [due for due in seen if due.crossings and due.metric in _ALERTED]
    if not running:
        return {}
    at_work = batch.house.keeper.planner.may_tell(batch.now, batch.now, "", always=False) <= batch.now
    now_us = to_micros(batch.now)
    struck = [(due, found) for due in running if (found := _crossed(batch, due, now_us, at_work))]
    if len(struck) <= batch.settings.sla.summary_above and not batch.storms:
        return {}
    return {
        channel: ones
        for channel, ones in _by_channel(connection, batch, struck).items()
        if channel in batch.storms or len(ones) > batch.settings.sla.summary_above
    }


def outside(by_channel: Mapping[str, Sequence[Struck]], seen: Sequence[Due]) -> list[Due]:
    """Those of the due clocks that are in none of the storms."""
    if sum(map(len, by_channel.values())) == len(seen):
        return []
    told = {due.key for ones in by_channel.values() for due, _ in ones}
    return [due for due in seen if due.key not in told]


def _crossed(batch: Batch, due: Due, now_us: int, at_work: bool) -> Crossed | None:
    """The threshold that a clock crossed, if that may be told now; `at_work`: the team may be told anything."""
    try:
        found = crossed(due.crossings or "", due.next_label, due.changed_us, now_us)
    except ValueError:  # spoilt; the trail is asked
        return None
    if found is None or at_work:
        return found
    return found if _may_be_told(batch, due, from_micros(now_us - found.late_us), batch.now) <= batch.now else None


def _may_be_told(batch: Batch, due: Due, crossed_at: datetime, now: datetime) -> datetime:
    return batch.house.keeper.planner.may_tell(crossed_at, now, due.priority, always=due.calendar == ALWAYS.name)


def _by_channel(connection: Connection, batch: Batch, struck: Sequence[Struck]) -> Mapping[str, list[Struck]]:
    if not batch.settings.sla.routes:
        channel = batch.settings.channels.alerts
        return {channel: list(struck)} if channel else {}
    numbers = sorted({due.number for due, _ in struck})
    known = {ticket.number: ticket for ticket in tickets.numbered(connection, batch.workspace_id, numbers)}
    found: dict[str, list[Struck]] = {}
    for due, threshold in struck:
        channel = alerting.route(known[due.number], batch.settings)[0] if due.number in known else None
        if channel is not None:
            found.setdefault(channel, []).append((due, threshold))
    return found


def tell(connection: Connection, batch: Batch, by_channel: Mapping[str, Sequence[Struck]]) -> int:
    """Claim, note and owe: one summary a channel; how many were told.

    What another process holds is left to it; raises Overtaken where one was faster.
    """
    seen = [due for ones in by_channel.values() for due, _ in ones]
    others = due_clocks.held_by_others(connection, batch.workspace_id, seen)
    told = 0
    for channel, ones in by_channel.items():
        mine = [(due, found) for due, found in ones if due.key not in others] if others else ones
        if mine:
            _tell_in(connection, batch, channel, mine)
        told += len(mine)
    return told


def _tell_in(connection: Connection, batch: Batch, channel: str, mine: Sequence[Struck]) -> None:
    workspace_id, again = batch.workspace_id, batch.now + batch.settings.sla.remind_every
    breached = [due for due, found in mine if found.following is None]
    warned = [_runs_on(batch, due, found.following) for due, found in mine if found.following is not None]
    if not due_clocks.breach(connection, workspace_id, breached, again):
        raise Overtaken
    if not due_clocks.warn(connection, workspace_id, warned):
        raise Overtaken
    alerts.note(connection, _noted(batch, mine, batch.storm(channel)))
    owe_summary(connection, batch, channel)


def _runs_on(batch: Batch, due: Due, following: Crossing) -> tuple[Due, datetime, str]:
    """A clock that was warned of, and when its next threshold may be told."""
    crosses_at = from_micros(following.at_us)
    return due, _may_be_told(batch, due, crosses_at, crosses_at), following.label


def _noted(batch: Batch, mine: Sequence[Struck], key: str) -> list[tuple[Any, ...]]:
    """The alerts that the post with this key tells, as they are stored, and what is skipped for them (R20)."""
    workspace_id, now_us = batch.workspace_id, to_micros(batch.now)
    rows: list[tuple[Any, ...]] = []
    for (number, metric, cycle, _, alert_cycle, *_), ((label, at_us), late_us, skipped, _) in mine:
        which = workspace_id, number, metric, alert_cycle
        rows.append((*which, label, cycle, _POSTED, at_us, now_us, late_us, key))
        for lower, crossed_us in skipped:
            rows.append((*which, lower, cycle, _SKIPPED, crossed_us, now_us, 0, None))
    return rows
