"""The digest's charts, within Slack's limits; a table says the same where charts are switched off."""

from collections.abc import Sequence

from bot.blocks import kit
from bot.blocks.kit import Block
from bot.blocks.words import PROMISES
from domain.review import Review

LABEL_MAX, TITLE_MAX, SEGMENTS = 20, 50, 6
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def volume(review: Review) -> Block:
    """Tickets in and out, by day."""
    came = [float(came) for came, _ in review.days]
    went = [float(went) for _, went in review.days]
    return chart("In and out by day", "bar", DAYS, {"New": came, "Solved": went}, "Tickets")


def kept(review: Review) -> Block | None:
    """Kept share by week, the oldest first; None where no week has both shares."""
    weeks = [
        (one.week.name, one.kept_of("first_response").share, one.kept_of("resolution").share)
        for one in reversed(review.weeks)
    ]
    # A share that is missing cannot be drawn, and must not be drawn as 0 %: its week is left out.
    drawn = [(week, first, whole) for week, first, whole in weeks if first is not None and whole is not None]
    if not drawn:
        return None
    series = {
        PROMISES["first_response"]: [round(100 * first, 1) for _, first, _ in drawn],
        PROMISES["resolution"]: [round(100 * whole, 1) for _, _, whole in drawn],
    }
    return chart("Promises kept by week", "line", [week for week, _, _ in drawn], series, "% kept")


def categories(review: Review) -> Block | None:
    """Why customers wrote: the five largest categories and the rest; None where nothing came in."""
    counts = [(line.category or "untagged", line.now) for line in review.issues.categories if line.now]
    if not counts:
        return None
    rest = sum(count for _, count in counts[SEGMENTS - 1 :])
    shown = counts if len(counts) <= SEGMENTS else [*counts[: SEGMENTS - 1], ("other", rest)]
    names = unique([name for name, _ in shown])
    segments = [{"label": name, "value": count} for name, (_, count) in zip(names, shown, strict=True)]
    return {
        "type": "data_visualization",
        "title": "Why customers wrote",
        "chart": {"type": "pie", "segments": segments},
    }


def unique(names: Sequence[str]) -> list[str]:
    """Labels of at most twenty characters that differ, whatever the names."""
    found: list[str] = []
    for name in names:
        label = kit.clip(name.strip() or "?", LABEL_MAX)
        again = 2
        while label in found:
            label = f"{kit.clip(name.strip() or '?', LABEL_MAX - 4)} {again}"
            again += 1
        found.append(label)
    return found


def as_table(chart: Block) -> Block:
    """The same figures as a table."""
    told = chart["chart"]
    if "segments" in told:
        rows = [[chart["title"], "Tickets"], *([one["label"], str(one["value"])] for one in told["segments"])]
        return kit.table(rows, ["left", "right"])
    labels = told["axis_config"]["categories"]
    head = [chart["title"], *(series["name"] for series in told["series"])]
    points = [[f"{series['data'][at]['value']:g}" for series in told["series"]] for at in range(len(labels))]
    rows = [head, *([label, *values] for label, values in zip(labels, points, strict=True))]
    return kit.table(rows, ["left", *("right" for _ in head[1:])])


def chart(title: str, kind: str, labels: Sequence[str], series: dict[str, list[float]], unit: str) -> Block:
    """A chart of a `kind` (bar, line, area): each series has a value for each label, in the `unit` of the axis."""
    drawn = [
        {
            "name": name,
            "data": [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)],
        }
        for name, values in series.items()
    ]
    axis = {"categories": list(labels), "y_label": unit}
    return {
        "type": "data_visualization",
        "title": kit.clip(title, TITLE_MAX),
        "chart": {"type": kind, "series": drawn, "axis_config": axis},
    }
