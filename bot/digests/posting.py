"""Posting a digest: one row for each scheduled time, written with the posts it owes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.blocks import daily_digest as daily_blocks
from bot.blocks import digest as blocks
from bot.blocks.kit import Message
from bot.desk import House
from bot.digests import daily
from bot.digests.gathering import review_of
from bot.settings_sections import Digest
from db import digests, outbox, session
from domain.digest_window import Week, last_whole_week, latest_daily, latest_weekly
from domain.week_figures import as_json

log = structlog.get_logger(__name__)


def channel_of(house: House, digest: Digest) -> str | None:
    """Where it goes; None where nothing says."""
    return digest.channel or house.settings.channels.leads


def key_of(name: str, scheduled: datetime) -> str:
    """The outbox key of a digest's first post; those of its thread have their place behind it."""
    return f"digest:{name}:{scheduled:%Y-%m-%dT%H:%MZ}"


def sweep(house: House, workspace_id: str) -> int:
    """Post what is due and was not made yet: of several that were missed, the latest; says how many."""
    return sum(
        _post_due(house, workspace_id, name, digest)
        for name, digest in house.settings.digests.items()
        if digest.enabled
    )


def _post_due(house: House, workspace_id: str, name: str, digest: Digest) -> bool:
    channel, now = channel_of(house, digest), house.clock.now()
    if channel is None:
        return False
    weekly = digest.kind == "weekly"
    zone = digest.timezone
    scheduled = latest_weekly(now, digest.day, digest.time, zone) if weekly else latest_daily(now, digest.time, zone)
    with session.reading(house.engine) as connection:
        if not digests.is_owed(connection, workspace_id, name, scheduled):
            return False
    if weekly:
        return post_week(house, workspace_id, name, digest, last_whole_week(scheduled, zone), scheduled, channel)
    if now - scheduled > daily.SOON or not daily.is_working_day(house, scheduled):
        return False  # yesterday's would tell of another day
    found = daily.review_of(house, workspace_id, zone)
    messages = [daily_blocks.message(found, house.settings.slack.prefix)]
    return _post(house, workspace_id, name, scheduled, found.day.isoformat(), channel, messages)


def post_week(
    house: House,
    workspace_id: str,
    name: str,
    digest: Digest,
    week: Week,
    scheduled: datetime,
    channel: str,
    asked: bool = False,
) -> bool:
    """Owe a week's posts, once for each scheduled time; False when that was done before.

    What somebody `asked` for by hand is never late.
    """
    found = review_of(house, workspace_id, week, digest.scope, None if asked else scheduled)
    messages = blocks.thread(found, house.settings.slack.prefix, house.settings.slack.rich_blocks)
    return _post(house, workspace_id, name, scheduled, week.name, channel, messages, as_json(found.now))


def _post(
    house: House,
    workspace_id: str,
    name: str,
    scheduled: datetime,
    covers: str,
    channel: str,
    messages: Sequence[Message],
    figures: Mapping[str, Any] | None = None,
) -> bool:
    key, now = key_of(name, scheduled), house.clock.now()
    house.at("digest.gathered")
    with session.writing(house.engine) as connection:
        if not digests.make(connection, workspace_id, name, scheduled, covers, now, figures):
            return False
        for place, message in enumerate(messages):
            part, parent = (key, None) if place == 0 else (f"{key}:{place}", key)
            outbox.owe(connection, workspace_id, part, channel, message.payload(), now, reply_to=parent)
        house.at("digest.made")
    house.at("digest.written")
    house.wake()
    log.info("digest.made", digest=name, covers=covers)
    return True
