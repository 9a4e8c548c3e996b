"""What goes on from one row to the next reads those rows, and not all that a workspace has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from db import events, exporting, forgetting, noticing, outbox, retention, tickets, workspaces
from db.session import writing
from domain.ticket import Status
from tests.databases import engine_at
from tests.db.plans import plans_of

WORKSPACE, NOW = "T0ROWS", datetime(2026, 3, 9, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
GOING_ON: dict[str, Callable[[Connection], object]] = {
    "newest": lambda connection: noticing.newest(connection, WORKSPACE),
    "moved": lambda connection: noticing.moved(connection, WORKSPACE, 1, NOW, 10),
    "purge": lambda connection: retention.purge_posts(connection, WORKSPACE, LATER, 10),
    "delete": lambda connection: retention.delete_posts(connection, WORKSPACE, LATER, 10),
    "posts": lambda connection: list(forgetting.posts(connection, WORKSPACE)),
    "export": lambda connection: list(exporting.rows(connection, WORKSPACE, None, lambda table, row: True)),
}


def three_lines_and_posts(engine: Engine) -> None:
    with writing(engine) as connection:
        for number in (1, 2, 3):
            events.record(connection, WORKSPACE, number, kind="created", actor="U0ANA", at=NOW, fields={})
            outbox.owe(connection, WORKSPACE, f"post:{number}", "C0ALERTS", {"text": "hello"}, NOW)


def test_lines_are_found_from_one_on(engine: Engine) -> None:
    three_lines_and_posts(engine)
    with writing(engine) as connection:
        assert [noticing.newest(connection, WORKSPACE, after) for after in (0, 2, 3)] == [3, 3, 3]
        assert (noticing.newest(connection, "T0OTHER"), noticing.newest(connection, "T0OTHER", 7)) == (0, 7)
        assert noticing.moved(connection, WORKSPACE, 1, NOW, 10) == [(2, 2), (3, 3)]
        assert [row["outbox_id"] for row in forgetting.posts(connection, WORKSPACE)] == [1, 2, 3]


def quiet(connection: Connection, after: int = 0, before: datetime = LATER) -> tuple[dict[int, datetime], int]:
    """Two quiet tickets at a time."""
    return noticing.quiet(connection, WORKSPACE, before, NOW, after, 2)


def test_quiet_tickets_are_found_a_few_at_a_time(engine: Engine) -> None:
    urgent = {"subject": "x", "status": Status.OPEN, "priority": "P1", "assignee": "U0ANA"}
    with writing(engine) as connection:
        workspaces.remember(connection, WORKSPACE, "Rows", NOW)
        for other in ({}, {}, {"priority": "P2"}, {"status": Status.PENDING}, {"assignee": None}, {}):
            tickets.create(connection, WORKSPACE, urgent | other, actor="U0ANA", at=NOW, now=NOW)

    with writing(engine) as connection:
        assert quiet(connection) == ({1: NOW, 2: NOW}, 2)
        assert quiet(connection, 2) == ({6: NOW}, 0)
        assert quiet(connection, before=NOW) == ({}, 0)


def test_sqlite_looks_for_quiet_tickets_among_those_that_are_open_and_urgent(sqlite_url: str) -> None:
    with engine_at(sqlite_url) as engine:
        assert "ticket_by_status (workspace_id=? AND status=? AND priority=?)" in plans_of(engine, quiet, "ticket")[0]


@pytest.mark.parametrize("what", GOING_ON)
def test_sqlite_goes_on_from_the_last_row_by_its_number(sqlite_url: str, what: str) -> None:
    with engine_at(sqlite_url) as engine:
        three_lines_and_posts(engine)
        plans = [
            plan
            for plan in plans_of(engine, GOING_ON[what], "ticket_event")
            if "ticket_event" in plan or "outbox" in plan
        ]
        assert plans
        for plan in plans:
            assert ("INTEGER PRIMARY KEY" in plan, "TEMP B-TREE" in plan) == (True, False), plan
