"""Shares by category, and what moved most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.category_report import MOVERS, Count, area_movers, category_movers, movers, report


def test_shares_are_of_all_that_came_in_and_untagged_comes_last() -> None:
    found = report([Count(None, None, 5, 1), Count("a", "api", 1, 3), Count("a", None, 1, 0), Count("b", "web", 3, 0)])
    assert [(line.category, line.now, line.share) for line in found.categories] == [
        ("b", 3, 30.0),
        ("a", 2, 20.0),
        (None, 5, 50.0),
    ]
    assert (found.now, found.before, found.untagged) == (10, 4, 5)
    assert found.areas == ("web", "api")
    assert found.few


def test_what_moved_most_comes_first_then_single_areas() -> None:
    found = report(
        [
            Count("rose", "api", 30, 10),
            Count("rose", "web", 10, 10),
            Count("fell", "api", 10, 30),
            Count("same", "api", 25, 25),
            Count("same", "web", 25, 25),
        ]
    )
    assert [(line.category, line.area, line.points) for line in movers(found)] == [
        ("fell", None, -20.0),
        ("rose", None, 20.0),
        ("rose", "api", 20.0),
    ]


def test_areas_move_by_themselves_whatever_their_categories() -> None:
    found = report(
        [
            Count("a", "api", 30, 10),
            Count("b", "api", 10, 10),
            Count(None, "web", 10, 30),
            Count("a", None, 50, 50),
        ]
    )
    assert [(line.area, line.points) for line in area_movers(found)] == [("api", 20.0), ("web", -20.0)]
    assert [line.category for line in category_movers(found)] == ["a"]
    assert area_movers(report([Count("a", "api", 3, 0)])) == category_movers(report([])) == []


def test_nothing_moves_against_an_empty_period() -> None:
    assert movers(report([Count("a", None, 3, 0)])) == []
    assert movers(report([Count("a", None, 0, 3)])) == []
    assert movers(report([])) == []


COUNTS = st.lists(
    st.builds(
        Count,
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from(["x", "y", None]),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    unique_by=lambda count: (count.category, count.area),
)


@given(COUNTS)
def test_shares_add_up(counts: list[Count]) -> None:
    found = report(counts)
    assert sum(line.now for line in found.categories) == found.now
    assert sum(line.share for line in found.categories) == pytest.approx(100 if found.now else 0)
    assert sum(line.now for line in found.cells.values()) == found.now
    assert len(movers(found)) <= 2 * MOVERS
