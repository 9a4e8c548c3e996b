"""Which solved tickets a calibration may be made of, and who had them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert

from db import calibration_candidates as candidates
from db import calibrations, reviews, session, tickets, workspaces
from db.clocks import clocks
from domain.calibration_choice import Candidate, Chosen, Kind
from domain.calibration_rules import State
from domain.qa_review import Review
from domain.scorecard import DIMENSIONS
from domain.ticket import Change

W = "T1"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def solved(connection: Connection, days_ago: float, **more: Any) -> int:
    """A ticket that Ana solved so many days ago; its number."""
    at = NOW - timedelta(days=days_ago)
    values = {"subject": "x", "status": "solved", "priority": "P2", "assignee": "U0ANA", "solved_at": at} | more
    return tickets.create(connection, W, values, actor="U0ANA", at=at, now=NOW).number


def breached(connection: Connection, number: int, metric: str, waived: bool = False) -> None:
    """A promise on the ticket that was broken."""
    at = NOW - timedelta(days=1)
    row = {
        "workspace_id": W, "number": number, "metric": metric, "cycle": 1, "alert_cycle": "1", "start": at,
        "state": "breached", "policy": "", "calendar": "", "edition": 1, "target_us": 1, "priority": "P2",
        "breached_at": at, "waived_at": at if waived else None, "version": 1,
    }  # fmt: skip
    connection.execute(insert(clocks).values(row))


def begin(engine: Engine) -> None:
    with session.writing(engine) as connection:
        workspaces.remember(connection, W, W, NOW)
        workspaces.remember(connection, "T2", "T2", NOW)


def test_solved_in_the_last_thirty_days_with_what_is_known(engine: Engine) -> None:
    begin(engine)
    with session.writing(engine) as connection:
        one, two = solved(connection, 1, csat=2), solved(connection, 2, assignee=None, assignee_email="b@x.example")
        solved(connection, 31)
        solved(connection, -1)
        solved(connection, 3, status="open")
        for metric in ("first_response", "resolution", "pickup"):
            breached(connection, one, metric)
        breached(connection, two, "resolution", waived=True)
        poor = dict(zip(DIMENSIONS, (10, 10, 8, 6, 6), strict=True))
        for version, points in ((1, dict(DIMENSIONS)), (2, poor)):
            review = Review(two, "U0BEN", "U0REV", version, points, NOW)
            reviews.keep(connection, W, review)
    with session.reading(engine) as connection:
        found = candidates.solved_lately(connection, W, NOW)
        assert candidates.solved_lately(connection, "T2", NOW) == []
    assert found == [
        Candidate(one, NOW - timedelta(days=1), "U0ANA", 2, None, 2),
        Candidate(two, NOW - timedelta(days=2), "b@x.example", None, 40, 0),
    ]


def test_what_was_calibrated_does_not_come_again_but_a_preview_does_not_count(engine: Engine) -> None:
    begin(engine)
    with session.writing(engine) as connection:
        one, two = solved(connection, 1), solved(connection, 2)
        values = {"channel": "C", "reviewers": ("U1",), "quorum": 3, "until": NOW, "created_by": "U0LEAD"}
        for number in (one, two):
            picked = [(Chosen(number, Kind.GOOD, (("csat", 5),)), ["U0ANA"])]
            made = calibrations.create(connection, W, values, picked, NOW)
        calibrations.change(connection, W, made, state=State.OPEN, number=1)
    with session.reading(engine) as connection:
        assert [found.number for found in candidates.solved_lately(connection, W, NOW)] == [one]


def test_whoever_had_it_at_some_time_handled_it(engine: Engine) -> None:
    begin(engine)
    with session.writing(engine) as connection:
        number = solved(connection, 1)
        found = tickets.find(connection, W, number)
        assert found is not None
        tickets.apply(connection, W, found, Change("assigned", {"assignee": "U0BEN"}), actor="U0LEAD", at=NOW)
    with session.reading(engine) as connection:
        assert candidates.handlers(connection, W, [number]) == {number: ["U0BEN", "U0ANA"]}
