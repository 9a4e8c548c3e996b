"""Handing a ticket on: one transaction with the ticket's move, the case, its clock, and all that is owed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.blocks import escalation_windows as windows
from bot.blocks import escalations as blocks
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from bot.escalations import knowing, posting, routing
from bot.escalations.knowing import Background
from db import events, handoffs, tickets
from domain import refusal, ticket
from domain.business_hours import due
from domain.calendars import Calendar
from domain.escalation import MATRIX, REMIND_AT, Case, CaseState, Handoff, Trigger, Way, time_to_answer
from domain.escalation_triggers import likeliest
from domain.instants import to_micros
from domain.taxonomy import path
from domain.ticket import Change, Status, Ticket

_MICROSECOND = timedelta(microseconds=1)


def window(desk: Desk, reference: str, said: str) -> Modal:
    """The window that asks for the handoff, filled in with what is known."""
    with desk.reading() as connection:
        found = desk.ticket(connection, reference)
        may_be_handed_on(connection, desk.workspace_id, found, desk.now())
        routing.must_reach_somebody(desk.settings)
        facts = knowing.background(connection, desk.house, desk.workspace_id, found, desk.now())
    likely = likeliest(found, said, facts.known, desk.now(), desk.settings.trigger_rules())
    return windows.window(found, _facts(facts), likely, said)


def redrawn(desk: Desk, about: dict[str, Any], entered: dict[str, Any], rows: list[int]) -> Modal:
    """The window with other rows of what was tried, and everything that was typed."""
    with desk.reading() as connection:
        found = desk.ticket(connection, f"T-{about['number']}")
        facts = knowing.background(connection, desk.house, desk.workspace_id, found, desk.now())
    likely = likeliest(found, about["said"], facts.known, desk.now(), desk.settings.trigger_rules())
    return windows.window(found, _facts(facts), likely, about["said"], rows, entered)


def may_be_handed_on(connection: Connection, workspace_id: str, found: Ticket, now: datetime) -> None:
    """Raise what stands in the way: it is finished, or handed on already."""
    running = handoffs.running(connection, workspace_id, found.number)
    if running is not None:
        raise refusal.HandoffAlready(found.number, running.state, running.acknowledged_by or running.opened_by)
    if found.status is not Status.ESCALATED:
        ticket.move(found, Status.ESCALATED, now)


def open_for(desk: Desk, reference: str, handoff: Handoff) -> Message:
    """Hand the ticket on; who was asked and by when, for the sender alone."""

    def work(connection: Connection, now: datetime) -> Message:
        case, ways = opened(desk, connection, desk.ticket(connection, reference), handoff, now)
        return blocks.handed_on(case, ways)

    return desk.once(work)


def opened(
    desk: Desk, connection: Connection, found: Ticket, handoff: Handoff, now: datetime
) -> tuple[Case, list[Way]]:
    """The case and who was asked, all of it written in this transaction.

    Raises HandoffAlready, MoveRefused, NoChannel or ChangedMeanwhile.
    """
    tickets.hold(connection, desk.workspace_id, [found.number])  # of two at once, the other one sees the first's
    may_be_handed_on(connection, desk.workspace_id, found, now)
    facts = knowing.background(connection, desk.house, desk.workspace_id, found, now)
    rule, within = MATRIX[handoff.trigger], time_to_answer(handoff.trigger, found.priority)
    ways = routing.asked(rule.targets, desk.settings)
    values = _case(desk.person, found, ways, within, now) | planned(facts.calendar, within, now)
    case = handoffs.create(connection, desk.workspace_id, values | {"facts": _facts(facts)}, handoff)
    record(connection, desk, case, "handed_off", now, target=within // _MICROSECOND)
    escalated = {} if found.status is Status.ESCALATED else {"status": Status.ESCALATED}
    changed = desk.change(connection, found, Change("escalated", {**escalated, "tier": rule.tier}), now)
    if not escalated:
        desk.house.keeper.keep(connection, desk.workspace_id, [changed], now)
    posting.post(connection, desk.workspace_id, case, changed, ways, desk.settings, now)
    missing = [one for one in rule.targets if one not in routing.routes(desk.settings)]
    routing.tell_leads(connection, desk.workspace_id, missing, desk.settings, now)
    return case, ways


def record(connection: Connection, desk: Desk, case: Case, kind: str, now: datetime, **more: Any) -> None:
    """A line of the trail that its clock is folded from."""
    fields = {"handoff": (None, str(case.case_id))} | {name: (None, value) for name, value in more.items()}
    events.record(connection, desk.workspace_id, case.number, kind=kind, actor=desk.person, at=now, fields=fields)


def planned(calendar: Calendar, within: timedelta, now: datetime) -> dict[str, Any]:
    """When those asked are reminded, and when the next rung is brought in."""
    return {
        "due_at": due(calendar, now, within),
        "next_at": due(calendar, now, within * REMIND_AT),
        "next_what": "remind",
    }


def by_itself(trigger: Trigger, found: Ticket, why: str) -> Handoff:
    """The handoff that the bot makes of what it knows, where nobody has filled in a window."""
    needed = f"{MATRIX[trigger].label}: somebody of the next tier"
    return Handoff(trigger, _summary_of(found), needed, urgent=why, sentiment=found.sentiment)


def _summary_of(found: Ticket) -> str:
    """What a handoff says the issue is, until somebody says it better."""
    return f"{found.subject}\n{found.body}".strip()[: blocks.CLIPPED["summary"]]


def _case(person: str, found: Ticket, ways: list[Way], within: timedelta, now: datetime) -> dict[str, Any]:
    return {
        "number": found.number,
        "state": CaseState.OPEN,
        "opened_by": person,
        "opened_at": now,
        "within": within,
        "moved_at": now,
        "asked": tuple(way.target for way in ways),
        "channel": ways[0].channel,
        "tier_before": found.tier,
    }


def _facts(facts: Background) -> dict[str, Any]:
    """What was known when the ticket was handed on, as it is kept with the case."""
    found = facts.ticket
    return {
        "customer": found.customer_name,
        "tier": found.customer_tier,
        "arr": facts.known.arr,
        "earlier": facts.earlier,
        "category": path(found.category, found.subcategory) if found.category else None,
        "area": found.area,
        "priority": found.priority.value,
        "since": to_micros(found.created_at),
        "used": [[metric, used // _MICROSECOND, target // _MICROSECOND] for metric, used, target in facts.used],
    }
