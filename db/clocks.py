"""SLA clocks as they stand: one row a promise, with the instant at which somebody must look at it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, bindparam, delete, func, insert, or_, select, text, update
from sqlmodel import Field, SQLModel

from db import bulk
from db.tickets import tickets
from db.types import Instant
from domain.instants import to_micros
from domain.sla_promise import Metric

# In words, not as a parameter: only so does SQLite see that the partial index covers a query.
PLANNED = "next_at is not null"
UNFINISHED = "ended_at is null and due_at is not null"


class ClockRow(SQLModel, table=True):
    """One clock. Everything up to `changed_at` is folded from the ticket's trail and can be folded again.

    `next_at` is when the sweep has to look at it, `next_label` why: a threshold's label, `remind` or `nudge`.
    `crossings` is when a running one crosses each of its thresholds (`domain.sla_crossings`).
    The rest is what people said about it, and is kept when the clock is folded anew.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index(
            "clock_due",
            "workspace_id",
            "next_at",
            sqlite_where=text(PLANNED),
            postgresql_where=text(PLANNED),
        ),
        Index(
            "clock_unfinished",
            "workspace_id",
            "due_at",
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
        Index("clock_breached", "workspace_id", "breached_at", "metric", "priority", "waived_at"),
        Index("clock_fulfilled", "workspace_id", "fulfilled_at", "metric", "priority", "breached_at"),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    alert_cycle: str
    start: datetime = Field(sa_type=Instant)
    state: str
    policy: str = ""
    calendar: str = ""
    edition: int = 1
    target_us: int = Field(sa_type=BigInteger)
    priority: str
    assignee: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    breached_at: datetime | None = Field(default=None, sa_type=Instant)
    fulfilled_at: datetime | None = Field(default=None, sa_type=Instant)
    fulfilled_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ending: str | None = None
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    next_label: str | None = None
    crossings: str | None = None
    remind_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_by: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=Instant)
    snoozed_until: datetime | None = Field(default=None, sa_type=Instant)
    waived_by: str | None = None
    waived_at: datetime | None = Field(default=None, sa_type=Instant)
    waived_why: str | None = None
    cause: str | None = None
    cause_by: str | None = None
    version: int = 1


class PauseRow(SQLModel, table=True):
    """An interval in which a clock did not count, and why."""

    __tablename__ = "sla_pause"

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=Instant)
    end: datetime | None = Field(default=None, sa_type=Instant)
    why: str


clocks = SQLModel.metadata.tables["sla_clock"]
pauses = SQLModel.metadata.tables["sla_pause"]

Key = tuple[int, str, int]
TIMERS = tuple(metric.value for metric in Metric if not metric.is_promise)


@dataclass(frozen=True, slots=True)
class StoredClock:
    """A row of `sla_clock`; the columns are explained there."""

    number: int
    metric: str
    cycle: int
    alert_cycle: str
    start: datetime
    state: str
    policy: str
    calendar: str
    edition: int
    target_us: int
    priority: str
    assignee: str | None
    due_at: datetime | None
    breached_at: datetime | None
    fulfilled_at: datetime | None
    fulfilled_by: str | None
    ended_at: datetime | None
    ending: str | None
    changed_at: datetime | None
    next_at: datetime | None = None
    next_label: str | None = None
    crossings: str | None = None
    remind_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    waived_by: str | None = None
    waived_at: datetime | None = None
    waived_why: str | None = None
    cause: str | None = None
    cause_by: str | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Which clock of the workspace it is."""
        return self.number, self.metric, self.cycle


COLUMNS = tuple(field.name for field in fields(StoredClock))
_INSTANTS = tuple(place for place, name in enumerate(COLUMNS) if isinstance(clocks.c[name].type, Instant))
_in_order = attrgetter(*COLUMNS)
SAID = tuple(name for name in COLUMNS if name not in ("number", "metric", "cycle", "version"))
MINE = clocks.c.workspace_id == bindparam("workspace")
_SELECT = select(*(clocks.c[name] for name in COLUMNS)).where(MINE)
_OF_TICKETS = _SELECT.where(clocks.c.number.in_(bindparam("numbers", expanding=True)))
_OF_TICKET = _SELECT.where(clocks.c.number == bindparam("number"))
_IN_ORDER = (clocks.c.number, clocks.c.start, clocks.c.metric, clocks.c.cycle)
_OF_TICKETS_IN_ORDER, _OF_TICKET_IN_ORDER = (query.order_by(*_IN_ORDER) for query in (_OF_TICKETS, _OF_TICKET))
THIS = (
    MINE,
    clocks.c.number == bindparam("_number"),
    clocks.c.metric == bindparam("_metric"),
    clocks.c.cycle == bindparam("_cycle"),
)
_WRITE = (
    update(clocks).where(*THIS).values({name: bindparam(name) for name in SAID} | {"version": clocks.c.version + 1})
)


def of_tickets(
    connection: Connection, workspace_id: str, numbers: Sequence[int], *, hold: bool = False
) -> list[StoredClock]:
    """Every clock of these tickets, by ticket and start; with `hold` nobody else writes them until the end."""
    single = len(numbers) == 1
    query = _OF_TICKET_IN_ORDER if single else _OF_TICKETS_IN_ORDER
    values = {"number": numbers[0]} if single else {"numbers": list(numbers)}
    found = connection.execute(query.with_for_update() if hold else query, {"workspace": workspace_id, **values})
    return [StoredClock(*row) for row in found]


def find(connection: Connection, workspace_id: str, key: Key) -> StoredClock | None:
    """One clock, or None."""
    return next((one for one in of_tickets(connection, workspace_id, [key[0]]) if one.key == key), None)


def unfinished(
    connection: Connection, workspace_id: str, before: datetime, *, offset: int = 0, limit: int = 50
) -> list[StoredClock]:
    """Running promises that are due before an instant, the most overdue first."""
    running = _unfinished(workspace_id, before)
    page = select(*(clocks.c[name] for name in COLUMNS)).where(*running)
    page = page.order_by(clocks.c.due_at, clocks.c.number, clocks.c.metric).offset(offset).limit(limit)
    return [StoredClock(*row) for row in connection.execute(page)]


def count_unfinished(connection: Connection, workspace_id: str, before: datetime) -> int:
    """How many running promises are due before an instant."""
    running = _unfinished(workspace_id, before)
    return connection.scalar(select(func.count()).select_from(clocks).where(*running)) or 0


def to_audit(connection: Connection, workspace_id: str, after: int, most: int) -> list[int]:
    """Ticket numbers above `after`, ascending, whose clocks may differ: not closed, or without any clock."""
    stored = select(clocks.c.number).where(clocks.c.workspace_id == workspace_id, clocks.c.number == tickets.c.number)
    lives = or_(tickets.c.status != "closed", ~stored.exists())
    wanted = select(tickets.c.number).where(tickets.c.workspace_id == workspace_id, tickets.c.number > after, lives)
    return list(connection.scalars(wanted.order_by(tickets.c.number).limit(most)))


def with_clocks(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> set[int]:
    """Which of these tickets have clocks."""
    wanted = select(clocks.c.number).distinct()
    return set(connection.scalars(wanted.where(clocks.c.workspace_id == workspace_id, clocks.c.number.in_(numbers))))


def running_after(connection: Connection, workspace_id: str, after: int, most: int) -> list[int]:
    """Numbers above `after`, ascending, of tickets with a clock that has not ended."""
    wanted = select(clocks.c.number).distinct().where(clocks.c.workspace_id == workspace_id, clocks.c.number > after)
    return list(connection.scalars(wanted.where(clocks.c.ended_at.is_(None)).order_by(clocks.c.number).limit(most)))


def _unfinished(workspace_id: str, before: datetime) -> tuple[Any, ...]:
    return (
        clocks.c.workspace_id == workspace_id,
        text(UNFINISHED),
        clocks.c.due_at < before,
        clocks.c.metric.not_in(TIMERS),
        clocks.c.waived_at.is_(None),
    )


def write(
    connection: Connection, workspace_id: str, fresh: Sequence[StoredClock], changed: Sequence[StoredClock]
) -> None:
    """Store clocks that are new, and what changed about others; the caller holds their ticket."""
    if fresh:
        bulk.insert(connection, clocks, ("workspace_id", *COLUMNS), [_stored(workspace_id, one) for one in fresh])
    if changed:
        connection.execute(_WRITE, [_named(one, workspace_id) for one in changed])


def say(connection: Connection, workspace_id: str, key: Key, **said: Any) -> None:
    """Note what people said about a clock (columns of `sla_clock`)."""
    this = (clocks.c.workspace_id == workspace_id, clocks.c.number == key[0], clocks.c.metric == key[1])
    noted = update(clocks).where(*this, clocks.c.cycle == key[2])
    connection.execute(noted.values(**said, version=clocks.c.version + 1))


def forget(connection: Connection, workspace_id: str, keys: Sequence[Key]) -> None:
    """Drop clocks that never ran: what started them was undone."""
    for number, metric, cycle in keys:
        for table in (clocks, pauses):
            here = (table.c.workspace_id == workspace_id, table.c.number == number)
            connection.execute(delete(table).where(*here, table.c.metric == metric, table.c.cycle == cycle))


def write_pauses(connection: Connection, workspace_id: str, of: Mapping[Key, Sequence[Any]]) -> None:
    """Replace the stored pauses of these clocks."""
    for number, metric, cycle in of:
        here = (pauses.c.workspace_id == workspace_id, pauses.c.number == number)
        connection.execute(delete(pauses).where(*here, pauses.c.metric == metric, pauses.c.cycle == cycle))
    rows = [
        {
            "workspace_id": workspace_id, "number": key[0], "metric": key[1], "cycle": key[2],
            "start": start, "end": end, "why": why,
        }
        for key, told in of.items() for start, end, why in told
    ]  # fmt: skip
    if rows:
        connection.execute(insert(pauses), rows)


def _stored(workspace_id: str, one: StoredClock) -> tuple[Any, ...]:
    values = list(_in_order(one))
    for place in _INSTANTS:
        if values[place] is not None:
            values[place] = to_micros(values[place])
    return workspace_id, *values


def _named(one: StoredClock, workspace_id: str) -> dict[str, Any]:
    where = {"workspace": workspace_id, "_number": one.number, "_metric": one.metric, "_cycle": one.cycle}
    return {name: getattr(one, name) for name in SAID} | where
