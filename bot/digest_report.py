"""`rethrow digest weekly`: a week's review printed, not posted."""

import json
from dataclasses import replace

from bot.blocks import digest as blocks
from bot.cli_import import workspace_of
from bot.clock import Clock, WallClock
from bot.database import opened
from bot.desk import House
from bot.digests.gathering import figures_of, heard_late, review_of
from bot.settings import Settings
from bot.settings_sections import Digest
from db import schema
from domain.digest_window import last_whole_week, week_named
from domain.week_figures import as_json


def weekly(
    settings: Settings, week: str | None, as_figures: bool, workspace: str | None, clock: Clock | None = None
) -> str:
    """The review of a week (the last whole one unless named) as text, or every figure as one JSON object.

    Raises NotAWeek, and SettingsError where it is not known which workspace is meant.
    """
    digest, clock = settings.digests.get("weekly", Digest()), clock or WallClock()
    zone = digest.timezone
    meant = last_whole_week(clock.now(), zone) if week is None else week_named(week, zone)
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, clock, workspace)
        house = House(engine, settings, clock)
        if not as_figures:
            found = review_of(house, workspace_id, meant, digest.scope)
            late = heard_late(house, workspace_id, "weekly", found.now)
            return blocks.as_text(replace(found, late=late), settings.slack.prefix)
        now, before = figures_of(house, workspace_id, meant, 2, digest.scope)
        told = as_json(now, before) | {"late": heard_late(house, workspace_id, "weekly", now)}
        return json.dumps(told, indent=2, ensure_ascii=False)
    finally:
        engine.dispose()
