"""Digests that were posted, one row a scheduled time; and quick wins that somebody claimed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, select, update
from sqlmodel import Field, SQLModel

from db import workspaces
from db.outbox import inserting
from db.types import Instant


class DigestRow(SQLModel, table=True):
    """A digest at its scheduled time: whatever restarts or runs side by side, it is posted once."""

    __tablename__ = "digest"

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    scheduled_at: datetime = Field(primary_key=True, sa_type=Instant)
    covers: str
    made_at: datetime = Field(sa_type=Instant)
    figures: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class ClaimRow(SQLModel, table=True):
    """A quick win that somebody took on in a week's digest, and whether it is done."""

    __tablename__ = "digest_claim"

    workspace_id: str = Field(primary_key=True)
    week: str = Field(primary_key=True)
    win: str = Field(primary_key=True)
    title: str
    claimed_by: str
    claimed_at: datetime = Field(sa_type=Instant)
    done_by: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=Instant)


digests = SQLModel.metadata.tables["digest"]
claims = SQLModel.metadata.tables["digest_claim"]


def is_made(connection: Connection, workspace_id: str, name: str, scheduled_at: datetime) -> bool:
    """Whether the digest of this scheduled time was made."""
    made = select(digests.c.name).where(digests.c.workspace_id == workspace_id, digests.c.name == name)
    return connection.scalar(made.where(digests.c.scheduled_at == scheduled_at)) is not None


def is_owed(connection: Connection, workspace_id: str, name: str, scheduled_at: datetime) -> bool:
    """Whether what is due at this scheduled time has yet to be made; what was due before the bot came is not."""
    came = workspaces.known_since(connection, workspace_id)
    if came is None or scheduled_at < came.replace(second=0, microsecond=0):
        return False
    return not is_made(connection, workspace_id, name, scheduled_at)


def hold_made_about(connection: Connection, workspace_id: str, covers: str) -> list[tuple[str, datetime]]:
    """The name and scheduled time of every digest that was made about a week (or day), nobody else's until the end."""
    here = (digests.c.workspace_id == workspace_id, digests.c.covers == covers)
    made = select(digests.c.name, digests.c.scheduled_at).where(*here)
    in_order = made.order_by(digests.c.name, digests.c.scheduled_at).with_for_update()
    return [(row.name, row.scheduled_at) for row in connection.execute(in_order)]


def told_then(connection: Connection, workspace_id: str, names: Sequence[str], covers: str) -> dict[str, Any] | None:
    """The figures that the first digest of these names told about a week; None where none was made."""
    this = (digests.c.workspace_id == workspace_id, digests.c.name.in_(names), digests.c.covers == covers)
    wanted = select(digests.c.figures).where(*this, digests.c.figures.is_not(None))
    found: dict[str, Any] | None = connection.scalar(wanted.order_by(digests.c.made_at).limit(1))
    return found


def make(
    connection: Connection,
    workspace_id: str,
    name: str,
    scheduled_at: datetime,
    covers: str,
    now: datetime,
    figures: Mapping[str, Any] | None = None,
) -> bool:
    """Note that it is made, with the figures it tells; False when somebody was faster.

    Belongs in the transaction that owes its posts.
    """
    row = {"workspace_id": workspace_id, "name": name, "scheduled_at": scheduled_at, "covers": covers, "made_at": now}
    row |= {"figures": figures}
    insertion = inserting(connection, digests).values(row).on_conflict_do_nothing()
    return connection.scalar(insertion.returning(digests.c.name)) is not None


def claim(
    connection: Connection, workspace_id: str, week: str, win: str, title: str, person: str, now: datetime
) -> str:
    """Take a quick win on; whose it is now, which is somebody else when they were faster."""
    row = {"workspace_id": workspace_id, "week": week, "win": win, "title": title}
    insertion = inserting(connection, claims).values(row | {"claimed_by": person, "claimed_at": now})
    connection.execute(insertion.on_conflict_do_nothing())
    return str(connection.scalar(select(claims.c.claimed_by).where(*_claim(workspace_id, week, win))))


def done(connection: Connection, workspace_id: str, week: str, win: str, person: str, now: datetime) -> bool:
    """Note that a claimed quick win is done; False when it was before, or nobody claimed it."""
    this = update(claims).where(*_claim(workspace_id, week, win), claims.c.done_at.is_(None))
    return connection.execute(this.values(done_by=person, done_at=now)).rowcount == 1


def claims_of(connection: Connection, workspace_id: str, week: str) -> list[ClaimRow]:
    """What was claimed in a week's digest, the earliest first."""
    wanted = select(claims).where(claims.c.workspace_id == workspace_id, claims.c.week == week)
    found = connection.execute(wanted.order_by(claims.c.claimed_at, claims.c.win))
    return [ClaimRow(**row._mapping) for row in found]


def _claim(workspace_id: str, week: str, win: str) -> tuple[Any, ...]:
    return (claims.c.workspace_id == workspace_id, claims.c.week == week, claims.c.win == win)
