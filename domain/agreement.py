"""How far reviewers agree: Krippendorff's alpha, ICC(2,1), r*wg, and how strict each is. Pure, in exact fractions.

A *unit* is one thing that several reviewers judged (a ticket). What cannot be computed is None with the reason; nothing
here is ever a NaN. The formulas and their sources: docs/CALIBRATION.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from statistics import variance
from typing import Any

SHOWN_FROM, TRUSTED_FROM = 5, 20  # units
RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff 2019, p. 356: what may be relied on, and what only hints
APART = 10  # points on the total, over which a ticket is discussed

Row = Sequence[float | None]
Distance = Callable[[Any, Any], Fraction]


class Missing(StrEnum):
    """Why there is no figure."""

    NO_PAIRS = "no ticket was scored by two reviewers"
    NO_SPREAD = "every score is the same, so there is nothing to tell agreement from"
    GAPS = "not every reviewer scored every ticket"
    TOO_SMALL = "at least two tickets and two reviewers are needed"
    ALONE = "fewer than two reviewers scored it"
    NOBODY_ELSE = "nobody else scored the same tickets"
    TOO_FEW_UNITS = f"fewer than {SHOWN_FROM} tickets were scored by two reviewers or more"
    TOO_FEW_REVIEWERS = "too few reviewers voted"


class Reading(StrEnum):
    """What a coefficient means in words."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"
    NO_BETTER_THAN_CHANCE = "no better than chance"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the number of units it rests on; `value` is None where it is undefined, and `why` says so."""

    value: float | None
    units: int
    why: Missing | None = None

    @property
    def trusted(self) -> bool:
        """Whether it rests on enough units to be more than a hint."""
        return self.value is not None and self.units >= TRUSTED_FROM

    @property
    def reading(self) -> Reading | None:
        """The figure in words; None where there is none."""
        if self.value is None:
            return None
        if self.value >= RELIABLE:
            return Reading.RELIABLE
        if self.value >= TENTATIVE:
            return Reading.TENTATIVE
        return Reading.UNRELIABLE if self.value > 0 else Reading.NO_BETTER_THAN_CHANCE


def shown(estimate: Estimate) -> Estimate:
    """The estimate as people are shown it: a figure that rests on fewer than five units is held back, with why."""
    if estimate.value is None or estimate.units >= SHOWN_FROM:
        return estimate
    return Estimate(None, estimate.units, Missing.TOO_FEW_UNITS)


def interval(one: float, other: float) -> Fraction:
    """Krippendorff's distance of two numbers: the square of their difference."""
    return (Fraction(one) - Fraction(other)) ** 2


def alpha(units: Sequence[Sequence[Any]], distance: Distance = interval) -> Estimate:
    """Krippendorff's alpha: 1 - observed / expected disagreement (Krippendorff 2011, "Computing … Reliability").

    Each unit holds the values it was given, in any order, None where a reviewer gave none. Units with one value
    are left out; reviewers need not have judged the same units. Undefined without variation.
    """
    kept = [[value for value in unit if value is not None] for unit in units]
    paired = [unit for unit in kept if len(unit) > 1]
    if not paired:
        return Estimate(None, 0, Missing.NO_PAIRS)
    values = [value for unit in paired for value in unit]
    n = len(values)
    observed = sum((2 * _apart(unit, distance) / (len(unit) - 1) for unit in paired), Fraction()) / n
    expected = 2 * _apart(values, distance) / (n * (n - 1))
    if not expected:
        return Estimate(None, len(paired), Missing.NO_SPREAD)
    return Estimate(float(1 - observed / expected), len(paired))


def _apart(values: Sequence[Any], distance: Distance) -> Fraction:
    """The sum of the distances of all pairs."""
    return sum((distance(one, other) for one, other in combinations(values, 2)), Fraction())


def icc_2_1(matrix: Sequence[Row]) -> Estimate:
    """ICC(2,1), two-way random effects, absolute agreement, one rater (Shrout & Fleiss 1979, case 2).

    A row a unit, a column a reviewer; only where every cell is filled.
    (MSR - MSE) / (MSR + (k-1) MSE + k (MSC - MSE) / n)
    """
    n, k = len(matrix), len(matrix[0]) if matrix else 0
    if any(len(row) != k or None in row for row in matrix):
        return Estimate(None, n, Missing.GAPS)
    if n < 2 or k < 2:
        return Estimate(None, n, Missing.TOO_SMALL)
    cells = [[Fraction(value or 0) for value in row] for row in matrix]
    rows, columns, error = _mean_squares(cells, n, k)
    whole = rows + (k - 1) * error + k * (columns - error) / n
    if not whole:
        return Estimate(None, n, Missing.NO_SPREAD)
    return Estimate(float((rows - error) / whole), n)


def _mean_squares(cells: Sequence[Sequence[Fraction]], n: int, k: int) -> tuple[Fraction, Fraction, Fraction]:
    """Between units, between reviewers, and what is left."""
    grand = _sum(_sum(row) for row in cells) / (n * k)
    by_row = k * _squares(_sum(row) / k - grand for row in cells)
    by_column = n * _squares(_sum(column) / n - grand for column in zip(*cells, strict=True))
    total = _squares(cell - grand for row in cells for cell in row)
    left = total - by_row - by_column
    return by_row / (n - 1), by_column / (k - 1), left / ((n - 1) * (k - 1))


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction())


def _squares(values: Iterable[Fraction]) -> Fraction:
    return _sum(value * value for value in values)


def rwg(scores: Sequence[int], highest: int) -> Estimate:
    """r*wg of one unit: 1 - s² / the variance of judging blindly, on a scale of whole points from 0 to `highest`.

    With A = highest + 1 equally likely points the blind variance is (A² - 1) / 12 (James, Demaree & Wolf 1984;
    LeBreton & Senter 2008). The star (Lindell, Brandt & Whitney 1999): less agreement than blind stays below zero.
    """
    if len(scores) < 2:
        return Estimate(None, len(scores), Missing.ALONE)
    blind = Fraction((highest + 1) ** 2 - 1, 12)
    return Estimate(float(1 - variance(map(Fraction, scores)) / blind), len(scores))


def spread(scores: Sequence[int]) -> int | None:
    """The highest less the lowest; None for fewer than two."""
    return max(scores) - min(scores) if len(scores) > 1 else None


def mean(scores: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return float(sum(map(Fraction, scores), Fraction()) / len(scores)) if scores else None


def strictness(units: Sequence[Mapping[str, float]], reviewer: str) -> Estimate:
    """How many points above (lenient) or below (strict) the mean of the others a reviewer is, on average.

    A unit maps reviewers to their score. The reviewer is left out of the mean they are held against.
    """
    differences = []
    for unit in units:
        others = [Fraction(score) for who, score in unit.items() if who != reviewer]
        if reviewer in unit and others:
            differences.append(Fraction(unit[reviewer]) - sum(others) / len(others))
    if not differences:
        return Estimate(None, 0, Missing.NOBODY_ELSE)
    return Estimate(float(sum(differences) / len(differences)), len(differences))
