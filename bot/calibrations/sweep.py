"""What happens to calibrations by themselves: nudges, the end, and the one that opens each month."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.blocks import calibrations as blocks
from bot.calibration_drawn import OPENED
from bot.calibrations import ending, opening, posting
from bot.desk import House
from db import calibrations, digests, outbox, session, votes
from domain.calibration import Session, everybody_voted
from domain.calibration_rules import How, State, Step, after, latest_monthly, next_monthly
from domain.ticket import BOT

log = structlog.get_logger(__name__)
MONTHLY = "calibration:monthly"  # its name among the digests, whose rows keep each scheduled time to one post
Work = Callable[[Connection, Session, datetime], None]


def turn(house: House, workspace_id: str) -> int:
    """Attend to every calibration that is due; says how many. Raises what the database raises."""
    now = house.clock.now()
    with session.reading(house.engine) as connection:
        due = [
            one for one in calibrations.running(connection, workspace_id) if _is_due(connection, workspace_id, one, now)
        ]
    for one in due:
        house.at("calibrations.seen")
        with session.writing(house.engine) as connection:
            _attend(connection, house, workspace_id, one, now)
            house.at("calibrations.attended")
        house.at("calibrations.written")
    if due:
        house.wake()
    return len(due)


def _is_due(connection: Connection, workspace_id: str, one: Session, now: datetime) -> bool:
    if one.next_at is not None and one.next_at <= now:
        return True
    return everybody_voted(one, votes.scored(connection, workspace_id, one.session_id))


def _attend(connection: Connection, house: House, workspace_id: str, seen: Session, now: datetime) -> None:
    """Do what is due, unless another process did since it was looked at."""
    one = calibrations.hold(connection, workspace_id, seen.session_id)
    if one is None or one.state is not State.OPEN or one.generation != seen.generation:
        return
    if ending.end_if_all_voted(connection, workspace_id, one, house.settings, now) is not None:
        return
    if now >= one.until:
        ended = ending.end(connection, workspace_id, one, How.TIME, BOT, house.settings, now)
        log.info("calibration.ended", calibration=one.number, state=ended.state.value if ended else None)
    elif one.next_at is not None and one.next_at <= now:
        _nudge(connection, workspace_id, one, now)


def _nudge(connection: Connection, workspace_id: str, one: Session, now: datetime) -> None:
    """Tell those who have not voted what is left for them, once a step."""
    step = one.next_what or Step.HALF
    plan = after(step, one.until, now)
    moved = calibrations.change(connection, workspace_id, one, next_at=plan.at, next_what=plan.step)
    if moved is None:
        return
    calibrations.record(connection, workspace_id, moved, "nudged", BOT, now)
    scored = votes.scored(connection, workspace_id, one.session_id)
    for person in one.reviewers:
        missing = posting.own_left(one, person, scored)
        if missing:
            occasion = f"{step.value}{':extended' if one.extended else ''}"
            message = blocks.nudge(moved, step, missing)
            posting.tell(connection, workspace_id, moved, occasion, person, message.payload(), now)


def next_month(house: House) -> datetime | None:
    """When the next one opens by itself; None where none does."""
    settings = house.settings
    rule = settings.calibration
    able = settings.channels.qa and len(settings.team.reviewers) >= rule.quorum
    if not rule.monthly or not able:
        return None
    return next_monthly(house.clock.now(), rule.day, rule.time, settings.calibration_zone)


def open_monthly(house: House, workspace_id: str) -> bool:
    """Open the month's calibration when it is due and was not opened yet; the leads are told what and why."""
    if next_month(house) is None:
        return False
    now, rule = house.clock.now(), house.settings.calibration
    scheduled = latest_monthly(now, rule.day, rule.time, house.settings.calibration_zone)
    with session.reading(house.engine) as connection:
        if not digests.is_owed(connection, workspace_id, MONTHLY, scheduled):
            return False
    with session.writing(house.engine) as connection:
        opened = _open_scheduled(connection, house, workspace_id, scheduled, now)
        house.at("calibrations.opened")
    if opened:
        house.wake()
    return opened


def _open_scheduled(
    connection: Connection, house: House, workspace_id: str, scheduled: datetime, now: datetime
) -> bool:
    settings = house.settings
    reviewers = settings.team.reviewers
    if not digests.make(connection, workspace_id, MONTHLY, scheduled, f"{scheduled:%Y-%m}", now):
        return False
    picked = opening.chosen_tickets(connection, house, workspace_id, reviewers, now)
    if not picked:
        log.info("calibration.nothing_solved", scheduled=f"{scheduled:%Y-%m}")
        return False
    values = {
        "channel": opening.channel_of(settings), "reviewers": reviewers, "quorum": settings.calibration.quorum,
        "until": now + settings.calibration.runs_for, "created_by": BOT, "scheduled": True,
    }  # fmt: skip
    made = calibrations.create(connection, workspace_id, values, picked, now)
    opened = opening.open_session(connection, workspace_id, made, BOT, now)
    for lead in settings.team.leads:
        posting.tell(connection, workspace_id, opened, "opened", lead, outbox.drawn(OPENED), now)
    return True
