"""The buttons and the window of `/tag`."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot import tagging
from bot.actions.values import whole
from bot.blocks import field_errors
from bot.blocks import tagging as blocks
from bot.blocks.category_report import PERIODS, REPORT
from bot.blocks.kit import Message
from bot.desk import Action, Answer, Click, Desk, FieldErrors, Replace, Submission, View
from domain import refusal
from domain.tag_vocabulary import CATEGORY
from domain.taxonomy import split


def meant(desk: Desk, click: Click) -> Answer:
    """ "Did you mean …" was answered: tag with the corrected line; the answer takes the question's place."""
    references, words = tagging.read(click.value)
    if not references:
        raise refusal.StaleButton(click.value)
    answer = tagging.tag_by_words(desk, references, words)
    return Replace(answer) if click.replaces else answer


def choose(desk: Desk, click: Click) -> Answer:
    """The window instead of words."""
    return tagging.window(desk, click.value)


def submitted(desk: Desk, submission: Submission) -> Answer:
    """The window was filled in: what was changed in it is written, what was left alone is not."""
    if not submission.values.get(CATEGORY):
        return FieldErrors({CATEGORY: field_errors.NO_CATEGORY})
    was: dict[str, str | None] = submission.about["was"]
    wanted = blocks.tags_chosen(submission.values, was)
    if CATEGORY in wanted:
        wanted[CATEGORY] = tagging.today(desk.settings.taxonomy(), wanted[CATEGORY] or "")
        if wanted[CATEGORY] is None:
            return FieldErrors({CATEGORY: field_errors.OLD_CATEGORY})

    def work(connection: Connection, now: datetime) -> Message:
        before = desk.ticket(connection, f"T-{submission.about['number']}")
        # Somebody tagged it while the window was open: theirs stays, unless other fields were meant.
        now_tagged = blocks.choosable(before)
        if any(now_tagged[slot] not in (was[slot], value) for slot, value in wanted.items()):
            raise desk.changed_meanwhile(connection, before.number)
        after = tagging.retag(desk, connection, before, _to_the_letter(wanted), now)
        return blocks.unchanged(before) if after is before else blocks.tagged(before, after)

    answer = desk.once(work)
    return Replace(answer) if submission.replaces else answer


def _to_the_letter(wanted: dict[str, str | None]) -> dict[str, str | None]:
    """In a window a category without a subcategory was chosen so; in words it may only be short."""
    chosen = wanted.get(CATEGORY)
    return wanted | {"subcategory": split(chosen)[1]} if chosen else wanted


def report(desk: Desk, click: Click) -> Answer:
    """The report over another period, in the place of this one."""
    days = whole(click.value)
    if days not in PERIODS:
        raise refusal.StaleButton(click.value)
    answer = tagging.report(desk, days)
    return Replace(answer) if click.replaces else answer


ACTIONS: Mapping[str, Action] = {
    **{f"{blocks.MEANT}_{at}": meant for at in range(blocks.OFFERED)},
    "tag_choose": choose,
    **{f"{REPORT}_{days}": report for days in PERIODS},
}
VIEWS: Mapping[str, View] = {blocks.WINDOW: submitted}
