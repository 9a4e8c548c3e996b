"""The buttons and windows of a calibration."""

from collections.abc import Mapping

from bot.actions import drafts
from bot.actions.values import whole
from bot.blocks import calibration_preview as previews
from bot.blocks import calibration_results as results
from bot.blocks import calibration_windows as windows
from bot.blocks import calibrations as blocks
from bot.blocks import field_errors, kit, refusals, scorecard
from bot.calibrations import after, opening, voting
from bot.desk import Action, Answer, Click, Desk, FieldErrors, Replace, Submission, View
from domain import refusal
from domain.calibration import Vote
from domain.calibration_words import Asked, tickets_in
from domain.scorecard import LABELS, WrongPoints, read


def post(desk: Desk, click: Click) -> Answer:
    """Post what was previewed."""
    return Replace(opening.post(desk, whole(click.value)))


def change(desk: Desk, click: Click) -> Answer:
    """Change what was previewed."""
    return opening.window(desk, whole(click.value))


def cancel(desk: Desk, click: Click) -> Answer:
    """Drop what was previewed."""
    return Replace(opening.cancel(desk, whole(click.value)))


def changed(desk: Desk, submission: Submission) -> Answer:
    """The window of the preview is filled in."""
    values = submission.values
    asked = Asked(
        tuple(values.get("reviewers") or ()), tickets_in(values.get("tickets") or ""), values.get("until") or ""
    )
    try:
        opening.until_of(desk.settings, asked.until, desk.now())
    except refusal.NotUnderstood as wrong:
        return FieldErrors({"until": kit.without_marks(refusals.sentence(wrong))})
    try:
        return Replace(opening.changed(desk, _session(submission), asked))
    except (refusal.UnknownTicket, refusal.NotUnderstood) as wrong:
        return FieldErrors({"tickets": kit.without_marks(refusals.sentence(wrong))})


def _session(submission: Submission) -> int:
    return whole(str(submission.about.get("session", "")))


def _about(submission: Submission) -> tuple[int, int]:
    """The calibration and ticket that a window is about; raises StaleButton where it does not say."""
    return _session(submission), whole(str(submission.about.get("number", "")))


def _pressed(click: Click) -> tuple[int, int]:
    session, _, number = click.value.partition(":")
    return whole(session), whole(number)


def score(desk: Desk, click: Click) -> Answer:
    """The scorecard of one ticket."""
    return voting.window(desk, *_pressed(click))


def save_draft(desk: Desk, click: Click) -> Answer:
    """Keep what was typed so far."""
    return drafts.kept(
        desk, click, lambda window: voting.keep_draft(desk, *_about(window), scorecard.typed(window.values))
    )


def scored(desk: Desk, submission: Submission) -> Answer:
    """The scorecard is filled in."""
    session_id, number = _about(submission)
    entered = scorecard.typed(submission.values)
    try:
        points = read(entered)
    except WrongPoints as wrong:
        voting.keep_what_was_typed(desk, session_id, number, entered)
        return FieldErrors(scorecard.errors(wrong.problems))
    vote = Vote(number, desk.person, points, scorecard.comments_in(entered))
    return voting.submit(desk, session_id, vote)


def ask_agreed(desk: Desk, click: Click) -> Answer:
    """The window for the agreed score."""
    return after.agree_window(desk, *_pressed(click))


def agreed(desk: Desk, submission: Submission) -> Answer:
    """What was agreed on is filled in."""
    try:
        points = read(scorecard.typed(submission.values))
    except WrongPoints as wrong:
        return FieldErrors(scorecard.errors(wrong.problems))
    return after.agree(desk, *_about(submission), points)


def ask_note(desk: Desk, click: Click) -> Answer:
    """The window for a rubric note."""
    return after.note_window(desk, *_pressed(click))


def noted(desk: Desk, submission: Submission) -> Answer:
    """A rubric note is filled in."""
    dimension, text = submission.values.get("dimension") or "", (submission.values.get("text") or "").strip()
    if dimension not in LABELS:
        return FieldErrors({"dimension": field_errors.NO_DIMENSION})
    if not text:
        return FieldErrors({"text": field_errors.NO_NOTE})
    return after.note(desk, *_about(submission), dimension, kit.one_line(text))


ACTIONS: Mapping[str, Action] = {
    previews.POST: post,
    previews.CHANGE: change,
    previews.CANCEL: cancel,
    blocks.SCORE: score,
    windows.SAVE: save_draft,
    results.AGREE: ask_agreed,
    results.NOTE: ask_note,
}
VIEWS: Mapping[str, View] = {
    previews.WINDOW: changed,
    blocks.SCORE: scored,
    windows.AGREE: agreed,
    windows.NOTE: noted,
}
