"""Workspaces: one row a Slack team, and the counter that numbers its tickets without gaps."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

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
    """Make sure the workspace has its row."""
    known = connection.scalar(select(workspaces.c.name).where(workspaces.c.workspace_id == workspace_id))
    if known is None:
        connection.execute(insert(workspaces).values(workspace_id=workspace_id, name=name, created_at=now))


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
