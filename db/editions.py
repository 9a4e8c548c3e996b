"""Editions of the promises: what the config said, and since when (docs/SLA.md R7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, bindparam, func, insert, select
from sqlmodel import Field, SQLModel

from db.types import Instant


class EditionRow(SQLModel, table=True):
    """One edition; `config` is the part of the config that promises are made of, as JSON."""

    __tablename__ = "sla_edition"

    workspace_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    config: dict[str, Any] = Field(sa_type=JSON)


editions = SQLModel.metadata.tables["sla_edition"]
_COUNT = select(func.max(editions.c.edition)).where(editions.c.workspace_id == bindparam("workspace"))


def all_of(connection: Connection, workspace_id: str) -> list[tuple[datetime, dict[str, Any]]]:
    """Every edition of a workspace in order: since when, and what."""
    wanted = select(editions.c.since, editions.c.config).where(editions.c.workspace_id == workspace_id)
    return [(row.since, row.config) for row in connection.execute(wanted.order_by(editions.c.edition))]


def count(connection: Connection, workspace_id: str) -> int:
    """How many there are: the number of the newest."""
    return connection.scalar(_COUNT, {"workspace": workspace_id}) or 0


def remember(connection: Connection, workspace_id: str, config: dict[str, Any], now: datetime) -> bool:
    """Add an edition that is in force from now on, unless the newest says the same; whether it was added."""
    known = all_of(connection, workspace_id)
    if known and known[-1][1] == config:
        return False
    row = {"workspace_id": workspace_id, "edition": len(known) + 1, "since": now, "config": config}
    connection.execute(insert(editions).values(row))
    return True
