"""One line a figure: what was measured, the floor measured beside it in the same run, and what it may be at most."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

HEAD = ("what", "ours", "floor", "ours ÷ floor", "at most", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A figure. `at_most` is the target: of the ratio where there is a floor, else of the figure itself."""

    what: str
    ours: float
    floor: float | None = None
    against: str = ""
    unit: str = "ms"
    at_most: float | None = None

    @property
    def judged(self) -> float:
        """What the target is about."""
        return self.ours if self.floor is None else self.ours / self.floor

    @property
    def met(self) -> bool:
        """Whether it is within its target; what has none always is."""
        return self.at_most is None or self.judged <= self.at_most

    def cells(self) -> tuple[str, ...]:
        """The line as the table shows it."""
        verdict = "" if self.at_most is None else "met" if self.met else "**missed**"
        most = "" if self.at_most is None else number(self.at_most) + ("" if self.floor else f" {self.unit}".rstrip())
        floor = "" if self.floor is None else f"{number(self.floor)} {self.unit} ({self.against})"
        ratio = "" if self.floor is None else number(self.judged)
        return self.what, f"{number(self.ours)} {self.unit}".strip(), floor, ratio, most, verdict


@dataclass(frozen=True, slots=True)
class Growth:
    """How a cost grows: milliseconds by the number of tickets."""

    what: str
    by_size: Mapping[int, float]


def number(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1g}"


def as_text(lines: Iterable[Line]) -> str:
    """The table for a terminal."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(widths[i]) for i, cell in enumerate(row)).rstrip() for row in rows)


def as_markdown(lines: Iterable[Line]) -> str:
    """The same table for the documents."""
    rows = [HEAD, ("---", "---:", "---", "---:", "---:", "---"), *(line.cells() for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` takes."""
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1e3


def in_turns(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median milliseconds of each, measured in turns, so that whatever else the machine does falls on all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            times.append(timed(work))
    return [statistics.median(times) for times in taken]
