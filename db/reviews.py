"""QA reviews: each version a row of its own that nobody changes, and the replies of those who were reviewed.

What is in here is for the agent, the reviewer and the leads alone: `/review show` of domain/roles.py says so.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, func, insert, select
from sqlmodel import Field, SQLModel

from db.types import Instant
from domain.qa_review import Reply, Review


class ReviewRow(SQLModel, table=True):
    """One version of the review of an agent's work on a ticket; the highest version holds."""

    __tablename__ = "review"
    __table_args__ = (Index("review_of_agent", "workspace_id", "agent", "at"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    reviewer: str
    points: dict[str, int] = Field(sa_type=JSON)
    comments: dict[str, str] = Field(sa_type=JSON)
    total: int
    at: datetime = Field(sa_type=Instant)


class ReviewReplyRow(SQLModel, table=True):
    """What the agent said to their review, in order."""

    __tablename__ = "review_reply"

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    version: int
    text: str
    at: datetime = Field(sa_type=Instant)


reviews = SQLModel.metadata.tables["review"]
replies = SQLModel.metadata.tables["review_reply"]


def versions(connection: Connection, workspace_id: str, number: int, agent: str) -> list[Review]:
    """Every version of an agent's review on a ticket, the oldest first."""
    wanted = _of_ticket(workspace_id, number).where(reviews.c.agent == agent)
    return [_review(row) for row in connection.execute(wanted.order_by(reviews.c.version))]


def of_ticket(connection: Connection, workspace_id: str, number: int) -> list[Review]:
    """The version that holds of each review on a ticket; several where agents solved it one after the other."""
    rows = connection.execute(_of_ticket(workspace_id, number).order_by(reviews.c.at, reviews.c.version))
    return list({row.agent: _review(row) for row in rows}.values())


def _of_ticket(workspace_id: str, number: int) -> Any:
    return select(reviews).where(reviews.c.workspace_id == workspace_id, reviews.c.number == number)


def keep(connection: Connection, workspace_id: str, review: Review) -> None:
    """Store a version; raises IntegrityError when that version is there already."""
    row = {
        "workspace_id": workspace_id, "number": review.number, "agent": review.agent, "version": review.version,
        "reviewer": review.reviewer, "points": dict(review.points), "comments": dict(review.comments),
        "total": review.total, "at": review.at,
    }  # fmt: skip
    connection.execute(insert(reviews).values(row))


def reviewed(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> set[tuple[int, str]]:
    """The (ticket, agent) among these tickets that have a review."""
    wanted = select(reviews.c.number, reviews.c.agent).distinct()
    wanted = wanted.where(reviews.c.workspace_id == workspace_id, reviews.c.number.in_(numbers))
    return {(row.number, row.agent) for row in connection.execute(wanted)}


def latest_totals(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> dict[int, int]:
    """The total of each ticket's latest review, of 100; tickets without one are left out."""
    wanted = select(reviews.c.number, reviews.c.total)
    wanted = wanted.where(reviews.c.workspace_id == workspace_id, reviews.c.number.in_(numbers))
    found = connection.execute(wanted.order_by(reviews.c.at, reviews.c.version))
    return {row.number: row.total for row in found}


def reply(connection: Connection, workspace_id: str, review: Review, text: str, now: datetime) -> int:
    """Keep what the agent replied; its place among their replies, from 1."""
    theirs = (
        replies.c.workspace_id == workspace_id,
        replies.c.number == review.number,
        replies.c.agent == review.agent,
    )
    place = (connection.scalar(select(func.max(replies.c.place)).where(*theirs)) or 0) + 1
    row = {"workspace_id": workspace_id, "number": review.number, "agent": review.agent, "place": place}
    connection.execute(insert(replies).values(row | {"version": review.version, "text": text, "at": now}))
    return place


def replies_to(connection: Connection, workspace_id: str, number: int, agent: str) -> list[Reply]:
    """What the agent replied, in order."""
    wanted = select(replies).where(
        replies.c.workspace_id == workspace_id, replies.c.number == number, replies.c.agent == agent
    )
    found = connection.execute(wanted.order_by(replies.c.place))
    return [Reply(row.place, row.version, row.text, row.at) for row in found]


def _review(row: Any) -> Review:
    return Review(row.number, row.agent, row.reviewer, row.version, row.points, row.at, row.comments)
