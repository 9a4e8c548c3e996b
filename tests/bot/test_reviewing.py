"""Two reviewers, one ticket, at the same moment: one review is kept, and the other reviewer is told whose it is."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bot.actions.review import scored
from bot.desk import Desk, FieldErrors, Submission
from bot.reviews import replying, scoring
from db import reviews, session
from domain import refusal
from domain.scorecard import DIMENSIONS
from tests.bot.house import W, house, owed, solved
from tests.bot.test_review_shares import CONFIG
from tests.together import at_once


def test_of_two_at_once_one_is_kept_and_the_other_is_told_whose_it_is(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 10, "U0ANA")

    def submit(reviewer: str, number: int) -> str:
        try:
            scoring.submit(Desk(at_work, W, reviewer), number, "U0ANA", dict(DIMENSIONS), {})
        except refusal.ReviewedBySomebody as refused:
            return "refused" if refused.reviewer != reviewer else "refused for oneself"
        return "kept"

    for number in range(1, 11):
        told = at_once(partial(submit, "U0REV1", number), partial(submit, "U0REV2", number))
        assert sorted(told) == ["kept", "refused"]
    with session.reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(reviews.reviews)) == 10


def test_two_replies_of_one_agent_at_once_are_both_kept_and_passed_on(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 10, "U0ANA")
    for number in range(1, 11):
        scoring.submit(Desk(at_work, W, "U0REV1"), number, "U0ANA", dict(DIMENSIONS), {})
        said = [partial(replying.send, Desk(at_work, W, "U0ANA"), number, text) for text in ("I see", "And thank you")]
        assert all("Your reply went to" in told.text for told in at_once(*said))
        with session.reading(engine) as connection:
            kept = reviews.replies_to(connection, W, number, "U0ANA")
        assert [one.place for one in kept] == [1, 2]
        assert sorted(one.text for one in kept) == ["And thank you", "I see"]
        assert len(owed(engine, f"review:T-{number}:U0ANA:note:")) == 4  # the reviewer and the lead, of each


def test_a_reply_that_comes_in_twice_at_once_is_one_and_answered_twice(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 5, "U0ANA")
    for number in range(1, 6):
        scoring.submit(Desk(at_work, W, "U0REV1"), number, "U0ANA", dict(DIMENSIONS), {})
        desk = Desk(at_work, W, "U0ANA", delivery=f"window {number}")
        first, second = at_once(*[partial(replying.send, desk, number, "I see")] * 2)
        assert first == second
        with session.reading(engine) as connection:
            assert len(reviews.replies_to(connection, W, number, "U0ANA")) == 1


def test_two_scorecards_of_one_reviewer_at_once_are_two_versions(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 10, "U0ANA")
    for number in range(1, 11):
        given = (dict(DIMENSIONS), dict.fromkeys(DIMENSIONS, 5))
        at_once(*[partial(scoring.submit, Desk(at_work, W, "U0REV1"), number, "U0ANA", one, {}) for one in given])
        with session.reading(engine) as connection:
            kept = reviews.versions(connection, W, number, "U0ANA")
        assert ([one.version for one in kept], {one.total for one in kept}) == ([1, 2], {25, 100})


def test_the_server_judges_each_field_whatever_the_window_let_through(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 1, "U0ANA")
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
    with session.reading(engine) as connection:
        assert reviews.of_ticket(connection, W, 1) == []


def test_what_was_opened_before_somebody_else_solved_it_anew_is_not_kept(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 1, "U0ANA")
    desk = Desk(at_work, W, "U0REV1")
    with pytest.raises(refusal.StaleButton):
        scoring.submit(desk, 1, "U0BEN", dict(DIMENSIONS), {})
    with session.reading(engine) as connection:
        assert reviews.of_ticket(connection, W, 1) == []
