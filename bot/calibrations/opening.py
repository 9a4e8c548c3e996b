"""Starting a calibration: a preview for the lead alone, changed as they like, and posted or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import calibration_preview as blocks
from bot.blocks import unclear
from bot.blocks.kit import Message, Modal
from bot.calibrations import posting
from bot.desk import Desk, House
from bot.settings import Settings
from db import calibration_candidates as candidates
from db import calibrations
from domain import refusal
from domain.calibration import Session
from domain.calibration_choice import MOST, REACHES_BACK, Chosen, Kind, choose
from domain.calibration_rules import NotATime, State, in_zone, may_score, planned, until
from domain.calibration_words import Asked
from domain.ticket_reference import shown

Picked = list[tuple[Chosen, Sequence[str]]]


def preview(desk: Desk, asked: Asked) -> Message:
    """What would be scored, by whom, until when and why; raises what stands in the way."""

    def work(connection: Connection, now: datetime) -> Message:
        values = _values(desk.settings, asked, now)
        picked = _picked(connection, desk, asked, values["reviewers"], now)
        session = calibrations.create(connection, desk.workspace_id, values | {"created_by": desk.person}, picked, now)
        return _made(session)

    return _shown(desk, desk.once(work))


def _values(settings: Settings, asked: Asked, now: datetime) -> dict[str, Any]:
    reviewers = tuple(dict.fromkeys(asked.reviewers or settings.team.reviewers))
    quorum = settings.calibration.quorum
    if len(reviewers) < quorum:
        raise refusal.TooFewReviewers(len(reviewers), quorum)
    return {
        "channel": channel_of(settings),
        "reviewers": reviewers,
        "quorum": quorum,
        "until": until_of(settings, asked.until, now),
    }


def channel_of(settings: Settings) -> str:
    """Where calibrations are posted; raises NoChannel with the line to add."""
    if settings.channels.qa is None:
        raise refusal.NoChannel("calibrations", '[channels] qa = "C…"')
    return settings.channels.qa


def until_of(settings: Settings, said: str, now: datetime) -> datetime:
    """The instant meant, or as long as the config says; raises NotUnderstood."""
    if not said.strip():
        return now + settings.calibration.runs_for
    try:
        return until(said, now, settings.calibration_zone)
    except NotATime as error:
        raise unclear.no_such_time(said.strip()) from error


def _picked(connection: Connection, desk: Desk, asked: Asked, reviewers: Sequence[str], now: datetime) -> Picked:
    """The tickets named, or those chosen among the solved ones; each with whoever had it."""
    if len(asked.tickets) > MOST:
        raise unclear.too_many_to_calibrate(MOST)
    chosen = [Chosen(desk.ticket(connection, one).number, Kind.NAMED) for one in asked.tickets]
    chosen = list({one.number: one for one in chosen}.values())
    picked = with_handlers(connection, desk.workspace_id, chosen) or chosen_tickets(
        connection, desk.house, desk.workspace_id, reviewers, now
    )
    if not picked:
        raise refusal.NothingToCalibrate(REACHES_BACK.days)
    return picked


def _must_be_able(session: Session) -> None:
    """Two for each ticket, and a quorum who may score any: with fewer there would be nothing to compare."""
    for item in session.items:
        able = [person for person in session.reviewers if may_score(person, item.handled_by)]
        if len(able) < 2:
            raise refusal.TooFewReviewers(len(able), 2, item.number)
    able = [person for person in session.reviewers if session.to_score(person)]
    if len(able) < session.quorum:
        raise refusal.TooFewReviewers(len(able), session.quorum)


def chosen_tickets(
    connection: Connection, house: House, workspace_id: str, reviewers: Sequence[str], now: datetime
) -> Picked:
    """Good and poor ones of the last 30 days."""
    solved = candidates.solved_lately(connection, workspace_id, now)
    return with_handlers(connection, workspace_id, choose(solved, house.settings.calibration.tickets, reviewers))


def with_handlers(connection: Connection, workspace_id: str, chosen: Sequence[Chosen]) -> Picked:
    """Each ticket with everybody who had it."""
    numbers = [one.number for one in chosen]
    had = candidates.handlers(connection, workspace_id, numbers) if numbers else {}
    return [(one, had[one.number]) for one in chosen]


def _made(session: Session) -> Message:
    """What is remembered of the answer: which preview it is. Its reasons, for the lead alone, are drawn anew."""
    _must_be_able(session)
    return Message(str(session.session_id))


def _shown(desk: Desk, made: Message) -> Message:
    with desk.reading() as connection:
        session = calibrations.find(connection, desk.workspace_id, int(made.text))
        if session is None:
            raise refusal.CalibrationOver(None)
        found = posting.tickets_by_number(connection, desk.workspace_id, session)
    return blocks.preview(session, found, desk.settings.calibration_zone)


def _previewed(connection: Connection, desk: Desk, session_id: int) -> Session:
    session = calibrations.hold(connection, desk.workspace_id, session_id)
    if session is None or session.state is not State.PREVIEW:
        raise refusal.CalibrationOver(None)
    return session


def post(desk: Desk, session_id: int) -> Message:
    """Open what was previewed, once, whoever clicks how often."""

    def work(connection: Connection, now: datetime) -> Message:
        session = _previewed(connection, desk, session_id)
        if session.until <= now:
            raise unclear.preview_out_of_time()
        return blocks.posted(open_session(connection, desk.workspace_id, session, desk.person, now))

    answer = desk.once(work)
    desk.house.wake()
    return answer


def open_session(connection: Connection, workspace_id: str, session: Session, actor: str, now: datetime) -> Session:
    """The calibration, open and with its number, its posts owed in the same transaction."""
    number = calibrations.next_number(connection, workspace_id)
    plan = planned(now, session.until)
    opened = calibrations.change(
        connection, workspace_id, session,
        state=State.OPEN, number=number, opened_at=now, next_at=plan.at, next_what=plan.step,
    )  # fmt: skip
    if opened is None:
        raise refusal.CalibrationOver(None)
    calibrations.record(connection, workspace_id, opened, "opened", actor, now)
    posting.post_all(connection, workspace_id, opened, now)
    return opened


def cancel(desk: Desk, session_id: int) -> Message:
    """Drop what was previewed."""

    def work(connection: Connection, now: datetime) -> Message:
        session = _previewed(connection, desk, session_id)
        calibrations.change(connection, desk.workspace_id, session, state=State.CANCELLED)
        return blocks.cancelled()

    return desk.once(work)


def window(desk: Desk, session_id: int) -> Modal:
    """The window in which a preview is changed."""
    with desk.reading() as connection:
        session = calibrations.find(connection, desk.workspace_id, session_id)
    if session is None or session.state is not State.PREVIEW:
        raise refusal.CalibrationOver(None)
    return blocks.window(session, in_zone(session.until, desk.settings.calibration_zone))


def changed(desk: Desk, session_id: int, asked: Asked) -> Message:
    """The preview with other reviewers, tickets or time."""

    def work(connection: Connection, now: datetime) -> Message:
        session = _previewed(connection, desk, session_id)
        values = _values(desk.settings, asked, now)
        kept = [shown(item.number) for item in session.items]
        if list(asked.tickets) != kept:
            picked = _picked(connection, desk, asked, values["reviewers"], now)
            session = calibrations.replace_tickets(connection, desk.workspace_id, session, picked)
        altered = calibrations.change(connection, desk.workspace_id, session, **values)
        if altered is None:
            raise refusal.CalibrationOver(None)
        return _made(altered)

    return _shown(desk, desk.once(work))
