"""When a solved ticket was opened again: what a past week looked like stays known after its tickets went on."""

from datetime import datetime

from sqlalchemy import Connection, Index, delete, insert
from sqlmodel import Field, SQLModel

from db.types import Instant
from domain.ticket import Change, Ticket


class ReopeningRow(SQLModel, table=True):
    """A ticket that was solved at `solved_at` and opened again at `reopened_at`."""

    __tablename__ = "ticket_reopening"
    __table_args__ = (
        Index("reopening_by_solved", "workspace_id", "solved_at", "reopened_at", "number"),
        Index("reopening_by_reopened", "workspace_id", "reopened_at", "solved_at", "number"),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    reopened_at: datetime = Field(primary_key=True, sa_type=Instant)
    solved_at: datetime = Field(sa_type=Instant)


reopenings = SQLModel.metadata.tables["ticket_reopening"]


def note(connection: Connection, workspace_id: str, ticket: Ticket, change: Change, at: datetime) -> None:
    """Keep what a change says about solving: a reopening is noted, one that is undone is forgotten."""
    if "solved_at" not in change.fields or change.fields["solved_at"] == ticket.solved_at:
        return
    before, after = ticket.solved_at, change.fields["solved_at"]
    undone = change.kind == "undone"
    this = (reopenings.c.workspace_id == workspace_id, reopenings.c.number == ticket.number)
    if before is None and undone:
        connection.execute(delete(reopenings).where(*this, reopenings.c.solved_at == after))
    if before is not None and after is None and not undone:
        connection.execute(delete(reopenings).where(*this, reopenings.c.reopened_at == at))
        row = {"workspace_id": workspace_id, "number": ticket.number, "solved_at": before, "reopened_at": at}
        connection.execute(insert(reopenings).values(row))
