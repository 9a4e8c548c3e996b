"""What happens to calibrations by themselves: each once, in several processes, at its time; the one of the month."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot import calibration_drawn
from bot.calibrations import ending, opening, sweep, voting
from bot.desk import Desk, House
from db import calibrations, session, votes
from domain.calibration import Session, Vote
from domain.calibration_rules import State
from domain.calibration_words import Asked
from domain.refusal import CalibrationOver, NoCalibration
from domain.scorecard import DIMENSIONS
from tests.bot.house import W, house, owed, solved
from tests.clock import MovableClock
from tests.together import at_once

CONFIG = """
[channels]
qa = "C0QA"
[team]
leads = ["U0LEAD"]
reviewers = ["U0BEN", "U0CLEO", "U0DORA"]
[digests.weekly]
timezone = "Europe/London"
"""
REVIEWERS = ("U0BEN", "U0CLEO", "U0DORA")
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)  # the first one of the month, ten in London


def team(engine: Engine, folder: Path, config: str = CONFIG, tickets: int = 2) -> tuple[House, MovableClock]:
    """A team on Monday, which has solved so many tickets, one a day, each rated badly."""
    made = house(engine, folder, config, MONDAY)
    for days in range(tickets):
        solved(engine, 1, "U0ANA", MONDAY - timedelta(days=days), csat=1)
    return made


def open_one(at_work: House) -> Session:
    opening.preview(Desk(at_work, W, "U0LEAD"), Asked(until="2d"))
    opening.post(Desk(at_work, W, "U0LEAD"), 1)
    return now(at_work)


def now(at_work: House, session_id: int = 1) -> Session:
    with session.reading(at_work.engine) as connection:
        found = calibrations.find(connection, W, session_id)
    assert found is not None
    return found


def votes_on(at_work: House, person: str, number: int) -> None:
    voting.submit(Desk(at_work, W, person), 1, Vote(number, person, DIMENSIONS))


def trail(at_work: House, kind: str) -> int:
    lines = select(calibrations.trail.c.event_id).where(calibrations.trail.c.kind == kind)
    with session.reading(at_work.engine) as connection:
        return len(list(connection.execute(lines)))


def test_several_processes_close_it_once_and_nudge_once(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = team(engine, tmp_path)
    open_one(at_work)
    votes_on(at_work, "U0BEN", 1)
    for hours, step in ((24, "half"), (23, "last_call")):
        clock.move(hours=hours)
        at_once(*[lambda: sweep.turn(at_work, W)] * 4)
        assert owed(engine, f"calibration:1:{step}") == [f"calibration:1:{step}:{one}" for one in REVIEWERS]
    votes_on(at_work, "U0CLEO", 1)
    votes_on(at_work, "U0DORA", 2)
    clock.move(hours=1)
    at_once(*[lambda: sweep.turn(at_work, W)] * 4)
    assert now(at_work).state is State.CLOSED
    assert (trail(at_work, "nudged"), trail(at_work, "closed")) == (2, 1)
    assert sweep.turn(at_work, W) == 0


def test_after_downtime_one_nudge_or_the_end_and_no_more(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = team(engine, tmp_path)
    open_one(at_work)
    clock.move(hours=47, minutes=30)  # half time and the last call have passed
    sweep.turn(at_work, W)
    sweep.turn(at_work, W)
    assert trail(at_work, "nudged") == 1
    clock.move(days=3)
    sweep.turn(at_work, W)
    assert (now(at_work).state, now(at_work).extended) == (State.OPEN, True)
    assert trail(at_work, "extended") == 1
    clock.move(hours=12)
    sweep.turn(at_work, W)
    assert "calibration:1:half:extended:U0BEN" in owed(engine)
    clock.move(hours=12)
    sweep.turn(at_work, W)
    assert now(at_work).state is State.TOO_FEW


def test_the_last_two_vote_at_the_same_moment(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = team(engine, tmp_path, tickets=1)
    open_one(at_work)
    votes_on(at_work, "U0BEN", 1)
    at_once(lambda: votes_on(at_work, "U0CLEO", 1), lambda: votes_on(at_work, "U0DORA", 1))
    assert now(at_work).state is State.CLOSED
    assert trail(at_work, "closed") == 1
    assert trail(at_work, "voted") == 3


def test_a_lead_who_closes_below_the_quorum_extends_it_first(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = team(engine, tmp_path)
    open_one(at_work)
    votes_on(at_work, "U0BEN", 1)
    clock.move(hours=40)
    lead = Desk(at_work, W, "U0LEAD")
    assert "runs on until" in ending.by_lead(lead, None).text
    assert now(at_work).until == clock.now() + timedelta(days=1)
    assert "closed as too few" in ending.by_lead(lead, 1).text
    assert now(at_work).ended_by == "U0LEAD"
    with pytest.raises(NoCalibration):
        ending.by_lead(lead, 1)


def test_an_error_of_the_database_says_nothing_of_a_vote(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = team(engine, tmp_path)
    one = open_one(at_work)
    with session.writing(engine) as connection:
        connection.execute(text("DROP TABLE calibration_vote"))
    try:
        with pytest.raises(SQLAlchemyError) as failed, session.writing(engine) as connection:
            votes.submit(connection, W, one.session_id, Vote(1, "U0BEN", DIMENSIONS, {"accuracy": "xyzzy"}), MONDAY)
    finally:
        with engine.begin() as connection:
            votes.votes.create(connection)
    assert "xyzzy" not in str(failed.value)
    assert "calibration_vote" in str(failed.value)


def test_two_clicks_on_post_open_it_once(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = team(engine, tmp_path)
    opening.preview(Desk(at_work, W, "U0LEAD"), Asked())

    def post() -> str:
        try:
            opening.post(Desk(at_work, W, "U0LEAD"), 1)
        except CalibrationOver:
            return "over"
        return "posted"

    assert sorted(at_once(post, post)) == ["over", "posted"]
    assert trail(at_work, "opened") == 1
    assert now(at_work).number == 1


def test_the_month_has_one_at_its_minute_and_the_leads_are_told_why(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = team(engine, tmp_path)
    clock.set(TUESDAY - timedelta(seconds=1))
    assert not sweep.open_monthly(at_work, W)
    clock.set(TUESDAY)
    assert sum(at_once(*[lambda: sweep.open_monthly(at_work, W)] * 4)) == 1
    one = now(at_work)
    assert (one.state, one.number, one.scheduled, one.until) == (State.OPEN, 1, True, TUESDAY + timedelta(days=2))
    with session.reading(engine) as connection:
        told = calibration_drawn.opened(connection, W, "calibration:1:opened:U0LEAD", at_work.settings)
    assert "calibration:1:opened:U0LEAD" in owed(engine)
    assert "went badly: rated 1 of 5" in str(told.blocks)
    clock.move(days=20)
    assert not sweep.open_monthly(at_work, W)


@pytest.mark.parametrize(
    "config",
    [
        CONFIG + "[calibration]\nmonthly = false\n",
        CONFIG.replace('qa = "C0QA"', ""),
        CONFIG.replace(', "U0DORA"', ""),
    ],
)
def test_none_by_itself_where_it_is_off_or_could_not_be(engine: Engine, tmp_path: Path, config: str) -> None:
    at_work, clock = team(engine, tmp_path, config)
    clock.set(TUESDAY)
    assert not sweep.open_monthly(at_work, W)
    assert sweep.next_month(at_work) is None


def test_a_month_without_solved_tickets_has_none(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = team(engine, tmp_path, tickets=0)
    clock.set(TUESDAY)
    assert not sweep.open_monthly(at_work, W)
    assert owed(engine) == []
