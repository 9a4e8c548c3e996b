"""The button of a window that keeps what was typed so far."""

from collections.abc import Callable

from bot.blocks import refusals
from bot.blocks.kit import Modal
from bot.desk import Answer, Click, Desk, Submission
from domain import refusal


def kept(desk: Desk, click: Click, keep: Callable[[Submission], Modal]) -> Answer:
    """What `keep` makes of the window; why it was refused stands in the window: the click has no other place."""
    if click.window is None:
        raise refusal.StaleButton
    try:
        return keep(click.window)
    except refusal.NotAllowed:  # is told where the person is, as for every button
        raise
    except refusal.Refusal as reason:
        return refusals.window(refusals.refused(reason, desk.settings.slack.prefix))
