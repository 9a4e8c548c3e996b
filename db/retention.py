"""What has been kept for long enough: words of tickets closed long ago, text of posts sent long ago, old answers.

What people wrote goes, a bounded batch at a time. Rows stay, so that figures stay true and nothing is posted twice,
unless a team sets how long they do.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import BigInteger, Connection, delete, select, tuple_, update
from sqlmodel import Field, SQLModel

from db import care
from db.care import REMOVED, Of
from db.customers import customers
from db.in_order import beyond
from db.outbox import EDIT, State, inserting, outbox
from db.received import received
from db.tickets import tickets
from db.types import Instant
from domain.instants import EPOCH


class RetentionRow(SQLModel, table=True):
    """How far a purge has come: what was closed before `through` is done; for posts, all up to the row `number`."""

    __tablename__ = "retention_mark"

    workspace_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    through: datetime = Field(sa_type=Instant)
    number: int = Field(default=0, sa_type=BigInteger)


marks = SQLModel.metadata.tables["retention_mark"]
BLANK = {"text": REMOVED, "blocks": []}


def purge_tickets(connection: Connection, workspace_id: str, kept_by: str, before: datetime, at_most: int) -> int:
    """Remove the words kept by one setting from up to `at_most` tickets closed before then; how many tickets."""
    through, number = _mark(connection, workspace_id, kept_by)
    closed = (
        select(tickets.c.number, tickets.c.closed_at)
        .where(
            tickets.c.workspace_id == workspace_id,
            tickets.c.closed_at.is_not(None),
            tickets.c.closed_at < before,
            tuple_(tickets.c.closed_at, tickets.c.number) > (through, number),
        )
        .order_by(tickets.c.closed_at, tickets.c.number)
        .limit(at_most)
    )
    rows = connection.execute(closed).all()
    if not rows:
        return 0
    numbers = [row.number for row in rows]
    for table, declared in care.tables():
        if declared.of is Of.TICKET and declared.kept_by == kept_by:
            care.remove_words(connection, table, declared, care.about(table, declared, workspace_id, numbers))
    _set_mark(connection, workspace_id, kept_by, rows[-1].closed_at, rows[-1].number)
    return len(rows)


def purge_posts(connection: Connection, workspace_id: str, before: datetime, at_most: int) -> int:
    """Blank up to `at_most` posts owed before then, in order; how many rows were looked at.

    A sent post keeps its key and its place, so that it is never posted again and can still be edited. An edit that
    was sent, and what nobody resent in all that time, goes. What is still on its way is waited for.
    """
    _, after = _mark(connection, workspace_id, "outbox")
    old = _old_posts(connection, workspace_id, after, before, at_most)
    done = list(takewhile(lambda row: row.state in (State.SENT, State.PARKED), old))
    if not done:
        return 0
    going = [row.outbox_id for row in done if row.method == EDIT or row.state == State.PARKED]
    staying = [row.outbox_id for row in done if row.outbox_id not in set(going)]
    here = outbox.c.workspace_id == workspace_id
    if going:
        connection.execute(delete(outbox).where(here, outbox.c.outbox_id.in_(going)))
    if staying:
        blank = update(outbox).where(here, outbox.c.outbox_id.in_(staying))
        connection.execute(blank.values(payload=BLANK, detail=None))
    _set_mark(connection, workspace_id, "outbox", before, done[-1].outbox_id)
    return len(done)


def _old_posts(connection: Connection, workspace_id: str, after: int, before: datetime, at_most: int) -> list[Any]:
    """The first of the posts after a row that were owed before then: as they are numbered when they are owed."""
    columns = (outbox.c.outbox_id, outbox.c.state, outbox.c.method, outbox.c.owed_at)
    next_ones = select(*columns).where(
        outbox.c.workspace_id == workspace_id, beyond(connection, outbox.c.outbox_id, after)
    )
    rows = connection.execute(next_ones.order_by(outbox.c.outbox_id).limit(at_most))
    return list(takewhile(lambda row: row.owed_at < before, rows))


def delete_tickets(connection: Connection, workspace_id: str, before: datetime, at_most: int) -> int:
    """Delete up to `at_most` tickets closed before then, with their trails and clocks; how many tickets.

    A customer who has no ticket left goes with the last one. Numbers are not given out again.
    """
    old = (
        select(tickets.c.number, tickets.c.customer_id)
        .where(tickets.c.workspace_id == workspace_id, tickets.c.closed_at.is_not(None), tickets.c.closed_at < before)
        .order_by(tickets.c.closed_at, tickets.c.number)
        .limit(at_most)
    )
    rows = connection.execute(old).all()
    numbers = [row.number for row in rows]
    for table, declared in care.tables():
        if numbers and declared.goes_with_its_ticket:
            connection.execute(delete(table).where(care.about(table, declared, workspace_id, numbers)))
    _delete_customers_without_tickets(connection, workspace_id, {row.customer_id for row in rows} - {None})
    return len(rows)


def _delete_customers_without_tickets(connection: Connection, workspace_id: str, ids: Collection[str]) -> None:
    theirs = select(tickets.c.number).where(
        tickets.c.workspace_id == customers.c.workspace_id, tickets.c.customer_id == customers.c.customer_id
    )
    here = (customers.c.workspace_id == workspace_id, customers.c.customer_id.in_(ids))
    connection.execute(delete(customers).where(*here, ~theirs.exists()))


def delete_posts(connection: Connection, workspace_id: str, before: datetime, at_most: int) -> int:
    """Delete what was sent among up to `at_most` posts owed before then, in order; how many rows were looked at.

    Their occasions are long over, so that none of them can be owed again.
    """
    _, after = _mark(connection, workspace_id, "rows")
    here = outbox.c.workspace_id == workspace_id
    old = _old_posts(connection, workspace_id, after, before, at_most)
    sent = [row.outbox_id for row in old if row.state == State.SENT]
    if sent:
        connection.execute(delete(outbox).where(here, outbox.c.outbox_id.in_(sent)))
    if old:
        _set_mark(connection, workspace_id, "rows", before, old[-1].outbox_id)
    return len(old)


def purge_answers(connection: Connection, workspace_id: str, before: datetime, at_most: int) -> int:
    """Drop up to `at_most` remembered deliveries that came before then; how many."""
    here = received.c.workspace_id == workspace_id
    old = select(received.c.key).where(here, received.c.at < before).order_by(received.c.at).limit(at_most)
    keys = list(connection.scalars(old))
    if keys:
        connection.execute(delete(received).where(here, received.c.key.in_(keys)))
    return len(keys)


def _mark(connection: Connection, workspace_id: str, name: str) -> tuple[datetime, int]:
    wanted = select(marks.c.through, marks.c.number).where(marks.c.workspace_id == workspace_id, marks.c.name == name)
    row = connection.execute(wanted).first()
    return (EPOCH, 0) if row is None else (row.through, row.number)


def _set_mark(connection: Connection, workspace_id: str, name: str, through: datetime, number: int) -> None:
    row = {"workspace_id": workspace_id, "name": name, "through": through, "number": number}
    insertion = inserting(connection, marks).values(row)
    now = {"through": through, "number": number}
    connection.execute(insertion.on_conflict_do_update(index_elements=["workspace_id", "name"], set_=now))
