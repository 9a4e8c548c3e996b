"""The buttons and windows of SLA alerts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.actions.values import whole
from bot.blocks import alert_windows as windows
from bot.blocks import field_errors
from bot.blocks.alerts import CAUSES
from bot.blocks.kit import Message
from bot.desk import Action, Answer, Click, Desk, FieldErrors, Submission, View
from db import clocks, events, tickets
from db.clocks import Key, StoredClock
from domain import refusal, ticket
from domain.sla_promise import Metric
from domain.ticket import FINISHED, Ticket
from domain.ticket_reference import shown


@dataclass(frozen=True, slots=True)
class Meant:
    """What a button is about: the ticket and the clock, as they are now."""

    ticket: Ticket
    row: StoredClock


def _key(value: str) -> Key:
    number, metric, cycle = (*value.split(":"), "", "")[:3]
    return whole(number), metric, whole(cycle)


def _meant(connection: Connection, desk: Desk, value: str) -> Meant:
    key = _key(value)
    found = desk.ticket(connection, shown(key[0]))
    row = clocks.find(connection, desk.workspace_id, key)
    if row is None:
        raise refusal.StaleButton(value)
    return Meant(found, row)


def _said(work: Callable[[Connection, Desk, Meant, datetime], str]) -> Callable[[Desk, str], Message]:
    """A click that is noted about a clock: what `work` says is told to whoever clicked, and the posts follow."""

    def act(desk: Desk, value: str) -> Message:
        def once(connection: Connection, now: datetime) -> Message:
            tickets.hold(connection, desk.workspace_id, [_key(value)[0]])
            meant = _meant(connection, desk, value)
            sentence = work(connection, desk, meant, now)
            after = desk.ticket(connection, shown(meant.ticket.number))
            desk.house.keeper.keep(connection, desk.workspace_id, [after], now)
            return windows.noted(sentence)

        return desk.once(once)

    return act


def _take(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
    """I'm on it: the ticket is theirs if it was nobody's, and its other promises are in their hands as well."""
    found = meant.ticket
    if found.status in FINISHED:
        raise refusal.AlreadySo(found.number, found.status.value)
    if meant.row.taken_by is not None:
        if meant.row.taken_by == desk.person:
            raise refusal.AlreadySo(found.number, "yours")
        raise refusal.TakenBySomebody(found.number, meant.row.taken_by)
    if found.assignee is None:
        desk.change(connection, found, ticket.take(found, desk.person), now)
    for row in clocks.of_tickets(connection, desk.workspace_id, [found.number]):
        if row.ended_at is None and row.taken_by in (None, desk.person):
            taken = {"taken_by": desk.person, "taken_at": now, "remind_at": None, "snoozed_until": None}
            clocks.say(connection, desk.workspace_id, row.key, **taken)
    return windows.taken(found.number)


def _must_run(meant: Meant) -> None:
    """Raise AlreadySo for a clock that is over."""
    if meant.row.ended_at is None:
        return
    done = {Metric.PICKUP: "picked up", Metric.ESCALATION_ACK: "acknowledged"}.get(Metric(meant.row.metric), "answered")
    found = meant.ticket
    raise refusal.AlreadySo(found.number, found.status.value if found.status in FINISHED else done)


def _snooze(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
    _must_run(meant)
    until = now + desk.settings.sla.snooze
    clocks.say(connection, desk.workspace_id, meant.row.key, snoozed_until=until, remind_at=until)
    return windows.snoozed(meant.ticket.number, until)


def _reply(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
    _must_run(meant)
    desk.change(connection, meant.ticket, ticket.reply(meant.ticket, desk.person, now), now)
    return windows.answered(meant.ticket.number)


def _needs_no_reply(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
    """A "thanks" needs no answer: the clock on it is called off."""
    number = meant.ticket.number
    if meant.row.metric != Metric.NEXT_RESPONSE:
        raise refusal.StaleButton(f"T-{number}")
    _must_run(meant)
    events.record(connection, desk.workspace_id, number, kind="no_reply_needed", actor=desk.person, at=now, fields={})
    return windows.no_reply_needed(number)


def _cause(cause: str) -> Callable[[Connection, Desk, Meant, datetime], str]:
    def note(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
        clocks.say(connection, desk.workspace_id, meant.row.key, cause=cause, cause_by=desk.person)
        return windows.cause_noted(meant.ticket.number, cause)

    return note


def _clicked(act: Callable[[Desk, str], Message]) -> Action:
    return lambda desk, click: act(desk, click.value)


def assign(desk: Desk, click: Click) -> Answer:
    """The window that asks for whom."""
    with desk.reading() as connection:
        meant = _meant(connection, desk, click.value)
    return windows.assign_window(meant.ticket.number, Metric(meant.row.metric), click.value)


def assigned(desk: Desk, submission: Submission) -> Answer:
    """Whom is chosen: the ticket is theirs, and so are its alerts."""
    person = submission.values.get("person")
    if not person:
        return FieldErrors({"person": field_errors.NO_PERSON})

    def give(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
        desk.change(connection, meant.ticket, ticket.assign(meant.ticket, person), now)
        return windows.handed_to(meant.ticket.number, person)

    return _said(give)(desk, submission.about["clock"])


def waive(desk: Desk, click: Click) -> Answer:
    """The window that asks a lead why the breach is excused."""
    with desk.reading() as connection:
        meant = _meant(connection, desk, click.value)
    _must_be_a_breach(meant.row, desk.now())
    return windows.waive_window(meant.ticket.number, Metric(meant.row.metric), click.value)


def _must_be_a_breach(row: StoredClock, now: datetime) -> None:
    """Raise AlreadySo where there is nothing to excuse: somebody was faster, or the breach was taken back."""
    if row.waived_by is not None:
        raise refusal.AlreadySo(row.number, "excused")
    if row.breached_at is None and (row.due_at is None or row.due_at > now):
        raise refusal.AlreadySo(row.number, "no longer breached")


def waived(desk: Desk, submission: Submission) -> Answer:
    """The breach is excused, with the reason, in the trail."""
    why = (submission.values.get("why") or "").strip()
    if not why:
        return FieldErrors({"why": field_errors.NO_REASON})

    def excuse(connection: Connection, desk: Desk, meant: Meant, now: datetime) -> str:
        row = meant.row
        _must_be_a_breach(row, now)
        said = {"waived_by": desk.person, "waived_at": now, "waived_why": why}
        clocks.say(connection, desk.workspace_id, row.key, **said)
        fields = {"clock": (None, f"{row.metric}:{row.cycle}"), "why": (None, why)}
        events.record(
            connection, desk.workspace_id, row.number, kind="waived", actor=desk.person, at=now, fields=fields
        )
        return windows.excused(row.number)

    return _said(excuse)(desk, submission.about["clock"])


ACTIONS: Mapping[str, Action] = {
    "sla_mine": _clicked(_said(_take)),
    "sla_snooze": _clicked(_said(_snooze)),
    "sla_replied": _clicked(_said(_reply)),
    "sla_no_reply": _clicked(_said(_needs_no_reply)),
    "sla_assign": assign,
    "sla_waive": waive,
    **{f"sla_cause_{cause}": _clicked(_said(_cause(cause))) for cause in CAUSES},
}
VIEWS: Mapping[str, View] = {"sla_assign": assigned, "sla_waive": waived}
