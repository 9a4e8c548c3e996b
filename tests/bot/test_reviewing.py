"""Two reviewers, one ticket, at the same moment: one review is kept, and the other reviewer is told whose it is."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bot.actions.review import scored
from bot.desk import Desk, FieldErrors, Submission
from bot.reviews import scoring
from db import reviews, session
from domain import refusal
from domain.scorecard import DIMENSIONS
from tests.bot.test_review_shares import W, house, solved

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


def test_of_two_at_once_one_is_kept_and_the_other_is_told_whose_it_is(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path)
    solved(engine, 10, "U0ANA", NOON)
    told: list[str] = []

    def submit(reviewer: str, number: int, start: threading.Barrier) -> None:
        start.wait()
        try:
            scoring.submit(Desk(at_work, W, reviewer), number, "U0ANA", dict(DIMENSIONS), {})
            told.append("kept")
        except refusal.ReviewedBySomebody as refused:
            told.append("refused" if refused.reviewer != reviewer else "refused for oneself")

    for number in range(1, 11):
        start = threading.Barrier(2)
        both = [threading.Thread(target=submit, args=(one, number, start)) for one in ("U0REV1", "U0REV2")]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert sorted(told) == ["kept"] * 10 + ["refused"] * 10
    with session.reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(reviews.reviews)) == 10


def test_the_server_judges_each_field_whatever_the_window_let_through(sqlite_engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(sqlite_engine, tmp_path)
    solved(sqlite_engine, 1, "U0ANA", NOON)
    typed = {"accuracy": "26", "communication": "1.5", "process": None, "efficiency": "15", "comment_accuracy": "x"}
    answer = scored(Desk(at_work, W, "U0REV1"), Submission({"number": 1, "agent": "U0ANA"}, typed))
    assert answer == FieldErrors(
        {
            "accuracy": "Whole points from 0 to 25.",
            "communication": "Whole points from 0 to 25.",
            "process": "Whole points from 0 to 20.",
            "going_above": "Whole points from 0 to 15.",
        }
    )
    with session.reading(sqlite_engine) as connection:
        assert reviews.of_ticket(connection, W, 1) == []


def test_what_was_opened_before_somebody_else_solved_it_anew_is_not_kept(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path)
    solved(engine, 1, "U0ANA", NOON)
    desk = Desk(at_work, W, "U0REV1")
    with pytest.raises(refusal.StaleButton):
        scoring.submit(desk, 1, "U0BEN", dict(DIMENSIONS), {})
    with session.reading(engine) as connection:
        assert reviews.of_ticket(connection, W, 1) == []
