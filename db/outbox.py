"""What is owed to Slack: one row a message or edit, written in the transaction of the fact that caused it."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from db.types import BigId, Instant


class State(StrEnum):
    """Where a row stands: owed → claimed → sent, or unsure (no clear answer), or parked (a person must look)."""

    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    UNSURE = "unsure"
    PARKED = "parked"


class Urgency(IntEnum):
    """What goes first: a broken promise before news, news before edits and digests."""

    ALERT = 0
    ORDINARY = 1
    LATER = 2


class OutboxRow(SQLModel, table=True):
    """One post (`method` chat.postMessage) or edit (chat.update). `key` names the occasion and is unique.

    `reply_to` or `edits` name the key of the row whose message is answered in its thread or edited.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_key", "workspace_id", "key", unique=True),
        Index(
            "outbox_unsettled",
            "workspace_id",
            "not_before",
            "urgency",
            "outbox_id",
            sqlite_where=text("state in ('owed', 'claimed', 'unsure')"),
            postgresql_where=text("state in ('owed', 'claimed', 'unsure')"),
        ),
        Index("outbox_by_state", "workspace_id", "state", "outbox_id"),
    )

    workspace_id: str
    outbox_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str
    method: str = "chat.postMessage"
    channel: str
    reply_to: str | None = None
    edits: str | None = None
    urgency: int = Urgency.ORDINARY.value
    payload: dict[str, Any] = Field(sa_type=JSON)
    resend_if_unsure: bool = True
    state: str = State.OWED.value
    not_before: datetime = Field(sa_type=Instant)
    attempts: int = 0
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    sent_channel: str | None = None
    sent_ts: str | None = None
    owed_at: datetime = Field(sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


outbox = SQLModel.metadata.tables["outbox"]
