"""Tickets on which a trigger may be noticed: those that something happened to, and those that nothing did."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from db.events import events
from db.in_order import beyond
from db.tickets import tickets
from domain.ticket import Priority, Status


def newest(connection: Connection, workspace_id: str, after: int = 0) -> int:
    """The number of the newest line of any trail, where that is above `after`; else `after`."""
    later = (events.c.workspace_id == workspace_id, beyond(connection, events.c.event_id, after))
    return connection.scalar(select(func.max(events.c.event_id)).where(*later)) or after


def newest_ticket(connection: Connection, workspace_id: str) -> int:
    """The number of the newest ticket, 0 where there is none."""
    return connection.scalar(select(func.max(tickets.c.number)).where(tickets.c.workspace_id == workspace_id)) or 0


def moved(connection: Connection, workspace_id: str, after: int, since: datetime, most: int) -> list[tuple[int, int]]:
    """Lines of trails after the line `after` that happened since `since`: their numbers and tickets, in order."""
    later = (events.c.workspace_id == workspace_id, beyond(connection, events.c.event_id, after))
    lines = select(events.c.event_id, events.c.number).where(*later, events.c.at >= since)
    return [(row.event_id, row.number) for row in connection.execute(lines.order_by(events.c.event_id).limit(most))]


def quiet(
    connection: Connection, workspace_id: str, before: datetime, since: datetime, after: int, most: int
) -> tuple[dict[int, datetime], int]:
    """Open P0 and P1 tickets with an assignee whose last event was before `before`, and since `since`: when.

    Looks at `most` tickets beyond the number `after`; gives also the number to go on after, 0 where none are left.
    """
    last = func.max(events.c.at)
    # A sum: in the order of the plain number, a database would read all tickets that there are, not the open ones.
    in_order = tickets.c.number + 0
    candidates = (
        select(tickets.c.number)
        .where(
            tickets.c.workspace_id == workspace_id,
            tickets.c.status == Status.OPEN.value,
            tickets.c.priority.in_((Priority.P0.value, Priority.P1.value)),
            tickets.c.assignee.is_not(None),
            tickets.c.updated_at < before,
            tickets.c.updated_at >= since,
            in_order > after,
        )
        .order_by(in_order)
        .limit(most)
    )
    numbers: Sequence[int] = list(connection.scalars(candidates))
    silent = select(events.c.number, last.label("at")).where(
        events.c.workspace_id == workspace_id, events.c.number.in_(numbers)
    )
    silent = silent.group_by(events.c.number).having(last < before, last >= since)
    found = {row.number: row.at for row in connection.execute(silent)}
    return found, numbers[-1] if len(numbers) == most else 0
