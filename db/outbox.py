"""What is owed to Slack: one row a message or edit, written in the transaction of the fact that caused it.

How a row is claimed and settled is in `db.outbox_claims`.
"""

import json
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, Connection, Index, RowMapping, Update, case, delete, literal, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from db import bulk
from db.types import BigId, Instant
from domain.instants import to_micros

POST = "chat.postMessage"
EDIT = "chat.update"
# Conditions in words, not as parameters: only so does SQLite see that a partial index covers a query.
UNSETTLED = "state in ('owed', 'claimed', 'unsure')"
IN_FLIGHT = "state in ('claimed', 'unsure')"
PARKED = "state = 'parked'"
PARENT_PARKED = "parent_parked"
_UNLESS_KNOWN = "ON CONFLICT (workspace_id, key) DO NOTHING"
_DRAWN = "drawn"


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
    `lane` is the queue the row stands in: its channel, its thread, or the post it edits; one row a lane is in
    flight. `not_before` is when it joins the queue; `again_at` when somebody has to attend to it again: to
    retry it (owed), to look for it (unsure), or to give its claim up for lost (claimed).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_key", "workspace_id", "key", unique=True),
        Index(
            "outbox_unsettled",
            "workspace_id",
            "lane",
            "urgency",
            "outbox_id",
            sqlite_where=text(UNSETTLED),
            postgresql_where=text(UNSETTLED),
        ),
        Index(
            "outbox_in_flight",
            "workspace_id",
            "lane",
            unique=True,
            sqlite_where=text(IN_FLIGHT),
            postgresql_where=text(IN_FLIGHT),
        ),
        Index(
            "outbox_parked",
            "workspace_id",
            "reason",
            "outbox_id",
            sqlite_where=text(PARKED),
            postgresql_where=text(PARKED),
        ),
    )

    workspace_id: str
    outbox_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str
    method: str = POST
    channel: str
    lane: str
    reply_to: str | None = None
    edits: str | None = None
    urgency: int = Urgency.ORDINARY.value
    payload: dict[str, Any] = Field(sa_type=JSON)
    revision: int = 1
    resend_if_unsure: bool = True
    state: str = State.OWED.value
    not_before: datetime = Field(sa_type=Instant)
    again_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    detail: str | None = None
    sent_channel: str | None = None
    sent_ts: str | None = None
    owed_at: datetime = Field(sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


outbox = SQLModel.metadata.tables["outbox"]


def drawn(name: str) -> dict[str, Any]:
    """A payload that is drawn when it is sent, by what is called `name`, and shows things as they are then."""
    return {_DRAWN: name}


def drawn_by(payload: dict[str, Any]) -> str | None:
    """The name in a payload of `drawn`; None for one that says itself what Slack is told."""
    return payload.get(_DRAWN)


def inserting(connection: Connection, table: Any) -> Any:
    """An INSERT that knows `on_conflict_…`: both databases have it, SQLAlchemy keeps one class for each."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def owe(
    connection: Connection,
    workspace_id: str,
    key: str,
    channel: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    urgency: Urgency = Urgency.ORDINARY,
    reply_to: str | None = None,
    resend_if_unsure: bool = True,
    not_before: datetime | None = None,
) -> bool:
    """Owe a post to `channel` (a channel's id, or a person's for a direct message).

    `payload` is what Slack is to be told (text, blocks), or `drawn`; `reply_to` is the key of the post in whose thread
    this one goes; `not_before` keeps it until then. `resend_if_unsure` says what to do when nobody can tell
    whether it arrived: post it again, or leave it to a person. False: the key is known, nothing was done.
    """
    row = _new_row(workspace_id, key, channel, payload, now) | {
        "lane": channel if reply_to is None else f"{channel}>{reply_to}",
        "urgency": urgency.value,
        "reply_to": reply_to,
        "resend_if_unsure": resend_if_unsure,
        "not_before": not_before or now,
    }
    stored = row | {"payload": json.dumps(payload), **{at: to_micros(row[at]) for at in ("not_before", "owed_at")}}
    return bulk.insert(connection, outbox, tuple(stored), [tuple(stored.values())], _UNLESS_KNOWN) == 1


def owe_edit(connection: Connection, workspace_id: str, edits: str, payload: dict[str, Any], now: datetime) -> bool:
    """Owe the post with the key `edits` a new rendering; only the newest is kept.

    A post that is not out yet simply takes it over; one that may be on its way is edited when it is known to
    be there. False: there is no such post, nothing was done.
    """
    post = _of_key(workspace_id, edits)
    waiting = post & outbox.c.state.in_((State.OWED, State.PARKED))
    if connection.execute(update(outbox).where(waiting).values(payload=payload)).rowcount == 1:
        stale = _of_key(workspace_id, _edit_key(edits)) & (outbox.c.state != State.CLAIMED)
        connection.execute(delete(outbox).where(stale))
        return True
    channel = connection.scalar(select(outbox.c.channel).where(post))
    if channel is None:
        return False
    _owe_rendering(connection, workspace_id, edits, channel, payload, now)
    return True


def _owe_rendering(
    connection: Connection, workspace_id: str, edits: str, channel: str, payload: dict[str, Any], now: datetime
) -> None:
    row = _new_row(workspace_id, _edit_key(edits), channel, payload, now) | {
        "method": EDIT,
        "lane": _edit_key(edits),
        "edits": edits,
        "urgency": Urgency.LATER.value,
    }
    insertion = inserting(connection, outbox).values(row)
    # An edit that is on its way keeps its claim; settling it sees the newer revision and owes it again.
    on_its_way = outbox.c.state.in_((State.CLAIMED, State.UNSURE))
    newer = {
        "payload": insertion.excluded.payload,
        "revision": outbox.c.revision + 1,
        "state": case((on_its_way, outbox.c.state), else_=State.OWED.value),
        "again_at": case((outbox.c.state.in_((State.SENT, State.PARKED)), None), else_=outbox.c.again_at),
        "not_before": case((outbox.c.state == State.OWED, outbox.c.not_before), else_=literal(now, Instant())),
        "settled_at": None,
    }
    connection.execute(insertion.on_conflict_do_update(index_elements=["workspace_id", "key"], set_=newer))


def _edit_key(edits: str) -> str:
    return f"edit:{edits}"


def _new_row(workspace_id: str, key: str, channel: str, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "key": key,
        "channel": channel,
        "payload": payload,
        "method": POST,
        "revision": 1,
        "resend_if_unsure": True,
        "state": State.OWED.value,
        "not_before": now,
        "attempts": 0,
        "owed_at": now,
    }


def _of_key(workspace_id: str, key: str) -> Any:
    return (outbox.c.workspace_id == workspace_id) & (outbox.c.key == key)


def find(connection: Connection, workspace_id: str, key: str) -> RowMapping | None:
    """The row with this key, every column of it, or None."""
    return connection.execute(select(outbox).where(_of_key(workspace_id, key))).mappings().first()


def parked(connection: Connection, workspace_id: str, most: int = 100) -> list[RowMapping]:
    """What only a person can set going again, the oldest first, at most `most`, every column."""
    wanted = select(outbox).where(outbox.c.workspace_id == workspace_id, text(PARKED))
    return list(connection.execute(wanted.order_by(outbox.c.outbox_id).limit(most)).mappings())


def unsettled(connection: Connection, workspace_id: str, most: int = 100) -> list[RowMapping]:
    """What is owed, on its way or unsure, the oldest first, at most `most`, every column."""
    wanted = select(outbox).where(outbox.c.workspace_id == workspace_id, text(UNSETTLED))
    return list(connection.execute(wanted.order_by(outbox.c.outbox_id).limit(most)).mappings())


def resend(connection: Connection, workspace_id: str, outbox_id: int, now: datetime) -> bool:
    """Owe a parked or unsure row again, at once, with what waited for it. False: it is neither, or unknown."""
    row = (outbox.c.workspace_id == workspace_id) & (outbox.c.outbox_id == outbox_id)
    stuck = row & outbox.c.state.in_((State.PARKED, State.UNSURE))
    key = connection.scalar(update(outbox).where(stuck).values(_owed_again(now)).returning(outbox.c.key))
    if key is None:
        return False
    connection.execute(_waiting_for(workspace_id, key).where(text(PARKED)).values(_owed_again(now)))
    return True


def redirect(connection: Connection, workspace_id: str, key: str, channel: str, now: datetime) -> bool:
    """Owe a parked post to another channel, with what waited for it. False: it is not parked any more."""
    stuck = _of_key(workspace_id, key) & text(PARKED)
    elsewhere = {"channel": channel, "lane": channel} | _owed_again(now)
    if connection.execute(update(outbox).where(stuck).values(elsewhere)).rowcount != 1:
        return False
    waiting = _waiting_for(workspace_id, key)
    replies = waiting.where(outbox.c.reply_to == key, outbox.c.state.in_((State.OWED, State.PARKED)))
    connection.execute(replies.values(channel=channel, lane=f"{channel}>{key}"))
    connection.execute(waiting.where(text(PARKED)).values(_owed_again(now)))
    return True


def _waiting_for(workspace_id: str, key: str) -> Update:
    """The answers and edits of a post that wait for it, or were parked with it."""
    ours = update(outbox).where(outbox.c.workspace_id == workspace_id)
    parked_with_it = or_(outbox.c.state != State.PARKED, outbox.c.reason == PARENT_PARKED)
    return ours.where(or_(outbox.c.reply_to == key, outbox.c.edits == key), parked_with_it)


def release(connection: Connection, workspace_id: str, reasons: frozenset[str], now: datetime) -> int:
    """Owe again all that was parked for one of these reasons; says how many."""
    mended = update(outbox).where(outbox.c.workspace_id == workspace_id, text(PARKED))
    return connection.execute(mended.where(outbox.c.reason.in_(reasons)).values(_owed_again(now))).rowcount


def _owed_again(now: datetime) -> dict[str, Any]:
    return {
        "state": State.OWED.value,
        "attempts": 0,
        "not_before": now,
        "again_at": None,
        "reason": None,
        "detail": None,
        "settled_at": None,
    }
