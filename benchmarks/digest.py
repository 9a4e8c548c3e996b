"""What the week's figures cost, against the bare SQL aggregates on the same indexes.

Run: `python -m benchmarks.digest [--quick]`. Histories of up to 1,000,000 tickets in SQLite, each ticket with two
clocks. The last week has the same number of tickets in every history, so that the cost can be seen to grow with the
week and not with the history. On the same histories: one `/tag`, one page of `/ticket list`, and the `/sla` board.
"""

import random
import sys
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event

from benchmarks import databases
from benchmarks.table import Growth, Line, as_text, in_turns, timed
from bot import logs
from bot.clock import WallClock
from bot.commands import sla as sla_command
from bot.commands import tag as tag_command
from bot.commands import ticket as ticket_command
from bot.desk import Desk, House
from bot.settings import Settings
from db import figures, schema, workspaces
from db.session import open_engine, reading
from domain.digest_window import Week, week_named
from domain.instants import from_micros, to_micros
from domain.taxonomy import RESEND

MOST = 1.5
MOST_GROWTH = 1.25
WEEKS = 50
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


def fill(engine: Engine, how_many: int, last_week: int) -> None:
    """So many tickets, `last_week` of them in the last of 50 weeks; four in a hundred of these stay open."""
    schema.upgrade(engine)
    pick = random.Random(1)
    first, week, end = (to_micros(at) for at in (LAST.before(WEEKS - 1).start, LAST.start, LAST.end))
    earlier = how_many - last_week
    created = [first + (week - first) * n // max(earlier, 1) for n in range(earlier)]
    created += [week + (end - week) * n // (last_week + 1) for n in range(last_week)]
    with engine.begin() as connection:
        workspaces.remember(connection, "T1", "benchmark", LAST.start)
        for begin in range(0, how_many, 50_000):
            chunk = created[begin : begin + 50_000]
            rows = [_ticket(pick, begin + n + 1, at) for n, at in enumerate(chunk)]
            _insert(connection, "ticket", TICKET, rows)
            _insert(connection, "sla_clock", CLOCK, [clock for row in rows for clock in _clocks(row)])
        connection.exec_driver_sql("ANALYZE")


def _ticket(pick: random.Random, number: int, created: int) -> tuple[Any, ...]:
    begins = to_micros(LAST.start)
    replied = created + pick.randrange(5, 900) * MINUTE
    solved: int | None = replied + pick.randrange(9999) * MINUTE
    if created < begins:  # over before the last week, so that the week is the same after any history
        replied, solved = (min(at, begins - MINUTE) for at in (replied, solved or 0))
    elif pick.random() < 0.04:
        solved = None
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


def statements(engine: Engine, week: Week) -> list[tuple[str, Any]]:
    """What the figures ask the database, as the driver hears it."""
    asked: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    with reading(engine) as connection:
        figures.of_week(connection, "T1", week, RESEND, from_micros(to_micros(week.end)))
    event.remove(engine, "before_cursor_execute", hear)
    return asked


def digest(engine: Engine, rounds: int) -> tuple[float, float]:
    """Milliseconds of the figures, and of the statements they are made of, run bare by the driver."""
    asked, now = statements(engine, LAST), from_micros(to_micros(LAST.end))
    with reading(engine) as connection:
        driver = connection.connection.cursor()
        ours, bare = in_turns(
            [
                lambda: figures.of_week(connection, "T1", LAST, RESEND, now),
                lambda: [driver.execute(statement, values).fetchall() for statement, values in asked],
            ],
            rounds,
        )
    return ours, bare


def commands(engine: Engine) -> dict[str, float]:
    """Milliseconds of a command's own work, without the web side: the best of 20."""
    house = House(engine, Settings(bot_token=SecretStr("xoxb-x")), WallClock())
    categories = ("usability", "reliability", "functional")

    def tag(n: int) -> object:
        return tag_command.tag(Desk(house, "T1", "U1", f"bench:{n}"), f"T-{n + 2} {categories[n % 3]}")

    def best(work: Callable[[int], object]) -> float:
        return min(timed(lambda: work(n)) for n in range(20))  # noqa: B023 (called at once)

    return {
        "`/tag`": best(tag),
        "`/ticket list`": best(lambda n: ticket_command.answer(Desk(house, "T1", "U1"), "list open")),
        "`/sla`": best(lambda n: sla_command.answer(Desk(house, "T1", "U1"), "")),
    }


def run(quick: bool) -> tuple[list[Line], list[Growth]]:
    """The figures of a big week in a long history, the same week in a short one, and growth."""
    logs.configure(level="ERROR")
    sizes, week = ((2_000, 20_000), 1_000) if quick else ((10_000, 100_000, 1_000_000), 2_000)
    big, rounds = (2_000, 3) if quick else (20_000, 7)
    growth: dict[str, dict[int, float]] = {}
    lines = []
    for size in sizes:
        with databases.empty("SQLite") as url:
            engine = open_engine(url)
            fill(engine, size, week)
            growth.setdefault(f"digest of a week of {week:,}", {})[size] = digest(engine, rounds)[0]
            for name, taken in commands(engine).items():
                growth.setdefault(name, {})[size] = taken
            engine.dispose()
    with databases.empty("SQLite") as url:
        engine = open_engine(url)
        fill(engine, sizes[-1], big)
        ours, bare = digest(engine, rounds)
        engine.dispose()
    lines.append(Line(f"digest, a week of {big:,} in {sizes[-1]:,}", ours, bare, "bare SQL", at_most=MOST))
    same = growth[f"digest of a week of {week:,}"]
    grown = f"digest, a week of {week:,} in {sizes[-1]:,}"
    lines.append(Line(grown, same[sizes[-1]], same[sizes[0]], f"in {sizes[0]:,}", at_most=MOST_GROWTH))
    return lines, [Growth(what, by_size) for what, by_size in growth.items()]


if __name__ == "__main__":
    print(as_text(run("--quick" in sys.argv)[0]))
