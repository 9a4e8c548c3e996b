"""The posts about a ticket's clocks follow what happens to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.blocks import alert_summaries, kit
from bot.blocks import alerts as blocks
from bot.blocks.alert_summaries import Listed
from bot.blocks.alerts import Alerted
from bot.blocks.kit import Message
from bot.settings import Settings
from db import alerts, clocks, outbox, tickets
from db.alerts import AlertState, StoredAlert
from db.clocks import Key, StoredClock
from db.outbox import Urgency
from domain.sla_clock import Clock, read
from domain.sla_promise import BREACH
from domain.sla_trail import ALWAYS_WATCHED, HANDED
from domain.ticket import Event, Ticket

SUMMARY = "sla:summary:"
SUMMARY_DRAWN = "sla-summary"


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket with its trail and clocks, the stored rows as they are now, and what was told of them."""

    ticket: Ticket
    trail: Sequence[Event]
    clocks: Sequence[Clock]
    rows: Mapping[Key, StoredClock]
    alerts: Sequence[StoredAlert]


def post_key(number: int, metric: str, label: str, alert_cycle: str) -> str:
    """The outbox key of an alert: it names its occasion."""
    return f"sla:T-{number}:{metric}:{label}:{alert_cycle}"


def has_own_post(alert: StoredAlert) -> bool:
    """Whether it was told by a post of its own, which follows what becomes of it, and not in a summary."""
    return alert.outbox_key is not None and not alert.outbox_key.startswith(SUMMARY)


def route(ticket: Ticket, settings: Settings) -> tuple[str | None, str | None]:
    """Where alerts about a ticket go, and whom they mention while nobody has it."""
    for one in settings.sla.routes:
        asked = (
            (one.priority, ticket.priority),
            (one.customer_tier, ticket.customer_tier),
            (one.area, ticket.area),
        )
        if all(not wanted or found in wanted for wanted, found in asked):
            return one.channel, one.mention or settings.team.on_duty
    return settings.channels.alerts, settings.team.on_duty


def cause_key(post: str) -> str:
    """The outbox key of the question for a breach's cause."""
    return f"{post}:cause"


def ended_by(clock: Clock, trail: Sequence[Event]) -> str | None:
    """Who did what ended the clock; what else was done at that instant does not count."""
    at = clock.ended_at
    did = [
        line
        for line in trail
        if not line.undone
        and (line.at == at or line.fields.get("first_response_at", (0, 0))[1] == at)
        and (line.kind in HANDED or not ALWAYS_WATCHED.isdisjoint(line.fields))
    ]
    return did[-1].actor if did and at is not None else None


def view(told: Told, clock: Clock, alert: StoredAlert, settings: Settings, now: datetime) -> Alerted:
    """One alert as it stands now."""
    row = told.rows[(told.ticket.number, clock.metric.value, clock.cycle)]
    return Alerted(
        ticket=told.ticket,
        clock=clock,
        reading=read(clock, now),
        label=alert.label,
        crossed_at=alert.crossed_at,
        late=timedelta(microseconds=alert.late_us),
        on_duty=route(told.ticket, settings)[1],
        superseded=alert.state == AlertState.SUPERSEDED,
        ended_by=ended_by(clock, told.trail),
        taken_by=row.taken_by,
        snoozed_until=row.snoozed_until if row.snoozed_until and row.snoozed_until > now else None,
        waived_by=row.waived_by,
        waived_why=row.waived_why,
        cause=row.cause,
        snooze=settings.sla.snooze,
    )


def refresh(connection: Connection, workspace_id: str, told: Told, settings: Settings, now: datetime) -> None:
    """Owe edits that show the posts about a ticket's clocks as things are now."""
    summaries = set()
    for alert in told.alerts:
        clock = _clock_of(told, alert)
        if alert.outbox_key is None or clock is None or not clock.metric.is_promise:
            continue
        if alert.outbox_key.startswith(SUMMARY):
            summaries.add(alert.outbox_key)
            _ask_for_cause(connection, workspace_id, view(told, clock, alert, settings, now), alert, settings, now)
            continue
        shown = view(told, clock, alert, settings, now)
        outbox.owe_edit(connection, workspace_id, alert.outbox_key, blocks.alert(shown).payload(), now)
        if alert == _latest(told, alert):
            _tell_history(connection, workspace_id, shown, told, alert, settings, now)
        if alert.label == BREACH.label:
            asked = blocks.why(shown).payload()
            outbox.owe_edit(connection, workspace_id, cause_key(alert.outbox_key), asked, now)
    for key in sorted(summaries):
        outbox.owe_edit(connection, workspace_id, key, outbox.drawn(SUMMARY_DRAWN), now)


def _latest(told: Told, alert: StoredAlert) -> StoredAlert:
    """The alert whose thread keeps the history of a clock: the last that was posted."""
    own = [one for one in told.alerts if (one.metric, one.cycle) == (alert.metric, alert.cycle) and one.outbox_key]
    return max(own, key=lambda one: (one.at, one.crossed_at))


def _tell_history(
    connection: Connection,
    workspace_id: str,
    shown: Alerted,
    told: Told,
    alert: StoredAlert,
    settings: Settings,
    now: datetime,
) -> None:
    """Each thing that happened is a line in the thread, once: its key names when it did."""
    row = told.rows[(alert.number, alert.metric, alert.cycle)]
    when = {"taken": row.taken_at, "snoozed": row.snoozed_until, "waived": row.waived_at, "ended": row.ended_at}
    for word, line in blocks.happened(shown).items():
        at = when.get(word) or row.changed_at or now
        key = f"{alert.outbox_key}:{word}:{at:%Y%m%dT%H%M%S.%f}"
        channel, _ = route(told.ticket, settings)
        if channel is not None and alert.outbox_key is not None:
            payload = Message(line).payload()
            later = Urgency.LATER
            outbox.owe(connection, workspace_id, key, channel, payload, now, reply_to=alert.outbox_key, urgency=later)


def _ask_for_cause(
    connection: Connection, workspace_id: str, shown: Alerted, alert: StoredAlert, settings: Settings, now: datetime
) -> None:
    """A breach told in a summary is asked for its cause once it is over, not with the many others."""
    key = cause_key(post_key(alert.number, alert.metric, alert.label, alert.alert_cycle))
    over = shown.reading.fulfilled_at is not None and shown.reading.breached_at is not None
    channel, asked = route(shown.ticket, settings)[0], blocks.why(shown).payload()
    if alert.label != BREACH.label or outbox.owe_edit(connection, workspace_id, key, asked, now):
        return
    if over and channel is not None:
        outbox.owe(connection, workspace_id, key, channel, asked, now, reply_to=alert.outbox_key, urgency=Urgency.LATER)


def summary(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    """A summary post as things are now."""
    told = alerts.in_post(connection, workspace_id, key)
    numbers = sorted({one.number for one in told})
    rows = {row.key: row for row in clocks.of_tickets(connection, workspace_id, numbers)}
    lines = [_listed(one, rows.get((one.number, one.metric, one.cycle))) for one in told]
    lines.sort(key=lambda line: (line.due_at, line.number))
    first = [line.number for line in lines[: alert_summaries.LISTED]]
    named = {ticket.number: ticket for ticket in tickets.numbered(connection, workspace_id, first)}
    in_full = [replace(line, ticket=named.get(line.number)) for line in lines[: alert_summaries.LISTED]]
    return alert_summaries.summary([*in_full, *lines[alert_summaries.LISTED :]], settings.slack.prefix)


def _listed(alert: StoredAlert, row: StoredClock | None) -> Listed:
    if row is None:
        return Listed(alert.number, alert.metric, alert.cycle, "", None, alert.crossed_at, "called off")
    outcome = ""
    if alert.state == AlertState.SUPERSEDED:
        outcome = "no longer breached"
    elif row.waived_by:
        outcome = "excused"
    elif row.fulfilled_at and row.due_at:
        late = row.fulfilled_at > row.due_at
        by = f" by {kit.mention(row.fulfilled_by)}" if row.fulfilled_by else ""
        outcome = f"{blocks.DONE.get(row.metric, 'done')} {'late' if late else 'in time'}{by}"
    elif row.ended_at:
        outcome = "called off" if row.ending == "cancelled" else "solved without a reply"
    due_at = row.due_at or alert.crossed_at
    return Listed(alert.number, row.metric, row.cycle, row.priority, row.assignee, due_at, outcome, row.taken_by)


def _clock_of(told: Told, alert: StoredAlert) -> Clock | None:
    return next(
        (one for one in told.clocks if (one.metric.value, one.cycle) == (alert.metric, alert.cycle)),
        None,
    )
