"""Tickets that mirror a helpdesk's, many at a time: one round of statements a batch, not one a row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, update

from db import bulk, workspaces
from db.customers import customers
from db.events import events
from db.tickets import FIELDS, KINDS, tickets
from db.types import Instant
from domain.instants import to_micros
from domain.ticket import Status, Ticket

_STORED = tuple(name for name in FIELDS if name in tickets.c)
_COLUMNS = ("workspace_id", *_STORED)
_EVENT_COLUMNS = ("workspace_id", "number", "at", "recorded_at", "actor", "kind", "fields", "undoes", "undone")
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields_of(Ticket) if field.name in _STORED}
_INSTANTS = tuple(name for name in _STORED if isinstance(tickets.c[name].type, Instant))
_in_order: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*_COLUMNS)
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


class NewEvent(NamedTuple):
    """One line of the trail to be written; `fields` maps a field to its value before and after."""

    number: int
    at: datetime
    kind: str
    fields: Mapping[str, tuple[Any, Any]]


def hold(connection: Connection, workspace_id: str) -> int:
    """Let no other intake into the workspace until the transaction ends; the last ticket number given."""
    return workspaces.hold(connection, workspace_id)


def gauge(engine: Engine) -> None:
    """Let PostgreSQL learn how much there is by now: else it plans for an empty table, and reads it whole each time."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ANALYZE {tickets.name}, {customers.name}, {events.name}")


def existing(connection: Connection, workspace_id: str, external_ids: Iterable[str]) -> dict[str, Ticket]:
    """The tickets we have of these external ids; customers' names are left out."""
    wanted = {"workspace": workspace_id, "external_ids": list(external_ids)}
    return {row.external_id: _ticket(row) for row in connection.execute(_EXISTING, wanted)}


def follow_up_of(connection: Connection, workspace_id: str, closed: Ticket) -> int | None:
    """The number of the latest follow-up of a closed ticket that is not closed itself, or None."""
    theirs = select(tickets.c.number).where(
        tickets.c.workspace_id == workspace_id,
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


def add(connection: Connection, workspace_id: str, made: Sequence[Mapping[str, Any]]) -> None:
    """Store new tickets, and give out their numbers, which follow on the last one held; values as in Ticket."""
    if not made:
        return
    given = workspaces.next_ticket_numbers(connection, workspace_id, len(made))
    assert (given.start, given.stop - 1) == (made[0]["number"], made[-1]["number"])
    bulk.insert(connection, tickets, _COLUMNS, [_row(workspace_id, values) for values in made])


def record(connection: Connection, workspace_id: str, lines: Sequence[NewEvent], *, actor: str, now: datetime) -> None:
    """Write many lines of the audit trail, all heard of now."""
    recorded_at = to_micros(now)
    rows = [
        (workspace_id, line.number, to_micros(line.at), recorded_at, actor, line.kind, _json(line.fields), None, False)
        for line in lines
    ]
    bulk.insert(connection, events, _EVENT_COLUMNS, rows)


def save_customers(
    connection: Connection,
    workspace_id: str,
    said: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Row[Any]],
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


def known_customers(connection: Connection, workspace_id: str, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """The customers we have of these ids."""
    found = connection.execute(_KNOWN_CUSTOMERS, {"workspace": workspace_id, "customer_ids": list(ids)})
    return {row.customer_id: row for row in found}


def _ticket(row: Any) -> Ticket:
    values = dict(row._mapping)
    for name, kind in KINDS.items():
        values[name] = kind(values[name])
    values["tags"] = tuple(values["tags"])
    return Ticket(**values)


def _row(workspace_id: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    row = {**_DEFAULTS, **values}
    for name in _INSTANTS:
        instant = row[name]
        if instant is not None:
            row[name] = to_micros(instant)
    for name in KINDS:
        row[name] = str(row[name])
    row["workspace_id"] = workspace_id
    row["tags"] = to_json(row["tags"]).decode()
    return _in_order(row)


def _json(fields: Mapping[str, tuple[Any, Any]]) -> str:
    plain = {name: (_stored(before), _stored(after)) for name, (before, after) in fields.items()}
    return to_json(plain).decode()


def _stored(value: Any) -> Any:
    """A value as the trail keeps it; a plain text is written six times faster than a member of an enum."""
    if isinstance(value, datetime):
        return to_micros(value)
    return str(value) if isinstance(value, StrEnum) else value
