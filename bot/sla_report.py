"""`rethrow sla recompute`: running clocks put under the present config, as lines to print."""

from collections.abc import Iterator

from bot import promises
from bot.clock import Clock, WallClock
from bot.database import opened
from bot.desk import House
from bot.settings import Settings
from bot.sla.auditor import recompute as recompute_all
from db import session, workspaces


def recompute(settings: Settings, clock: Clock | None = None) -> Iterator[str]:
    """Do it for every workspace of the database; a line about each."""
    house = House(opened(settings.database_url), settings, clock or WallClock())
    with session.reading(house.engine) as connection:
        ids = workspaces.all_ids(connection)
    for workspace_id in ids:
        with session.writing(house.engine) as connection:
            workspaces.hold(connection, workspace_id)  # a bot may start at the same moment
            promises.remember(connection, workspace_id, settings, house.clock.now())
        done = recompute_all(house, workspace_id)
        yield f"{workspace_id}: the clocks of {done} ticket{'s' * (done != 1)} now run under the present config"
    if not ids:
        yield "there is no workspace yet: start the bot once"
    house.engine.dispose()
