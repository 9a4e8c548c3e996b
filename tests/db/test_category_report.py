"""Counting tickets by category and area: two periods, one pass, renames and merges folded in."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from db import category_report, tickets, workspaces
from db.session import reading, writing
from domain.category_report import Count
from domain.taxonomy import CLASSIC, RESEND, Taxonomy
from tests.databases import empty
from tests.db.plans import plans_of

W = "T1"
START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=30)


def store(connection: Connection, workspace: str, created: datetime, **tags: Any) -> None:
    values = {"subject": "x", "status": "new", "priority": "P2", "created_at": created} | tags
    tickets.create(connection, workspace, values, actor="U1", at=created, now=created)


def filled(engine: Engine, *rows: tuple[datetime, dict[str, Any]], workspace: str = W) -> None:
    with writing(engine) as connection:
        workspaces.remember(connection, workspace, workspace, START)
        for created, tags in rows:
            store(connection, workspace, created, **tags)


def counted(engine: Engine, taxonomy: Taxonomy = RESEND) -> set[Count]:
    with reading(engine) as connection:
        return set(category_report.counts(connection, W, START, END, taxonomy))


def test_both_periods_are_counted_by_category_and_area(engine: Engine) -> None:
    day = timedelta(days=1)
    filled(
        engine,
        (START + day, {"category": "usability", "area": "api"}),
        (START + 2 * day, {"category": "usability", "area": "api"}),
        (START - day, {"category": "usability", "area": "api"}),
        (START + day, {"category": "usability"}),
        (START - day, {"category": "abuse"}),
        (START + day, {}),
    )
    assert counted(engine) == {
        Count("usability", "api", 2, 1),
        Count("usability", None, 1, 0),
        Count("abuse", None, 0, 1),
        Count(None, None, 1, 0),
    }


def test_a_period_holds_its_first_instant_and_not_its_last(engine: Engine) -> None:
    moment = timedelta(microseconds=1)
    before = START - timedelta(days=30)
    for created in (before - moment, before, START - moment, START, END - moment, END):
        filled(engine, (created, {"category": "abuse"}))
    assert counted(engine) == {Count("abuse", None, 2, 2)}


def test_the_period_before_may_be_shorter_or_longer(engine: Engine) -> None:
    hour = timedelta(hours=1)
    since = START - timedelta(days=30) + hour
    filled(engine, (since - hour, {}), (since, {}), (START, {}))
    with reading(engine) as connection:
        assert category_report.counts(connection, W, START, END, RESEND, since) == [Count(None, None, 1, 1)]


def test_nothing_came_in(engine: Engine) -> None:
    filled(engine)
    assert counted(engine) == set()


def test_another_workspace_is_not_counted(engine: Engine) -> None:
    filled(engine, (START, {"category": "abuse"}), workspace="T2")
    assert counted(engine) == set()


def test_what_was_renamed_or_merged_since_is_counted_as_what_it_is_called_today(engine: Engine) -> None:
    ours = Taxonomy.own({"faults": ["bug"], "questions": [], "product": ["idea"]}).with_renames(
        {"outage": "faults", "errors": "outage", "product/bug": "faults/bug"}
    )
    filled(
        engine,
        (START, {"category": "outage"}),
        (START, {"category": "errors", "subcategory": "bug"}),
        (START, {"category": "faults"}),
        (START, {"category": "product", "subcategory": "bug"}),
        (START, {"category": "product", "subcategory": "idea"}),
        (START, {"category": "product"}),
        (START, {"category": "forgotten"}),
        (START, {"subcategory": "bug"}),
    )
    assert counted(engine, ours) == {
        Count("faults", None, 4, 0),
        Count("product", None, 2, 0),
        Count("forgotten", None, 1, 0),
        Count(None, None, 1, 0),
    }


RENAMES = {
    "bugs": "product/bug",
    "sales": "feedback",
    "product/price": "account/billing",
    "money": "account",
    "trade": "sales",
    "sales/price": "account/billing",
    "feedback/refund": "account",
}
OLD = CLASSIC.with_renames(RENAMES)
ALONG = ["trade/complaint", "trade/price", "trade/refund", "trade/x", "sales/refund", "money/login"]
PATHS = st.sampled_from([*OLD.paths(), *RENAMES, *ALONG, "sales/x", "product/x", "unheard_of"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PATHS, max_size=12))
@example([*RENAMES, *ALONG])
def test_the_database_calls_a_category_what_the_taxonomy_calls_it(engine: Engine, paths: list[str]) -> None:
    empty(engine)
    split = [path.partition("/") for path in paths]
    filled(engine, *((START, {"category": c, "subcategory": s or None}) for c, _, s in split))
    expected: dict[str, int] = {}
    for category, _, subcategory in split:
        today = OLD.current(category, subcategory or None)[0]
        expected[today] = expected.get(today, 0) + 1
    assert {one.category: one.now for one in counted(engine, OLD)} == expected


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATHS, max_size=12))
@example([*RENAMES, *ALONG])
def test_the_database_calls_a_subcategory_what_the_taxonomy_calls_it(engine: Engine, paths: list[str]) -> None:
    empty(engine)
    split = [path.partition("/") for path in paths]
    filled(engine, *((START, {"category": c, "subcategory": s or None}) for c, _, s in split))
    names = category_report.category_now(OLD), category_report.subcategory_now(OLD)
    with reading(engine) as connection:
        found = connection.execute(select(*names).where(tickets.tickets.c.workspace_id == W)).all()
    assert Counter(map(tuple, found)) == Counter(OLD.current(category, sub or None) for category, _, sub in split)


def test_one_statement_reads_an_index_that_has_all_and_no_ticket(engine: Engine) -> None:
    filled(engine, *((START + timedelta(hours=n), {"category": "abuse", "customer_id": str(n)}) for n in range(200)))
    ask = partial(category_report.counts, workspace_id=W, start=START, end=END, taxonomy=OLD)
    [plan] = plans_of(engine, ask, "ticket")
    # `ticket_solved` has all of it, too: PostgreSQL takes either.
    assert re.search("USING COVERING INDEX ticket_report|Index Only Scan using ticket_(report|solved)", plan), plan
