"""Shares, percentiles and medians, each with its n."""

from datetime import timedelta

import pytest

from domain.figures import Figure, kept_share, median, percentile


def test_nothing_to_divide_by_is_not_a_hundred_percent() -> None:
    assert kept_share(0, 0) == Figure(None, 0)
    assert kept_share(3, 1) == Figure(0.75, 4)


@pytest.mark.parametrize(("percent", "value"), [(5, 15), (30, 20), (40, 20), (50, 35), (95, 50), (100, 50)])
def test_percentiles_are_nearest_rank(percent: float, value: int) -> None:
    assert percentile([50.0, 15.0, 40.0, 20.0, 35.0], percent) == Figure(value, 5)


def test_a_rank_is_not_pushed_up_by_binary_fractions() -> None:
    assert percentile([float(n) for n in range(1, 101)], 7).value == 7
    assert percentile([float(n) for n in range(1, 1001)], 0.1).value == 1


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_percentile_beyond_the_values_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="allowed is above 0 up to 100"):
        percentile([1.0], percent)


def test_the_median_of_an_even_count_is_the_mean_of_the_middle_two() -> None:
    assert median([4.0, 1.0, 3.0, 2.0]) == Figure(2.5, 4)
    assert median([timedelta(hours=1), timedelta(hours=4), timedelta(hours=2)]).value == timedelta(hours=2)
    assert median([timedelta(hours=1), timedelta(hours=2)]).value == timedelta(minutes=90)


def test_of_nothing_there_is_no_figure() -> None:
    empty: list[float] = []
    assert median(empty) == percentile(empty, 95) == Figure(None, 0)
