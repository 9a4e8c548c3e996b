"""What is left to do once Slack takes the token no more: what is stored of a workspace that sent the app away goes.

Such a bot answers nothing and posts nothing. It deletes what is due, and says so at `/readyz` and in the log.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from starlette.applications import Starlette

from bot import retention, schedule, watching, web
from bot.clock import WallClock
from bot.desk import House
from db import workspaces
from db.session import reading

EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The workspaces of a database that sent the app away, and whether it is wanted in any other."""

    workspaces: Sequence[str]
    others_are_there: bool


def left_behind(house: House) -> LeftBehind:
    """Whose data is to go, as the database has it."""
    with reading(house.engine) as connection:
        return LeftBehind(workspaces.left_ids(connection), workspaces.any_there(connection))


def turn(house: House) -> int:
    """Delete what is due, of each workspace that sent the app away; how many rows."""
    return sum(retention.purge_left(house, one) for one in left_behind(house).workspaces)


def routes(house: House) -> Starlette:
    """The web side of it: who watches is told; whoever signs as Slack or a helpdesk is asked to come again."""
    house.meters.ask(watching.gauges_of(house))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        gone = schedule.Tick("workspace-gone", EVERY, lambda: turn(house))
        ticks = schedule.run([gone], WallClock().now(), house.meters)
        yield
        ticks.shutdown(wait=True)
        house.engine.dispose()

    return web.routes(web.Door(house, None, house.settings.signing_secret.get_secret_value()), life)
