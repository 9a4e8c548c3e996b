"""Why customers wrote, counted: shares by category, category by area, and what moved most. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOVED_AT_LEAST = 1.0  # percentage points; less is rounding
MOVERS = 3
FEW = 20  # under so many tickets in either period a share jumps about by itself

Cell = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Count:
    """Tickets of one category and area that came in during a period, and during the one before; None is untagged."""

    category: str | None
    area: str | None
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Line:
    """One category (or category and area) in both periods: tickets, and shares of all that came in, in percent."""

    category: str | None
    area: str | None
    now: int
    before: int
    share: float
    share_before: float

    @property
    def points(self) -> float:
        """How far its share moved, in percentage points."""
        return self.share - self.share_before


@dataclass(frozen=True, slots=True)
class Report:
    """Both periods: `categories` with the most tickets first, untagged last; `cells` counts category by area.

    `areas` are those with tickets in the period, most first; `by_area` has every area's line, in no order.
    """

    now: int
    before: int
    categories: tuple[Line, ...]
    cells: Mapping[Cell, Line]
    areas: tuple[str, ...]
    by_area: tuple[Line, ...] = ()

    @property
    def untagged(self) -> int:
        """Tickets of the period without a category."""
        return sum(line.now for line in self.categories if line.category is None)

    @property
    def few(self) -> bool:
        """Whether there are too few tickets to read much into shares."""
        return min(self.now, self.before) < FEW


def report(counts: Iterable[Count]) -> Report:
    """Add up the counts of both periods."""
    listed = list(counts)
    now, before = sum(one.now for one in listed), sum(one.before for one in listed)
    categories: dict[str | None, Counter[str]] = {}
    areas: dict[str, Counter[str]] = {}
    for one in listed:
        categories.setdefault(one.category, Counter()).update(now=one.now, before=one.before)
        if one.area is not None:
            areas.setdefault(one.area, Counter()).update(now=one.now, before=one.before)
    lines = [_line(name, None, sums["now"], sums["before"], now, before) for name, sums in categories.items()]
    cells = {(c.category, c.area): _line(c.category, c.area, c.now, c.before, now, before) for c in listed}
    most_first = sorted(lines, key=lambda line: (line.category is None, -line.now, -line.before, line.category))
    by_area = tuple(_line(None, name, sums["now"], sums["before"], now, before) for name, sums in areas.items())
    named = sorted((line for line in by_area if line.now), key=lambda line: (-line.now, line.area))
    return Report(now, before, tuple(most_first), cells, tuple(line.area or "" for line in named), by_area)


def _line(category: str | None, area: str | None, now: int, before: int, all_now: int, all_before: int) -> Line:
    return Line(category, area, now, before, _percent(now, all_now), _percent(before, all_before))


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def movers(found: Report) -> list[Line]:
    """What moved most against the period before: categories, then single areas of one that moved otherwise.

    Nothing moves where one of the periods is empty.
    """
    if not found.now or not found.before:
        return []
    categories = category_movers(found)
    whole = {(line.category, line.now, line.before) for line in found.categories}
    cells = (line for (category, area), line in found.cells.items() if category is not None and area is not None)
    # An area that is all of its category says nothing new.
    return categories + _most_moved(one for one in cells if (one.category, one.now, one.before) not in whole)


def area_movers(found: Report) -> list[Line]:
    """The product areas whose share of all tickets moved most; nothing moves where one of the periods is empty."""
    return _most_moved(found.by_area) if found.now and found.before else []


def category_movers(found: Report) -> list[Line]:
    """The categories whose share of all tickets moved most; nothing moves where one of the periods is empty."""
    named = (line for line in found.categories if line.category is not None)
    return _most_moved(named) if found.now and found.before else []


def _most_moved(lines: Iterable[Line]) -> list[Line]:
    moved = [line for line in lines if abs(line.points) >= MOVED_AT_LEAST]
    return sorted(moved, key=lambda line: (-abs(line.points), line.category or "", line.area or ""))[:MOVERS]
