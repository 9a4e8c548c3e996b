"""After the close: the score that was agreed on, and rubric notes that the next calibration shows."""

from datetime import datetime

from sqlalchemy import Connection

from bot import calibrated
from bot.blocks import calibration_results as results
from bot.blocks import calibration_windows as windows
from bot.blocks.kit import Message, Modal
from bot.calibrations import posting
from bot.desk import Desk
from db import calibrations, votes
from domain import refusal
from domain.calibration import Item, Session
from domain.calibration_rules import State
from domain.ticket_reference import shown


def _closed(
    connection: Connection, desk: Desk, session_id: int, number: int, name: str, hold: bool = False
) -> tuple[Session, Item]:
    """The calibration and its ticket, where whoever asks may say what was agreed on."""
    find = calibrations.hold if hold else calibrations.find
    session = find(connection, desk.workspace_id, session_id)
    item = session.item(number) if session else None
    if session is None or item is None or session.state is not State.CLOSED:
        raise refusal.StaleButton
    desk.must_be_allowed(name, concerned=session.reviewers)
    return session, item


def agree_window(desk: Desk, session_id: int, number: int) -> Modal:
    """The window that asks for the agreed score."""
    with desk.reading() as connection:
        session, item = _closed(connection, desk, session_id, number, f"button {results.AGREE}")
        return windows.agree(session, desk.ticket(connection, shown(number)), item.agreed)


def note_window(desk: Desk, session_id: int, number: int) -> Modal:
    """The window that asks for a rubric note, about the dimension that drove the difference."""
    with desk.reading() as connection:
        session, _ = _closed(connection, desk, session_id, number, f"button {results.NOTE}")
        found = calibrated.result(connection, desk.workspace_id, session)
        driver = next((one.driver for one in found.tickets if one.number == number), None)
        return windows.note(session, desk.ticket(connection, shown(number)), driver.dimension if driver else None)


def agree(desk: Desk, session_id: int, number: int, scores: dict[str, int]) -> Message:
    """Keep the agreed score, and show it in the ticket's post."""

    def work(connection: Connection, now: datetime) -> Message:
        session, _ = _closed(connection, desk, session_id, number, f"window {windows.AGREE}", hold=True)
        known = calibrations.agree(connection, desk.workspace_id, session, number, scores, desk.person, now)
        calibrations.record(connection, desk.workspace_id, known, "agreed", desk.person, now, number)
        found = calibrated.result(connection, desk.workspace_id, known)
        ticket = desk.ticket(connection, shown(number))
        posting.show_result(connection, desk.workspace_id, known, found, number, ticket, now)
        return results.agreement_kept(number, sum(scores.values()))

    answer = desk.once(work)
    desk.house.wake()
    return answer


def note(desk: Desk, session_id: int, number: int, dimension: str, text: str) -> Message:
    """Keep a rubric note in the log, and say so in the thread."""

    def work(connection: Connection, now: datetime) -> Message:
        session, _ = _closed(connection, desk, session_id, number, f"window {windows.NOTE}", hold=True)
        note_id = votes.note(connection, desk.workspace_id, session, number, dimension, text, desk.person, now)
        calibrations.record(connection, desk.workspace_id, session, "noted", desk.person, now, number)
        told = results.noted(number, dimension, text, desk.person)
        posting.say(connection, desk.workspace_id, session, f"note:{note_id}", told, now)
        return results.note_kept(dimension)

    answer = desk.once(work)
    desk.house.wake()
    return answer
