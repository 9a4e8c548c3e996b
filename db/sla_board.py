"""The board of promises: which running ones are broken or about to be, with the tickets they are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, select, text

from db.clocks import TIMERS, UNFINISHED, clocks
from db.customers import customers
from db.tickets import tickets
from domain.instants import to_micros
from domain.sla_board import OnBoard

_TICKET = (tickets.c.workspace_id == clocks.c.workspace_id) & (tickets.c.number == clocks.c.number)
_CUSTOMER = (customers.c.workspace_id == tickets.c.workspace_id) & (customers.c.customer_id == tickets.c.customer_id)


@dataclass(frozen=True, slots=True)
class Column:
    """One half of the board: its first rows, soonest due first, and how many there are in all."""

    rows: Sequence[OnBoard]
    total: int


def breached(connection: Connection, workspace_id: str, now: datetime, limit: int) -> Column:
    """Running promises whose due instant has passed and that nobody excused, the most overdue first."""
    return _column(connection, [*_running(workspace_id), clocks.c.due_at <= now], limit)


def at_risk(connection: Connection, workspace_id: str, now: datetime, limit: int) -> Column:
    """Running promises past a warning and not yet due, the least time left first."""
    return _column(connection, [*_running(workspace_id), clocks.c.due_at > now, _is_warned(connection, now)], limit)


def breaching(
    connection: Connection, workspace_id: str, now: datetime, offset: int, limit: int
) -> tuple[list[int], int]:
    """The tickets with a broken promise or one at risk, by what is due first: one page, and how many in all."""
    conditions = [*_running(workspace_id), (clocks.c.due_at <= now) | _is_warned(connection, now)]
    numbers = select(clocks.c.number).where(*conditions).group_by(clocks.c.number)
    page = numbers.order_by(func.min(clocks.c.due_at), clocks.c.number).offset(offset).limit(limit)
    total = connection.scalar(select(func.count()).select_from(numbers.subquery())) or 0
    return list(connection.scalars(page)), total


def _is_warned(connection: Connection, now: datetime) -> ColumnElement[bool]:
    """Whether a running clock is past the first of its thresholds, as they lie under what is promised now."""
    crossings = clocks.c.crossings
    if connection.dialect.name == "postgresql":
        first = func.substring(crossings, "@([0-9]+)")  # nothing, and no error, where there is none
    else:
        first = func.substr(crossings, func.instr(crossings, "@") + 1)  # cast takes its first digits, or 0
    return cast(first, BigInteger).between(1, to_micros(now))


def _running(workspace_id: str) -> list[ColumnElement[bool]]:
    return [
        clocks.c.workspace_id == workspace_id,
        text(UNFINISHED),  # type: ignore[list-item]
        clocks.c.metric.not_in(TIMERS),
        clocks.c.waived_at.is_(None),
    ]


def _column(connection: Connection, conditions: Sequence[Any], limit: int) -> Column:
    wanted = (
        select(
            clocks.c.number,
            clocks.c.metric,
            clocks.c.due_at,
            tickets.c.subject,
            tickets.c.priority,
            customers.c.name,
            tickets.c.assignee,
            tickets.c.assignee_email,
        )
        .select_from(clocks.join(tickets, _TICKET).outerjoin(customers, _CUSTOMER))
        .where(*conditions)
        .order_by(clocks.c.due_at, clocks.c.number, clocks.c.metric)
        .limit(limit)
    )
    total = connection.scalar(select(func.count()).select_from(clocks).where(*conditions)) or 0
    return Column([OnBoard(*row) for row in connection.execute(wanted)], total)
