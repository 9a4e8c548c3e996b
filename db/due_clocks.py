"""The clocks that somebody has to look at: found by the index, claimed by an UPDATE that names what was seen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select, text, update

from db import bulk
from db.clocks import MINE, PLANNED, THIS, Key, StoredClock, clocks
from db.types import Instant
from domain.instants import to_micros
from domain.sla_attention import REMIND
from domain.sla_clock import State

# Nobody did anything about the clock and it did not end, so that its row says all that an alert needs.
_UNTOUCHED_CROSSINGS: ColumnElement[str | None] = literal_column(
    "case when state = 'running' and ended_at is null and taken_at is null and waived_at is null and remind_at is null"
    " then crossings end"
)


class Due(NamedTuple):
    """A clock that has to be looked at, as it was when it was found.

    Its `crossings` are there where it just runs, so that they alone say which alert it owes; `changed_us` is its
    `changed_at` as it is stored.
    """

    number: int
    metric: str
    cycle: int
    version: int
    alert_cycle: str
    next_label: str | None
    crossings: str | None
    changed_us: int | None
    priority: str
    calendar: str

    @property
    def key(self) -> Key:
        """Which clock of the workspace it is."""
        return self.number, self.metric, self.cycle


class Seen(Protocol):
    """A clock as it was seen: its key and its version."""

    @property
    def number(self) -> int:
        """Its ticket's number."""

    @property
    def metric(self) -> str:
        """What it measures."""

    @property
    def cycle(self) -> int:
        """Which of the ticket's clocks of that metric."""

    @property
    def version(self) -> int:
        """How often it was written."""


_COLUMNS = {**clocks.c, "changed_us": clocks.c.changed_at, "crossings": _UNTOUCHED_CROSSINGS}
_DUE = (
    select(*(_COLUMNS[name] for name in Due._fields))
    .where(MINE, text(PLANNED), clocks.c.next_at <= bindparam("now", type_=Instant()))
    .order_by(clocks.c.next_at)
    .limit(bindparam("most"))
)
_AMONG = select(clocks.c.number, clocks.c.metric, clocks.c.cycle, clocks.c.version).where(
    MINE, text(PLANNED), clocks.c.number.in_(bindparam("numbers", expanding=True))
)
# The same for PostgreSQL, holding what it finds. One array, so that the statement is the same for whatever numbers.
_FREE = (
    "SELECT number, metric, cycle, version FROM sla_clock"
    f" WHERE workspace_id = %s AND number = ANY(%s::int[]) AND {PLANNED} FOR UPDATE SKIP LOCKED"
)
_NEXT = select(clocks.c.next_at).where(MINE, text(PLANNED)).order_by(clocks.c.next_at).limit(1)
_AS_SEEN = " WHERE workspace_id = %s AND number = %s AND metric = %s AND cycle = %s AND version = %s"
_BREACHED = (
    f"UPDATE sla_clock SET state = '{State.BREACHED}', breached_at = due_at, next_at = %s, next_label = '{REMIND}',"
    " remind_at = %s, version = version + 1" + _AS_SEEN
)
_WARNED = "UPDATE sla_clock SET next_at = %s, next_label = %s, version = version + 1" + _AS_SEEN


def due(connection: Connection, workspace_id: str, now: datetime, most: int) -> list[Due]:
    """The clocks to look at by `now`, the earliest first, at most `most`."""
    found = bulk.select(connection, _DUE, {"workspace": workspace_id, "now": to_micros(now), "most": most})
    return list(map(Due._make, found))


def next_due(connection: Connection, workspace_id: str) -> datetime | None:
    """When the next clock has to be looked at; None when no clock is planned."""
    found: datetime | None = connection.scalar(_NEXT, {"workspace": workspace_id})
    return found


def hold(connection: Connection, workspace_id: str, seen: Iterable[Seen]) -> set[Key]:
    """Hold the clocks that are still as they were seen, until the transaction ends; which these are.

    Rows that another process holds (PostgreSQL) or has changed are left to it.
    """
    wanted = {(one.number, one.metric, one.cycle): one.version for one in seen}
    numbers = sorted({key[0] for key in wanted})
    if connection.dialect.name == "sqlite":
        rows = connection.execute(_AMONG, {"workspace": workspace_id, "numbers": numbers})
    else:
        rows = connection.exec_driver_sql(_FREE, (workspace_id, numbers))
    return {(n, m, c) for n, m, c, v in rows if wanted.get((n, m, c)) == v}


def held_by_others(connection: Connection, workspace_id: str, seen: Sequence[Due]) -> set[Key]:
    """Those of the clocks that `breach` and `warn` would wait for; the others are held until the transaction ends.

    On SQLite, where one transaction writes at a time, nobody has to be asked.
    """
    if connection.dialect.name == "sqlite":
        return set()
    return {one.key for one in seen} - hold(connection, workspace_id, seen)


def claim(connection: Connection, workspace_id: str, seen: Sequence[Seen], until: datetime) -> set[Key]:
    """Make the clocks ours that are still as they were seen: they are planned for `until` meanwhile."""
    ours = hold(connection, workspace_id, seen) if seen else set()
    if ours:
        keys = [{"workspace": workspace_id, "_number": n, "_metric": m, "_cycle": c} for n, m, c in ours]
        later = update(clocks).where(*THIS).values(next_at=until, version=clocks.c.version + 1)
        connection.execute(later, keys)
    return ours


def push(connection: Connection, workspace_id: str, seen: Seen | StoredClock, until: datetime) -> bool:
    """Plan a clock for later, if it is still as it was seen."""
    this = (clocks.c.workspace_id == workspace_id, clocks.c.number == seen.number, clocks.c.metric == seen.metric)
    claimed = update(clocks).where(*this, clocks.c.cycle == seen.cycle, clocks.c.version == seen.version)
    return connection.execute(claimed.values(next_at=until, version=clocks.c.version + 1)).rowcount == 1


def breach(connection: Connection, workspace_id: str, seen: Sequence[Due], remind_at: datetime) -> bool:
    """Write that the breach of these running clocks was told; they are looked at again at `remind_at`.

    Each UPDATE names the version the clock was seen at. False: another process was faster with some of them, and the
    caller takes all of it back.
    """
    again = to_micros(remind_at)
    rows = [(again, again, workspace_id, number, metric, cycle, version) for number, metric, cycle, version, *_ in seen]
    return bulk.execute(connection, _BREACHED, rows) == len(rows)


def warn(connection: Connection, workspace_id: str, seen: Sequence[tuple[Due, datetime, str]]) -> bool:
    """`breach`, of clocks that were warned of and run on: each with when it is looked at next, and for which label."""
    rows = [(to_micros(next_at), label, workspace_id, *one[:4]) for one, next_at, label in seen]
    return bulk.execute(connection, _WARNED, rows) == len(rows)
