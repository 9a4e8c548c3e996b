"""Forgetting a customer: who is meant, where their words may be, and what is left. Counts and statistics stay.

Also forgetting a whole workspace, and giving the room back, so that nothing is left in the file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, delete, func, or_, select, text, update

from db import care, outbox, schema
from db.alerts import alerts
from db.care import REMOVED, Of
from db.customers import CustomerRow, customers
from db.handoffs import handoffs
from db.in_order import beyond
from db.outbox import outbox as owed
from db.received import received
from db.tickets import tickets

AT_ONCE = 500  # ticket numbers a statement
SHORT = 4  # what is shorter is too common to be looked for
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Whose:
    """The customers meant, their tickets and handoffs by number, and the words by which they are known."""

    customers: tuple[CustomerRow, ...]
    numbers: tuple[int, ...]
    cases: frozenset[int]
    words: tuple[str, ...]


def batched(numbers: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """A few hundred at a time, so that a statement stays of decent size."""
    yield from (numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE))


def whose(connection: Connection, workspace_id: str, asked: str) -> Whose | None:
    """The customer of this external id, or all of this name in any case; None where there is none."""
    here = select(customers).where(customers.c.workspace_id == workspace_id)
    rows = connection.execute(here.where(customers.c.customer_id == asked)).all()
    # Compared here: what a database takes for the same letter in another case depends on how it was set up.
    by_id = here.order_by(customers.c.customer_id)
    rows = rows or [row for row in connection.execute(by_id) if row.name.casefold() == asked.casefold()]
    if not rows:
        return None
    found = tuple(CustomerRow(**row._mapping) for row in rows)
    ids = [one.customer_id for one in found]
    columns = (tickets.c.number, tickets.c.subject, tickets.c.external_id, tickets.c.requester_email, tickets.c.url)
    theirs = select(*columns).where(tickets.c.workspace_id == workspace_id, tickets.c.customer_id.in_(ids))
    told = connection.execute(theirs.order_by(tickets.c.number)).all()
    numbers = tuple(row.number for row in told)
    said = {*ids, *(one.name for one in found), *(part for row in told for part in row[1:])}
    said -= _said_by_others(connection, workspace_id, ids, sorted({row.subject for row in told}))
    words = {word for word in said if isinstance(word, str) and len(word) >= SHORT and not word.startswith(REMOVED)}
    return Whose(found, numbers, _cases(connection, workspace_id, numbers), tuple(sorted(words)))


def _said_by_others(connection: Connection, workspace_id: str, ids: Sequence[str], subjects: Sequence[str]) -> set[str]:
    """Subjects that tickets of other customers have as well: they tell nothing of these."""
    shared: set[str] = set()
    others = or_(tickets.c.customer_id.is_(None), tickets.c.customer_id.not_in(ids))
    for some in batched(subjects):
        same = select(tickets.c.subject).where(tickets.c.workspace_id == workspace_id, tickets.c.subject.in_(some))
        shared.update(connection.scalars(same.where(others).distinct()))
    return shared


def _cases(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> frozenset[int]:
    found: set[int] = set()
    for some in batched(numbers):
        mine = select(handoffs.c.case_id).where(handoffs.c.workspace_id == workspace_id, handoffs.c.number.in_(some))
        found.update(connection.scalars(mine))
    return frozenset(found)


def counted(connection: Connection, workspace_id: str, meant: Whose) -> dict[str, int]:
    """How many rows of each table are about the customers' tickets."""
    found = {"customer": len(meant.customers)}
    for table, declared in care.tables():
        if declared.of is Of.TICKET:
            found[table.name] = sum(
                connection.scalar(
                    select(func.count()).select_from(table).where(care.about(table, declared, workspace_id, some))
                )
                or 0
                for some in batched(meant.numbers)
            )
    return found


def elsewhere(connection: Connection, workspace_id: str, meant: Whose, most: int = 20) -> list[int]:
    """Other tickets in whose words a customer's name stands: whether they are about them, a person must say."""
    names = [one.name for one in meant.customers if len(one.name) >= SHORT]
    if not names:
        return []
    column = (tickets.c.subject, tickets.c.body)
    spelt = {form for name in names for form in (name, name.lower(), name.upper(), name.title())}
    said = [one.icontains(form, autoescape=True) for one in column for form in sorted(spelt)]
    wanted = select(tickets.c.number).where(tickets.c.workspace_id == workspace_id, or_(*said))
    theirs = set(meant.numbers)
    return [number for number in connection.scalars(wanted.order_by(tickets.c.number)) if number not in theirs][:most]


def remove(connection: Connection, workspace_id: str, meant: Whose, token: Callable[[], str]) -> None:
    """Anonymise the customers, and leave of every row about their tickets what is declared; `token` makes a new id."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    for table, declared in care.tables():
        if declared.of is Of.TICKET and declared.words:
            for some in batched(meant.numbers):
                care.remove_words(connection, table, declared, care.about(table, declared, workspace_id, some))
    for one in meant.customers:
        new = token()
        here = (customers.c.workspace_id == workspace_id, customers.c.customer_id == one.customer_id)
        nobody = {"customer_id": f"removed-{new}", "name": f"{REMOVED} {new}", "arr": None}
        connection.execute(update(customers).where(*here).values(nobody))
        of_them = (tickets.c.workspace_id == workspace_id, tickets.c.customer_id == one.customer_id)
        connection.execute(update(tickets).where(*of_them).values(customer_id=f"removed-{new}"))


def remove_answers(connection: Connection, workspace_id: str, meant: Whose, instead: dict[str, Any]) -> int:
    """Answers that were remembered say `instead`, whatever they said; a key with the customers' words in it goes."""
    here = received.c.workspace_id == workspace_id
    rows = connection.execute(select(received.c.key, received.c.answer).where(here)).all()
    named = [row.key for row in rows if any(word in row.key for word in meant.words)]
    talking = [row.key for row in rows if "text" in row.answer and row.key not in set(named)]
    for some in batched(named):
        connection.execute(delete(received).where(here, received.c.key.in_(some)))
    for some in batched(talking):
        connection.execute(update(received).where(here, received.c.key.in_(some)).values(answer=instead))
    return len(named) + len(talking)


def posts(connection: Connection, workspace_id: str) -> Iterator[RowMapping]:
    """All that was and is owed to Slack, in order: outbox_id, key, method, state, payload."""
    after = 0
    columns = (owed.c.outbox_id, owed.c.key, owed.c.method, owed.c.state, owed.c.payload)
    page = select(*columns).where(owed.c.workspace_id == workspace_id).order_by(owed.c.outbox_id).limit(ROWS_AT_ONCE)
    while rows := connection.execute(page.where(beyond(connection, owed.c.outbox_id, after))).mappings().all():
        yield from rows
        after = rows[-1]["outbox_id"]


def replace_post(connection: Connection, workspace_id: str, row: RowMapping, payload: dict[str, Any], now: Any) -> bool:
    """Let the row say `payload` instead; a post that is in Slack, or may be, is owed an edit: then True."""
    here = (owed.c.workspace_id == workspace_id, owed.c.outbox_id == row["outbox_id"])
    connection.execute(update(owed).where(*here).values(payload=payload, detail=None))
    if row["method"] != outbox.POST or row["state"] in (outbox.State.OWED, outbox.State.PARKED):
        return False
    return outbox.owe_edit(connection, workspace_id, row["key"], payload, now)


def summaries_of(connection: Connection, workspace_id: str, meant: Whose) -> set[str]:
    """The outbox keys of posts that told of alerts on the customers' tickets."""
    found: set[str] = set()
    for some in batched(meant.numbers):
        theirs = select(alerts.c.outbox_key).where(alerts.c.workspace_id == workspace_id, alerts.c.number.in_(some))
        found.update(key for key in connection.scalars(theirs) if key)
    return found


def remove_workspace(connection: Connection, workspace_id: str, at_most: int) -> int:
    """Delete up to `at_most` rows of the workspace, from every table; 0 once nothing is left but its own row."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    for table in reversed(schema.METADATA.sorted_tables):
        if table.name == "workspace":
            continue
        key = list(table.primary_key)
        some = select(*key).where(table.c.workspace_id == workspace_id).limit(at_most)
        rows = connection.execute(some).all()
        if rows:
            this = [column == bindparam(f"key_{at}", type_=column.type) for at, column in enumerate(key)]
            named = [{f"key_{at}": value for at, value in enumerate(row)} for row in rows]
            connection.execute(delete(table).where(table.c.workspace_id == workspace_id, *this), named)
            return len(rows)
    return 0


def give_room_back(engine: Engine) -> bool:
    """Rewrite the file (SQLite) or free the dead rows (PostgreSQL); False where others did not let us finish."""
    if engine.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in schema.METADATA.sorted_tables)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM {names}"))
        return True
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM")
        busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
