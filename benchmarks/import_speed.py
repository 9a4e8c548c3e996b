"""How fast `rethrow import` is, as a ratio against a plain executemany of the same rows, both in this run.

    python benchmarks/import_speed.py [TICKETS] [--url postgresql+psycopg://…]

Writes a JSON Lines file of TICKETS (default 20,000) tickets, imports it into a fresh database, imports it
again (which must change nothing), then writes the very same rows of tickets, customers and trail into a
second fresh database by the driver's own executemany, in batches of the same size.
Prints seconds, rates, the ratio and the peak memory of the import. Ends with 1 when the import runs at less
than a third of the floor's speed, needs more than 300 MB (also for 1,000,000 tickets), or changes anything
the second time.
"""

import argparse
import json
import pickle
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, Table, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from db import schema, workspaces
from db.customers import customers
from db.events import events
from db.session import open_engine, reading, writing
from db.tickets import tickets
from domain.priority import DEFAULT_RULES
from domain.taxonomy import RESEND
from helpdesk import importer

LEAST_RATIO = 1 / 3
MOST_MEGABYTES = 300
SMALL = 100_000
WORKSPACE = "T0BENCH"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TABLES: tuple[Table, ...] = (tickets, customers, events)
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
    return importer.run(engine, WORKSPACE, path, NOW, RESEND, DEFAULT_RULES)


def keep_rows(engine: Engine, path: Path) -> int:
    """Write every row the import stored to a file, in chunks ready for an executemany; says how long the trail is."""
    lines = 0
    with reading(engine) as connection, path.open("wb") as file:
        for table in TABLES:
            names = [column.name for column in table.columns if column.name != "event_id"]
            found = connection.execution_options(stream_results=True).exec_driver_sql(
                f"SELECT {', '.join(names)} FROM {table.name}"
            )
            while chunk := found.fetchmany(importer.BATCH):
                pickle.dump((table.name, names, [tuple(map(as_stored, row)) for row in chunk]), file)
                lines += len(chunk) if table is events else 0
    return lines


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
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"
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


def measure_import(url: str, path: Path) -> int:
    """The import alone, in a process of its own, so that its memory is its own."""
    engine = fresh(url)
    first = seconds(lambda: import_file(engine, path))
    peak = peak_megabytes()
    began = perf_counter()
    report = import_file(engine, path)
    print(json.dumps({"first": first, "again": perf_counter() - began, "peak": peak, "changed": report.changed}))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("tickets", nargs="?", type=int, default=20_000)
    parser.add_argument("--url")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.file:
            return measure_import(asked.url, asked.file)
        path = Path(folder) / "tickets.jsonl"
        write_tickets(path, asked.tickets)
        return compare(asked.tickets, path, asked.url, Path(folder))


def compare(how_many: int, path: Path, url: str | None, folder: Path) -> int:
    """Print both and judge."""
    ours_url, floor_url = (url, url) if url else (f"sqlite:///{folder}/ours.db", f"sqlite:///{folder}/floor.db")
    child = [sys.executable, __file__, "--url", ours_url, "--file", str(path)]
    rounds = [json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)]
    lines = keep_rows(open_engine(ours_url), folder / "rows")
    floor = plain_executemany(fresh(floor_url), folder / "rows")
    # Small runs are at the mercy of whatever else the machine does: the best of three of each is compared.
    for _ in range(2 if how_many <= SMALL else 0):
        rounds.append(json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout))
        floor = min(floor, plain_executemany(fresh(floor_url), folder / "rows"))
    found = {name: max(one[name] for one in rounds) for name in ("peak", "changed")}
    found |= {name: min(one[name] for one in rounds) for name in ("first", "again")}
    ratio = floor / found["first"]
    print(f"{how_many} tickets, {lines} lines of trail, {path.stat().st_size / 1e6:.0f} MB of JSON")
    print(f"plain executemany  {floor:8.1f} s {how_many / floor:9.0f} tickets/s")
    print(f"import             {found['first']:8.1f} s {how_many / found['first']:9.0f} tickets/s")
    print(f"import again       {found['again']:8.1f} s, {found['changed']} changed")
    print(f"ratio {ratio:.2f} (at least {LEAST_RATIO:.2f}), peak {found['peak']:.0f} MB (at most {MOST_MEGABYTES})")
    good = ratio >= LEAST_RATIO and found["peak"] <= MOST_MEGABYTES and found["changed"] == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
