"""How fast Slack may be told things: one instant for each method and channel, shared by all processes."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, update
from sqlmodel import Field, SQLModel

from db.outbox import inserting
from db.types import Instant

EVERY = timedelta(seconds=1)  # Slack's limit: one message a second a channel, short bursts
BURST = 3
SLACK = EVERY * (BURST - 1)


class SlackPaceRow(SQLModel, table=True):
    """A bucket that fills by one message a second, written as an instant: `full_at` is when it is full again.

    There is room for a message when it will be full within `SLACK`.
    """

    __tablename__ = "slack_pace"

    workspace_id: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    full_at: datetime = Field(sa_type=Instant)


pace = SQLModel.metadata.tables["slack_pace"]


def spend(
    connection: Connection, workspace_id: str, method: str, channel: str, seen: datetime | None, now: datetime
) -> bool:
    """Take one message's room; `seen` is the `full_at` this was decided on. False: another process was faster."""
    after = (now if seen is None else max(seen, now)) + EVERY
    if seen is None:
        row = {"workspace_id": workspace_id, "method": method, "channel": channel, "full_at": after}
        first = inserting(connection, pace).values(row).on_conflict_do_nothing().returning(pace.c.channel)
        return connection.scalar(first) is not None
    unchanged = (
        (pace.c.workspace_id == workspace_id)
        & (pace.c.method == method)
        & (pace.c.channel == channel)
        & (pace.c.full_at == seen)
    )
    return connection.execute(update(pace).where(unchanged).values(full_at=after)).rowcount == 1


def hold(connection: Connection, workspace_id: str, method: str, channel: str, until: datetime) -> None:
    """Slack asked to be left alone until then; afterwards it is one message a second, without a burst."""
    row = {"workspace_id": workspace_id, "method": method, "channel": channel, "full_at": until + SLACK}
    insertion = inserting(connection, pace).values(row)
    later = case((pace.c.full_at > insertion.excluded.full_at, pace.c.full_at), else_=insertion.excluded.full_at)
    keys = ["workspace_id", "method", "channel"]
    connection.execute(insertion.on_conflict_do_update(index_elements=keys, set_={"full_at": later}))
