"""Tickets opened, shown, listed and put back: what a command's words, a button and a window come down to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import announcements
from bot.blocks import escalation_lists, kit
from bot.blocks import ticket_answers as answers
from bot.blocks import tickets as blocks
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.escalations import noticing
from db import customers, events, handoffs, sla_board, tickets, workspaces
from domain import refusal, ticket
from domain.priority import assess
from domain.ticket import Priority, Status, Ticket
from domain.ticket_reference import shown

FILTERS = ("mine", "open", "unassigned", "escalated", "breaching", "pending", "solved")


def create(
    desk: Desk, subject: str, body: str = "", customer: str | None = None, priority: str | None = None
) -> Message:
    """Store a new ticket, with the priority that was given or the one that the rules find."""

    def work(connection: Connection, now: datetime) -> Message:
        values: dict[str, Any] = {
            "subject": kit.clip(subject, 300),
            "body": body,
            "status": Status.NEW,
            "source": "slack",
        }
        values |= _customer(connection, desk.workspace_id, customer) | _priority(
            desk, connection, values, customer, priority
        )
        made = tickets.create(connection, desk.workspace_id, values, actor=desk.person, at=now, now=now)
        desk.house.keeper.keep(connection, desk.workspace_id, [made], now)
        announcements.announce(connection, desk.workspace_id, made, desk.settings, now)
        made = noticing.p0_came_in(desk, connection, made, now)
        note = answers.created(made)
        return card(desk, connection, made, note) if made.status is Status.ESCALATED else blocks.card(made, note=note)

    return desk.once(work)


def _customer(connection: Connection, workspace_id: str, name: str | None) -> dict[str, str]:
    if not name:
        return {}
    workspaces.hold(connection, workspace_id)  # somebody else may write of a new customer at the same moment
    known = customers.find_named(connection, workspace_id, name)
    customer_id = known.customer_id if known else customers.of_name(name)
    customers.save(connection, workspace_id, customer_id, name=known.name if known else name.strip())
    return {"customer_id": customer_id}


def _priority(
    desk: Desk, connection: Connection, values: dict[str, Any], customer: str | None, given: str | None
) -> dict[str, str | None]:
    if given in Priority.__members__:
        return {"priority": given, "priority_by": desk.person, "priority_reason": "set by a person"}
    known = customers.find_named(connection, desk.workspace_id, customer) if customer else None
    text = f"{values['subject']}\n{values['body']}"
    found = assess(text, None, known.tier if known else None, desk.settings.priority_rules())
    return {"priority": found.priority, "priority_reason": found.reason}


def show(desk: Desk, reference: str) -> Message:
    """The card, with the last things that happened."""
    with desk.reading() as connection:
        return card(desk, connection, desk.ticket(connection, reference))


def card(desk: Desk, connection: Connection, found: Ticket, note: str = "") -> Message:
    """A ticket with its handoff, if it has one, and the last things that happened."""
    handed_on = handoffs.of_ticket(connection, desk.workspace_id, found.number)
    trail = events.of_ticket(connection, desk.workspace_id, found.number)
    more = escalation_lists.on_card(handed_on, desk.now(), desk.settings.slack.prefix)
    return blocks.card(found, trail, note, more)


def _listed(connection: Connection, desk: Desk, filter_: str, offset: int) -> tuple[list[Ticket], int]:
    if filter_ == "breaching":
        numbers, total = sla_board.breaching(connection, desk.workspace_id, desk.now(), offset, blocks.PAGE)
        found = {one.number: one for one in tickets.numbered(connection, desk.workspace_id, numbers)}
        return [found[number] for number in numbers if number in found], total
    return tickets.listed(connection, desk.workspace_id, filter_, desk.person, offset=offset, limit=blocks.PAGE)


def page(desk: Desk, filter_: str, number: int) -> Message:
    """Page `number` (from 0) of a list; where the list has become shorter than that, its last page."""
    with desk.reading() as connection:
        found, total = _listed(connection, desk, filter_, offset=number * blocks.PAGE)
        if total and not found:
            number = (total - 1) // blocks.PAGE
            found, total = _listed(connection, desk, filter_, offset=number * blocks.PAGE)
    return blocks.listing(filter_, found, total, number, desk.settings.slack.prefix)


def follow_up(desk: Desk, connection: Connection, closed: Ticket, now: datetime) -> Message:
    """The customer wrote on a closed ticket: a new one follows it, linked."""
    values = ticket.follow_up(closed) | {"customer_replies": 1}
    made = tickets.create(connection, desk.workspace_id, values, actor=desk.person, at=now, now=now)
    desk.house.keeper.keep(connection, desk.workspace_id, [made], now)
    announcements.announce(connection, desk.workspace_id, made, desk.settings, now)
    return blocks.card(made, note=answers.follows(made, closed))


def undo(desk: Desk, reference: str | None) -> Message:
    """Take back the sender's last change, of this ticket or of any, of the last 15 minutes."""

    def work(connection: Connection, now: datetime) -> Message:
        number = desk.ticket(connection, reference).number if reference else None
        past = events.last_of_actor(connection, desk.workspace_id, desk.person, now - ticket.UNDO_REACHES_BACK, number)
        if past is None:
            raise refusal.NothingToUndo(int(ticket.UNDO_REACHES_BACK.total_seconds() // 60), number)
        found = desk.ticket(connection, shown(past.number))
        change = ticket.undo(past, found, now)
        if not events.mark_undone(connection, desk.workspace_id, past.event_id):
            raise desk.changed_meanwhile(connection, past.number)
        changed = desk.change(connection, found, change, now, undoes=past.event_id)
        return answers.undone(changed, past)

    return desk.once(work)
