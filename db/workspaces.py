"""Workspaces: one row a Slack team, and the counter that numbers its tickets without gaps."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Field, SQLModel

from db.outbox import inserting
from db.types import Instant


class WorkspaceRow(SQLModel, table=True):
    """One Slack workspace."""

    __tablename__ = "workspace"

    workspace_id: str = Field(primary_key=True)
    name: str = ""
    last_ticket_number: int = 0
    created_at: datetime = Field(sa_type=Instant)


workspaces = SQLModel.metadata.tables["workspace"]

_NEXT = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("workspace"))
    .values(last_ticket_number=workspaces.c.last_ticket_number + bindparam("how_many"))
    .returning(workspaces.c.last_ticket_number)
)


def remember(connection: Connection, workspace_id: str, name: str, now: datetime) -> None:
    """Make sure the workspace has its row, whoever else does so at the same moment."""
    row = {"workspace_id": workspace_id, "name": name, "created_at": now, "last_ticket_number": 0}
    connection.execute(inserting(connection, workspaces).values(row).on_conflict_do_nothing())


def hold(connection: Connection, workspace_id: str) -> int:
    """Let nobody else into what only one at a time may do, until the transaction ends; the last ticket number given."""
    return next_ticket_numbers(connection, workspace_id, 0).start - 1


def next_ticket_numbers(connection: Connection, workspace_id: str, how_many: int = 1) -> range:
    """The next ticket numbers. The row stays locked until the transaction ends, so no number is lost or given twice."""
    last = connection.scalar(_NEXT, {"workspace": workspace_id, "how_many": how_many})
    if last is None:
        raise LookupError(f"workspace {workspace_id} is not known")
    return range(last - how_many + 1, last + 1)


def all_ids(connection: Connection) -> list[str]:
    """The workspaces this database knows."""
    return list(connection.scalars(select(workspaces.c.workspace_id).order_by(workspaces.c.workspace_id)))


def known_since(connection: Connection, workspace_id: str) -> datetime | None:
    """When the bot first came to the workspace; None where it never did."""
    found: datetime | None = connection.scalar(
        select(workspaces.c.created_at).where(workspaces.c.workspace_id == workspace_id)
    )
    return found
