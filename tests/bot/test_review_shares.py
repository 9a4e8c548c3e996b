"""The weekly draw: once for each week whatever runs, restarts or was down; what it takes, and what it leaves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bot.reviews.shares import sweep
from db import events, outbox, retention, review_shares, reviews, session, tickets
from domain.qa_review import Review
from domain.review_plan import Handled, Pick, Reason, picked
from domain.scorecard import DIMENSIONS
from domain.ticket import Change, Priority, Status
from tests.bot.house import WEDNESDAY, W, house, solved
from tests.together import at_once

CONFIG = """
[team]
leads = ["U0LEAD"]
reviewers = ["U0REV1", "U0REV2"]
[qa]
timezone = "Europe/London"
started = { "U0NEW" = "2026-01-12" }
"""
DUE = datetime(2026, 3, 23, 9, tzinfo=UTC)  # Monday, nine in London: the draw of the week that Wednesday is in


def given(engine: Engine, reviewer: str) -> dict[int, tuple[Reason, ...]]:
    with session.reading(engine) as connection:
        return {share.number: share.reasons for share in review_shares.open_of(connection, W, reviewer)}


def all_given(engine: Engine) -> dict[int, tuple[Reason, ...]]:
    return given(engine, "U0REV1") | given(engine, "U0REV2")


def told(engine: Engine) -> list[tuple[str, str]]:
    """What is owed to Slack: occasion and channel."""
    with session.reading(engine) as connection:
        return [(row["key"], row["channel"]) for row in outbox.unsettled(connection, W)]


def test_at_its_minute_the_week_is_drawn_and_each_reviewer_told_alone(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    solved(engine, 40, "U0OLD", created_at=WEDNESDAY - timedelta(days=400))
    solved(engine, 10, "U0NEW", created_at=WEDNESDAY - timedelta(days=400))
    clock.set(DUE - timedelta(seconds=1))
    assert not sweep(at_work, W)
    clock.set(DUE)
    assert sweep(at_work, W)
    assert not sweep(at_work, W)
    reasons = list(all_given(engine).values())
    assert reasons.count((Reason.SAMPLED,)) == 4
    assert reasons.count((Reason.NEW_AGENT,)) == 3
    sizes = [len(given(engine, reviewer)) for reviewer in ("U0REV1", "U0REV2")]
    assert sorted(sizes) == [3, 4]
    assert sorted(told(engine)) == [
        ("review:share:2026-03-23T09:00Z:U0REV1", "U0REV1"),
        ("review:share:2026-03-23T09:00Z:U0REV2", "U0REV2"),
    ]


def test_an_agents_first_ticket_is_their_first_day_where_nothing_says_otherwise(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    solved(engine, 10, "U0ANA")
    clock.set(DUE)
    assert sweep(at_work, W)
    assert list(all_given(engine).values()) == [(Reason.NEW_AGENT,)] * 3
    assert at_work.settings.qa.started == {"U0NEW": date(2026, 1, 12)}


def test_side_by_side_a_week_is_drawn_once(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    solved(engine, 40, "U0NEW")
    clock.set(DUE + timedelta(days=2))
    assert sum(at_once(*[lambda: sweep(at_work, W)] * 4)) == 1
    assert len(all_given(engine)) == 12
    assert len(told(engine)) == 2


def test_after_weeks_of_downtime_the_draw_takes_in_all_since_the_last_one(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    clock.set(DUE)
    assert sweep(at_work, W)
    for weeks in (1, 2):
        solved(engine, 1, "U0ANA", WEDNESDAY + timedelta(weeks=weeks), csat=1)
    clock.set(DUE + timedelta(weeks=2))
    assert sweep(at_work, W)
    assert set(all_given(engine)) == {1, 2}


def test_a_bad_rating_that_comes_late_brings_a_ticket_to_review_once(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG + "new_share = 0\nshare = 0\n")
    (ticket,) = solved(engine, 1, "U0ANA")
    clock.set(DUE)
    assert sweep(at_work, W)
    assert all_given(engine) == {}
    rated = DUE + timedelta(days=1)
    with session.writing(engine) as connection:
        assert tickets.apply(connection, W, ticket, Change("rated", {"csat": 2}), actor="U0ANA", at=rated)
    for week in (1, 2):
        clock.set(DUE + timedelta(weeks=week))
        assert sweep(at_work, W)
    assert all_given(engine) == {1: (Reason.BADLY_RATED,)}


def test_ratings_that_came_with_an_import_of_old_tickets_bring_none_of_them(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    with session.writing(engine) as connection:
        for days in (10, 20):
            at = WEDNESDAY - timedelta(days=days)
            values = {
                "subject": "Old",
                "status": Status.CLOSED,
                "priority": Priority.P2,
                "assignee": "U0ANA",
                "csat": 1,
            }
            tickets.create(
                connection, W, values | {"solved_at": at, "created_at": at}, actor="import", at=at, now=WEDNESDAY
            )
    clock.set(DUE)
    assert sweep(at_work, W)
    assert all_given(engine) == {}


def test_escalated_tickets_are_all_reviewed_and_those_with_a_review_are_not_given_again(
    engine: Engine, tmp_path: Path
) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG + "new_share = 0\nshare = 0\n")
    solved(engine, 3, "U0ANA")
    with session.writing(engine) as connection:
        for number in (1, 2):
            events.record(
                connection, W, number, kind="escalated", actor="U0ANA", at=WEDNESDAY - timedelta(hours=1),
                fields={"status": (Status.OPEN, Status.ESCALATED)},
            )  # fmt: skip
        reviews.keep(connection, W, Review(2, "U0ANA", "U0REV1", 1, dict(DIMENSIONS), WEDNESDAY))
    clock.set(DUE)
    assert sweep(at_work, W)
    assert all_given(engine) == {1: (Reason.ESCALATED,)}


def test_what_no_reviewer_can_take_is_told_to_the_leads(engine: Engine, tmp_path: Path) -> None:
    config = CONFIG.replace('["U0REV1", "U0REV2"]', '["U0REV1"]')
    at_work, clock = house(engine, tmp_path, config)
    solved(engine, 1, "U0REV1", csat=1)
    clock.set(DUE)
    assert sweep(at_work, W)
    assert all_given(engine) == {}
    assert told(engine) == [("review:left_over:2026-03-23T09:00Z:U0LEAD", "U0LEAD")]


def test_what_a_reviewer_left_undone_is_given_to_those_who_are_there(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    solved(engine, 4, "U0ANA", csat=1)
    clock.set(DUE)
    assert sweep(at_work, W)
    left, stays = set(given(engine, "U0REV1")), set(given(engine, "U0REV2"))
    done = min(left)
    with session.writing(engine) as connection:
        reviews.keep(connection, W, Review(done, "U0ANA", "U0REV1", 1, dict(DIMENSIONS), clock.now()))
    others, clock = house(engine, tmp_path, CONFIG.replace('"U0REV1"', '"U0REV3"'))
    clock.set(DUE + timedelta(weeks=1))
    assert sweep(others, W)
    assert given(engine, "U0REV1") == {}
    given_again = set(given(engine, "U0REV2")) | set(given(engine, "U0REV3"))
    assert given_again == (left | stays) - {done}
    assert set(given(engine, "U0REV2")) >= stays


def test_what_was_left_undone_of_a_ticket_that_is_kept_no_more_is_given_to_nobody(
    engine: Engine, tmp_path: Path
) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG.replace('"U0REV1", "U0REV2"', '"U0GONE"'))
    solved(engine, 2, "U0ANA", csat=1)
    clock.set(DUE)
    assert sweep(at_work, W)
    with session.writing(engine) as connection:
        connection.execute(tickets.tickets.update().values(status=Status.CLOSED, closed_at=WEDNESDAY))
        assert retention.delete_tickets(connection, W, DUE, 10) == 2
    solved(engine, 3, "U0ANA", DUE + timedelta(days=1), csat=1)
    others, clock = house(engine, tmp_path, CONFIG)
    clock.set(DUE + timedelta(weeks=1))
    assert sweep(others, W)
    assert set(all_given(engine)) == {3, 4, 5}


def test_the_draw_can_be_worked_out_again_from_its_seed(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, CONFIG)
    solved(engine, 40, "U0NEW")
    clock.set(DUE)
    sweep(at_work, W)
    with session.reading(engine) as connection:
        kept = review_shares.last_draw(connection, W)
    assert kept is not None
    handled = [Handled(number, "U0NEW", WEDNESDAY, frozenset({"U0NEW"})) for number in range(1, 41)]
    started = {"U0NEW": datetime(2026, 1, 12, tzinfo=UTC)}
    again: list[Pick] = picked(handled, started, kept.seed, at_work.settings.qa.rates)
    assert {pick.number for pick in again} == set(all_given(engine))
    assert len(kept.seed) == 32


def test_without_reviewers_or_switched_off_nothing_is_drawn(engine: Engine, tmp_path: Path) -> None:
    for config in ("", CONFIG + "weekly = false\n"):
        at_work, clock = house(engine, tmp_path, config)
        clock.set(DUE)
        assert not sweep(at_work, W)


def test_what_was_due_before_the_bot_came_is_not_drawn(engine: Engine, tmp_path: Path) -> None:
    at_work, _ = house(engine, tmp_path, CONFIG)
    solved(engine, 40, "U0NEW", WEDNESDAY - timedelta(days=7))
    assert not sweep(at_work, W)
