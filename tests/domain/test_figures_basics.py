"""Shares with their n, percentiles and medians."""

import pytest

from domain.figures import Figure, kept_share, median_of_ranked, percentile_of_ranked


def test_nothing_to_divide_by_is_not_a_hundred_percent() -> None:
    assert kept_share(0, 0) == Figure(None, 0)
    assert kept_share(3, 1) == Figure(0.75, 4)


@pytest.mark.parametrize(("percent", "value"), [(5, 15), (30, 20), (40, 20), (50, 35), (95, 50), (100, 50)])
def test_percentiles_are_nearest_rank(percent: int, value: int) -> None:
    assert percentile_of_ranked([15, 20, 35, 40, 50], percent) == value


def test_a_rank_is_not_pushed_up_by_binary_fractions() -> None:
    assert percentile_of_ranked(range(1, 101), 7) == 7
    assert percentile_of_ranked([3], 1) == 3


def test_the_median_of_an_even_count_is_the_mean_of_the_middle_two() -> None:
    assert median_of_ranked([1, 2, 3, 4]) == 2.5
    assert median_of_ranked([1, 2, 4]) == 2
    assert median_of_ranked([7]) == 7
