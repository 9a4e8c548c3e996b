"""A house for what the bot does by itself, without a Slack: a config, a database, and a clock moved by hand."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.desk import House
from bot.settings import Settings, load
from db import outbox, session, tickets, workspaces
from domain.ticket import Priority, Status, Ticket
from tests.clock import MovableClock

W = "T1"
WEDNESDAY = datetime(2026, 3, 18, 12, tzinfo=UTC)


def configured(folder: Path, config: str) -> Settings:
    """The settings that this rethrow.toml gives."""
    path = folder / "rethrow.toml"
    path.write_text(config)
    return load({"RETHROW_CONFIG": str(path)})


def house(engine: Engine, folder: Path, config: str, at: datetime = WEDNESDAY) -> tuple[House, MovableClock]:
    """A house that has known its workspace since `at`, where its clock stands."""
    clock = MovableClock(at)
    with session.writing(engine) as connection:
        workspaces.remember(connection, W, W, at)
    return House(engine, configured(folder, config), clock), clock


def solved(engine: Engine, count: int, agent: str, at: datetime = WEDNESDAY, **more: Any) -> list[Ticket]:
    """So many tickets that an agent solved."""
    values: dict[str, Any] = {"status": Status.SOLVED, "priority": Priority.P2, "assignee": agent}
    values |= {"solved_at": at, "created_at": at, **more}
    with session.writing(engine) as connection:
        return [
            tickets.create(connection, W, {"subject": f"{agent}'s {i}", **values}, actor="import", at=at, now=at)
            for i in range(count)
        ]


def owed(engine: Engine, start: str = "") -> list[str]:
    """The occasions of what is owed to Slack, in order, of those whose name begins so."""
    with session.reading(engine) as connection:
        return [row["key"] for row in outbox.unsettled(connection, W) if row["key"].startswith(start)]
