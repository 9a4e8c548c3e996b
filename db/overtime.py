"""Answers given outside a team's hours, counted over the index `event_replied`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, text

from db.events import REPLIED, events
from db.tickets import tickets
from domain.business_hours import open_intervals
from domain.calendars import Calendar
from domain.week_figures import Share


def answers_outside_hours(
    connection: Connection,
    workspace_id: str,
    start: datetime,
    end: datetime,
    calendar: Calendar,
    scope: Sequence[ColumnElement[Any]] = (),
) -> Share:
    """Of the answers that people gave from `start` up to `end` (not included), those while the calendar was closed."""
    open_ = [and_(events.c.at >= opens, events.c.at < closes) for opens, closes in open_intervals(calendar, start, end)]
    outside = func.sum(case((or_(*open_), 0), else_=1)) if open_ else func.count()
    given = (events.c.workspace_id == workspace_id, text(REPLIED), events.c.at >= start, events.c.at < end)
    counted = select(func.count(), outside).where(*given, events.c.undone.is_(False))
    if scope:
        same = and_(tickets.c.workspace_id == events.c.workspace_id, tickets.c.number == events.c.number)
        counted = counted.select_from(events.join(tickets, same)).where(*scope)
    n, late = connection.execute(counted).one()
    return Share(int(late or 0), n)
