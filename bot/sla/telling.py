"""What a sweep has decided is written: what was told, and the posts that tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import Connection

from bot import alerting
from bot.alerting import SUMMARY, Told, cause_key, post_key
from bot.blocks import alert_summaries
from bot.blocks import alerts as blocks
from bot.blocks.alerts import Alerted
from bot.blocks.kit import Message
from bot.clock_plans import Folded
from bot.desk import House
from bot.settings import Settings
from db import alerts, outbox
from db.alerts import AlertState, StoredAlert
from db.clocks import StoredClock
from db.outbox import Urgency
from domain.sla_alerts import Alert, Moment
from domain.sla_attention import quiet_after
from domain.sla_clock import Clock
from domain.sla_promise import BREACH
from domain.ticket_reference import shown

log = structlog.get_logger(__name__)
_MICROSECOND = timedelta(microseconds=1)


class What(StrEnum):
    """What is to be done about a due clock."""

    POST = "posted"
    WARN = "warned"
    REMIND = "reminded"
    NUDGE = "nudged"
    HOLD = "held"
    CLOSE = "closed"
    NOTE = "noted"
    PLAN = "planned"


@dataclass(frozen=True, slots=True)
class Due:
    """One due clock as it was seen, and what was decided about it; `until` is when a held one may be told."""

    what: What
    one: Folded
    row: StoredClock
    clock: Clock | None
    alert: Alert | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch of a sweep shares; `storms` maps a channel to the summary this sweep has begun there."""

    house: House
    workspace_id: str
    now: datetime
    storms: dict[str, str]
    noted: list[StoredAlert] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The validated configuration."""
        return self.house.settings

    def storm(self, channel: str) -> str:
        """The key of this sweep's summary in a channel."""
        return self.storms.setdefault(channel, f"{SUMMARY}{channel}:{self.now:%Y%m%dT%H%M%S.%f}")


def tell(connection: Connection, batch: Batch, decided: Sequence[Due]) -> list[Due]:
    """Note and owe what was decided; the same clocks, with what was told of them and when to remind."""
    told = _post(connection, batch, [due for due in decided if due.what is What.POST])
    # Handoffs speak for themselves, in their own threads; here it is only noted that it is time.
    told += _noted(connection, batch, [_note(batch, due, None) for due in decided if due.what is What.NOTE])
    told += [_warn(connection, batch, due) for due in decided if due.what is What.WARN]
    told += _remind(connection, batch, [due for due in decided if due.what is What.REMIND])
    told += [_nudge(connection, batch, due) for due in decided if due.what is What.NUDGE]
    return told + [due for due in decided if due.what in (What.PLAN, What.HOLD)]


def _post(connection: Connection, batch: Batch, decided: list[Due]) -> list[Due]:
    by_channel: dict[str | None, list[Due]] = {}
    for due in decided:
        by_channel.setdefault(alerting.route(due.one.ticket, batch.settings)[0], []).append(due)
    return [told for channel, dues in by_channel.items() for told in _post_to(connection, batch, channel, dues)]


def _post_to(connection: Connection, batch: Batch, channel: str | None, decided: list[Due]) -> list[Due]:
    if channel is None:
        log.warning("sla.no_channel", add='[channels] alerts = "C0ALERTS"', alerts=len(decided))
        return _noted(connection, batch, [_note(batch, due, None) for due in decided])
    if channel in batch.storms or len(decided) > batch.settings.sla.summary_above:
        return _summarise(connection, batch, channel, decided)
    return [_post_one(connection, batch, channel, due) for due in decided]


def _summarise(connection: Connection, batch: Batch, channel: str, decided: list[Due]) -> list[Due]:
    """Many alerts in one post; the batches of one sweep go on with the same one (R22)."""
    key = batch.storm(channel)
    told = _noted(connection, batch, [_note(batch, due, key) for due in decided])
    if told:
        owe_summary(connection, batch, channel)
    for due in told:
        if alone := [one for one in due.one.told if alerting.has_own_post(one)]:
            alerting.refresh(connection, batch.workspace_id, _told(due, alone), batch.settings, batch.now)
    return told


def owe_summary(connection: Connection, batch: Batch, channel: str) -> None:
    """Owe this sweep's summary in a channel, or its edit; it is drawn when it is sent."""
    key, payload = batch.storm(channel), outbox.drawn(alerting.SUMMARY_DRAWN)
    if not outbox.owe(connection, batch.workspace_id, key, channel, payload, batch.now, urgency=Urgency.ALERT):
        outbox.owe_edit(connection, batch.workspace_id, key, payload, batch.now)


def _post_one(connection: Connection, batch: Batch, channel: str, due: Due) -> Due:
    assert due.alert is not None
    label = due.alert.moment.label
    key = post_key(due.row.number, due.row.metric, label, due.row.alert_cycle)
    before = [one for one in due.one.told if one.outbox_key is not None]
    (told,) = _noted(connection, batch, [_note(batch, due, key)])
    view = _view(told, told.one.told[-1], batch)
    urgency = Urgency.ALERT if label == BREACH.label else Urgency.ORDINARY
    payload = blocks.alert(view).payload()
    outbox.owe(connection, batch.workspace_id, key, channel, payload, batch.now, urgency=urgency)
    if label == BREACH.label:
        asked = blocks.why(view).payload()
        outbox.owe(
            connection, batch.workspace_id, cause_key(key), channel, asked, batch.now,
            reply_to=key, urgency=Urgency.LATER,
        )  # fmt: skip
    if before:
        alerting.refresh(connection, batch.workspace_id, _told(told, before), batch.settings, batch.now)
    return told


def _note(batch: Batch, due: Due, key: str | None) -> Due:
    """Settle the alert and what it skips; an untaken breach is told again after a while."""
    assert due.alert is not None
    alert, state = due.alert, AlertState.POSTED if key else AlertState.SKIPPED
    skipped = [_row(due, moment, batch.now, AlertState.SKIPPED) for moment in alert.skipped]
    noted = _row(due, alert.moment, batch.now, state)._replace(late_us=alert.late // _MICROSECOND, outbox_key=key)
    batch.noted.extend((*skipped, noted))
    breached = alert.moment.label == BREACH.label
    again = batch.now + batch.settings.sla.remind_every if breached and key else due.row.remind_at
    one = replace(due.one, told=(*due.one.told, *skipped, noted))
    return replace(due, one=one, row=replace(due.row, remind_at=again))


def _noted(connection: Connection, batch: Batch, told: list[Due]) -> list[Due]:
    """Write what was noted, all at once."""
    alerts.settle(connection, batch.workspace_id, batch.noted)
    batch.noted.clear()
    return told


def _row(due: Due, moment: Moment, now: datetime, state: AlertState) -> StoredAlert:
    row = due.row
    return StoredAlert(row.number, row.metric, row.alert_cycle, moment.label, row.cycle, state.value, moment.at, now)


def _warn(connection: Connection, batch: Batch, due: Due) -> Due:
    """A pending ticket waits for its customer for long: its assignee is told, by direct message."""
    assert due.clock is not None
    key = post_key(due.row.number, due.row.metric, BREACH.label, due.row.alert_cycle)
    channel = due.one.ticket.assignee or alerting.route(due.one.ticket, batch.settings)[0]
    (told,) = _noted(connection, batch, [_note(batch, due, key if channel else None)])
    if channel:
        payload = blocks.still_waiting(due.one.ticket, due.clock.start).payload()
        outbox.owe(connection, batch.workspace_id, key, channel, payload, batch.now)
    return replace(told, row=replace(told.row, remind_at=None))


def _remind(connection: Connection, batch: Batch, decided: list[Due]) -> list[Due]:
    """What nobody took is said again, in its thread and to the channel; many at once in one post."""
    by_channel: dict[str, dict[str, list[Due]]] = {}
    for due in decided:
        key, (channel, _) = _posted(due).outbox_key, alerting.route(due.one.ticket, batch.settings)
        if key is not None and channel is not None:
            by_channel.setdefault(channel, {}).setdefault(key, []).append(due)
    for channel, by_post in by_channel.items():
        _remind_in(connection, batch, channel, by_post)
    later = batch.now + batch.settings.sla.remind_every
    return [replace(due, row=replace(due.row, remind_at=later, snoozed_until=None)) for due in decided]


def _remind_in(connection: Connection, batch: Batch, channel: str, by_post: dict[str, list[Due]]) -> None:
    alone = [key for key in by_post if not key.startswith(SUMMARY)]
    if len(alone) > batch.settings.sla.summary_above:
        together = [due for key in alone for due in by_post.pop(key)]
        payload = alert_summaries.still_open(
            [due.row.number for due in together], batch.settings.slack.prefix
        ).payload()
        key = f"sla:again:{channel}:{batch.now:%Y%m%dT%H%M%S.%f}"
        outbox.owe(connection, batch.workspace_id, key, channel, payload, batch.now, urgency=Urgency.ALERT)
    for key, dues in by_post.items():
        payload = _again(batch, key, dues).payload() | {"reply_broadcast": True}
        again = f"{key}:again:{batch.now:%Y%m%dT%H%M%S}"
        outbox.owe(
            connection, batch.workspace_id, again, channel, payload, batch.now,
            reply_to=key, urgency=Urgency.ALERT,
        )  # fmt: skip


def _again(batch: Batch, key: str, dues: Sequence[Due]) -> Message:
    if key.startswith(SUMMARY):
        return alert_summaries.still_open([due.row.number for due in dues], batch.settings.slack.prefix)
    return blocks.reminder(_view(dues[0], _posted(dues[0]), batch), nudge=False)


def _nudge(connection: Connection, batch: Batch, due: Due) -> Due:
    """Whoever took it is asked, when nothing has happened for half the target."""
    key, (channel, _) = _posted(due).outbox_key, alerting.route(due.one.ticket, batch.settings)
    assert due.clock is not None
    if key is not None and channel is not None:
        payload = blocks.reminder(_view(due, _posted(due), batch), nudge=True).payload()
        asked = f"{key}:nudge:{shown(due.row.number)}:{batch.now:%Y%m%dT%H%M%S}"
        outbox.owe(connection, batch.workspace_id, asked, channel, payload, batch.now, reply_to=key)
    return replace(due, row=replace(due.row, remind_at=quiet_after(due.clock, batch.now), snoozed_until=None))


def _posted(due: Due) -> StoredAlert:
    """The latest alert that was told of the clock."""
    own = [one for one in due.one.told if (one.metric, one.alert_cycle) == (due.row.metric, due.row.alert_cycle)]
    return max(own, key=lambda one: (one.outbox_key is not None, one.crossed_at))


def _view(due: Due, alert: StoredAlert, batch: Batch) -> Alerted:
    assert due.clock is not None
    return alerting.view(_told(due, [alert]), due.clock, alert, batch.settings, batch.now)


def _told(due: Due, told: Sequence[StoredAlert]) -> Told:
    rows: Mapping[tuple[int, str, int], StoredClock] = {**due.one.stored, due.row.key: due.row}
    return Told(due.one.ticket, due.one.trail, due.one.story.clocks, rows, told)
