"""What a slash command costs: `/tag` against a bare Bolt handler with one commit, on the same server and database.

Both are served by uvicorn in processes of their own and asked in turns, over 1, 16 and 64 kept connections at once, so
that whatever else the machine does falls on both. Run: `python -m benchmarks.commands [--quick]`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from pydantic import SecretStr
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlmodel import Field, Session, SQLModel
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import databases
from benchmarks.servers import SECRET, TICKETS, started
from benchmarks.table import Line, as_text
from bot import web
from bot.clock import WallClock
from bot.desk import House
from bot.main import LISTENING_THREADS, TURN_S, bolt_app
from bot.settings import Settings
from db import schema, session, tickets, workspaces

AT_ONCE = (1, 16, 64)
ROUNDS = 8
MOST = 1.5
BARE = "bare Bolt handler, one commit"
IDENTITY = AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-x", bot_id="B0", bot_user_id="U0")


class Noted(SQLModel, table=True):
    """The one row that the bare handler commits."""

    id: int | None = Field(default=None, primary_key=True)
    text: str


def bare(database: str) -> Starlette:
    """Bolt, its own signature check, one handler, one commit through SQLModel."""
    engine = session.open_engine(database)
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["noted"]])
    app = App(client=WebClient(), authorize=lambda: IDENTITY, signing_secret=SECRET, process_before_response=True)

    @app.command("/tag")
    def tag(ack: Ack, body: dict[str, Any]) -> None:
        with Session(engine) as opened:
            opened.add(Noted(text=body["text"]))
            opened.commit()
        ack("noted")

    async def events(request: Request) -> Response:
        asked = BoltRequest(body=(await request.body()).decode(), headers=dict(request.headers))
        answer = await run_in_threadpool(app.dispatch, asked)
        return Response(answer.body, answer.status)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def rethrow(database: str) -> Starlette:
    """The product, with tickets to tag."""
    engine = session.open_engine(database)
    schema.upgrade(engine)
    now = datetime.now(UTC)
    with session.writing(engine) as connection:
        workspaces.remember(connection, "T0", "benchmark", now)
        for number in range(TICKETS):
            values = {"subject": f"Question {number}", "status": "open", "priority": "P2"}
            tickets.create(connection, "T0", values, actor="U1", at=now, now=now)
    settings = Settings(bot_token=SecretStr("xoxb-x"), signing_secret=SecretStr(SECRET))
    house = House(engine, settings, WallClock(), home="T0")
    app = bolt_app(house, WebClient("xoxb-x"), IDENTITY, lambda work: work())
    routes = web.routes(web.Door(house, app, SECRET, "T0")).routes

    async def as_in_earnest(scope: Any, receive: Any, send: Any) -> None:
        sys.setswitchinterval(TURN_S)
        current_default_thread_limiter().total_tokens = LISTENING_THREADS
        await served(scope, receive, send)

    served = Starlette(routes=routes)
    return as_in_earnest  # type: ignore[return-value]


@dataclass(slots=True)
class Taken:
    """What one server took: milliseconds of each request, and of all of them together."""

    each: list[float] = field(default_factory=list)
    together: float = 0.0

    def percentile(self, share: float) -> float:
        """Nearest rank."""
        return sorted(self.each)[min(len(self.each) - 1, int(len(self.each) * share))]

    @property
    def a_command(self) -> float:
        """How long a command takes when they are spread over the time they took together."""
        return self.together / len(self.each)


def measured(kind: str, at_once: int, requests: int) -> list[Taken]:
    """What the bare handler and the product took, in turns."""
    taken = [Taken(), Taken()]
    with databases.empty(kind) as floor, databases.empty(kind) as ours:
        servers = [started(bare, floor, at_once), started(rethrow, ours, at_once)]
        for number in range(0, requests * (ROUNDS + 1), requests):
            for one, server in zip(taken, servers, strict=True):
                begun = perf_counter()
                found = server.times(number, requests)
                if number:  # the first round warms up
                    one.together += (perf_counter() - begun) * 1e3
                    one.each += [took * 1e3 for took in found]
        for server in servers:
            server.stop()
    return taken


def measure(quick: bool) -> Iterator[Line]:
    """`/tag` on both databases: the p50 of one at a time; of 16 and 64 at once also the p99, and what each costs."""
    for kind in databases.KINDS:
        most = MOST if kind == "SQLite" else None
        for at_once in AT_ONCE:
            floor, ours = measured(kind, at_once, 64 if quick else 256)
            what = f"`/tag`, {kind}, {at_once} at once"
            p50, p99 = ([one.percentile(share) for one in (ours, floor)] for share in (0.5, 0.99))
            if at_once == 1:
                yield Line(f"{what}, p50", *p50, BARE, at_most=most)
                continue
            yield Line(f"{what}, each", ours.a_command, floor.a_command, BARE, at_most=most)
            yield Line(f"{what}, p50", *p50, BARE)
            yield Line(f"{what}, p99", *p99, BARE)


if __name__ == "__main__":
    print(as_text(measure("--quick" in sys.argv)))
