"""What has been received: each delivery is remembered with its answer, so that a second copy changes nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, bindparam, insert, select
from sqlmodel import Field, SQLModel

from db.types import Instant


class ReceivedRow(SQLModel, table=True):
    """One delivery: `key` names it (`slack:<trigger id>`, `generic:<event id>`)."""

    __tablename__ = "received"
    __table_args__ = (Index("received_by_age", "workspace_id", "at"),)

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    answer: dict[str, Any] = Field(sa_type=JSON)


received = SQLModel.metadata.tables["received"]

_ANSWER = select(received.c.answer).where(
    received.c.workspace_id == bindparam("workspace"), received.c.key == bindparam("key")
)
_REMEMBER = insert(received)


def answer_to(connection: Connection, workspace_id: str, key: str) -> dict[str, Any] | None:
    """What was answered to this delivery before, or None if it is new."""
    found: dict[str, Any] | None = connection.scalar(_ANSWER, {"workspace": workspace_id, "key": key})
    return found


def remember(connection: Connection, workspace_id: str, key: str, now: datetime, answer: dict[str, Any]) -> None:
    """Record the delivery; a second copy at the same moment fails here (IntegrityError) and is rolled back whole."""
    connection.execute(_REMEMBER, {"workspace_id": workspace_id, "key": key, "at": now, "answer": answer})
