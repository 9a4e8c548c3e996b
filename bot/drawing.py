"""Posts that are drawn when they are sent: the row names what, and people see things as they are then."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from bot import alerting, calibration_drawn, review_posts
from bot.blocks.kit import Message
from bot.settings import Settings

DRAWN: Mapping[str, Callable[[Connection, str, str, Settings], Message]] = {
    alerting.SUMMARY_DRAWN: alerting.summary,
    **review_posts.DRAWN,
    **calibration_drawn.DRAWN,
}


def draw(settings: Settings, connection: Connection, workspace_id: str, name: str, key: str) -> dict[str, Any]:
    """What Slack is told now by the post with this outbox key; raises LookupError where nothing has that name."""
    return DRAWN[name](connection, workspace_id, key, settings).payload()
