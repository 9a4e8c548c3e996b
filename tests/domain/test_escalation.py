"""The escalation matrix, the life of a handoff, and the ladder."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from domain import refusal
from domain.escalation import (
    MATRIX,
    TARGET_NAMES,
    Case,
    CaseState,
    Handoff,
    Trigger,
    bounces,
    may_become,
    next_rung,
    time_to_answer,
    ways,
)
from domain.ticket import Priority

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
ASKER, HELPER = "U0ANA", "U0BEN"


def case(state: CaseState = CaseState.OPEN, **values: object) -> Case:
    known: dict[str, object] = {
        "case_id": 1, "number": 12, "handoff": Handoff(Trigger.STUCK, "Cannot log in", "A peer"), "state": state,
        "opened_by": ASKER, "opened_at": NOW, "within": timedelta(minutes=30), "due_at": NOW, "moved_at": NOW,
    }  # fmt: skip
    return Case(**(known | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trigger", "targets", "minutes"),
    [
        (Trigger.P0, ("L2", "engineering", "manager"), 15),
        (Trigger.LEAVING, ("L2", "account_manager", "support_lead"), 60),
        (Trigger.LEGAL, ("L2", "legal", "manager"), 60),
        (Trigger.REPEATED, ("L2", "product"), 240),
        (Trigger.STUCK, ("L2",), 30),
        (Trigger.MANAGER, ("team_lead",), 5),
        (Trigger.PUBLIC, ("social", "pr"), 30),
    ],
)
def test_the_matrix(trigger: Trigger, targets: tuple[str, ...], minutes: int) -> None:
    assert MATRIX[trigger].targets == targets
    assert time_to_answer(trigger, Priority.P2) == timedelta(minutes=minutes)
    assert set(targets) <= TARGET_NAMES.keys()


def test_a_p0_is_answered_within_15_minutes_whatever_the_trigger() -> None:
    assert {time_to_answer(trigger, Priority.P0) for trigger in Trigger} == {
        timedelta(minutes=15),
        timedelta(minutes=5),
    }


LIFE = [
    (CaseState.OPEN, {"acknowledged", "declined", "handed_back", "resolved", "withdrawn"}),
    (CaseState.ACKNOWLEDGED, {"handed_back", "resolved", "withdrawn"}),
    *((state, set()) for state in CaseState if state not in (CaseState.OPEN, CaseState.ACKNOWLEDGED)),
]


@pytest.mark.parametrize(("state", "possible"), LIFE)
def test_the_life_of_a_handoff(state: CaseState, possible: set[str]) -> None:
    allowed = set()
    for to in CaseState:
        with suppress(refusal.HandoffAlready):
            may_become(case(state), to, HELPER)
            allowed.add(to.value)
    assert allowed == possible


def test_who_asked_cannot_be_who_answers_but_may_resolve_it() -> None:
    for to in (CaseState.ACKNOWLEDGED, CaseState.DECLINED, CaseState.HANDED_BACK):
        with pytest.raises(refusal.OwnHandoff):
            may_become(case(), to, ASKER)
    may_become(case(), CaseState.RESOLVED, ASKER)


def test_bounces_are_what_came_back() -> None:
    states = (CaseState.DECLINED, CaseState.RESOLVED, CaseState.HANDED_BACK, CaseState.WITHDRAWN, CaseState.OPEN)
    assert bounces([case(state) for state in states]) == 2


def test_a_target_without_a_route_goes_to_the_fallback_and_without_one_nowhere() -> None:
    routes = {"L2": ("C0L2", "S0L2")}
    with_fallback = ways(("L2", "legal"), routes, "C0ESC")
    assert [(way.channel, way.mention, way.fallback) for way in with_fallback] == [
        ("C0L2", "S0L2", False),
        ("C0ESC", None, True),
    ]
    assert [way.target for way in ways(("L2", "legal"), routes, None)] == ["L2"]


def test_the_ladder_skips_who_was_asked_and_who_cannot_be_reached() -> None:
    routes: dict[str, tuple[str, str | None]] = {"engineering": ("C0ENG", None), "manager": ("C0MGR", "U0M")}
    ladder = ("engineering", "legal", "manager", "pr")
    step = next_rung(case(asked=("L2", "engineering")), ladder, routes)
    assert step.way is not None
    assert (step.way.target, step.skipped, step.rung) == ("manager", ("legal",), 3)
    last = next_rung(case(asked=("L2", "engineering", "manager"), rung=3), ladder, routes)
    assert (last.way, last.skipped) == (None, ("pr",))
