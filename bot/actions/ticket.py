"""The buttons of a ticket's card and lists, and its windows."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot import tagging, ticketing
from bot.actions.values import whole
from bot.blocks import field_errors, kit, ticket_windows
from bot.blocks import ticket_answers as answers
from bot.blocks.kit import Message
from bot.desk import Answer, Click, Desk, FieldErrors, Replace, Submission
from db import events
from domain import refusal, ticket
from domain.taxonomy import split
from domain.ticket import Event, Status, Ticket


def show(desk: Desk, click: Click) -> Answer:
    """The card of a listed ticket."""
    return ticketing.show(desk, click.value)


def turn_page(desk: Desk, click: Click) -> Answer:
    """Another page of the list, in its place."""
    filter_, _, number = click.value.partition(":")
    if filter_ not in ticketing.FILTERS:
        raise refusal.StaleButton(click.value)
    return Replace(ticketing.page(desk, filter_, whole(number)))


def undo(desk: Desk, click: Click) -> Answer:
    """Take back the sender's last change of this ticket; the answer takes the place of the one clicked."""
    return Replace(ticketing.undo(desk, click.value))


def _seen(connection: Connection, desk: Desk, value: str) -> tuple[Ticket, Event | None]:
    """The ticket a button names and what the person did to it since it was shown; raises when others changed it."""
    number, _, version = value.partition(":")
    found = desk.ticket(connection, number)
    if not version or found.version == whole(version):
        return found, None
    last = events.last_of_ticket(connection, desk.workspace_id, found.number)
    if last is not None and last.actor != desk.person:
        raise desk.changed_meanwhile(connection, found.number)
    return found, last


def _changing(
    decide: Callable[[Desk, Ticket, datetime], ticket.Change], *kinds: str
) -> Callable[[Desk, Click], Answer]:
    """A button that changes the ticket, by an event of one of these kinds; a second click of two changes nothing.

    A private card is shown anew in place; a post is edited by delivery.
    """

    def action(desk: Desk, click: Click) -> Answer:
        def work(connection: Connection, now: datetime) -> Message:
            found, since = _seen(connection, desk, click.value)
            if since is None or since.kind not in kinds:
                found = desk.change(connection, found, decide(desk, found, now), now)
            if click.replaces:
                return ticketing.card(desk, connection, found)
            trail = events.of_ticket(connection, desk.workspace_id, found.number)
            return answers.clicked(found, trail[-1])

        answer = desk.once(work)
        return Replace(answer) if click.replaces else answer

    return action


take = _changing(lambda desk, found, now: ticket.take(found, desk.person), "taken")
reply = _changing(lambda desk, found, now: ticket.reply(found, desk.person, now), "replied")
pending = _changing(lambda desk, found, now: ticket.move(found, Status.PENDING, now), "pending")
open_again = _changing(lambda desk, found, now: ticket.move(found, Status.OPEN, now), "opened", "reopened")
close = _changing(lambda desk, found, now: ticket.move(found, Status.CLOSED, now), "closed")


def solve(desk: Desk, click: Click) -> Answer:
    """The window that asks for the category and how the next customer is spared."""
    with desk.reading() as connection:
        found, _ = _seen(connection, desk, click.value)
    ticket.may_be_solved(found)
    return ticket_windows.solve(found, desk.settings.taxonomy())


def solved(desk: Desk, submission: Submission) -> Answer:
    """The window is filled in: solve the ticket, tagged with what was chosen."""
    values = submission.values
    link = (values.get("link") or "").strip()
    if link and not kit.is_link(link):
        return FieldErrors({"link": field_errors.NO_LINK})
    category = tagging.today(desk.settings.taxonomy(), values.get("category") or "")
    if category is None:
        return FieldErrors({"category": field_errors.OLD_CATEGORY})
    values = {**values, "category": category}

    def work(connection: Connection, now: datetime) -> Message:
        found, _ = _seen(connection, desk, f"{submission.about['number']}:{submission.about['version']}")
        tagged = desk.change(connection, found, _tagged(values), now) if _tag_differs(found, values) else found
        done = desk.change(connection, tagged, ticket.solve(tagged, now, values["spared"], link or None), now)
        if submission.replaces:
            return ticketing.card(desk, connection, done)
        return answers.solved(done)

    message = desk.once(work)
    return Replace(message) if submission.replaces else message


def _tagged(values: dict[str, str]) -> ticket.Change:
    category, subcategory = split(values["category"])
    area = {"area": values["area"]} if values.get("area") else {}
    return ticket.Change("tagged", {"category": category, "subcategory": subcategory, **area})


def _tag_differs(found: Ticket, values: dict[str, str]) -> bool:
    return any(getattr(found, name) != value for name, value in _tagged(values).fields.items())


def created(desk: Desk, submission: Submission) -> Answer:
    """The window for a new ticket is filled in."""
    values = submission.values
    subject, customer = (kit.one_line(values.get(name) or "") for name in ("subject", "customer"))
    if not subject:
        return FieldErrors({"subject": field_errors.NO_SUBJECT})
    priority = None if values.get("priority") in (None, "auto") else values["priority"]
    return ticketing.create(desk, subject, values.get("body") or "", customer, priority)
