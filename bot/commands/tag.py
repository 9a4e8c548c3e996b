"""`/tag`: why the customer had to write, on one line; and the report of what they wrote about."""

from bot import tagging
from bot.blocks import tagging as blocks
from bot.blocks import unclear
from bot.blocks.category_report import PERIODS
from bot.blocks.kit import Message, Modal
from bot.desk import Desk

DEFAULT_DAYS = 30
REPORT = ("rep", "repo", "repor", "report", "reports")
DAYS = {str(days): days for days in PERIODS} | {"": DEFAULT_DAYS}


def tag(desk: Desk, text: str) -> Message | Modal:
    """`T-12 category[/subcategory] [area] […]`, `T-12` alone for a window, `report [7d|30d|90d]`, or `help`."""
    first, _, rest = text.strip().partition(" ")
    form = "help" if first.casefold() in ("", "help") else "report" if first.casefold() in REPORT else "T-12"
    desk.must_be_allowed(f"/tag {form}")
    if form == "help":
        return blocks.help_(desk.settings.slack.prefix, desk.settings.taxonomy())
    if form == "report":
        return report(desk, rest.strip())
    references, words = tagging.read(text)
    if words:
        return tagging.tag_by_words(desk, references, words)
    if len(references) > 1:
        raise unclear.tagged_as_what(references, tagging.example(desk))
    return tagging.window(desk, references[0])


def report(desk: Desk, period: str) -> Message:
    """The tickets that came in during the last 7, 30 or 90 days, by category and area, against the days before."""
    days = DAYS.get(period.casefold().removesuffix("days").removesuffix("d").strip())
    if days is None:
        raise unclear.which_period(period)
    return tagging.report(desk, days)
