"""Tickets: their table, finding and listing them, and the one way to change them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Index,
    Select,
    Update,
    bindparam,
    case,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from db import events, reopenings, workspaces
from db.customers import customers
from db.types import Instant
from domain.ticket import Change, Priority, Status, Ticket, Tier

# In words, not as a parameter: only so does SQLite see that the partial index covers a query.
CLOSED = "closed_at is not null"
FOLLOWS = "follow_up_of is not null"


class TicketRow(SQLModel, table=True):
    """One ticket; `domain.ticket.Ticket` says what the columns mean."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_by_external_id", "workspace_id", "external_id", unique=True),
        Index("ticket_by_status", "workspace_id", "status", "priority", "created_at"),
        Index("ticket_by_assignee", "workspace_id", "assignee", "status"),
        Index("ticket_by_customer", "workspace_id", "customer_id", "created_at"),
        Index("ticket_report", "workspace_id", "created_at", "category", "subcategory", "area"),
        Index(
            "ticket_solved",
            *("workspace_id", "solved_at", "created_at", "category", "subcategory", "area"),
            *("assignee", "csat", "agent_replies", "reopened", "sentiment"),
        ),
        Index(
            "ticket_closed",
            *("workspace_id", "closed_at", "number"),
            sqlite_where=text(CLOSED),
            postgresql_where=text(CLOSED),
        ),
        Index("ticket_first_response", "workspace_id", "first_response_at", "created_at", "area"),
        Index(
            "ticket_following",
            *("workspace_id", "follow_up_of", "number"),
            sqlite_where=text(FOLLOWS),
            postgresql_where=text(FOLLOWS),
        ),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    subject: str
    status: str
    priority: str
    priority_reason: str = ""
    priority_by: str | None = None
    tier: str = Tier.L1.value
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    created_by: str = ""
    body: str = ""
    url: str | None = None
    external_id: str | None = None
    source: str = "slack"
    category: str | None = None
    subcategory: str | None = None
    area: str | None = None
    sentiment: str | None = None
    root_cause: str | None = None
    resolution_type: str | None = None
    spared: str | None = None
    spared_url: str | None = None
    customer_id: str | None = None
    requester_email: str | None = None
    assignee: str | None = None
    assignee_email: str | None = None
    tags: list[str] = Field(sa_type=JSON)
    first_response_at: datetime | None = Field(default=None, sa_type=Instant)
    solved_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    source_updated_at: datetime | None = Field(default=None, sa_type=Instant)
    csat: int | None = None
    customer_replies: int = 0
    agent_replies: int = 0
    reopened: int = 0
    follow_up_of: int | None = None
    announced: bool = False
    version: int = 1


tickets = SQLModel.metadata.tables["ticket"]
COLUMNS = frozenset(tickets.c.keys()) - {"workspace_id"}
KINDS: Mapping[str, Callable[[str], Any]] = {"status": Status, "priority": Priority, "tier": Tier}
FIELDS = tuple(field.name for field in fields_of(Ticket))

_WITH_CUSTOMER = tickets.outerjoin(
    customers,
    (customers.c.workspace_id == tickets.c.workspace_id) & (customers.c.customer_id == tickets.c.customer_id),
)
_SELECT = select(
    *(tickets.c[name] for name in FIELDS if name in tickets.c),
    customers.c.name.label("customer_name"),
    customers.c.tier.label("customer_tier"),
).select_from(_WITH_CUSTOMER)
_OF_WORKSPACE = _SELECT.where(tickets.c.workspace_id == bindparam("workspace"))
_NUMBERED = _OF_WORKSPACE.where(tickets.c.number == bindparam("number"))
_EXTERNAL = _OF_WORKSPACE.where(tickets.c.external_id == bindparam("external"))
_INSERT = insert(tickets)


def find(connection: Connection, workspace_id: str, number: int) -> Ticket | None:
    """The ticket `T-number`, or None."""
    return _one(connection, _NUMBERED, {"workspace": workspace_id, "number": number})


def find_external(connection: Connection, workspace_id: str, external_id: str) -> Ticket | None:
    """The ticket that mirrors this one of the helpdesk, or None."""
    return _one(connection, _EXTERNAL, {"workspace": workspace_id, "external": external_id})


def numbered(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of these numbers, in order."""
    wanted = _SELECT.where(tickets.c.workspace_id == workspace_id, tickets.c.number.in_(numbers))
    return [_ticket(row) for row in connection.execute(wanted.order_by(tickets.c.number))]


def hold(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> None:
    """Let nobody else change these tickets until the transaction ends."""
    wanted = select(tickets.c.number).where(tickets.c.workspace_id == workspace_id, tickets.c.number.in_(numbers))
    connection.execute(wanted.order_by(tickets.c.number).with_for_update())


def create(
    connection: Connection,
    workspace_id: str,
    values: Mapping[str, Any],
    *,
    actor: str,
    at: datetime,
    now: datetime,
) -> Ticket:
    """Give the ticket its number and store it with the first line of its trail; `values` as in Ticket."""
    number = workspaces.next_ticket_numbers(connection, workspace_id)[0]
    known = {"tags": (), "created_at": at, "updated_at": now, "created_by": actor} | dict(values)
    row = _plain(known) | {"workspace_id": workspace_id, "number": number}
    connection.execute(_INSERT, _complete(row))
    first = {name: (None, value) for name, value in known.items() if name in ("subject", "status", "priority")}
    events.record(connection, workspace_id, number, kind="created", actor=actor, at=at, recorded_at=now, fields=first)
    stored = find(connection, workspace_id, number)
    assert stored is not None
    return stored


@lru_cache(maxsize=256)
def _claim(columns: frozenset[str]) -> Update:
    """The prepared UPDATE that sets `columns` where the ticket's version is still the one that was seen."""
    claim = update(tickets).where(
        tickets.c.workspace_id == bindparam("_workspace"),
        tickets.c.number == bindparam("_number"),
        tickets.c.version == bindparam("_version"),
    )
    return claim.values({name: bindparam(name) for name in sorted(columns)})


def apply(
    connection: Connection,
    workspace_id: str,
    ticket: Ticket,
    change: Change,
    *,
    actor: str,
    at: datetime,
    now: datetime | None = None,
    undoes: int | None = None,
) -> bool:
    """Write `change` and its audit event; False, and nothing written, when the ticket is no longer as `ticket` says."""
    fields = {name: (getattr(ticket, name), value) for name, value in change.fields.items()}
    values = _plain(change.fields) | {"version": ticket.version + 1, "updated_at": now or at}
    seen = {"_workspace": workspace_id, "_number": ticket.number, "_version": ticket.version}
    if connection.execute(_claim(frozenset(values)), values | seen).rowcount != 1:
        return False
    events.record(
        connection, workspace_id, ticket.number,
        kind=change.kind, actor=actor, at=at, recorded_at=now or at, fields=fields, undoes=undoes,
    )  # fmt: skip
    reopenings.note(connection, workspace_id, ticket, change, at)
    return True


_MOST_URGENT_FIRST = (
    tickets.c.priority,
    case((tickets.c.status == Status.NEW.value, 0), else_=1),
    tickets.c.created_at,
    tickets.c.number,
)


def with_change(ticket: Ticket, change: Change, now: datetime) -> Ticket:
    """The ticket as it is stored once `change` is applied."""
    fields = {name: KINDS[name](value) if name in KINDS else value for name, value in change.fields.items()}
    return replace(ticket, **fields, version=ticket.version + 1, updated_at=now)


_UNFINISHED = tickets.c.status.in_([status.value for status in Status if status not in ("solved", "closed")])


def _matching(filter_: str, person: str) -> list[ColumnElement[bool]]:
    """The conditions of a `/ticket list` filter."""
    matching: dict[str, list[ColumnElement[bool]]] = {
        "open": [_UNFINISHED],
        "mine": [_UNFINISHED, tickets.c.assignee == person],
        "unassigned": [_UNFINISHED, tickets.c.assignee.is_(None), tickets.c.assignee_email.is_(None)],
        "escalated": [tickets.c.status == Status.ESCALATED.value],
        "pending": [tickets.c.status == Status.PENDING.value],
        "solved": [tickets.c.status == Status.SOLVED.value],
    }
    return matching[filter_]


def listed(
    connection: Connection, workspace_id: str, filter_: str, person: str, *, offset: int, limit: int
) -> tuple[list[Ticket], int]:
    """One page of a filtered list, most urgent and oldest first, and how many there are in all."""
    conditions = [tickets.c.workspace_id == workspace_id, *_matching(filter_, person)]
    order = (tickets.c.solved_at.desc(), tickets.c.number) if filter_ == "solved" else _MOST_URGENT_FIRST
    page = _SELECT.where(*conditions).order_by(*order).offset(offset).limit(limit)
    total = connection.scalar(select(func.count()).select_from(tickets).where(*conditions)) or 0
    return [_ticket(row) for row in connection.execute(page)], total


def of_customer(connection: Connection, workspace_id: str, customer_id: str, limit: int = 10) -> Sequence[Ticket]:
    """A customer's latest tickets, newest first; of those of one moment the one that was numbered last."""
    theirs = _SELECT.where(tickets.c.workspace_id == workspace_id, tickets.c.customer_id == customer_id)
    newest_first = theirs.order_by(tickets.c.created_at.desc(), tickets.c.number.desc())
    return [_ticket(row) for row in connection.execute(newest_first.limit(limit))]


def unfinished_of_customer(connection: Connection, workspace_id: str, customer_id: str) -> list[Ticket]:
    """A customer's tickets that are not solved yet."""
    theirs = _SELECT.where(tickets.c.workspace_id == workspace_id, tickets.c.customer_id == customer_id, _UNFINISHED)
    return [_ticket(row) for row in connection.execute(theirs.order_by(tickets.c.number))]


def _one(connection: Connection, query: Select[Any], values: dict[str, Any]) -> Ticket | None:
    row = connection.execute(query, values).first()
    return None if row is None else _ticket(row)


def _ticket(row: Any) -> Ticket:
    values = dict(row._mapping)
    for name, kind in KINDS.items():
        values[name] = kind(values[name])
    values["tags"] = tuple(values["tags"] or ())
    return Ticket(**values)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Ticket fields as the columns take them."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if name in COLUMNS
    }


_DEFAULTS = {
    name: field.default
    for name, field in TicketRow.model_fields.items()
    if not field.is_required() and name not in ("workspace_id", "number")
}


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """A row with every column named, so that one prepared INSERT serves them all."""
    return _DEFAULTS | row


def mark_announced(connection: Connection, workspace_id: str, number: int) -> None:
    """Note that the ticket has an announcement to keep up to date."""
    connection.execute(
        update(tickets).where(tickets.c.workspace_id == workspace_id, tickets.c.number == number).values(announced=True)
    )
