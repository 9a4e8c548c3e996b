"""What is left to do once Slack takes the token no more: what is stored of a workspace that sent the app away goes.

Such a bot answers nothing and posts nothing. It deletes what is due, and says so at `/readyz` and in the log.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import retention, schedule, watching, web
from bot.clock import WallClock
from bot.desk import House
from db import workspaces
from db.session import reading

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=5)


def is_left_to_do(house: House) -> bool:
    """Whether any workspace of this database has sent the app away."""
    with reading(house.engine) as connection:
        return any(not workspaces.is_there(connection, one) for one in workspaces.all_ids(connection))


def turn(house: House) -> int:
    """Delete what is due, of each workspace that sent the app away; how many rows."""
    with reading(house.engine) as connection:
        known = workspaces.all_ids(connection)
    return sum(retention.purge_left(house, one) for one in known)


def routes(house: House) -> Starlette:
    """The web side of it: who watches is told, everybody else is asked to come again."""
    house.meters.ask(watching.gauges_of(house))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        gone = schedule.Tick("workspace-gone", EVERY, lambda: turn(house))
        ticks = schedule.run([gone], WallClock().now(), house.meters)
        yield
        ticks.shutdown(wait=True)
        house.engine.dispose()

    async def away(request: Request) -> Response:
        told = {"error": "the workspace has removed the app"}
        return JSONResponse(told, status_code=503, headers={"Retry-After": "300"})

    async def ready(request: Request) -> Response:
        return web.readiness(await run_in_threadpool(watching.problems_of, house))

    return Starlette(
        lifespan=life,
        routes=[
            Route("/slack/events", away, methods=["POST"]),
            Route("/ingest/{source}", away, methods=["POST"]),
            Route("/healthz", lambda request: PlainTextResponse("ok\n")),
            Route("/readyz", ready),
            Route("/metrics", lambda request: web.exposition(house)),
        ],
    )
