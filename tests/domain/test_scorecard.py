"""The scorecard: what may be entered, what it adds up to, and which band that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scorecard import BANDED, DIMENSIONS, HIGHEST, SCORECARD, WrongPoints, band_of, read, total

MIDDLING = {"accuracy": "20", "communication": "19", "process": "16", "efficiency": "11", "going_above": "9"}


def test_five_dimensions_make_a_hundred() -> None:
    assert list(DIMENSIONS.values()) == [25, 25, 20, 15, 15]
    assert HIGHEST == 100


def test_what_is_typed_is_read_and_summed() -> None:
    assert total(read(MIDDLING)) == 75


@pytest.mark.parametrize("wrong", ["26", "-1", "12.5", "12,5", "", " ", "many", "²", "٣", "1e1", "0x1", "9" * 400])
def test_what_are_no_whole_points_is_refused_at_its_field(wrong: str) -> None:
    with pytest.raises(WrongPoints) as refused:
        read({**MIDDLING, "accuracy": wrong})
    assert refused.value.problems == {"accuracy": 25}


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(WrongPoints) as refused:
        read({"accuracy": "25", "process": "21"})
    assert refused.value.problems == {"communication": 25, "process": 20, "efficiency": 15, "going_above": 15}


@pytest.mark.parametrize(
    ("points", "label"),
    [
        (100, "exceptional"),
        (90, "exceptional"),
        (89, "meets expectations"),
        (75, "meets expectations"),
        (74, "coaching needed"),
        (60, "coaching needed"),
        (59, "immediate coaching"),
        (0, "immediate coaching"),
    ],
)
def test_bands_begin_at_90_75_and_60(points: int, label: str) -> None:
    assert band_of(points).label == label
    assert band_of(points).consequence


def test_the_rubric_of_a_dimension_covers_each_of_its_points_once() -> None:
    assert SCORECARD["accuracy"].bands() == [(23, 25), (19, 22), (15, 18), (0, 14)]
    assert SCORECARD["process"].bands() == [(18, 20), (15, 17), (12, 14), (0, 11)]
    for one in SCORECARD.values():
        covered = [points for low, high in one.bands() for points in range(low, high + 1)]
        assert sorted(covered) == list(range(one.most + 1))
        assert len(one.meaning) == len(BANDED)


@given(st.fixed_dictionaries({name: st.integers(0, most) for name, most in DIMENSIONS.items()}))
def test_whatever_is_possible_is_read_back_and_lies_in_a_band(points: dict[str, int]) -> None:
    assert read({name: f" {value} " for name, value in points.items()}) == points
    band = band_of(total(points))
    better = [one.lowest for one in BANDED if one.lowest > band.lowest]
    assert band.lowest <= total(points) < min(better, default=101)
