"""The week's figures in SQL equal a plain recount of the raw rows, on every kind of database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.desk import Desk
from bot.digests.gathering import figures_of
from db import session, tickets
from db.types import from_micros
from domain.digest_window import week_named
from domain.ticket import Status, reopen
from domain.week_figures import as_json
from tests.conftest import MovableClock
from tests.db import plain_figures
from tests.db.history import BEGINS, History, W

WEEKS = ("2026-W10", "2026-W11", "2026-W12", "2026-W13", "2026-W14", "2026-W15")


def only(told: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The keys that the other has."""
    return {
        key: only(told[key], value) if isinstance(value, dict) and key not in ("categories", "areas") else told[key]
        for key, value in like.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_equals_a_plain_recount(engine: Engine, clock: MovableClock, seed: int) -> None:
    history = History(engine, clock, seed).live(count=40)
    for name in WEEKS:
        week = week_named(name, "Europe/London")
        now, before = figures_of(history.house, W, week, 2, ())
        told = as_json(now, before)
        start, end = plain_figures.micros(week.start), plain_figures.micros(week.end)
        expected = plain_figures.figures(engine, start, end)
        oldest = expected.pop("oldest")
        assert only(told, expected) == expected, name
        assert now.backlog_since == (None if oldest is None else from_micros(oldest))
        assert told["previous"]["week"] == week.before().name


def test_a_past_week_stays_as_it_was_whatever_happens_to_its_tickets(
    sqlite_engine: Engine, clock: MovableClock
) -> None:
    history = History(sqlite_engine, clock, 1).live(count=30, days=7)
    week = week_named("2026-W11", "UTC")
    (then,) = figures_of(history.house, W, week, 1, ())
    with session.writing(sqlite_engine) as connection:
        for number in range(1, 31):
            found = tickets.find(connection, W, number)
            if found and found.status is Status.SOLVED:
                later = BEGINS + timedelta(days=60)
                Desk(history.house, W, "U1").change(connection, found, reopen(found, later), later)
    (now,) = figures_of(history.house, W, week, 1, ())
    assert then.solved
    # A promise that runs again is undecided again; nothing else moves.
    assert replace(now, kept={}) == replace(then, kept={})


def test_a_week_without_tickets_has_shares_of_nothing(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 0).live(count=0)
    (found,) = figures_of(history.house, W, week_named("2026-W12", "UTC"), 1, ())
    told = as_json(found)
    assert told["volume"]["new"] == told["volume"]["backlog"] == 0
    nothing = [
        told["quality"]["csat"],
        told["quality"]["first_contact"],
        told["escalation"],
        told["kept"]["resolution"],
    ]
    assert [one["share"] for one in nothing] == [None] * 4
    assert told["speed"]["resolution"] == {
        "n": 0, "median_minutes": None, "mean_minutes": None, "p95_minutes": None,
    }  # fmt: skip


def test_a_digest_of_some_areas_counts_only_theirs(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 3).live(count=40)
    week = week_named("2026-W12", "UTC")
    (everything,) = figures_of(history.house, W, week, 1, ())
    (api,) = figures_of(history.house, W, week, 1, ("api",))
    assert set(api.areas) <= {"api"}
    assert api.areas.get("api", 0) == everything.areas.get("api", 0) == api.solved
    assert sum(api.categories.values()) == api.solved
    assert sum(everything.categories.values()) == everything.solved
