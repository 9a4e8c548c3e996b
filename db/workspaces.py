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
    left_at: datetime | None = Field(default=None, sa_type=Instant)  # since when the app is not wanted there
    delete_at: datetime | None = Field(default=None, sa_type=Instant)  # when all that is stored of it goes


workspaces = SQLModel.metadata.tables["workspace"]

_NEXT = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("workspace"))
    .values(last_ticket_number=workspaces.c.last_ticket_number + bindparam("how_many"))
    .returning(workspaces.c.last_ticket_number)
)

_LEFT = select(workspaces.c.left_at).where(
    workspaces.c.workspace_id == bindparam("workspace"), workspaces.c.left_at.is_not(None)
)


def remember(connection: Connection, workspace_id: str, name: str, now: datetime) -> None:
    """Make sure the workspace has its row, whoever else does so at the same moment.

    One that had sent the app away has taken it back.
    """
    row = {"workspace_id": workspace_id, "name": name, "created_at": now, "last_ticket_number": 0}
    connection.execute(inserting(connection, workspaces).values(row).on_conflict_do_nothing())
    away = (workspaces.c.workspace_id == workspace_id, workspaces.c.left_at.is_not(None))
    connection.execute(update(workspaces).where(*away).values(name=name, left_at=None, delete_at=None))


def leave(connection: Connection, workspace_id: str, now: datetime, delete_at: datetime) -> bool:
    """The app is not wanted there any more, and its data goes at `delete_at`; False when that was known."""
    here = (workspaces.c.workspace_id == workspace_id, workspaces.c.left_at.is_(None))
    left = update(workspaces).where(*here).values(left_at=now, delete_at=delete_at, name="")
    return connection.execute(left).rowcount == 1


def is_there(connection: Connection, workspace_id: str) -> bool:
    """Whether the app is wanted there."""
    return connection.execute(_LEFT, {"workspace": workspace_id}).first() is None


def is_to_go(connection: Connection, workspace_id: str, now: datetime) -> bool:
    """Whether all that is stored of it is to go by now."""
    due = select(workspaces.c.name).where(workspaces.c.workspace_id == workspace_id, workspaces.c.delete_at <= now)
    return connection.execute(due).first() is not None


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


def left_ids(connection: Connection) -> list[str]:
    """The workspaces that have sent the app away."""
    away = select(workspaces.c.workspace_id).where(workspaces.c.left_at.is_not(None))
    return list(connection.scalars(away.order_by(workspaces.c.workspace_id)))


def any_there(connection: Connection) -> bool:
    """Whether the app is wanted anywhere."""
    there = select(workspaces.c.workspace_id).where(workspaces.c.left_at.is_(None))
    return connection.execute(there.limit(1)).first() is not None


def known_since(connection: Connection, workspace_id: str) -> datetime | None:
    """When the bot first came to the workspace; None where it never did."""
    found: datetime | None = connection.scalar(
        select(workspaces.c.created_at).where(workspaces.c.workspace_id == workspace_id)
    )
    return found
