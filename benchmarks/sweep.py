"""What a sweep costs: 100 clocks come due among so many open ones, against bare SQL on the same file and index.

Run: `python -m benchmarks.sweep [--quick]`. The floor is the driver's own cursor: it finds the same rows by the index,
claims and settles them with an UPDATE that names the version, writes their alerts and one post, and commits. It leaves
the very rows behind that a sweep leaves, which is compared; no rule is asked. Rounds of both take turns.
"""

import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, text

from benchmarks import databases
from benchmarks.table import Growth, Line, as_text, timed
from bot import logs, promises
from bot.desk import House
from bot.settings import Settings
from bot.settings_sections import ConfigFile
from bot.sla.sweep import Sweep
from db import clocks, schema, session, tickets, workspaces
from domain.instants import to_micros

WORKSPACE = "T0BENCH"
START = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
HOUR, WARNED = timedelta(hours=1), timedelta(minutes=48)
REMIND = timedelta(days=100)
DUE = 100
ROUNDS = 40
CHUNK = 20_000
MOST = 1.5
FIND = (
    "SELECT number, metric, cycle, version, alert_cycle, due_at FROM sla_clock WHERE workspace_id = %s"
    " AND next_at IS NOT NULL AND next_at <= %s ORDER BY next_at LIMIT 500"
)
SETTLE = (
    "UPDATE sla_clock SET state = 'breached', breached_at = due_at, next_at = %s, next_label = 'remind',"
    " remind_at = %s, version = version + 1"
    " WHERE workspace_id = %s AND number = %s AND metric = %s AND cycle = %s AND version = %s"
)
NOTE = (
    "INSERT INTO sla_alert (workspace_id, number, metric, alert_cycle, label, cycle, state, crossed_at, at, late_us,"
    " outbox_key) VALUES (%s, %s, %s, %s, 'breach', %s, 'posted', %s, %s, %s, %s)"
)
OWE = (
    "INSERT INTO outbox (workspace_id, key, method, channel, lane, urgency, payload, revision, resend_if_unsure, state,"
    " not_before, attempts, owed_at) VALUES (%s, %s, 'chat.postMessage', 'C0ALERTS', 'C0ALERTS', 0,"
    """ '{"drawn": "sla-summary"}', 1, true, 'owed', %s, 0, %s)"""
)


class Standing:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        """The instant it was put at."""
        return self.instant


def filled(engine: Engine, how_many: int, rounds: int) -> House:
    """A house with so many open clocks, of which DUE come due in each round, an hour after the one before."""
    schema.upgrade(engine)
    promised = {"first_response": "1h", "resolution": "365d"}
    sla = {"pickup": "365d", "remind_every": "100d", "P2": promised}
    config = {"channels": {"alerts": "C0ALERTS"}, "sla": sla}
    house = House(engine, Settings(bot_token=SecretStr("xoxb-x"), file=ConfigFile.model_validate(config)), Standing())
    with session.writing(engine) as connection:
        workspaces.remember(connection, WORKSPACE, "benchmark", START)
        promises.remember(connection, WORKSPACE, house.settings, START)
        for number in range(DUE * rounds):
            born = START + HOUR * (number // DUE)
            values = {"subject": f"Question {number}", "status": "new", "priority": "P2"}
            made = tickets.create(connection, WORKSPACE, values, actor="U1", at=born, now=born)
            house.keeper.keep(connection, WORKSPACE, [made], born)
    for rows in _open_clocks(how_many, 10_000_000):
        with session.writing(engine) as connection:
            connection.execute(insert(clocks.clocks), rows)
    with session.writing(engine) as connection:
        connection.execute(text("analyze"))
    return house


def _open_clocks(how_many: int, first: int) -> Iterator[list[dict[str, Any]]]:
    far = START + timedelta(days=30)
    like = {
        "workspace_id": WORKSPACE, "metric": "resolution", "cycle": 1, "alert_cycle": "1", "start": START,
        "state": "running", "policy": "P2", "calendar": "always", "edition": 1, "target_us": 1, "priority": "P2",
        "next_label": "warn:80%", "version": 1,
    }  # fmt: skip
    for begin in range(0, how_many, CHUNK):
        yield [
            {**like, "number": first + n, "due_at": far + timedelta(seconds=n), "next_at": far + timedelta(seconds=n)}
            for n in range(begin, min(begin + CHUNK, how_many))
        ]


def bare(engine: Engine, now: datetime) -> None:
    """Find the due by the index, claim and settle them, write their alerts and a post, commit."""
    micros, again, key = to_micros(now), to_micros(now + REMIND), f"sla:summary:C0ALERTS:{now:%Y%m%dT%H%M%S.%f}"
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with session.writing(engine) as connection:
        driver = connection.connection.cursor()
        due = driver.execute(FIND.replace("%s", mark), (WORKSPACE, micros)).fetchall()
        assert len(due) == DUE, len(due)
        driver.executemany(SETTLE.replace("%s", mark), [(again, again, WORKSPACE, *row[:4]) for row in due])
        driver.executemany(
            NOTE.replace("%s", mark),
            [(WORKSPACE, n, m, a, c, at, micros, micros - at, key) for n, m, c, _, a, at in due],
        )
        driver.execute(OWE.replace("%s", mark), (WORKSPACE, key, micros, micros))


class Desk:
    """A database with so many open clocks, and what the rounds there took: milliseconds by what was measured."""

    def __init__(self, engine: Engine, how_many: int) -> None:
        self.engine, self.house = engine, filled(engine, how_many, ROUNDS * 2)
        self.sweep = Sweep(self.house, WORKSPACE)
        self.times: dict[str, list[float]] = {"idle": [], "bare": [], "sweep": []}

    def round(self, number: int) -> None:
        """One hour: its warnings in their time, then its breaches, by a sweep or by the floor."""
        clock = self.house.clock
        assert isinstance(clock, Standing)
        clock.instant = START + HOUR * number + WARNED
        assert self.sweep.turn() == DUE
        clock.instant = START + HOUR * (number + 1)
        if number % 2:
            self.times["bare"].append(timed(partial(bare, self.engine, clock.instant)))
        else:
            self.times["sweep"].append(timed(self.sweep.turn))
        self.times["idle"].append(timed(self.sweep.turn))

    def medians(self) -> dict[str, float]:
        """Milliseconds, the median of the rounds, for each thing measured."""
        _compare(self.engine, START + HOUR, START + HOUR * 2)
        return {name: statistics.median(taken) for name, taken in self.times.items()}


def _compare(engine: Engine, swept: datetime, floored: datetime) -> None:
    """The last sweep's rows and the floor's are the same, an hour apart."""
    found = []
    with session.reading(engine) as connection:
        for first, now in ((1, swept), (DUE + 1, floored)):
            row = select(clocks.clocks).where(clocks.clocks.c.number == first)
            row = row.where(clocks.clocks.c.metric == "first_response")
            values = dict(connection.execute(row).mappings().one())
            found.append({k: v - now if isinstance(v, datetime) else v for k, v in values.items()})
    left, right = ({k: v for k, v in one.items() if k not in ("number", "crossings")} for one in found)
    assert left == right, (left, right)


def measured(desks: list[tuple[str, int]]) -> dict[tuple[str, int], dict[str, float]]:
    """Of each kind of database and number of open clocks, what `Desk.medians` says.

    The rounds of all of them take turns, so that whatever else the machine does falls on all.
    """
    with ExitStack() as stack:
        opened = {}
        for kind, size in desks:
            engine = session.open_engine(stack.enter_context(databases.empty(kind)))
            stack.callback(engine.dispose)
            opened[kind, size] = Desk(engine, size)
        for number in range(ROUNDS * 2):
            for desk in opened.values():
                desk.round(number)
        return {one: desk.medians() for one, desk in opened.items()}


def run(quick: bool) -> tuple[list[Line], list[Growth]]:
    """A sweep among 10,000 and among 1,000,000 open clocks on SQLite, and among the fewer on PostgreSQL."""
    logs.configure(level="ERROR")
    sizes = (1_000, 10_000) if quick else (10_000, 100_000, 1_000_000)
    taken = measured([(kind, n) for kind in databases.KINDS for n in (sizes if kind == "SQLite" else sizes[-2:-1])])
    lines = [
        Line(f"sweep, {kind}, {DUE} due of {size:,} open", one["sweep"], one["bare"], "bare SQL", at_most=MOST)
        for (kind, size), one in taken.items()
    ]
    few, many = taken["SQLite", sizes[0]]["sweep"], taken["SQLite", sizes[-1]]["sweep"]
    against = f"of {sizes[0]:,}"
    lines.append(Line(f"sweep, SQLite, {DUE} due of {sizes[-1]:,} open", many, few, against, at_most=1.25))
    growth = [
        Growth(what, {size: one[name] for (kind, size), one in taken.items() if kind == "SQLite"})
        for what, name in ((f"sweep, {DUE} due", "sweep"), ("sweep, nothing due", "idle"))
    ]
    return lines, growth


if __name__ == "__main__":
    print(as_text(run("--quick" in sys.argv)[0]))
