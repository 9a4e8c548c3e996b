"""How a database would go about what the product asks of it."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from db.session import reading
from tests.databases import as_administrator

_KNOWN_TO_BE_OLD = text("SELECT relallvisible = relpages FROM pg_class WHERE oid = to_regclass(:table)")


def plans_of(engine: Engine, ask: Callable[[Connection], object], table: str) -> list[str]:
    """For each statement that `ask` sends, how the database would answer it were `table` too large to be read whole."""
    if engine.dialect.name == "postgresql":
        _settle(engine, table)
    asked: list[tuple[str, Any]] = []
    with reading(engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        ask(connection)
    with reading(engine) as connection:
        how = "EXPLAIN QUERY PLAN"
        if engine.dialect.name == "postgresql":  # which would rather read a table of a few pages whole
            how = "EXPLAIN"
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        found = [connection.exec_driver_sql(f"{how} {statement}", values) for statement, values in asked]
        return ["\n".join(str(row) for row in rows) for rows in found]


def _settle(engine: Engine, table: str) -> None:
    """Let PostgreSQL know that all rows are old; it waits for whoever else is at work, as autovacuum may be."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        as_administrator(engine, f"VACUUM ANALYZE {table}")
        with reading(engine) as connection:
            if connection.scalar(_KNOWN_TO_BE_OLD, {"table": table}):
                return
        time.sleep(0.1)
    raise AssertionError(f"{table} is never at rest")
