"""Counting tickets by category and area, two periods at once, in one pass over the covering index `ticket_report`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, case, func, literal, select

from db.scoping import in_scope
from db.tickets import tickets
from domain.category_report import Count
from domain.review_scope import EVERYTHING, Scope
from domain.taxonomy import Taxonomy


def counts(
    connection: Connection,
    workspace_id: str,
    start: datetime,
    end: datetime,
    taxonomy: Taxonomy,
    since: datetime | None = None,
    scope: Scope = EVERYTHING,
) -> list[Count]:
    """Tickets created from `start` up to `end` (not included), and before it from `since`, by category and area.

    Without `since` the period before is as long as the one after; weeks with a clock change are not.

    Categories are called what they are called today, so that what was renamed or merged since is counted once.
    """
    created = tickets.c.created_at
    both = (
        select(category_now(taxonomy).label("category"), tickets.c.area, (created >= start).label("recent"))
        .where(tickets.c.workspace_id == workspace_id, created >= (since or start - (end - start)), created < end)
        .where(*in_scope(scope))
        .subquery()
    )
    recent = func.sum(case((both.c.recent, 1), else_=0)).label("recent")
    query = select(both.c.category, both.c.area, recent, func.count().label("both"))
    rows = connection.execute(query.group_by(both.c.category, both.c.area))
    return [Count(row.category, row.area, int(row.recent), int(row.both - row.recent)) for row in rows]


def category_now(taxonomy: Taxonomy) -> ColumnElement[Any]:
    """What a stored ticket's category is called today."""
    renamed = [
        (_is(category, subcategory), successor)
        for (category, subcategory), (successor, _) in taxonomy.successors.items()
    ]
    return case(*renamed, else_=tickets.c.category) if renamed else tickets.c.category


def subcategory_now(taxonomy: Taxonomy) -> ColumnElement[Any]:
    """What a stored ticket's subcategory is called today."""
    here = tickets.c.subcategory
    renamed = [(_is(*old), _subcategory_of(taxonomy, old, new)) for old, new in taxonomy.successors.items()]
    return case(*renamed, else_=here) if renamed else here


def _subcategory_of(taxonomy: Taxonomy, old: tuple[str, str | None], new: tuple[str, str | None]) -> ColumnElement[Any]:
    """The subcategory in the successor; a category that was renamed whole keeps those that its successor has."""
    kept = [one for one in taxonomy.categories.get(new[0], ()) if taxonomy.current(old[0], one) == (new[0], one)]
    there = literal(new[1], String())
    return case((tickets.c.subcategory.in_(kept), tickets.c.subcategory), else_=there) if old[1] is None else there


def _is(category: str, subcategory: str | None) -> ColumnElement[bool]:
    of_category = tickets.c.category == category
    return of_category if subcategory is None else of_category & (tickets.c.subcategory == subcategory)
