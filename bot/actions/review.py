"""The buttons and windows of a review."""

from collections.abc import Mapping

from bot.actions import drafts
from bot.actions.values import whole
from bot.blocks import field_errors, scorecard
from bot.blocks import review_windows as windows
from bot.blocks import reviews as blocks
from bot.blocks.review_shares import SCORE
from bot.desk import Action, Answer, Click, Desk, FieldErrors, Submission, View
from bot.reviews import replying, scoring
from domain.scorecard import WrongPoints, read
from domain.ticket_reference import shown


def score(desk: Desk, click: Click) -> Answer:
    """The scorecard of a ticket."""
    return scoring.window(desk, shown(whole(click.value)))


def save_draft(desk: Desk, click: Click) -> Answer:
    """Keep what was typed so far."""
    return drafts.kept(
        desk, click, lambda window: scoring.keep_draft(desk, *_about(window), scorecard.typed(window.values))
    )


def scored(desk: Desk, submission: Submission) -> Answer:
    """The scorecard is filled in."""
    number, agent = _about(submission)
    entered = scorecard.typed(submission.values)
    try:
        points = read(entered)
    except WrongPoints as wrong:
        return FieldErrors(scorecard.errors(wrong.problems))
    return scoring.submit(desk, number, agent, points, scorecard.comments_in(entered))


def ask_reply(desk: Desk, click: Click) -> Answer:
    """The window for a reply."""
    return replying.window(desk, whole(click.value))


def replied(desk: Desk, submission: Submission) -> Answer:
    """A reply is filled in."""
    text = (submission.values.get("text") or "").strip()
    if not text:
        return FieldErrors({"text": field_errors.NO_REPLY})
    return replying.send(desk, _number(submission), text)


def _about(submission: Submission) -> tuple[int, str]:
    """The ticket and the agent that a scorecard is about."""
    return _number(submission), str(submission.about["agent"])


def _number(submission: Submission) -> int:
    return whole(str(submission.about["number"]))


ACTIONS: Mapping[str, Action] = {SCORE: score, windows.SAVE: save_draft, blocks.REPLY: ask_reply}
VIEWS: Mapping[str, View] = {windows.SCORECARD: scored, blocks.REPLY: replied}
