"""Whose review it is, by the trail, and who may read it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.qa_review import Review, agent_at_solve, everybody_who_had, rated_since
from domain.scorecard import DIMENSIONS
from domain.ticket import Event, Status, Ticket

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def trail(*lines: dict[str, tuple[Any, Any]]) -> list[Event]:
    return [
        Event(i, 1, NOON + timedelta(minutes=i), NOON, "U0ANA", "happened", fields) for i, fields in enumerate(lines)
    ]


TAKEN = {"assignee": (None, "U0ANA"), "status": (Status.NEW, Status.OPEN)}
SOLVED = {"status": (Status.OPEN, Status.SOLVED)}
REOPENED = {"status": (Status.SOLVED, Status.OPEN)}
GIVEN = {"assignee": ("U0ANA", "U0BEN")}


@pytest.mark.parametrize(
    ("lines", "now_with", "agent"),
    [
        ([TAKEN, SOLVED], "U0ANA", "U0ANA"),
        ([TAKEN, SOLVED, GIVEN], "U0BEN", "U0ANA"),  # given on after it was solved
        ([TAKEN, GIVEN, SOLVED], "U0BEN", "U0BEN"),
        ([TAKEN, SOLVED, REOPENED, GIVEN, SOLVED], "U0BEN", "U0BEN"),  # the last solution counts
        ([TAKEN, SOLVED, {"status": (Status.SOLVED, Status.CLOSED)}], "U0ANA", "U0ANA"),
        ([], "U0ANA", "U0ANA"),  # it came in solved
        ([SOLVED], None, None),
        ([SOLVED, {"assignee": (None, "U0BEN")}], "U0BEN", None),
    ],
)
def test_the_agent_is_who_had_it_when_it_was_solved(
    lines: list[dict[str, Any]], now_with: str | None, agent: str | None
) -> None:
    ticket = Ticket(1, "Invoices", status=Status.SOLVED, assignee=now_with)
    assert agent_at_solve(ticket, trail(*lines)) == agent


def test_everybody_who_had_it_at_some_time_is_known() -> None:
    assert everybody_who_had(Ticket(1, "Invoices", assignee="U0CLEO"), trail(TAKEN, GIVEN)) == {
        "U0ANA",
        "U0BEN",
        "U0CLEO",
    }
    assert everybody_who_had(Ticket(1, "Invoices"), []) == set()


def test_a_review_knows_its_total_and_band() -> None:
    review = Review(1, "ana", "rev", 1, {name: most - 5 for name, most in DIMENSIONS.items()}, NOON)
    assert review.total == 75
    assert review.band.label == "meets expectations"


def test_a_rating_counts_from_when_it_was_heard_of() -> None:
    lines = trail(TAKEN, SOLVED, {"csat": (None, 1)})
    assert rated_since(lines, NOON)
    assert not rated_since(lines, NOON + timedelta(minutes=1))
    assert not rated_since(lines[:2], NOON)
