"""What is written by the hundred, or with every command, goes to the driver as it is stored."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

Row = dict[str, Any]


def execute(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Run a statement once for each row; how many rows of the table that touched, all together.

    A row gives the statement's `%s` in order, each as its column stores it: an instant as microseconds (`to_micros`).
    """
    if not rows:
        return 0
    known = sql.replace("%s", "?") if connection.dialect.paramstyle == "qmark" else sql
    return connection.exec_driver_sql(known, list(rows)).rowcount


def select(connection: Connection, statement: ClauseElement, values: Row) -> Sequence[tuple[Any, ...]]:
    """The rows that a statement finds, as they are stored, its `values` by name and as they are stored.

    Raises what SQLAlchemy raises where the driver fails.
    """
    sql, arranged, constants = _prepared(statement, connection.dialect)
    driver, failure = connection.connection.cursor(), connection.dialect.loaded_dbapi.Error
    try:
        found: Sequence[tuple[Any, ...]] = driver.execute(sql, arranged({**constants, **values})).fetchall()
    except failure as error:
        raise DBAPIError.instance(sql, None, error, failure, hide_parameters=True) from error
    return found


def insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], how: str = ""
) -> int:
    """Add rows by the driver itself: half of what Core takes, as rows here are what columns store; how many came in."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    return execute(connection, f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}) {how}', rows)


@cache
def _prepared(statement: ClauseElement, dialect: Dialect) -> tuple[str, Callable[[Row], Any], Row]:
    """The statement as the driver takes it, how it takes a row (SQLite by place, PostgreSQL by name), and constants."""
    compiled = statement.compile(dialect=dialect)
    order = getattr(compiled, "positiontup", None)
    return str(compiled), itemgetter(*order) if order else lambda row: row, dict(compiled.params)
