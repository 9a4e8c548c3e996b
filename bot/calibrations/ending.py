"""How a calibration ends: by time, by the last vote or by a lead, once, in the transaction that owes its result."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import calibrated
from bot.blocks import calibration_results as results
from bot.blocks import calibrations as blocks
from bot.blocks import unclear
from bot.blocks.kit import Message
from bot.calibration_drawn import LEANING
from bot.calibrations import posting
from bot.desk import Desk
from bot.settings import Settings
from db import calibrations, outbox, votes
from domain import refusal
from domain.calibration import Session, everybody_voted
from domain.calibration_rules import How, State, Verdict, extension, planned, verdict
from domain.ticket import BOT


def end(
    connection: Connection,
    workspace_id: str,
    session: Session,
    how: How,
    actor: str,
    settings: Settings,
    now: datetime,
) -> Session | None:
    """Close it, extend it, or close it as too few. None when somebody was faster: then nothing is written."""
    voted = len(votes.scored(connection, workspace_id, session.session_id))
    outcome = verdict(voted, session.quorum, session.extended)
    if outcome is Verdict.EXTEND:
        return _extend(connection, workspace_id, session, voted, actor, settings, now)
    state = State.CLOSED if outcome is Verdict.CLOSE else State.TOO_FEW
    ended = calibrations.change(
        connection, workspace_id, session,
        state=state, ended_at=now, ended_how=how, ended_by=actor, next_at=None, next_what=None,
    )  # fmt: skip
    if ended is None:
        return None
    calibrations.record(connection, workspace_id, ended, state.value, actor, now)
    posting.refresh(connection, workspace_id, ended, now)
    if state is State.TOO_FEW:
        posting.seal(connection, workspace_id, ended, now)
    else:
        _report(connection, workspace_id, ended, now)
    return ended


def end_if_all_voted(
    connection: Connection, workspace_id: str, session: Session, settings: Settings, now: datetime
) -> Session | None:
    """Close it when nobody is left who could vote; None when somebody is."""
    scored = votes.scored(connection, workspace_id, session.session_id)
    if not everybody_voted(session, scored):
        return None
    return end(connection, workspace_id, session, How.ALL_VOTED, BOT, settings, now)


def _extend(
    connection: Connection,
    workspace_id: str,
    session: Session,
    voted: int,
    actor: str,
    settings: Settings,
    now: datetime,
) -> Session | None:
    until = extension(session.until, now, settings.calibration.extended_by)
    plan = planned(now, until)
    values: dict[str, Any] = {"extended": True, "until": until, "next_at": plan.at, "next_what": plan.step}
    longer = calibrations.change(connection, workspace_id, session, **values)
    if longer is None:
        return None
    calibrations.record(connection, workspace_id, longer, "extended", actor, now)
    posting.refresh(connection, workspace_id, longer, now)
    posting.say(connection, workspace_id, longer, "extended", blocks.extended(longer, voted), now)
    return longer


def _report(connection: Connection, workspace_id: str, session: Session, now: datetime) -> None:
    """The result: each ticket's post, how far all agree, and to each reviewer alone how they lean."""
    result = calibrated.result(connection, workspace_id, session)
    posting.show_results(connection, workspace_id, session, result, now)
    posting.say(connection, workspace_id, session, "result", results.summary(session, result), now)
    for person in result.reviewers:
        posting.tell(connection, workspace_id, session, "leaning", person, outbox.drawn(LEANING), now)


def by_lead(desk: Desk, session_number: int | None) -> Message:
    """Close the open calibration now, as a lead; raises NoCalibration where none or several are meant."""

    def work(connection: Connection, now: datetime) -> Message:
        session = _meant(connection, desk, session_number)
        ended = end(connection, desk.workspace_id, session, How.LEAD, desk.person, desk.settings, now)
        if ended is None:
            raise refusal.CalibrationOver(session.number)
        return blocks.closing(ended)

    answer = desk.once(work)
    desk.house.wake()
    return answer


def _meant(connection: Connection, desk: Desk, number: int | None) -> Session:
    open_now = calibrations.running(connection, desk.workspace_id)
    if number is not None:
        open_now = [one for one in open_now if one.number == number]
    if not open_now:
        raise refusal.NoCalibration("open" if number is None else str(number))
    if len(open_now) > 1:
        raise unclear.several_calibrations([one.number for one in open_now])
    held = calibrations.hold(connection, desk.workspace_id, open_now[0].session_id)
    if held is None or held.state is not State.OPEN:
        raise refusal.CalibrationOver(open_now[0].number)
    return held
