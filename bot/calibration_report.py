"""`rethrow calibration list` and `rethrow calibration show N`: what was found, once it is closed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from bot import calibrated
from bot.blocks import calibration_text as blocks
from bot.cli_import import workspace_of
from bot.clock import WallClock
from bot.database import opened
from bot.settings import Settings
from db import calibrations, schema, session
from domain.calibration_json import as_json
from domain.calibration_rules import ENDED


class NotToBeShown(Exception):
    """There is no such calibration, or it is still open; the sentence says which."""


@contextmanager
def _reading(settings: Settings, workspace: str | None) -> Iterator[tuple[Connection, str]]:
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, WallClock(), workspace)
        with session.reading(engine) as connection:
            yield connection, workspace_id
    finally:
        engine.dispose()


def listed(settings: Settings, workspace: str | None = None) -> str:
    """A line each. Raises SettingsError where it is not known which workspace is meant."""
    with _reading(settings, workspace) as (connection, workspace_id):
        found = calibrations.opened(connection, workspace_id)
        return blocks.listing(
            [(one, calibrated.result(connection, workspace_id, one) if one.state in ENDED else None) for one in found]
        )


def show(settings: Settings, number: int, as_figures: bool, workspace: str | None = None) -> str:
    """A result as text or JSON; raises NotToBeShown before the close."""
    with _reading(settings, workspace) as (connection, workspace_id):
        one = calibrations.numbered(connection, workspace_id, number)
        if one is None:
            raise NotToBeShown(blocks.unknown(number))
        if one.state not in ENDED:
            raise NotToBeShown(blocks.still_open(number))
        found = calibrated.result(connection, workspace_id, one)
        if as_figures:
            return json.dumps(as_json(one, found), indent=2, ensure_ascii=False)
        return blocks.result(one, found)
