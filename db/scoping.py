"""A review's scope as conditions on tickets."""

from typing import Any

from sqlalchemy import ColumnElement

from db.tickets import tickets
from domain.review_scope import Scope


def in_scope(scope: Scope) -> tuple[ColumnElement[Any], ...]:
    """What a ticket must be to be in the scope; nothing for a scope of everything."""
    areas = (tickets.c.area.in_(scope.areas),) if scope.areas else ()
    people = (tickets.c.assignee.in_(scope.people),) if scope.people else ()
    return (*areas, *people)
