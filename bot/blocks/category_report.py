"""The report of `/tag report`: a table of categories by area, and in words what moved."""

from datetime import datetime

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.words import command, counted
from domain.category_report import FEW, Line, Report, movers
from domain.taxonomy import Taxonomy

REPORT = "tag_report"
PERIODS = (7, 30, 90)
CATEGORIES_SHOWN = 30
AREAS_SHOWN = 6
NAME_SHOWN = 40


def report(found: Report, taxonomy: Taxonomy, start: datetime, end: datetime, prefix: str) -> Message:
    """The tickets that came in from `start` to `end`, against as many days before."""
    days = (end - start).days
    headline = f"Why customers wrote: the last {days} days"
    if not found.now:
        return _empty(found, headline, days)
    said = _said(found, days, prefix)
    rows = _rows(found, taxonomy)
    aligned = ["left", *("right" for _ in rows[0][1:])]
    window = f"{kit.when(start)} – {kit.when(end)}, by when tickets came in"
    blocks = [
        kit.header(headline),
        kit.context(window, f"Before: the {days} days before. Moved: in percentage points."),
        kit.table(rows, aligned),
        kit.section(said),
        _periods(days),
    ]
    lines = "\n".join(_in_words(line, taxonomy) for line in _shown(found)[0])
    return Message(kit.clip_escaped(f"{headline}\n{lines}\n{said}", kit.TEXT_MAX), blocks)


def _empty(found: Report, headline: str, days: int) -> Message:
    before = f"{found.before} came in during the {days} days before" if found.before else "nor in as long before"
    text = f"No ticket came in during the last {days} days; {before}."
    return Message(f"{headline}\n{text}", [kit.header(headline), kit.section(text), _periods(days)])


def _periods(days: int) -> Block:
    others = [one for one in PERIODS if one != days]
    return kit.actions(*(kit.button(f"{one} days", f"{REPORT}_{one}", str(one)) for one in others))


def _shown(found: Report) -> tuple[list[Line], list[Line]]:
    """The categories that get a line of their own, untagged among them, and the rest."""
    named = [line for line in found.categories if line.category is not None]
    untagged = [line for line in found.categories if line.category is None]
    return [*named[:CATEGORIES_SHOWN], *untagged], named[CATEGORIES_SHOWN:]


def _rows(found: Report, taxonomy: Taxonomy) -> list[list[str]]:
    """The table: a line a category with its share, its move and its areas; what is left over; the sum."""
    areas = found.areas[:AREAS_SHOWN]
    others = ["other areas"] if len(found.areas) > AREAS_SHOWN else []
    head = ["Category", "Tickets", "Share", "Before", "Moved"]
    shown, rest = _shown(found)
    rows = [[*head, *(_short(area) for area in areas), *others, "no area"]]
    rows += [_row(_name(line, taxonomy), [line], found) for line in shown]
    if rest:
        rows.insert(CATEGORIES_SHOWN + 1, _row(f"{len(rest)} more", rest, found))
    return [*rows, _row("All", list(found.categories), found)]


def _row(name: str, lines: list[Line], found: Report) -> list[str]:
    """One line of the table for one category, or for several together."""
    share, share_before = sum(line.share for line in lines), sum(line.share_before for line in lines)
    moved = _moved(share - share_before) if found.before and name != "All" else ""
    facts = [name, str(sum(line.now for line in lines)), _percent(share), _percent(share_before), moved]
    names = {line.category for line in lines}
    by_area = dict.fromkeys((*found.areas, None), 0)
    for (category, area), cell in found.cells.items():
        if category in names and area in by_area:
            by_area[area] += cell.now
    first = [by_area[area] for area in found.areas[:AREAS_SHOWN]]
    others = [sum(by_area[area] for area in found.areas[AREAS_SHOWN:])] if found.areas[AREAS_SHOWN:] else []
    return [*facts, *(str(count or "·") for count in (*first, *others, by_area[None]))]


def _name(line: Line, taxonomy: Taxonomy) -> str:
    if line.category is None:
        return "untagged"
    return _short(line.category) + ("" if taxonomy.has(line.category) else " (no longer used)")


def _short(name: str) -> str:
    return kit.clip(name, NAME_SHOWN)


def _percent(share: float) -> str:
    return "<1 %" if 0 < share < 0.5 else f"{share:.0f} %"


def _moved(points: float) -> str:
    """▲ 5 for five percentage points more."""
    rounded = round(points)
    return "=" if rounded == 0 else f"{'▲' if rounded > 0 else '▼'} {abs(rounded)}"


def _in_words(line: Line, taxonomy: Taxonomy) -> str:
    """A line of the table for those who see no table."""
    name = kit.escape(_name(line, taxonomy))
    return f"{name}: {line.now} ({_percent(line.share)}), before {line.before} ({_percent(line.share_before)})"


def _said(found: Report, days: int, prefix: str) -> str:
    """What moved most, how many came in, and what keeps the figures from being whole."""
    count = f"*{counted(found.now, 'ticket')}* came in, *{found.before}* in the {days} days before."
    parts = [count, *(_mover(line) for line in movers(found))]
    if not found.before:
        parts.append("There is nothing before to compare with.")
    elif len(parts) == 1:
        parts.append("No share moved by more than a percentage point.")
    if found.before and found.few:
        parts.append(f"_Fewer than {FEW} tickets in a period: shares jump about by themselves._")
    if found.untagged:
        tag = command(prefix, "tag")
        still = counted(found.untagged, "ticket is", "tickets are")
        parts.append(f"{still} still untagged: `{tag} T-12 …` mends that.")
    return "\n".join(parts)


def _mover(line: Line) -> str:
    """`▲ reliability in api rose from 10 % to 25 % of all (3 → 12 tickets)`: a share may fall while its count rises."""
    sign, verb = ("▲", "rose") if line.points > 0 else ("▼", "fell")
    where = f" in *{kit.escape(_short(line.area))}*" if line.area else ""
    name = f"*{kit.escape(_short(line.category or ''))}*{where}"
    counts = f"{line.before} → {line.now} tickets"
    return f"{sign} {name} {verb} from {_percent(line.share_before)} to {_percent(line.share)} of all ({counts})"
