"""The schema and its migrations: every table named here, brought up to date by Alembic."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from db import (
    alerts,
    calibrations,
    clocks,
    customers,
    digests,
    editions,
    events,
    handoffs,
    outbox,
    received,
    reopenings,
    retention,
    review_drafts,
    review_shares,
    reviews,
    slack_pace,
    tickets,
    votes,
    workspaces,
)

TABLES = (
    workspaces,
    customers,
    tickets,
    events,
    received,
    outbox,
    slack_pace,
    editions,
    clocks,
    alerts,
    handoffs,
    reopenings,
    digests,
    calibrations,
    votes,
    reviews,
    review_drafts,
    review_shares,
    retention,
)
METADATA = SQLModel.metadata


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema, in one transaction; does nothing when it is there already."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            _take_your_time(connection)
        command.upgrade(_config(connection), "head")


def _take_your_time(connection: Connection) -> None:
    """A migration of a large table takes as long as it takes; of several processes that start, one migrates."""
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = 0")
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('rethrow schema'))")


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest schema."""
    return MigrationContext.configure(connection).get_current_heads() == _newest()


@cache
def _newest() -> tuple[str, ...]:
    """What the newest migration is called: they are read once, as `/readyz` asks again and again."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())
