"""No statement of the product reads or writes rows of a workspace that it does not name.

`offences_of` looks at one statement: each table that has a `workspace_id` must be bound to one, in the statement or
subquery that names it. `Watch` listens to every statement that the product sends in this process.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, Table, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList, ColumnElement, Grouping
from sqlalchemy.sql.selectable import Alias, Join, Select

from db import schema

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = tuple(str(ROOT / place) + "/" for place in ("bot", "db", "helpdesk"))
TESTS = str(ROOT / "tests") + "/"
MIGRATIONS = str(ROOT / "db" / "migrations") + "/"
TENANTS = frozenset(table.name for table in schema.METADATA.sorted_tables if "workspace_id" in table.c)
# Statements about the database as a whole, in the function where they stand, and why.
ABOUT_ALL = {
    "all_ids": "which workspaces there are, for the command line, which then asks about each",
    "gauge": "ANALYZE counts rows for the planner and shows none",
}
NAMES_IT = re.compile(r"INSERT INTO \S+ \([^)]*\bworkspace_id\b")
WORDS = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|ANALYZE)\s+\"?([a-z_]+)", re.IGNORECASE)


def offences_of(statement: Any, text: str) -> list[str]:
    """The tenants' tables in a statement that it does not bind to a workspace; `statement` is None for plain text."""
    if statement is None or not hasattr(statement, "get_children"):
        named = {name for name in WORDS.findall(text) if name in TENANTS}
        return [] if "workspace_id" in text else sorted(named)
    return _walk(statement, [], text)


def _walk(part: Any, outer: list[Any], text: str) -> list[str]:
    """What offends in a part of a statement; `outer` are the tables of what it stands in, which it may speak of."""
    found: list[str] = []
    inner = outer
    if isinstance(part, Select):
        froms = part.get_final_froms()
        own = [one for one in _tables(froms) if one not in outer]
        found += _unbound(own, [part.whereclause, *_on(froms)])
        inner = [*outer, *own]
    elif isinstance(part, Update | Delete):
        found += _unbound([part.table], [part.whereclause])
        inner = [*outer, part.table]
    elif isinstance(part, Insert) and part.table.name in TENANTS and not NAMES_IT.search(text):
        found.append(f"INSERT {part.table.name}")
    for child in part.get_children():
        found += _walk(child, inner, text)
    return found


def _tables(froms: Any) -> list[Any]:
    """The tables and aliases of a FROM, joins taken apart; subqueries are looked at by themselves."""
    found: list[Any] = []
    for one in froms:
        if isinstance(one, Join):
            found += _tables([one.left, one.right])
        elif isinstance(one.element if isinstance(one, Alias) else one, Table):
            found.append(one)
    return found


def _on(froms: Any) -> list[Any]:
    """What joins say."""
    found: list[Any] = []
    for one in froms:
        if isinstance(one, Join):
            found += [one.onclause, *_on([one.left, one.right])]
    return found


def _unbound(tables: list[Any], conditions: list[ColumnElement[Any] | None]) -> list[str]:
    said = [part for one in conditions if one is not None for part in _conjuncts(one)]
    return [
        str(getattr(table, "name", table))
        for table in tables
        if _name_of(table) in TENANTS and not any(_binds(one, table) for one in said)
    ]


def _name_of(table: Any) -> str:
    named: Any = table.element if isinstance(table, Alias) else table
    return str(named.name)


def _conjuncts(condition: Any) -> Iterator[Any]:
    """The parts of a condition that must all hold."""
    if isinstance(condition, Grouping):
        yield from _conjuncts(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _conjuncts(part)
    else:
        yield condition


def _binds(condition: Any, table: Any) -> bool:
    """Whether this is `table.workspace_id = …`, a value or another table's."""
    if not isinstance(condition, BinaryExpression) or condition.operator is not operators.eq:
        return False
    sides: tuple[Any, Any] = (condition.left, condition.right)
    names = [getattr(one, "name", "") == "workspace_id" and not isinstance(one, BindParameter) for one in sides]
    own = any(named and one.table is table for named, one in zip(names, sides, strict=True))
    return own and (all(names) or any(isinstance(one, BindParameter) for one in sides))


@dataclass
class Watch:
    """Listens to every statement, and keeps those of the product that offend, each with where it came from."""

    offences: list[tuple[str, list[str], str]] = field(default_factory=list)
    judged: dict[str, list[str]] = field(default_factory=dict)

    def listen(self) -> None:
        """From now on, to every engine of this process."""
        event.listen(Engine, "before_cursor_execute", self.hears)

    def hears(self, connection: Any, cursor: Any, text: str, values: Any, context: Any, many: bool) -> None:
        """One statement is about to be sent."""
        found = self.judged.get(text)
        if found is None:
            compiled = getattr(context, "compiled", None)
            found = self.judged[text] = offences_of(compiled.statement if compiled is not None else None, text)
        if found and (place := _whose()) is not None:
            self.offences.append((place, found, text))


def _whose() -> str | None:
    """The product's function that sent it; None where a test or a migration did, or it may."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith((TESTS, MIGRATIONS)):
            return None
        if path.startswith(PRODUCT):
            name = frame.f_code.co_name
            return None if name in ABOUT_ALL or path.endswith("db/schema.py") else f"{path}:{frame.f_lineno} {name}"
        frame = frame.f_back
    return None
