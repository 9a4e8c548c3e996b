"""All that is stored of a workspace, or of one customer, as plain values, table by table, without holding it all."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from db import care
from db.care import Care, Of
from db.forgetting import Whose, batched
from db.in_order import beyond

AT_A_TIME = 500
Row = dict[str, Any]


def count(connection: Connection, workspace_id: str, meant: Whose | None) -> int:
    """About how many rows there are to look at."""
    return sum(
        connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
        for table, _, condition in _conditions(workspace_id, meant)
    )


def rows(
    connection: Connection,
    workspace_id: str,
    meant: Whose | None,
    mentions: Callable[[str, Row], bool],
    seen: Callable[[], object] = lambda: None,
) -> Iterator[Row]:
    """Each row as JSON takes it, with its `table`; of a customer's, those declared to be about their tickets.

    Where words may be anywhere (posts, answers), `mentions` says by table and row whether a customer's is one of them.
    `seen` hears of every row that was looked at. What is declared not to be exported never is.
    """
    for table, declared, condition in _conditions(workspace_id, meant):
        ordered = select(table).where(condition, *_in_order(connection, table, declared, meant))
        found = connection.execution_options(yield_per=AT_A_TIME).execute(ordered.order_by(*table.primary_key))
        for row in found:
            seen()
            values = {name: _plain(value) for name, value in row._mapping.items() if name not in declared.hidden}
            if meant is None or declared.of is not Of.ANYWHERE or mentions(table.name, values):
                yield {"table": table.name, **values}


def _in_order(connection: Connection, table: Table, declared: Care, meant: Whose | None) -> list[ColumnElement[bool]]:
    """A table that is gone through whole is read in order, not gathered to be sorted."""
    whole, key = meant is None or declared.of is Of.ANYWHERE, list(table.primary_key)
    return [beyond(connection, key[0], 0)] if whole and len(key) == 1 and key[0].name != "workspace_id" else []


def _conditions(workspace_id: str, meant: Whose | None) -> Iterator[tuple[Table, Care, ColumnElement[bool]]]:
    for table, declared in care.tables():
        allowed = (table.c.workspace_id == workspace_id) & declared.exported(table)
        if meant is None or declared.of is Of.ANYWHERE:
            yield table, declared, allowed
        elif declared.of is Of.CUSTOMER:
            ids = [one.customer_id for one in meant.customers]
            yield table, declared, allowed & table.c.customer_id.in_(ids)
        elif declared.of is Of.TICKET:
            for some in batched(meant.numbers):
                yield table, declared, allowed & care.about(table, declared, workspace_id, some)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
