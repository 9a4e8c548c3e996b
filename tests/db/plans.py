"""How a database would go about what the product asks of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from db.session import reading
from tests.databases import as_administrator
from tests.waiting import wait_until

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
    """Rid PostgreSQL of what earlier tests have left of dead rows, and let it know that all others are old.

    That waits for whoever else is at work, as autovacuum may be.
    """

    def all_are_old() -> object:
        as_administrator(engine, f"VACUUM ANALYZE {table}")
        with reading(engine) as connection:
            return connection.scalar(_KNOWN_TO_BE_OLD, {"table": table})

    as_administrator(engine, f"VACUUM FULL {table}")
    wait_until(all_are_old, f"{table} is at rest", 60, look_s=0.1)
