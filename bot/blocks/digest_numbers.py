"""The numbers of a weekly review: every figure against the week before and the mean of the four before."""

from bot.blocks import digest_charts as charts
from bot.blocks import digest_words as words
from bot.blocks import kit
from bot.blocks.kit import Message
from bot.blocks.words import PROMISES
from domain.review import Review
from domain.week_figures import Kept, Times, WeekFigures

LEGEND = "Response is the first response; worked is working time, the rest counts day and night."


def numbers(found: Review) -> Message:
    """Every figure against the week before and the mean of the four before, with charts."""
    rows = [["", "This week", "Before", "4-week mean"], *_rows(found)]
    text = "*1 · Numbers*"
    table = kit.table(rows, ["left", "right", "right", "right"])
    drawn = [chart for chart in (charts.volume(found), charts.kept(found)) if chart is not None]
    lines = "\n".join(f"{row[0]}: {row[1]} (before {row[2]}, mean {row[3]})" for row in rows[1:])
    blocks = [kit.section(text), table, *drawn, kit.context(_promises(found.now), LEGEND)]
    return Message(kit.clip_escaped(f"{text}\n{lines}", kit.TEXT_MAX), blocks)


def _rows(found: Review) -> list[list[str]]:
    weeks = found.weeks[1:]
    counted = (
        ("New", [one.new for one in found.weeks]),
        ("Solved", [one.solved for one in found.weeks]),
        ("Reopened", [one.reopened for one in found.weeks]),
        ("Backlog", [one.backlog for one in found.weeks]),
    )
    rows = [[name, str(v[0]), str(v[1]), f"{sum(v[1:]) / len(weeks):.1f}"] for name, v in counted]
    times = _times("Response", [one.first_response for one in found.weeks])
    times += _times("Resolution", [one.resolution for one in found.weeks])
    rows += [[name, words.minutes(v[0]), words.minutes(v[1]), words.minutes(words.mean(v[1:]))] for name, v in times]
    shares = (
        ("Response kept", [one.kept_of("first_response").share for one in found.weeks]),
        ("Resolution kept", [one.kept_of("resolution").share for one in found.weeks]),
        ("CSAT", [one.csat.value for one in found.weeks]),
        ("Ratings given", [one.response_rate.value for one in found.weeks]),
        ("At first contact", [one.first_contact.value for one in found.weeks]),
        ("Escalated", [one.escalated.value for one in found.weeks]),
        ("Negative, urgent", [one.unhappy.value for one in found.weeks]),
    )
    return rows + [
        [name, words.percent(v[0]), words.percent(v[1]), words.percent(words.mean(v[1:]))] for name, v in shares
    ]


def _times(name: str, weeks: list[Times]) -> list[tuple[str, list[float | None]]]:
    """The median, mean and 95th percentile; the median in working time where that differs.

    The names are short: on a phone they share the width with three columns of figures.
    """
    rows = [
        (f"{name}, median", [one.calendar.median for one in weeks]),
        (f"{name}, mean", [one.calendar.mean for one in weeks]),
        (f"{name}, 95 %", [one.calendar.p95 for one in weeks]),
    ]
    if all(one.calendar == one.working for one in weeks):
        return rows
    return [*rows, (f"{name}, worked", [one.working.median for one in weeks])]


def _promises(now: WeekFigures) -> str:
    metrics = sorted({metric for metric, _ in now.kept})
    told = []
    for metric in metrics:
        kept = now.kept_of(metric)
        told.append(f"{PROMISES[metric]}: {kept.kept} kept, {kept.breached} broken{_excused(kept)}")
    return " · ".join(told) or "No promise was kept or broken this week."


def _excused(kept: Kept) -> str:
    """Both rates, where a lead excused a breach; the table has the one that counts all of them."""
    both = f"{words.percent(kept.share)} kept, {words.percent(kept.share_without_waived)} without"
    return f", {kept.waived} of these excused ({both})" if kept.waived else ""
