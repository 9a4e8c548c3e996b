"""Which tickets a calibration is made of."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.calibration_choice import Candidate, Kind, choose, kind_of

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
candidates = st.lists(
    st.builds(
        Candidate,
        number=st.integers(1, 999),
        solved_at=st.integers(0, 700).map(lambda hours: NOW - timedelta(hours=hours)),
        agent=st.none() | st.sampled_from(["ana", "ben", "cleo", "dora", "eve", "finn", "gus"]),
        csat=st.none() | st.integers(1, 5),
        qa_score=st.none() | st.integers(0, 100),
        breached=st.integers(0, 2),
    ),
    max_size=25,
    unique_by=lambda one: one.number,
)


def solved(number: int, agent: str | None = None, **facts: int) -> Candidate:
    return Candidate(number, NOW - timedelta(hours=number), agent, **facts)


def test_poor_and_good_are_told_by_rating_score_and_broken_promises() -> None:
    assert kind_of(solved(1, csat=2)) is Kind.POOR
    assert kind_of(solved(1, csat=3)) is Kind.PLAIN
    assert kind_of(solved(1, csat=4)) is Kind.GOOD
    assert kind_of(solved(1, qa_score=74)) is Kind.POOR
    assert kind_of(solved(1, qa_score=90)) is Kind.GOOD
    assert kind_of(solved(1, breached=1)) is Kind.POOR
    assert kind_of(solved(1, csat=5, breached=1)) is Kind.PLAIN  # signs of both
    assert kind_of(solved(1)) is Kind.PLAIN


def test_the_clearest_of_each_kind_by_turns_with_the_reason() -> None:
    found = choose(
        [
            solved(1, "ana", csat=1), solved(2, "ben", csat=5), solved(3, "cleo", csat=2), solved(4, "dora", csat=4),
            solved(5, "eve", qa_score=40), solved(6, "finn"), solved(7, "gus", csat=5, qa_score=98),
        ]
    )  # fmt: skip
    assert [one.number for one in found] == [1, 2, 3, 5, 7]
    assert Counter(one.kind for one in found) == {Kind.POOR: 3, Kind.GOOD: 2}
    assert found[0].signs == (("csat", 1),)
    assert found[4].signs == (("csat", 5), ("qa_score", 98))


def test_an_agent_comes_twice_only_when_nobody_else_is_left() -> None:
    of_ana = [solved(number, "ana", csat=1 + number % 5) for number in range(1, 9)]
    found = choose([*of_ana, solved(20, "ben"), solved(21, "cleo")], how_many=4)
    assert {20, 21} <= {one.number for one in found}
    assert len(found) == 4


def test_tickets_that_no_reviewer_handled_are_preferred() -> None:
    tickets = [solved(1, "rev", csat=1), solved(2, "ana", csat=2), solved(3, "rev2", csat=5), solved(4, "ben", csat=4)]
    assert [one.number for one in choose(tickets, 2, reviewers=["rev", "rev2"])] == [2, 4]


def test_an_agent_who_could_serve_both_kinds_is_kept_for_the_one_that_needs_them() -> None:
    tickets = [solved(1, "ana", csat=1), solved(2, "ana", csat=5), solved(3, "ben", csat=2)]
    assert [(one.number, one.kind) for one in choose(tickets, 2)] == [(2, Kind.GOOD), (3, Kind.POOR)]


@given(candidates, st.integers(1, 7))
def test_no_agent_twice_where_it_can_be_avoided_and_both_kinds_where_they_are(
    given_: list[Candidate], how_many: int
) -> None:
    found = choose(given_, how_many)
    by_number = {one.number: one for one in given_}
    agents = Counter(by_number[one.number].agent for one in found if by_number[one.number].agent)
    unnamed = sum(one.agent is None for one in given_)
    distinct = len({one.agent for one in given_ if one.agent}) + unnamed
    assert len(found) == min(how_many, len(given_))
    if distinct >= how_many:
        assert all(times == 1 for times in agents.values())
    assert choose(list(reversed(given_)), how_many) == found


@given(candidates)
def test_good_and_poor_are_both_there_when_two_agents_have_them(given_: list[Candidate]) -> None:
    kinds = {(one.agent, kind_of(one)) for one in given_ if one.agent}
    poor, good = ({agent for agent, kind in kinds if kind is wanted} for wanted in (Kind.POOR, Kind.GOOD))
    if len(poor | good) > 1 and poor and good:
        assert {Kind.POOR, Kind.GOOD} <= {one.kind for one in choose(given_, 2)}
