"""How fast `rethrow import` is, against a plain executemany of the same rows. `python -m benchmarks.imports [--quick]`

Imports a JSON Lines file into a fresh database, with the clocks of each open ticket, and again, which must change
nothing; then the very same rows (tickets, customers, trail, clocks, alerts noted as history) go into a second fresh
database by the driver's own executemany, in batches of the same size.
"""

import json
import pickle
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, Table, text

from benchmarks import databases
from benchmarks.table import Line, as_text
from bot.keeping import Keeper
from bot.settings import Settings
from db import schema, workspaces
from db import tickets as ticket_rows
from db.alerts import alerts
from db.clocks import clocks, pauses
from db.customers import customers
from db.events import events
from db.session import open_engine, reading, writing
from db.tickets import tickets
from domain.priority import DEFAULT_RULES
from domain.taxonomy import RESEND
from helpdesk import importer

MOST = 3.0  # times as long: a third of the speed
MOST_MEGABYTES = 300
WORKSPACE = "T0BENCH"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TABLES: tuple[Table, ...] = (tickets, customers, events, clocks, pauses, alerts)
WORDS = ["invoice", "template", "domain", "webhook", "please", "broken", "export", "sender", "the", "our", "since"]


def write_tickets(path: Path, how_many: int) -> None:
    """A believable history: three quarters finished, one in five without a priority, 2,000 customers."""
    pick = random.Random(1)
    with path.open("w") as file:
        for number in range(how_many):
            file.write(json.dumps(one_ticket(pick, number)) + "\n")


def one_ticket(pick: random.Random, number: int) -> dict[str, Any]:
    """One line."""
    created = NOW - timedelta(minutes=pick.randrange(525_600))
    replied, solved = created + timedelta(minutes=40), created + timedelta(hours=9)
    customer = pick.randrange(2_000)
    found: dict[str, Any] = {
        "external_id": f"ext-{number}",
        "subject": " ".join(pick.choices(WORDS, k=7)),
        "body": " ".join(pick.choices(WORDS, k=40)),
        "url": f"https://desk.example.com/tickets/{number}",
        "status": pick.choice(["open", "solved", "closed", "closed"]),
        "customer": {"external_id": f"c-{customer}", "name": f"Customer {customer}", "tier": "pro", "arr": 1200},
        "requester_email": f"person{customer}@example.com",
        "tags": ["imported", pick.choice(WORDS)],
        "category": pick.choice(list(RESEND.categories)),
        "created_at": created.isoformat(),
        "first_response_at": replied.isoformat(),
        "updated_at": (solved + timedelta(days=2)).isoformat(),
        "agent_replies": 2,
        "customer_replies": 1,
    }
    if pick.random() > 0.2:
        found["priority"] = pick.choice(["P1", "P2", "P2", "P3"])
    if found["status"] != "open":
        found["solved_at"] = solved.isoformat()
    if found["status"] == "closed":
        found["closed_at"] = (solved + timedelta(days=2)).isoformat()
    return found


def fresh(url: str) -> Engine:
    """A database of the newest schema with one workspace and nothing in it."""
    engine = open_engine(url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        for table in (*TABLES, workspaces.workspaces):
            connection.execute(text(f'DELETE FROM "{table.name}"'))
        workspaces.remember(connection, WORKSPACE, "bench", NOW)
    return engine


def import_file(engine: Engine, path: Path) -> importer.Report:
    """What `rethrow import` does."""
    keeper = Keeper(Settings())
    return importer.run(
        engine, WORKSPACE, path, NOW, RESEND, DEFAULT_RULES,
        keep=lambda connection, ticket: keeper.keep(connection, WORKSPACE, [ticket], NOW),
        keep_many=lambda connection, numbers: keeper.keep_many(
            connection, WORKSPACE, ticket_rows.numbered(connection, WORKSPACE, numbers), NOW
        ),
    )  # fmt: skip


def keep_rows(engine: Engine, path: Path) -> int:
    """Write every row the import stored to a file, in chunks ready for an executemany; says how long the trail is."""
    lines = 0
    with reading(engine) as connection, path.open("wb") as file:
        for table in TABLES:
            names = [column.name for column in table.columns if column.name != "event_id"]
            found = connection.execution_options(stream_results=True).exec_driver_sql(
                f"SELECT {_quoted(names)} FROM {table.name}"
            )
            while chunk := found.fetchmany(importer.BATCH):
                pickle.dump((table.name, names, [tuple(map(as_stored, row)) for row in chunk]), file)
                lines += len(chunk) if table is events else 0
    return lines


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def as_stored(value: Any) -> Any:
    """A value as the driver takes it: PostgreSQL's reads JSON columns as objects."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def plain_executemany(engine: Engine, path: Path) -> float:
    """The floor: rows that are ready, in the driver's own executemany; the seconds of the writing alone."""
    taken = 0.0
    mark = "?" if engine.dialect.paramstyle == "qmark" else "%s"
    with path.open("rb") as file:
        while file.peek(1):
            table, names, rows = pickle.load(file)
            statement = f"INSERT INTO {table} ({_quoted(names)}) VALUES ({', '.join([mark] * len(names))})"
            taken += seconds(lambda: write(engine, statement, rows))  # noqa: B023 (called at once)
    return taken


def write(engine: Engine, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """One batch, one transaction."""
    with writing(engine) as connection:
        connection.exec_driver_sql(statement, rows)


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = perf_counter()
    work()
    return perf_counter() - began


def peak_megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_import(url: str, path: Path) -> None:
    """The import alone, in a process of its own, so that its memory is its own."""
    engine = fresh(url)
    first = seconds(lambda: import_file(engine, path))
    peak = peak_megabytes()
    began = perf_counter()
    report = import_file(engine, path)
    print(json.dumps({"first": first, "again": perf_counter() - began, "peak": peak, "changed": report.changed}))


def compared(how_many: int, kind: str, rounds: int) -> tuple[dict[str, float], float]:
    """The best of some rounds of the import, and of the floor, in turns."""
    found: list[dict[str, float]] = []
    floors: list[float] = []
    with tempfile.TemporaryDirectory() as folder, databases.empty(kind) as ours, databases.empty(kind) as floor:
        path, rows = Path(folder) / "tickets.jsonl", Path(folder) / "rows"
        write_tickets(path, how_many)
        child = [sys.executable, "-m", "benchmarks.imports", ours, str(path)]
        for _ in range(rounds):
            found.append(json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout))
            if not rows.exists():
                keep_rows(open_engine(ours), rows)
            floors.append(plain_executemany(fresh(floor), rows))
    best = {name: min(one[name] for one in found) for name in ("first", "again")}
    return best | {name: max(one[name] for one in found) for name in ("peak", "changed")}, min(floors)


def measure(quick: bool) -> Iterator[Line]:
    """Seconds of both, on both databases, and the memory of a big import."""
    few, many = (4_000, 10_000) if quick else (20_000, 1_000_000)
    for kind in databases.KINDS:
        found, floor = compared(few, kind, 3)
        yield Line(f"import of {few:,} tickets, {kind}", found["first"], floor, "executemany", "s", MOST)
    found, floor = compared(many, "SQLite", 1)
    yield Line(f"import of {many:,} tickets, SQLite", found["first"], floor, "executemany", "s", MOST)
    yield Line("its memory at most", found["peak"], unit="MB", at_most=MOST_MEGABYTES)
    yield Line("importing the same file again", found["again"], found["first"], "the first time", "s")
    yield Line("what that changed", found["changed"], unit="tickets", at_most=0)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure_import(sys.argv[1], Path(sys.argv[2]))
    else:
        print(as_text(measure("--quick" in sys.argv)))
