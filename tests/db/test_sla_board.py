"""The board of promises: at risk is what is past a warning as things stand now."""

from sqlalchemy import Engine, update

from bot.sla.sweep import Sweep
from db import clocks, session, sla_board
from domain.ticket import Change, Priority
from tests.domain.sla_story import at
from tests.promises import OFFICE, WORKSPACE, Team, settings


def board(team: Team, when: str) -> tuple[list[str], list[str]]:
    """The metrics of broken promises and of those at risk, and that the list of tickets agrees."""
    with session.reading(team.house.engine) as connection:
        broken = sla_board.breached(connection, WORKSPACE, at(when), 10)
        risky = sla_board.at_risk(connection, WORKSPACE, at(when), 10)
        numbers, total = sla_board.breaching(connection, WORKSPACE, at(when), 0, 10)
    assert len(numbers) == total == len({one.number for one in (*broken.rows, *risky.rows)})
    assert (broken.total, risky.total) == (len(broken.rows), len(risky.rows))
    return [one.metric for one in broken.rows], [one.metric for one in risky.rows]


def test_a_promise_is_at_risk_from_its_first_warning_until_it_is_due(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"warn_at": ["30m", 0.8]}))
    team.opens("mon 9:00")
    assert board(team, "mon 9:29") == ([], [])
    assert board(team, "mon 9:30") == ([], ["first_response"]), "whether anybody was told of it or not"
    assert board(team, "mon 10:00") == (["first_response"], [])


def test_with_more_time_it_is_not_at_risk_any_more(engine: Engine) -> None:
    hour, day = ({"first_response": length, "resolution": "3d", "pickup": "3d"} for length in ("60m", "24h"))
    team = Team.at(engine, "mon 9:00", settings(sla={"calendar": "office", "P1": hour, "P3": day}))
    number = team.opens("mon 9:00", "P1")
    team.clock.set(at("mon 9:50"))
    Sweep(team.house, WORKSPACE).turn()
    assert board(team, "mon 9:50") == ([], ["first_response"])
    team.does("mon 9:52", number, Change("prioritised", {"priority": Priority.P3}))
    assert board(team, "mon 9:53") == ([], [])


def test_crossings_that_cannot_be_read_are_no_warning_and_spoil_no_list(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    team.opens("mon 9:00")
    for spoilt in ("", "warn:80%", "warn:80%@soon"):
        with session.writing(engine) as connection:
            connection.execute(update(clocks.clocks).values(crossings=spoilt))
        assert board(team, "mon 9:01") == ([], [])
