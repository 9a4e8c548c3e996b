"""The coefficients again, by other ways than `domain.agreement`'s: coincidence tables, and components of variance."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import permutations
from statistics import fmean


def alpha_by_coincidences(
    units: Sequence[Sequence[Hashable | None]], apart: Callable[[Hashable, Hashable], float]
) -> float | None:
    """Krippendorff's alpha from the table of coincidences (Krippendorff 2011, steps 2 to 4); None if undefined."""
    table: defaultdict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for unit in units:
        said = [one for one in unit if one is not None]
        for first, second in permutations(range(len(said)), 2):
            table[said[first], said[second]] += 1 / (len(said) - 1)
    margins: defaultdict[Hashable, float] = defaultdict(float)
    for (one, _), times in table.items():
        margins[one] += times
    n = sum(margins.values())
    seen = sum(times * apart(*pair) for pair, times in table.items())
    by_chance = sum(margins[one] * margins[other] * apart(one, other) for one in margins for other in margins)
    return None if not by_chance else 1 - (n - 1) * seen / by_chance


def squares(one: Hashable, other: Hashable) -> float:
    return float((one - other) ** 2)  # type: ignore[operator]


def names(one: Hashable, other: Hashable) -> float:
    return float(one != other)


def icc_by_variances(matrix: Sequence[Sequence[float]]) -> float:
    """ICC(2,1) from the components of variance: units / (units + reviewers + rest), each from its mean square."""
    n, k = len(matrix), len(matrix[0])
    grand = fmean(cell for row in matrix for cell in row)
    rows = [fmean(row) - grand for row in matrix]
    columns = [fmean(row[at] for row in matrix) - grand for at in range(k)]
    rest = [matrix[i][j] - grand - rows[i] - columns[j] for i in range(n) for j in range(k)]
    error = sum(one**2 for one in rest) / ((n - 1) * (k - 1))
    of_units = (k * sum(one**2 for one in rows) / (n - 1) - error) / k
    of_reviewers = (n * sum(one**2 for one in columns) / (k - 1) - error) / n
    return of_units / (of_units + of_reviewers + error)


def rwg_by_definition(scores: Sequence[float], points: int) -> float:
    """1 - s² / σ², σ² being the variance of all points of the scale, each as likely."""
    middle, s = fmean(range(points)), fmean(scores)
    blind = fmean((point - middle) ** 2 for point in range(points))
    return 1 - sum((one - s) ** 2 for one in scores) / (len(scores) - 1) / blind


def strictness_by_hand(units: Sequence[Mapping[str, float]], who: str) -> float | None:
    """How far above the others' mean, on average."""
    shared = [unit for unit in units if who in unit and len(unit) > 1]
    apart = [unit[who] - (sum(unit.values()) - unit[who]) / (len(unit) - 1) for unit in shared]
    return fmean(apart) if apart else None
