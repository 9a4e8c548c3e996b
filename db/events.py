"""The audit trail: one row for every change of a ticket, with who, when, and each field before and after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, insert, select, text, update
from sqlmodel import Field, SQLModel

from db.types import BigId, Instant
from domain.instants import from_micros, to_micros
from domain.ticket import Event

# What ends a handoff told others, so it is not taken back: the ticket is moved or handed on anew.
ENDED_HANDOFFS = ("declined", "handed_back", "resolved")
# Lines about a ticket that change none of its fields: there is nothing to put back.
NOT_UNDOABLE = (
    "recomputed",
    "waived",
    "no_reply_needed",
    "tier_changed",
    "handed_off",
    "acknowledged",
    "handoff_ended",
    "judged",
    "forgotten",
    "reviewed",
    *ENDED_HANDOFFS,
)
# In words, not as a parameter: only so does SQLite see that the partial index covers a query.
ESCALATED = "kind = 'escalated'"
REPLIED = "kind = 'replied'"
INSTANT_FIELDS = frozenset({"first_response_at", "solved_at", "closed_at", "created_at", "source_updated_at"})


class EventRow(SQLModel, table=True):
    """One change: `at` is when it happened, `recorded_at` when it was heard of."""

    __tablename__ = "ticket_event"
    __table_args__ = (
        Index("event_of_ticket", "workspace_id", "number", "at"),
        Index("event_of_actor", "workspace_id", "actor", "recorded_at"),
        Index(
            "event_escalated",
            *("workspace_id", "number", "undone"),
            sqlite_where=text(ESCALATED),
            postgresql_where=text(ESCALATED),
        ),
        Index(
            "event_replied",
            *("workspace_id", "at", "undone", "number"),
            sqlite_where=text(REPLIED),
            postgresql_where=text(REPLIED),
        ),
    )

    workspace_id: str
    event_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: int
    at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    actor: str
    kind: str
    fields: dict[str, Any] = Field(sa_type=JSON)
    undoes: int | None = Field(default=None, sa_type=BigId)
    undone: bool = False


events = SQLModel.metadata.tables["ticket_event"]
_RECORD = insert(events)


def record(
    connection: Connection,
    workspace_id: str,
    number: int,
    *,
    kind: str,
    actor: str,
    at: datetime,
    fields: Mapping[str, tuple[Any, Any]],
    recorded_at: datetime | None = None,
    undoes: int | None = None,
) -> None:
    """Write one line of the audit trail; `fields` maps a field to its value before and after."""
    connection.execute(
        _RECORD,
        {
            "workspace_id": workspace_id,
            "number": number,
            "at": at,
            "recorded_at": recorded_at or at,
            "actor": actor,
            "kind": kind,
            "fields": {name: [as_json(before), as_json(after)] for name, (before, after) in fields.items()},
            "undoes": undoes,
            "undone": False,
        },
    )


def of_ticket(connection: Connection, workspace_id: str, number: int) -> list[Event]:
    """The whole trail of a ticket, in the order in which things happened."""
    wanted = select(events).where(events.c.workspace_id == workspace_id, events.c.number == number)
    return [_event(row) for row in connection.execute(wanted.order_by(events.c.at, events.c.event_id))]


def of_tickets(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> dict[int, list[Event]]:
    """The trails of several tickets, each in the order in which things happened."""
    if len(numbers) == 1:
        return {numbers[0]: of_ticket(connection, workspace_id, numbers[0])}
    wanted = select(events).where(events.c.workspace_id == workspace_id, events.c.number.in_(numbers))
    trails: dict[int, list[Event]] = {number: [] for number in numbers}
    for row in connection.execute(wanted.order_by(events.c.number, events.c.at, events.c.event_id)):
        trails[row.number].append(_event(row))
    return trails


def last_of_ticket(connection: Connection, workspace_id: str, number: int) -> Event | None:
    """The ticket's latest recorded change."""
    wanted = select(events).where(events.c.workspace_id == workspace_id, events.c.number == number)
    row = connection.execute(wanted.order_by(events.c.event_id.desc()).limit(1)).first()
    return None if row is None else _event(row)


def last_of_actor(
    connection: Connection, workspace_id: str, actor: str, since: datetime, number: int | None = None
) -> Event | None:
    """The actor's latest change since `since` that was not undone and is not an undo, on one ticket or any."""
    wanted = select(events).where(
        events.c.workspace_id == workspace_id,
        events.c.actor == actor,
        events.c.recorded_at >= since,
        events.c.undone.is_(False),
        events.c.undoes.is_(None),
        events.c.kind.not_in(NOT_UNDOABLE),
    )
    if number is not None:
        wanted = wanted.where(events.c.number == number)
    row = connection.execute(wanted.order_by(events.c.event_id.desc()).limit(1)).first()
    return None if row is None else _event(row)


def mark_undone(connection: Connection, workspace_id: str, event_id: int) -> bool:
    """Claim the undo of a change; False when somebody has undone it already."""
    claim = (
        update(events)
        .where(events.c.workspace_id == workspace_id, events.c.event_id == event_id, events.c.undone.is_(False))
        .values(undone=True)
    )
    return connection.execute(claim).rowcount == 1


def _event(row: Any) -> Event:
    values = dict(row._mapping)
    del values["workspace_id"]
    values["fields"] = {name: (_back(name, old), _back(name, new)) for name, (old, new) in row.fields.items()}
    return Event(**values)


def as_json(value: Any) -> Any:
    """A field's value as the trail keeps it: instants as microseconds since 1970, tuples as lists."""
    if isinstance(value, datetime):
        return to_micros(value)
    return list(value) if isinstance(value, tuple) else value


def _back(name: str, value: Any) -> Any:
    if name in INSTANT_FIELDS and isinstance(value, int):
        return from_micros(value)
    return tuple(value) if isinstance(value, list) else value
