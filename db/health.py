"""How much waits, and for how long: bounded questions over partial indexes, for whoever watches the bot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, select, text

from db.clocks import PLANNED, clocks
from db.outbox import PARKED, UNSETTLED, outbox

LATE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows in one state, and since when the oldest is."""

    rows: int
    since: datetime | None


def outbox_by_state(connection: Connection, workspace_id: str) -> dict[str, Waiting]:
    """What is owed, on its way, unsure and parked."""
    found: dict[str, Waiting] = {}
    for some in (UNSETTLED, PARKED):
        for row in connection.execute(_by_state(workspace_id).where(text(some))):
            found[row.state] = Waiting(row.rows, row.since)
    return found


def _by_state(workspace_id: str) -> Select[*tuple[object, ...]]:
    counted = select(outbox.c.state, func.count().label("rows"), func.min(outbox.c.owed_at).label("since"))
    return counted.where(outbox.c.workspace_id == workspace_id).group_by(outbox.c.state)


def clocks_waiting(connection: Connection, workspace_id: str, now: datetime) -> tuple[int, int]:
    """Clocks that a sweep should look at by now, and those of them that it should have looked at seconds ago."""
    ours = (clocks.c.workspace_id == workspace_id, text(PLANNED))
    due, late = (
        connection.scalar(select(func.count()).select_from(clocks).where(*ours, clocks.c.next_at <= until)) or 0
        for until in (now, now - LATE)
    )
    return due, late
