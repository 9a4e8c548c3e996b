"""Figures of reports, each with the number of values it rests on (docs/SLA.md R23, R24)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Generic, TypeVar

Number = TypeVar("Number", float, timedelta)


@dataclass(frozen=True)
class Figure(Generic[Number]):
    """A value and its n; the value is None ("n/a") when there is nothing to compute it from."""

    value: Number | None
    n: int


def kept_share(kept: int, breached: int) -> Figure[float]:
    """Kept ÷ (kept + breached), from 0 to 1; open, cancelled and unmeasured clocks are in neither (R23)."""
    n = kept + breached
    return Figure(kept / n if n else None, n)


def percentile(values: Iterable[Number], percent: float) -> Figure[Number]:
    """The nearest-rank percentile, `percent` over 0 up to 100: always one of the values (R24)."""
    if not 0 < percent <= 100:
        raise ValueError(f"found percentile {percent}, allowed is above 0 up to 100")
    ranked: Sequence[Number] = sorted(values)
    n = len(ranked)
    # Rounded first, as 0.07 * 100 is a hair over 7 in binary and would be ranked eighth.
    return Figure(ranked[max(ceil(round(percent * n / 100, 9)), 1) - 1] if n else None, n)


def median(values: Iterable[Number]) -> Figure[Number]:
    """The middle value; of an even count the mean of the middle two (R24)."""
    ranked: Sequence[Number] = sorted(values)
    n = len(ranked)
    if n == 0:
        return Figure(None, 0)
    return Figure((ranked[(n - 1) // 2] + ranked[n // 2]) / 2, n)


def percentile_of_ranked(ranked: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile of values that are sorted already, at least one."""
    return ranked[max(-(-percent * len(ranked) // 100), 1) - 1]


def median_of_ranked(ranked: Sequence[int]) -> float:
    """The median of values that are sorted already, at least one."""
    n = len(ranked)
    return (ranked[(n - 1) // 2] + ranked[n // 2]) / 2
