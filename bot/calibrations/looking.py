"""Looking at calibrations: what is open and who has voted, and how agreement went over time."""

from bot import calibrated
from bot.blocks import calibration_history as history_blocks
from bot.blocks import calibrations as blocks
from bot.blocks.kit import Message
from bot.calibrations import posting, sweep
from bot.desk import Desk
from db import calibrations, votes


def status(desk: Desk) -> Message:
    """Each open calibration, who has voted, and what the asker has left."""
    with desk.reading() as connection:
        told = [
            (
                one,
                posting.turnout(connection, desk.workspace_id, one),
                posting.own_left(one, desk.person, votes.scored(connection, desk.workspace_id, one.session_id)),
            )
            for one in calibrations.running(connection, desk.workspace_id)
        ]
    return blocks.status(told, sweep.next_month(desk.house), desk.settings.slack.prefix)


def history(desk: Desk) -> Message:
    """Alpha by calibration, and the dimensions that reviewers keep differing on."""
    with desk.reading() as connection:
        past = calibrated.past(connection, desk.workspace_id)
    return history_blocks.history(past, desk.settings.slack.prefix, desk.settings.slack.rich_blocks)
