"""What comes again and again, by the upstream rules of the operating model."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from db import digest_facts, session, tickets, workspaces
from domain.digest_window import week_named
from domain.review import Win, wins
from domain.review_scope import EVERYTHING
from domain.taxonomy import RESEND, Taxonomy
from domain.ticket import Priority, Status

W, WEEK = "T0AGAIN", week_named("2026-W12", "Europe/London")
LAST = WEEK.end - timedelta(seconds=1)


def come_in(engine: Engine, how_many: int, taxonomy: Taxonomy = RESEND, **values: Any) -> list[Win]:
    """So many tickets alike come in at the end of the week, of one customer or of `customers`; what follows of it."""
    customers, at = values.pop("customers", 1), values.get("created_at", LAST)
    known = {"subject": "x", "status": Status.NEW, "priority": Priority.P2, "created_at": at} | values
    with session.writing(engine) as connection:
        workspaces.remember(connection, W, W, LAST)
        for n in range(how_many):
            theirs = known | {"customer_id": f"c{n % customers}"}
            tickets.create(connection, W, theirs, actor="U0ANA", at=at, now=LAST)
        return wins(digest_facts.recurring(connection, W, WEEK, taxonomy, EVERYTHING), 0)


@pytest.mark.parametrize(
    ("how_many", "category", "kind"), [(10, "reliability", "bug"), (20, "usability", "question")]
)  # fmt: skip
def test_a_bug_is_raised_by_more_than_ten_and_a_question_by_more_than_twenty(
    engine: Engine, how_many: int, category: str, kind: str
) -> None:
    assert come_in(engine, how_many, category=category) == []
    (win,) = come_in(engine, 1, category=category)
    assert (win.kind, win.category, win.count) == (kind, category, how_many + 1)


def test_a_request_is_raised_by_three_customers_within_seven_days(engine: Engine) -> None:
    early = WEEK.end - timedelta(days=7, seconds=1)
    assert come_in(engine, 3, customers=3, category="functional", created_at=early) == []
    assert come_in(engine, 9, customers=2, category="functional") == []
    assert [win.count for win in come_in(engine, 3, customers=3, category="functional")] == [3]


def test_what_was_named_otherwise_is_what_it_is_called_today(engine: Engine) -> None:
    ours = Taxonomy.own({"product": ["bug"], "reliability": []}).with_renames(
        {"outage": "reliability", "fault": "product/bug"}
    )
    found = come_in(engine, 11, ours, category="outage") + come_in(engine, 11, ours, category="fault")
    assert {(win.kind, win.category) for win in found} == {("bug", "reliability"), ("bug", "product")}


def test_a_root_cause_says_more_than_a_category(engine: Engine) -> None:
    assert come_in(engine, 11, category="reliability", root_cause="third_party_issue") == []
    assert [win.kind for win in come_in(engine, 11, category="usability", root_cause="product_bug")] == ["bug"]
