"""The week's figures in SQL equal a plain recount of the raw rows, on every kind of database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from bot.desk import Desk
from bot.digests.gathering import figures_of
from bot.settings import Settings
from bot.settings_sections import ConfigFile
from db import digest_facts, session, tickets
from domain.business_hours import elapsed, is_open
from domain.digest_window import week_named
from domain.instants import from_micros
from domain.review_scope import EVERYTHING, Scope
from domain.ticket import Change, Priority, Status, assign, reopen
from domain.week_figures import Share, as_json
from tests.clock import MovableClock
from tests.db import plain_figures
from tests.db.history import BEGINS, History, W
from tests.together import at_once

HOURS = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
AT_AN_OFFICE = Settings(
    file=ConfigFile.model_validate(
        {"calendars": {"office": {"timezone": "Europe/London", "hours": HOURS}}, "sla": {"calendar": "office"}}
    )
)
OFFICE = AT_AN_OFFICE.calendars["office"]
WEEKS = ("2026-W10", "2026-W11", "2026-W12", "2026-W13", "2026-W14", "2026-W15")


def only(told: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The keys that the other has."""
    whole = ("categories", "areas", "sentiment")
    return {
        key: only(told[key], value) if isinstance(value, dict) and key not in whole else told[key]
        for key, value in like.items()
    }


def worked(spans: list[tuple[int, int]]) -> dict[str, Any]:
    """The same as speeds of working time, each span measured alone."""
    taken = [elapsed(OFFICE, from_micros(start), from_micros(end)) // timedelta(microseconds=1) for start, end in spans]
    return plain_figures.speed(pl.Series(taken, dtype=pl.Int64))


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_equals_a_plain_recount(engine: Engine, clock: MovableClock, seed: int) -> None:
    history = History(engine, clock, seed, AT_AN_OFFICE).live(count=40)
    for name in WEEKS:
        week = week_named(name, "Europe/London")
        now, before = figures_of(history.house, W, week, 2, EVERYTHING)
        told = as_json(now, before)
        start, end = plain_figures.micros(week.start), plain_figures.micros(week.end)
        expected = plain_figures.figures(engine, start, end)
        oldest, answers, spans = (expected.pop(name) for name in ("oldest", "answers", "spans"))
        assert only(told, expected) == expected, name
        assert now.backlog_since == (None if oldest is None else from_micros(oldest))
        assert told["previous"]["week"] == week.before().name
        assert told["speed"]["resolution_working"] == worked(spans["resolution"])
        assert told["speed"]["first_response_working"] == worked(spans["first_response"])
        outside = sum(not is_open(OFFICE, from_micros(at)) for at in answers)
        assert now.overtime == Share(outside, len(answers))
        with session.reading(engine) as connection:
            days = digest_facts.by_day(connection, W, week, EVERYTHING)
            without_answer = digest_facts.solved_without_answer(connection, W, week, EVERYTHING)
        assert tuple(map(sum, zip(*days, strict=True))) == (now.new, now.solved)
        assert without_answer == now.solved, "nobody said how the next customer is spared the question"


def test_a_past_week_stays_as_it_was_whatever_happens_to_its_tickets(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 1).live(count=30, days=7)
    week = week_named("2026-W11", "UTC")
    (then,) = figures_of(history.house, W, week, 1, EVERYTHING)
    with session.writing(engine) as connection:
        for number in range(1, 31):
            found = tickets.find(connection, W, number)
            if found and found.status is Status.SOLVED:
                later = BEGINS + timedelta(days=60)
                Desk(history.house, W, "U1").change(connection, found, reopen(found, later), later)
    (now,) = figures_of(history.house, W, week, 1, EVERYTHING)
    assert then.solved
    # A promise that runs again is undecided again; nothing else moves.
    assert replace(now, kept={}) == replace(then, kept={})


def test_two_that_count_imported_history_at_the_same_moment_give_it_its_clocks_once(
    engine: Engine, clock: MovableClock
) -> None:
    history = History(engine, clock, 1).live(count=0)
    with session.writing(engine) as connection:
        for hour in range(40):
            at, solved_at = BEGINS + timedelta(hours=hour), BEGINS + timedelta(hours=hour + 1)
            known = {"subject": "x", "priority": Priority.P2, "created_at": at}
            born = tickets.create(connection, W, known | {"status": Status.NEW}, actor="U1", at=at, now=at)
            solved = Change("solved", {"status": Status.SOLVED, "solved_at": solved_at})
            assert tickets.apply(connection, W, born, solved, actor="U1", at=solved_at)
    week = week_named("2026-W11", "UTC")
    found = at_once(*[lambda: figures_of(history.house, W, week, 1, EVERYTHING) for _ in range(4)])
    assert [one.kept_of("resolution").kept for (one,) in found] == [40] * 4


def test_a_week_without_tickets_has_shares_of_nothing(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 0).live(count=0)
    (found,) = figures_of(history.house, W, week_named("2026-W12", "UTC"), 1, EVERYTHING)
    told = as_json(found)
    assert told["volume"]["new"] == told["volume"]["backlog"] == 0
    shares = [
        told["quality"]["csat"],
        told["quality"]["first_contact"],
        told["escalation"],
        told["kept"]["resolution"],
    ]
    assert [one["share"] for one in shares] == [None] * 4
    nothing = {"n": 0, "median_minutes": None, "mean_minutes": None, "p95_minutes": None}
    assert told["speed"]["resolution"] == told["speed"]["resolution_working"] == nothing


def test_a_digest_of_some_areas_counts_only_theirs(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 3).live(count=40)
    week = week_named("2026-W12", "UTC")
    (everything,) = figures_of(history.house, W, week, 1, EVERYTHING)
    (api,) = figures_of(history.house, W, week, 1, Scope(areas=("api",)))
    assert set(api.areas) <= {"api"}
    assert api.areas.get("api", 0) == everything.areas.get("api", 0) == api.solved
    assert sum(api.categories.values()) == api.solved
    assert sum(everything.categories.values()) == everything.solved


def test_a_digest_of_some_people_counts_only_their_tickets(engine: Engine, clock: MovableClock) -> None:
    history = History(engine, clock, 4).live(count=40)
    with session.writing(engine) as connection:
        for number in range(1, 41):
            found = tickets.find(connection, W, number)
            if found and found.status is not Status.CLOSED and found.assignee != "U1" and number % 2:
                later = BEGINS + timedelta(days=50)
                Desk(history.house, W, "U1").change(connection, found, assign(found, "U1"), later)
    week = week_named("2026-W12", "UTC")
    (everything,) = figures_of(history.house, W, week, 1, EVERYTHING)
    parts = [figures_of(history.house, W, week, 1, Scope(people=(who,)))[0] for who in ("U1", "U2", "U3")]
    (nobody,) = figures_of(history.house, W, week, 1, Scope(people=("U9",)))
    assert set(parts[0].per_agent) == {"U1"}
    assert sum(part.solved for part in parts) == sum(everything.per_agent.values())
    assert (nobody.new, nobody.solved, nobody.backlog, nobody.kept) == (0, 0, 0, {})
