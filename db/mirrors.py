"""Tickets that mirror a helpdesk's, many at a time: Core statements only, one round a batch and not one a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from db import workspaces
from db.customers import CustomerRow, customers
from db.events import as_json, events
from db.tickets import FIELDS, KINDS, tickets
from domain.ticket import Status, Ticket

_STORED = tuple(name for name in FIELDS if name in tickets.c)
_INSERT_TICKETS = insert(tickets)
_INSERT_EVENTS = insert(events)
_INSERT_CUSTOMERS = insert(customers)
_MINE = tickets.c.workspace_id == bindparam("workspace")
_EXISTING = select(*(tickets.c[name] for name in _STORED)).where(
    _MINE, tickets.c.external_id.in_(bindparam("external_ids", expanding=True))
)
_KNOWN_CUSTOMERS = select(customers).where(
    customers.c.workspace_id == bindparam("workspace"),
    customers.c.customer_id.in_(bindparam("customer_ids", expanding=True)),
)
_UPDATE_CUSTOMER = (
    update(customers)
    .where(customers.c.workspace_id == bindparam("workspace"), customers.c.customer_id == bindparam("known_id"))
    .values({name: bindparam(f"now_{name}") for name in ("name", "tier", "arr")})
)
_HEARD = (
    update(tickets).where(_MINE, tickets.c.number == bindparam("which")).values(source_updated_at=bindparam("instant"))
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One line of the trail to be written; `fields` maps a field to its value before and after."""

    number: int
    at: datetime
    kind: str
    fields: Mapping[str, tuple[Any, Any]]


def hold(connection: Connection, workspace_id: str) -> int:
    """Let no other intake into the workspace until the transaction ends; the last ticket number given."""
    return workspaces.next_ticket_numbers(connection, workspace_id, 0).start - 1


def existing(connection: Connection, workspace_id: str, external_ids: Iterable[str]) -> dict[str, Ticket]:
    """The tickets we have of these external ids; customers' names are left out."""
    wanted = {"workspace": workspace_id, "external_ids": list(external_ids)}
    return {row.external_id: _ticket(row) for row in connection.execute(_EXISTING, wanted)}


def follow_up_of(connection: Connection, workspace_id: str, closed: Ticket) -> int | None:
    """The number of the latest follow-up of a closed ticket that is not closed itself, or None."""
    theirs = select(tickets.c.number).where(
        tickets.c.workspace_id == workspace_id,
        tickets.c.customer_id == closed.customer_id,
        tickets.c.follow_up_of == closed.number,
        tickets.c.status != Status.CLOSED.value,
    )
    found: int | None = connection.scalar(theirs.order_by(tickets.c.number.desc()).limit(1))
    return found


def heard(connection: Connection, workspace_id: str, instants: Mapping[int, datetime]) -> None:
    """Note how new the helpdesk's last word on each ticket was; the tickets themselves did not change."""
    if instants:
        rows = [{"workspace": workspace_id, "which": number, "instant": at} for number, at in instants.items()]
        connection.execute(_HEARD, rows)


def add(connection: Connection, workspace_id: str, made: Sequence[Ticket]) -> None:
    """Store new tickets, and give out their numbers, which follow on the last one held."""
    if not made:
        return
    given = workspaces.next_ticket_numbers(connection, workspace_id, len(made))
    assert (given.start, given.stop - 1) == (made[0].number, made[-1].number)
    connection.execute(_INSERT_TICKETS, [_row(workspace_id, ticket) for ticket in made])


def record(connection: Connection, workspace_id: str, lines: Sequence[NewEvent], *, actor: str, now: datetime) -> None:
    """Write many lines of the audit trail, all heard of now."""
    if lines:
        shared = {"workspace_id": workspace_id, "actor": actor, "recorded_at": now, "undoes": None, "undone": False}
        connection.execute(_INSERT_EVENTS, [_line(shared, line) for line in lines])


def save_customers(
    connection: Connection,
    workspace_id: str,
    said: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, CustomerRow],
) -> None:
    """Create or update customers by id with what was said of them (name, tier, arr); None leaves it as it was.

    `known` are those we have of these ids.
    """
    fresh, changed = [], []
    for customer_id in sorted(said):
        news = {name: value for name, value in said[customer_id].items() if value is not None}
        row = known.get(customer_id)
        if row is None:
            values = {"name": customer_id, "tier": None, "arr": None} | news
            fresh.append({"workspace_id": workspace_id, "customer_id": customer_id, **values})
        elif any(getattr(row, name) != value for name, value in news.items()):
            now = {"name": row.name, "tier": row.tier, "arr": row.arr} | news
            changed.append(
                {"workspace": workspace_id, "known_id": customer_id, **{f"now_{k}": v for k, v in now.items()}}
            )
    if fresh:
        connection.execute(_INSERT_CUSTOMERS, fresh)
    if changed:
        connection.execute(_UPDATE_CUSTOMER, changed)


def known_customers(connection: Connection, workspace_id: str, ids: Iterable[str]) -> dict[str, CustomerRow]:
    """The customers we have of these ids."""
    found = connection.execute(_KNOWN_CUSTOMERS, {"workspace": workspace_id, "customer_ids": list(ids)})
    return {row.customer_id: CustomerRow(**row._mapping) for row in found}


def _ticket(row: Any) -> Ticket:
    values = dict(row._mapping)
    for name, kind in KINDS.items():
        values[name] = kind(values[name])
    values["tags"] = tuple(values["tags"])
    return Ticket(**values)


def _row(workspace_id: str, ticket: Ticket) -> dict[str, Any]:
    row = {name: getattr(ticket, name) for name in _STORED}
    row["workspace_id"] = workspace_id
    row["tags"] = list(ticket.tags)
    return row


def _line(shared: Mapping[str, Any], line: NewEvent) -> dict[str, Any]:
    fields = {name: (as_json(before), as_json(after)) for name, (before, after) in line.fields.items()}
    return {**shared, "number": line.number, "at": line.at, "kind": line.kind, "fields": fields}
