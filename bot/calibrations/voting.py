"""Scoring: the window, the draft that is kept, and the vote. What others gave is never read here."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import calibration_windows as windows
from bot.blocks import calibrations as blocks
from bot.blocks.calibration_windows import Standing
from bot.blocks.kit import Message, Modal
from bot.calibrations import ending, posting
from bot.desk import Desk
from db import calibrations, votes
from domain import refusal
from domain.calibration import Session, Vote
from domain.calibration_rules import State, may_score
from domain.ticket_reference import shown


def window(desk: Desk, session_id: int, number: int) -> Modal:
    """The scorecard with what the reviewer gave or typed before; raises what stands in the way."""
    with desk.reading() as connection:
        session = _open(connection, desk, session_id, number)
        given, draft = votes.of_person(connection, desk.workspace_id, session_id, number, desk.person)
        ticket = desk.ticket(connection, shown(number))
        notes = votes.notes(connection, desk.workspace_id)
    return windows.score(session, ticket, _entered(given, draft), notes, _standing(given, draft))


def _standing(given: Vote | None, draft: Mapping[str, str] | None) -> Standing:
    if draft is not None:
        return Standing.DRAFT if given is None else Standing.DRAFT_AFTER_VOTE
    return Standing.NOTHING if given is None else Standing.SUBMITTED


def _entered(given: Vote | None, draft: Mapping[str, str] | None) -> Mapping[str, str]:
    """What stands in the fields at first: the draft, else what was submitted."""
    if draft is not None:
        return draft
    return {} if given is None else windows.as_typed(given)


def _open(connection: Connection, desk: Desk, session_id: int, number: int, hold: bool = False) -> Session:
    """The calibration, where the one who asks may score this ticket of it now."""
    find = calibrations.hold if hold else calibrations.find
    session = find(connection, desk.workspace_id, session_id)
    item = session.item(number) if session else None
    if session is None or item is None:
        raise refusal.StaleButton
    desk.must_be_allowed(f"button {blocks.SCORE}", concerned=session.reviewers)
    if session.state is not State.OPEN:
        raise refusal.CalibrationOver(session.number)
    if not may_score(desk.person, item.handled_by):
        raise refusal.OwnTicket(number)
    return session


def keep_draft(desk: Desk, session_id: int, number: int, typed: Mapping[str, str]) -> Modal:
    """Keep what was typed, and show the window again, which says so."""
    with desk.writing() as connection:
        session = _open(connection, desk, session_id, number, hold=True)
        votes.keep_draft(connection, desk.workspace_id, session_id, number, desk.person, typed, desk.now())
        ticket = desk.ticket(connection, shown(number))
        notes = votes.notes(connection, desk.workspace_id)
    return windows.score(session, ticket, typed, notes, Standing.JUST_SAVED)


def keep_what_was_typed(desk: Desk, session_id: int, number: int, typed: Mapping[str, str]) -> None:
    """A window was submitted that is not right yet: nothing of it is lost."""
    with desk.writing() as connection:
        _open(connection, desk, session_id, number, hold=True)
        votes.keep_draft(connection, desk.workspace_id, session_id, number, desk.person, typed, desk.now())


def submit(desk: Desk, session_id: int, vote: Vote) -> Message:
    """Keep the vote. The last one that is awaited closes the calibration, in the same transaction."""

    def work(connection: Connection, now: datetime) -> Message:
        session = _open(connection, desk, session_id, vote.number, hold=True)
        revision = votes.submit(connection, desk.workspace_id, session_id, vote, now)
        kind = "voted" if revision == 1 else "revised"
        calibrations.record(connection, desk.workspace_id, session, kind, desk.person, now, vote.number)
        scored = votes.scored(connection, desk.workspace_id, session_id)
        if ending.end_if_all_voted(connection, desk.workspace_id, session, desk.settings, now) is None:
            posting.refresh(connection, desk.workspace_id, session, now)
        left = posting.own_left(session, desk.person, scored)
        return blocks.scored(session, vote.number, left, again=revision > 1)

    answer = desk.once(work)
    desk.house.wake()
    return answer
