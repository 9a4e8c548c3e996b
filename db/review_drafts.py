"""Drafts of reviews: what a reviewer typed and has not submitted, for the next time they open the scorecard.

A draft is its reviewer's alone. It is never told to anybody else, nor exported.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, delete, select
from sqlmodel import Field, SQLModel

from db.outbox import inserting
from db.types import Instant


class ReviewDraftRow(SQLModel, table=True):
    """What one reviewer typed about an agent's work on a ticket, field by field, as typed."""

    __tablename__ = "review_draft"

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    reviewer: str = Field(primary_key=True)
    typed: dict[str, str] = Field(sa_type=JSON)
    saved_at: datetime = Field(sa_type=Instant)


drafts = SQLModel.metadata.tables["review_draft"]


def of_reviewer(
    connection: Connection, workspace_id: str, number: int, agent: str, reviewer: str
) -> Mapping[str, str] | None:
    """What the reviewer typed, where they kept a draft."""
    found: Mapping[str, str] | None = connection.scalar(
        select(drafts.c.typed).where(*_this(workspace_id, number, agent, reviewer))
    )
    return found


def keep(
    connection: Connection,
    workspace_id: str,
    number: int,
    agent: str,
    reviewer: str,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what was typed so far, in place of what was kept before."""
    key = {"workspace_id": workspace_id, "number": number, "agent": agent, "reviewer": reviewer}
    said = {"typed": dict(typed), "saved_at": now}
    insertion = inserting(connection, drafts).values(key | said)
    connection.execute(insertion.on_conflict_do_update(index_elements=list(key), set_=said))


def drop(connection: Connection, workspace_id: str, number: int, agent: str, reviewer: str) -> None:
    """Forget the draft: it was submitted."""
    connection.execute(delete(drafts).where(*_this(workspace_id, number, agent, reviewer)))


def _this(workspace_id: str, number: int, agent: str, reviewer: str) -> tuple[Any, ...]:
    return (
        drafts.c.workspace_id == workspace_id,
        drafts.c.number == number,
        drafts.c.agent == agent,
        drafts.c.reviewer == reviewer,
    )
