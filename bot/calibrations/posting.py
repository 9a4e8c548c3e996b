"""The posts of a calibration: one for the session, one a ticket in its thread, edited in place as things go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import calibration_results as results
from bot.blocks import calibrations as blocks
from bot.blocks.calibrations import Turnout
from bot.blocks.kit import Message
from db import outbox, tickets, votes
from domain.calibration import Session, voters
from domain.calibration_result import Result
from domain.ticket import Ticket


def key_of(session: Session) -> str:
    """The outbox key of a calibration's post; nothing in it, or in those made from it, tells of a vote."""
    return f"calibration:{session.number}"


def ticket_key(session: Session, number: int) -> str:
    """The outbox key of a ticket's post in the thread."""
    return f"{key_of(session)}:T-{number}"


def turnout(connection: Connection, workspace_id: str, session: Session) -> Turnout:
    """Who has voted and who has begun to, in the order of the invitation."""
    scored = votes.scored(connection, workspace_id, session.session_id)
    done = voters(session, scored)
    return Turnout(done, [one for one in session.reviewers if scored.get(one) and one not in done])


def tickets_by_number(connection: Connection, workspace_id: str, session: Session) -> Mapping[int, Ticket]:
    """The tickets of a calibration."""
    numbers = [item.number for item in session.items]
    return {one.number: one for one in tickets.numbered(connection, workspace_id, numbers)}


def post_all(connection: Connection, workspace_id: str, session: Session, now: datetime) -> None:
    """Owe the session's post and each ticket's in its thread."""
    first = blocks.session_post(session, Turnout())
    outbox.owe(connection, workspace_id, key_of(session), session.channel, first.payload(), now)
    found = tickets_by_number(connection, workspace_id, session)
    for place, item in enumerate(session.items, 1):
        message = blocks.ticket_post(session, found[item.number], place)
        say(connection, workspace_id, session, f"T-{item.number}", message, now)


def say(
    connection: Connection, workspace_id: str, session: Session, occasion: str, message: Message, now: datetime
) -> None:
    """Owe a message in the session's thread; `occasion` tells it from the others."""
    key = f"{key_of(session)}:{occasion}"
    outbox.owe(connection, workspace_id, key, session.channel, message.payload(), now, reply_to=key_of(session))


def tell(
    connection: Connection,
    workspace_id: str,
    session: Session,
    occasion: str,
    person: str,
    payload: dict[str, Any],
    now: datetime,
) -> None:
    """Owe a person a direct message: what it says, or by what it is drawn."""
    outbox.owe(connection, workspace_id, f"{key_of(session)}:{occasion}:{person}", person, payload, now)


def refresh(connection: Connection, workspace_id: str, session: Session, now: datetime) -> None:
    """Owe the session's post an edit that shows it as it is now; none where it would look the same.

    So that nobody can tell from an edit that somebody changed their scores.
    """
    message, key = blocks.session_post(session, turnout(connection, workspace_id, session)), key_of(session)
    newest = outbox.find(connection, workspace_id, f"edit:{key}") or outbox.find(connection, workspace_id, key)
    if newest is None or newest["payload"] != message.payload():
        outbox.owe_edit(connection, workspace_id, key, message.payload(), now)


def show_results(connection: Connection, workspace_id: str, session: Session, result: Result, now: datetime) -> None:
    """Owe each ticket's post an edit with what it was given."""
    found = tickets_by_number(connection, workspace_id, session)
    for item in session.items:
        show_result(connection, workspace_id, session, result, item.number, found[item.number], now)


def show_result(
    connection: Connection,
    workspace_id: str,
    session: Session,
    result: Result,
    number: int,
    ticket: Ticket,
    now: datetime,
) -> None:
    """Owe one ticket's post an edit with what it was given and what was agreed on."""
    place = [item.number for item in session.items].index(number)
    item, found = session.items[place], result.tickets[place]
    message = results.ticket_post(session, item, ticket, place + 1, found, result.dimensions)
    outbox.owe_edit(connection, workspace_id, ticket_key(session, number), message.payload(), now)


def seal(connection: Connection, workspace_id: str, session: Session, now: datetime) -> None:
    """Owe each ticket's post an edit without its button: there is no result."""
    found = tickets_by_number(connection, workspace_id, session)
    for place, item in enumerate(session.items, 1):
        message = blocks.too_few_post(session, found[item.number], place)
        outbox.owe_edit(connection, workspace_id, ticket_key(session, item.number), message.payload(), now)


def own_left(session: Session, person: str, scored: Mapping[str, set[int]]) -> Sequence[int]:
    """The tickets a reviewer has yet to score."""
    done = scored.get(person, set())
    return [number for number in session.to_score(person) if number not in done] if person in session.reviewers else []
