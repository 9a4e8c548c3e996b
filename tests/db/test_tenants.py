"""What judges statements (tests/tenants.py) is judged itself: it finds what crosses, and lets pass what does not."""

from typing import Any

import pytest
from sqlalchemy import bindparam, delete, exists, insert, select, text, update

from db import schema
from db.outbox import outbox
from db.tickets import tickets
from tests.tenants import TENANTS, offences_of

W: Any = bindparam("workspace")
OWN = tickets.c.workspace_id == W
OTHER = outbox.alias("other")
OTHERS = select(OTHER.c.outbox_id).where(OTHER.c.workspace_id == W)
BELONGS = exists().where(OTHER.c.workspace_id == tickets.c.workspace_id, OTHER.c.channel == tickets.c.subject)


def judged(statement: Any) -> list[str]:
    return offences_of(statement, str(statement))


@pytest.mark.parametrize(
    "statement",
    [
        select(tickets.c.subject).where(OWN, tickets.c.number == 1),
        update(tickets).where(OWN).values(subject="x"),
        delete(tickets).where(OWN),
        insert(tickets).values(workspace_id="T1", number=1),
        select(tickets.c.number).join(OTHER, OTHER.c.workspace_id == tickets.c.workspace_id).where(OWN),
        select(tickets.c.number).outerjoin(OTHER, OTHER.c.workspace_id == W).where(OWN),
        select(tickets.c.number).where(OWN, BELONGS),
        select(tickets.c.number).where(OWN, tickets.c.number.in_(OTHERS)),
    ],
)  # fmt: skip
def test_what_names_its_workspace_passes(statement: Any) -> None:
    assert judged(statement) == []


@pytest.mark.parametrize(
    "statement",
    [
        select(tickets.c.subject).where(tickets.c.number == 1),
        select(tickets.c.subject).where(OWN | (tickets.c.number == 1)),
        select(tickets.c.subject).where(tickets.c.workspace_id != W),
        update(tickets).where(tickets.c.number == 1).values(subject="x"),
        delete(tickets).where(tickets.c.status == "closed"),
        insert(outbox).values(key="x"),
        select(tickets.c.number).join(OTHER, OTHER.c.channel == tickets.c.subject).where(OWN),
        select(tickets.c.number).where(OWN, tickets.c.number.in_(select(OTHER.c.outbox_id))),
        select(select(tickets.c.number).subquery().c.number),
    ],
)
def test_what_does_not_is_found(statement: Any) -> None:
    assert len(judged(statement)) == 1


def test_plain_text_is_judged_by_its_words() -> None:
    assert offences_of(None, "SELECT subject FROM ticket WHERE number = 1") == ["ticket"]
    assert offences_of(None, "SELECT subject FROM ticket WHERE workspace_id = 'T1'") == []
    assert offences_of(None, str(text("PRAGMA optimize"))) == []


def test_every_table_leads_with_its_workspace() -> None:
    for table in schema.METADATA.sorted_tables:
        assert table.name in TENANTS
        assert next(iter(table.c)).name == "workspace_id"
        for index in table.indexes:
            assert next(column.name for column in index.columns) == "workspace_id", index.name
