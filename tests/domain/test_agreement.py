"""Agreement: the published examples, what is undefined, and what must hold of any scores."""

import math
from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreement import (
    Estimate,
    Missing,
    Reading,
    alpha,
    icc_2_1,
    interval,
    mean,
    rwg,
    shown,
    spread,
    strictness,
)
from tests.domain.recomputed import (
    alpha_by_coincidences,
    icc_by_variances,
    names,
    rwg_by_definition,
    squares,
    strictness_by_hand,
)

# Krippendorff 2011, section C: four observers, twelve units, values missing.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = list(zip(*OBSERVERS, strict=True))
# Shrout & Fleiss 1979, table 2: six targets, four judges.
TARGETS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))

points = st.integers(0, 100)
tables = st.lists(st.lists(st.none() | points, min_size=2, max_size=5), min_size=1, max_size=8)
matrices = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(points, min_size=k, max_size=k), min_size=2, max_size=8)
)


def nominal(one: object, other: object) -> Fraction:
    """Krippendorff's distance of two names: 0 for the same, else 1."""
    return Fraction(one != other)


def test_krippendorffs_own_example() -> None:
    assert alpha(UNITS, interval).value == pytest.approx(0.849, abs=0.0005)
    assert alpha(UNITS, nominal).value == pytest.approx(0.743, abs=0.0005)
    assert alpha(UNITS).units == 11  # the twelfth has one value, so nothing to compare it with


def test_shrout_and_fleiss_own_example() -> None:
    found = icc_2_1(TARGETS)
    assert found.value == pytest.approx(0.290, abs=0.0005)
    assert found.units == 6


def test_two_reviewers_by_hand() -> None:
    # 10 and 20, 30 and 30: observed (100 + 100 + 0 + 0) / 4 = 50, expected over the 12 ordered pairs 2200 / 12.
    # 10-20: 100, 10-30 twice: 800, 20-30 twice: 200, 30-30: 0; doubled 2200.
    assert alpha([[10, 20], [30, 30]]).value == pytest.approx(1 - 50 / (2200 / 12))


def test_rwg_of_the_total_by_hand() -> None:
    # Points 0 to 100, each as likely: (101² - 1) / 12 = 850. The variance of 80, 90, 70 is 100.
    assert rwg([80, 90, 70], 100).value == pytest.approx(1 - 100 / 850)
    assert (rwg([0, 100], 100).value or 0) < 0  # further apart than judging blindly: below zero, not cut off
    assert rwg([80], 100) == Estimate(None, 1, Missing.ALONE)
    assert rwg([], 100).why is Missing.ALONE


def test_strictness_leaves_the_reviewer_out() -> None:
    units = [{"ana": 20.0, "ben": 10.0, "cleo": 16.0}, {"ana": 10.0, "ben": 10.0}, {"ana": 3.0}]
    assert strictness(units, "ana") == Estimate((7 + 0) / 2, 2)
    assert strictness(units, "ben") == Estimate((-8 + 0) / 2, 2)
    assert strictness(units, "dora") == Estimate(None, 0, Missing.NOBODY_ELSE)


@pytest.mark.parametrize(
    ("units", "why"),
    [
        ([], Missing.NO_PAIRS),
        ([[1], [None, 2], [None, None]], Missing.NO_PAIRS),
        ([[7, 7], [7, 7, 7]], Missing.NO_SPREAD),
    ],
)
def test_alpha_undefined_says_why(units: list[list[int | None]], why: Missing) -> None:
    assert (alpha(units).value, alpha(units).why) == (None, why)


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        ([], Missing.TOO_SMALL),
        ([[1, 2]], Missing.TOO_SMALL),
        ([[1], [2]], Missing.TOO_SMALL),
        ([[1, 2], [3, None]], Missing.GAPS),
        ([[1, 2], [3]], Missing.GAPS),
        ([[5, 5], [5, 5]], Missing.NO_SPREAD),
    ],
)
def test_icc_undefined_says_why(matrix: list[list[int | None]], why: Missing) -> None:
    assert (icc_2_1(matrix).value, icc_2_1(matrix).why) == (None, why)


def test_what_rests_on_little_is_held_back_and_from_twenty_units_it_is_trusted() -> None:
    assert shown(Estimate(0.9, 4)) == Estimate(None, 4, Missing.TOO_FEW_UNITS)
    assert shown(Estimate(0.9, 5)) == Estimate(0.9, 5)
    assert not Estimate(0.9, 19).trusted
    assert Estimate(0.9, 20).trusted
    assert not Estimate(None, 30, Missing.NO_SPREAD).trusted


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (1.0, Reading.RELIABLE),
        (0.8, Reading.RELIABLE),
        (0.799, Reading.TENTATIVE),
        (0.667, Reading.TENTATIVE),
        (0.666, Reading.UNRELIABLE),
        (0.0, Reading.NO_BETTER_THAN_CHANCE),
        (-0.4, Reading.NO_BETTER_THAN_CHANCE),
        (None, None),
    ],
)
def test_plain_words(value: float | None, reading: Reading | None) -> None:
    assert Estimate(value, 9).reading is reading


def test_mean_and_spread_of_nothing() -> None:
    assert (mean([]), spread([]), spread([80]), spread([80, 91])) == (None, None, None, 11)


@given(tables)
def test_alpha_is_the_table_of_coincidences_and_never_a_nan(units: list[list[int | None]]) -> None:
    for distance, apart in ((interval, squares), (nominal, names)):
        found, again = alpha(units, distance), alpha_by_coincidences(units, apart)
        assert (found.value is None) == (again is None) == (found.why is not None)
        if found.value is not None and again is not None:
            assert found.value <= 1
            assert found.value == pytest.approx(again, abs=1e-9)


@given(tables, st.randoms())
def test_the_order_of_tickets_and_reviewers_does_not_matter(units: list[list[int | None]], chance: object) -> None:
    shuffled = [chance.sample(unit, len(unit)) for unit in units]  # type: ignore[attr-defined]
    shuffled = chance.sample(shuffled, len(shuffled))  # type: ignore[attr-defined]
    assert alpha(units) == alpha(shuffled)


@given(tables, st.permutations(range(101)))
def test_names_do_not_matter_to_nominal_alpha(units: list[list[int | None]], renamed: list[int]) -> None:
    again = [[None if one is None else f"name {renamed[one]}" for one in unit] for unit in units]
    assert alpha(units, nominal) == alpha(again, nominal)


@given(tables, st.integers(-50, 50), st.integers(1, 9))
def test_unit_of_measurement_and_zero_do_not_matter_to_interval_alpha(
    units: list[list[int | None]], shift: int, stretch: int
) -> None:
    again = [[None if one is None else one * stretch + shift for one in unit] for unit in units]
    assert alpha(units) == alpha(again)


@given(st.lists(points, min_size=2, max_size=8, unique=True), st.integers(2, 5))
def test_perfect_agreement_is_one(scores: list[int], reviewers: int) -> None:
    matrix = [[score] * reviewers for score in scores]
    assert alpha(matrix).value == alpha(matrix, nominal).value == icc_2_1(matrix).value == 1
    assert all(rwg(row, 100).value == 1 for row in matrix)


@given(matrices, st.randoms())
def test_icc_is_the_ratio_of_variances_whatever_the_order(matrix: list[list[int]], chance: object) -> None:
    found = icc_2_1(matrix)
    if found.value is None:
        assert found.why is Missing.NO_SPREAD
        return
    assert math.isfinite(found.value)
    assert found.value == pytest.approx(icc_by_variances(matrix), abs=1e-6)
    columns = chance.sample(range(len(matrix[0])), len(matrix[0]))  # type: ignore[attr-defined]
    assert icc_2_1([[row[at] for at in columns] for row in reversed(matrix)]) == found


@given(st.lists(points, min_size=2, max_size=9))
def test_rwg_by_its_definition(scores: list[int]) -> None:
    assert rwg(scores, 100).value == pytest.approx(rwg_by_definition(scores, 101))
    assert rwg(scores[::-1], 100) == rwg(scores, 100)


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), points.map(float), max_size=4), max_size=6))
def test_strictness_again_and_it_balances(units: list[dict[str, float]]) -> None:
    for who in "abcd":
        again = strictness_by_hand(units, who)
        found = strictness(units, who).value
        assert (found is None) == (again is None)
        assert found is None or found == pytest.approx(again)
    full = [{who: fmean(unit.values()) for who in "abcd"} for unit in units if unit]
    assert all(strictness(full, who).value == pytest.approx(0) for who in "abcd") or not full
