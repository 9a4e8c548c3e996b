"""What the week's figures cost, as a ratio against the bare SQL aggregates on the same indexes, in this run.

    python -m benchmarks.digest

1,000,000 tickets over 50 weeks, 20,000 a week, each with two clocks, in SQLite. Prints the milliseconds of both
(best of several), their ratio, and the figures' cost in a history of a fifth of that with the same week: the cost
grows with the week, not with the history. Ends with 1 when the ratio is over 1.5.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, event

from db import figures, schema
from db.session import open_engine, reading
from db.types import from_micros, to_micros
from domain.digest_window import Week, week_named
from domain.taxonomy import RESEND

MOST_RATIO = 1.5
WEEKS, A_WEEK = 50, 20_000
LAST = week_named("2026-W12", "UTC")
MINUTE = 60_000_000
TICKET = (
    "workspace_id", "number", "subject", "status", "priority", "priority_reason", "tier", "created_at", "updated_at",
    "created_by", "body", "source", "category", "area", "assignee", "tags", "first_response_at", "solved_at", "csat",
    "customer_replies", "agent_replies", "reopened", "announced", "version",
)  # fmt: skip
CLOCK = (
    "workspace_id", "number", "metric", "cycle", "alert_cycle", "start", "state", "policy", "calendar", "edition",
    "target_us", "priority", "due_at", "breached_at", "fulfilled_at", "ended_at", "version",
)  # fmt: skip


def fill(engine: Engine, weeks: int) -> None:
    """`weeks` weeks up to and with the last one; four in a hundred tickets stay open for a while."""
    schema.upgrade(engine)
    pick = random.Random(1)
    start = to_micros(LAST.before(weeks - 1).start)
    length = to_micros(LAST.end) - start
    with engine.begin() as connection:
        for first in range(0, weeks * A_WEEK, 50_000):
            numbers = range(first + 1, min(first + 50_000, weeks * A_WEEK) + 1)
            rows = [_ticket(pick, number, start + length * number // (weeks * A_WEEK + 1)) for number in numbers]
            _insert(connection, "ticket", TICKET, rows)
            _insert(connection, "sla_clock", CLOCK, [clock for row in rows for clock in _clocks(row)])
        connection.exec_driver_sql("ANALYZE")


def _ticket(pick: random.Random, number: int, created: int) -> tuple[Any, ...]:
    replied = created + pick.randrange(5, 900) * MINUTE
    solved = (
        None if created > to_micros(LAST.start) and pick.random() < 0.04 else replied + pick.randrange(9999) * MINUTE
    )
    category, area = pick.choice(("usability", "reliability", "functional")), pick.choice(("api", "billing", None))
    csat = pick.choice((None, None, 3, 4, 5))
    return (
        "T1", number, "subject", "solved" if solved else "open", f"P{number % 4}", "", "L1", created, created,
        "U1", "a body of some length " * 5, "generic", category, area, f"U{number % 20}", "[]", replied, solved, csat,
        1, pick.randrange(1, 4), 0, 0, 1,
    )  # fmt: skip


def _clocks(row: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    created, replied, solved = row[7], row[16], row[17]
    made = []
    for metric, target, ended in (("first_response", 240, replied), ("resolution", 4320, solved)):
        due = created + target * MINUTE
        breached = due if ended is None or ended > due else None
        made.append(
            (
                "T1", row[1], metric, 0, "0", created, "kept", "p", "always", 1,
                target * MINUTE, row[4], due, breached, ended, ended, 1,
            )
        )  # fmt: skip
    return made


def _insert(connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """The quickest of some rounds, in milliseconds."""
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return min(taken) * 1000


def measured(engine: Engine, week: Week) -> tuple[float, float]:
    """Milliseconds of the figures, and of the statements they are made of, run bare by the driver."""
    now = from_micros(to_micros(week.end))
    asked: list[tuple[str, Any]] = []
    with reading(engine) as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        figures.of_week(connection, "T1", week, RESEND, now)
        statements = list(asked)
        ours = best(lambda: figures.of_week(connection, "T1", week, RESEND, now))
        driver = connection.connection.cursor()
        bare = best(lambda: [driver.execute(statement, values).fetchall() for statement, values in statements])
    return ours, bare


def main() -> int:
    print(f"{'tickets':>10} {'week':>8} {'figures ms':>11} {'bare SQL ms':>12} {'ratio':>6}")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for weeks in (10, WEEKS):
            engine = open_engine(f"sqlite:///{Path(folder) / f'{weeks}.db'}")
            fill(engine, weeks)
            ours, bare = measured(engine, LAST)
            engine.dispose()
            print(f"{weeks * A_WEEK:>10} {A_WEEK:>8} {ours:>11.1f} {bare:>12.1f} {ours / bare:>6.2f}", flush=True)
            worst = ours / bare
    return 0 if worst <= MOST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
