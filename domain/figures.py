"""Figures of reports, each with the number of values it rests on (docs/SLA.md R23, R24)."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value and its n; the value is None ("n/a") when there is nothing to compute it from."""

    value: float | None
    n: int


def kept_share(kept: int, breached: int) -> Figure:
    """Kept ÷ (kept + breached), from 0 to 1; open, cancelled and unmeasured clocks are in neither (R23)."""
    n = kept + breached
    return Figure(kept / n if n else None, n)


def percentile_of_ranked(ranked: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile, `percent` from 1 to 100, of values that are sorted already, at least one (R24)."""
    return ranked[max(-(-percent * len(ranked) // 100), 1) - 1]


def median_of_ranked(ranked: Sequence[int]) -> float:
    """The middle of values that are sorted already, at least one; of an even count the mean of the middle two (R24)."""
    n = len(ranked)
    return (ranked[(n - 1) // 2] + ranked[n // 2]) / 2
