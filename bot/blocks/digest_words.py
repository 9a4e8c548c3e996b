"""How the reviews put figures into words: shares, times, moves, and the names of categories."""

from collections.abc import Sequence

from bot.blocks import kit
from domain.category_report import Line
from domain.week_figures import Share

NAME_SHOWN = 60
DAY_MIN = 1440


def share(part: Share) -> str:
    """`84 % of 19`, or `n/a`."""
    return percent(part.value) + (f" of {part.n}" if part.n else "")


def percent(part: float | None) -> str:
    """`84 %`, or `n/a`."""
    return "n/a" if part is None else f"{100 * part:.0f} %"


def minutes(taken: float | None) -> str:
    """`12 min`, `3 h 20 min`, `2.5 days`, or `n/a`."""
    if taken is None:
        return "n/a"
    if taken < 60:
        return f"{taken:.0f} min"
    if taken < 2 * DAY_MIN:
        hours, rest = divmod(round(taken), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{taken / DAY_MIN:.1f} days"


def moved(now: float, before: float) -> str:
    """` (▲ 3)`, ` (▼ 1)` or ` (=)`."""
    if now == before:
        return " (=)"
    return f" ({'▲' if now > before else '▼'} {abs(now - before):g})"


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def category(name: str | None) -> str:
    """A category's (or area's) name, escaped and not too long."""
    return kit.escape(kit.clip(name or "untagged", NAME_SHOWN))


def where(line: Line) -> str:
    """`*usability* in *audiences*`."""
    return f"*{category(line.category)}*" + (f" in *{category(line.area)}*" if line.area else "")
