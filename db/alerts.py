"""Which alerts were told: one row a ticket, clock, cycle and threshold, whatever restarts or runs side by side."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Index, bindparam, select, update
from sqlmodel import Field, SQLModel

from db import bulk
from db.types import Instant
from domain.instants import to_micros


class AlertState(StrEnum):
    """Posted; skipped for a higher threshold; settled because it is history; superseded by a change of promise."""

    POSTED = "posted"
    SKIPPED = "skipped"
    SETTLED = "settled"
    SUPERSEDED = "superseded"


class AlertRow(SQLModel, table=True):
    """One threshold of one clock that needs no telling any more. `outbox_key` names the post that tells it."""

    __tablename__ = "sla_alert"
    __table_args__ = (Index("alert_in_post", "workspace_id", "outbox_key"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    alert_cycle: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    cycle: int
    state: str
    crossed_at: datetime = Field(sa_type=Instant)
    at: datetime = Field(sa_type=Instant)
    late_us: int = Field(default=0, sa_type=BigInteger)
    outbox_key: str | None = None


alerts = SQLModel.metadata.tables["sla_alert"]


class StoredAlert(NamedTuple):
    """A row of `sla_alert`: `crossed_at` is when the threshold was crossed, `at` when that was noticed."""

    number: int
    metric: str
    alert_cycle: str
    label: str
    cycle: int
    state: str
    crossed_at: datetime
    at: datetime
    late_us: int = 0
    outbox_key: str | None = None


COLUMNS = StoredAlert._fields
_SELECT = select(*(alerts.c[name] for name in COLUMNS)).where(alerts.c.workspace_id == bindparam("workspace"))
_IN_ORDER = (alerts.c.at, alerts.c.crossed_at)
_OF_TICKETS = _SELECT.where(alerts.c.number.in_(bindparam("numbers", expanding=True))).order_by(*_IN_ORDER)
_OF_TICKET = _SELECT.where(alerts.c.number == bindparam("number")).order_by(*_IN_ORDER)
_IN_POST = _SELECT.where(alerts.c.outbox_key == bindparam("key")).order_by(alerts.c.crossed_at, alerts.c.number)


def of_tickets(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> list[StoredAlert]:
    """What was told about these tickets' clocks, the earliest first."""
    if len(numbers) == 1:
        found = connection.execute(_OF_TICKET, {"workspace": workspace_id, "number": numbers[0]})
    else:
        found = connection.execute(_OF_TICKETS, {"workspace": workspace_id, "numbers": list(numbers)})
    return [StoredAlert(*row) for row in found]


def in_post(connection: Connection, workspace_id: str, outbox_key: str) -> list[StoredAlert]:
    """What one post tells, the longest crossed first."""
    return [StoredAlert(*row) for row in connection.execute(_IN_POST, {"workspace": workspace_id, "key": outbox_key})]


def settle(connection: Connection, workspace_id: str, told: Iterable[StoredAlert]) -> None:
    """Note that these thresholds need no telling any more; one that is noted already stays as it is."""
    note(connection, [(workspace_id, *one[:6], to_micros(one.crossed_at), to_micros(one.at), *one[8:]) for one in told])


def note(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """`settle`, of rows as they are stored: the workspace, and what a `StoredAlert` has, instants in microseconds."""
    bulk.insert(connection, alerts, ("workspace_id", *COLUMNS), rows, "ON CONFLICT DO NOTHING")


def supersede(connection: Connection, workspace_id: str, told: Iterable[StoredAlert]) -> None:
    """A change of promise took these back."""
    for one in told:
        here = (alerts.c.workspace_id == workspace_id, alerts.c.number == one.number, alerts.c.metric == one.metric)
        this = (*here, alerts.c.alert_cycle == one.alert_cycle, alerts.c.label == one.label)
        connection.execute(update(alerts).where(*this).values(state=AlertState.SUPERSEDED.value))
