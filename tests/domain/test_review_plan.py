"""Which tickets are reviewed and by whom: all that went badly, a fair sample of the rest, evenly spread, unsteered."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.review_plan import Handled, Pick, Rates, Reason, picked, spread, unit

MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
LONG_AGO = {agent: MONDAY - timedelta(days=400) for agent in ("ana", "ben", "rev1", "rev2", "rev3")}
NEW = {agent: MONDAY - timedelta(days=30) for agent in LONG_AGO}


def handled(number: int, agent: str = "ana", days: float = 0, **more: object) -> Handled:
    return Handled(number, agent, MONDAY + timedelta(days=days), frozenset({agent}), **more)  # type: ignore[arg-type]


def week(count: int, agent: str = "ana") -> list[Handled]:
    return [handled(number, agent) for number in range(1, count + 1)]


def test_every_escalated_and_every_badly_rated_ticket_is_reviewed_whatever_the_seed() -> None:
    tickets = [
        handled(1, escalated=True),
        handled(2, csat=1),
        handled(3, csat=2, escalated=True),
        handled(4, csat=3),
        handled(5, earlier=True, csat=2),
        handled(6, earlier=True, escalated=True),
    ]
    none = Rates(new=Fraction(0), later=Fraction(0))
    found = {pick.number: pick.reasons for pick in picked(tickets, LONG_AGO, "any", none)}
    assert found == {
        1: (Reason.ESCALATED,),
        2: (Reason.BADLY_RATED,),
        3: (Reason.ESCALATED, Reason.BADLY_RATED),
        5: (Reason.BADLY_RATED,),
    }


def test_a_tenth_of_the_tickets_is_sampled_and_three_tenths_in_the_first_ninety_days() -> None:
    assert len(picked(week(40), LONG_AGO, "seed", Rates())) == 4
    found = picked(week(40), NEW, "seed", Rates())
    assert len(found) == 12
    assert {pick.reasons for pick in found} == {(Reason.NEW_AGENT,)}


def test_the_ninetieth_day_parts_a_week_in_two() -> None:
    started = {"ana": MONDAY - timedelta(days=88)}
    tickets = [handled(number, days=number * 0.1) for number in range(40)]  # day 88 to 92, half of it before day 90
    reasons = Counter(pick.reasons[0] for pick in picked(tickets, started, "seed", Rates()))
    assert reasons == {Reason.NEW_AGENT: 6, Reason.SAMPLED: 2}


def test_what_is_no_whole_number_is_rounded_by_chance_so_that_the_mean_is_right() -> None:
    sizes = Counter(len(picked(week(4), LONG_AGO, f"week {i}", Rates())) for i in range(2000))
    assert set(sizes) == {0, 1}
    assert sizes[1] / 2000 == pytest.approx(0.4, abs=0.04)


def test_each_ticket_is_as_likely_as_any_other() -> None:
    drawn = Counter(pick.number for i in range(2000) for pick in picked(week(10), LONG_AGO, f"week {i}", Rates()))
    assert sum(drawn.values()) == 2000
    assert all(150 < drawn[number] < 250 for number in range(1, 11))


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    assert picked(week(200), LONG_AGO, "one", Rates()) == picked(week(200)[::-1], LONG_AGO, "one", Rates())
    assert picked(week(200), LONG_AGO, "one", Rates()) != picked(week(200), LONG_AGO, "two", Rates())


def test_what_others_did_does_not_move_an_agents_sample() -> None:
    ours = picked(week(50), LONG_AGO, "seed", Rates())
    both = picked([*week(50), *(handled(number, "ben") for number in range(100, 130))], LONG_AGO, "seed", Rates())
    assert [pick for pick in both if pick.agent == "ana"] == ours


def test_a_unit_is_the_published_hash() -> None:
    # printf 'seed:12' | sha256sum begins with this.
    assert unit("seed", "12") == Fraction(int("3210225b09dab71d", 16), 2**64)


REVIEWERS = ("rev1", "rev2", "rev3")
PICKS = st.lists(st.frozensets(st.sampled_from(["ana", *REVIEWERS]), max_size=3), max_size=7)


def pick(number: int, had: frozenset[str]) -> Pick:
    return Pick(number, "ana", (Reason.SAMPLED,), had)


def unevenness(loads: tuple[int, ...]) -> int:
    return sum(load * load for load in loads)


@settings(max_examples=150)
@given(PICKS, st.text(max_size=3))
def test_shares_are_as_even_as_any_that_give_nobody_their_own(had: list[frozenset[str]], seed: str) -> None:
    picks = [pick(number, who) for number, who in enumerate(had)]
    found = spread(picks, REVIEWERS, seed)
    assert all(reviewer not in one.handled_by for reviewer, share in found.shares.items() for one in share)
    given_out = [one for share in found.shares.values() for one in share]
    assert sorted(one.number for one in [*given_out, *found.left_over]) == list(range(len(had)))
    assert all(one.handled_by >= set(REVIEWERS) for one in found.left_over)
    able = [[r for r in REVIEWERS if r not in one.handled_by] for one in given_out]
    best = min(unevenness(tuple(way.count(r) for r in REVIEWERS)) for way in product(*able))
    assert unevenness(tuple(len(share) for share in found.shares.values())) == best


def test_nobody_gets_one_more_each_week() -> None:
    extra = Counter(
        max(shares, key=lambda reviewer: len(shares[reviewer]))
        for i in range(300)
        for shares in [spread([pick(n, frozenset()) for n in range(4)], REVIEWERS, f"week {i}").shares]
    )
    assert all(60 < extra[reviewer] < 140 for reviewer in REVIEWERS)


def test_without_reviewers_all_is_left_over() -> None:
    assert [one.number for one in spread([pick(1, frozenset())], (), "seed").left_over] == [1]
