"""Tickets in the database: numbers without gaps, changes that never overwrite, pages in order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, Engine, select

from db import customers, events, session, tickets, workspaces
from domain.instants import from_micros, to_micros
from domain.ticket import Change, Status, Ticket

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
VALUES = {"subject": "Cannot log in", "status": Status.NEW, "priority": "P2"}


@pytest.fixture(autouse=True)
def _home(engine: Engine) -> None:
    with session.writing(engine) as connection:
        for team in ("T1", "T2"):
            workspaces.remember(connection, team, team, NOW)


def create(connection: Connection, workspace_id: str = "T1", **values: object) -> Ticket:
    return tickets.create(connection, workspace_id, VALUES | values, actor="U0ANA", at=NOW, now=NOW)


def test_each_workspace_numbers_its_own_tickets_from_one(engine: Engine) -> None:
    with session.writing(engine) as connection:
        assert [create(connection, team).number for team in ("T1", "T1", "T2")] == [1, 2, 1]


def test_numbers_have_no_gap_and_no_double_though_many_create_at_once_and_some_fail(engine: Engine) -> None:
    def one(attempt: int) -> None:
        with session.writing(engine) as connection:
            create(connection)
            if attempt % 5 == 0:
                raise InterruptedError

    with ThreadPoolExecutor(8) as people:
        done = [people.submit(one, attempt) for attempt in range(40)]
    assert sum(1 for attempt in done if attempt.exception() is not None) == 8
    with session.reading(engine) as connection:
        numbers = connection.scalars(select(tickets.tickets.c.number).order_by(tickets.tickets.c.number)).all()
    assert numbers == list(range(1, 33))


def test_of_two_changes_to_the_same_sight_of_a_ticket_one_is_written(engine: Engine) -> None:
    with session.writing(engine) as connection:
        seen = create(connection)
    change = {name: Change("assigned", {"assignee": name}) for name in ("U0ANA", "U0BEN")}
    with session.writing(engine) as connection:
        assert tickets.apply(connection, "T1", seen, change["U0ANA"], actor="U0ANA", at=NOW)
    with session.writing(engine) as connection:
        assert not tickets.apply(connection, "T1", seen, change["U0BEN"], actor="U0BEN", at=NOW)
        assert [event.actor for event in events.of_ticket(connection, "T1", 1)] == ["U0ANA", "U0ANA"]
        found = tickets.find(connection, "T1", 1)
    assert found is not None
    assert found.assignee == "U0ANA"


def test_a_ticket_reads_as_it_was_changed(engine: Engine) -> None:
    with session.writing(engine) as connection:
        seen = create(connection, customer_id="acme")
        customers.save(connection, "T1", "acme", name="Acme", tier="business")
        change = Change("solved", {"status": Status.SOLVED, "solved_at": NOW + timedelta(hours=1), "tags": ("vip",)})
        assert tickets.apply(connection, "T1", seen, change, actor="U0ANA", at=NOW)
        found = tickets.find(connection, "T1", 1)
    after = tickets.with_change(seen, change, NOW)
    assert found == replace(after, customer_name="Acme", customer_tier="business")


def test_of_tickets_that_came_at_one_moment_the_last_numbered_is_the_latest(engine: Engine) -> None:
    with session.writing(engine) as connection:
        for _ in range(12):
            create(connection, customer_id="acme")
        found = tickets.of_customer(connection, "T1", "acme", 4)
    assert [one.number for one in found] == [12, 11, 10, 9]


def test_the_trail_gives_back_values_as_they_were(engine: Engine) -> None:
    fields = {"solved_at": (None, NOW), "tags": (("a",), ("a", "b")), "csat": (None, 4)}
    with session.writing(engine) as connection:
        create(connection)
        events.record(connection, "T1", 1, kind="updated", actor="U0ANA", at=NOW, fields=fields)
        last = events.last_of_ticket(connection, "T1", 1)
    assert last is not None
    assert last.fields == fields


def test_nobody_sees_another_workspaces_tickets(engine: Engine) -> None:
    with session.writing(engine) as connection:
        create(connection, external_id="ZD-1")
        assert tickets.find(connection, "T2", 1) is None
        assert tickets.find_external(connection, "T2", "ZD-1") is None
        assert tickets.listed(connection, "T2", "open", "U0ANA", offset=0, limit=10) == ([], 0)


def test_an_instant_without_a_zone_is_refused_and_any_other_comes_back_as_the_same_in_utc() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_micros(datetime(2026, 3, 6))  # noqa: DTZ001 - a naive one is what is refused
    elsewhere = datetime(2026, 3, 6, 18, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert from_micros(to_micros(elsewhere)) == elsewhere
    assert from_micros(to_micros(elsewhere)).tzinfo is UTC
