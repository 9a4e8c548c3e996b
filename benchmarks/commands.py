"""What a slash command costs: `/tag` against a bare Bolt handler with one SQLite commit on the same server.

Both are served by uvicorn in a process of their own and asked in turns over one kept-alive connection each,
so that whatever else the machine does falls on both. Run: `python -m benchmarks.commands [--requests 2000]`.
"""

import argparse
import hashlib
import hmac
import http.client
import itertools
import multiprocessing
import socket
import statistics
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
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

from bot import web
from bot.clock import WallClock
from bot.desk import House
from bot.main import bolt_app
from bot.settings import Settings
from db import schema, session, tickets, workspaces

SECRET = "benchmark"
TICKETS = 1000
IDENTITY = AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-x", bot_id="B0", bot_user_id="U0")
CATEGORIES = ("usability", "reliability", "functional")


class Noted(SQLModel, table=True):
    """The one row that the bare handler commits."""

    id: int | None = Field(default=None, primary_key=True)
    text: str


def bare(folder: Path) -> Starlette:
    """Bolt, its own signature check, one handler, one commit through SQLModel."""
    engine = session.open_engine(f"sqlite:///{folder}/bare.db")
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables["noted"]])
    app = App(
        client=WebClient("xoxb-x"), authorize=lambda: IDENTITY, signing_secret=SECRET, process_before_response=True
    )

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


def rethrow(folder: Path) -> Starlette:
    """The product, with tickets to tag."""
    engine = session.open_engine(f"sqlite:///{folder}/rethrow.db")
    schema.upgrade(engine)
    now = datetime.now(UTC)
    with session.writing(engine) as connection:
        workspaces.remember(connection, "T0", "benchmark", now)
        for number in range(TICKETS):
            values = {"subject": f"Question {number}", "status": "open", "priority": "P2"}
            tickets.create(connection, "T0", values, actor="U1", at=now, now=now)
    settings = Settings(bot_token=SecretStr("xoxb-x"), signing_secret=SecretStr(SECRET))
    house = House(engine, settings, WallClock())
    app = bolt_app(house, WebClient("xoxb-x"), IDENTITY, lambda work: work())
    return Starlette(routes=web.routes(web.Door(house, app, SECRET, "T0")).routes)


def serve(build: Callable[[Path], Starlette], folder: Path, port: int) -> None:
    """Serve one of the two until the process is ended."""
    uvicorn.run(build(folder), port=port, log_level="warning", access_log=False)


def started(build: Callable[[Path], Starlette], folder: Path) -> SimpleNamespace:
    """A server in a process of its own, and a connection to it."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(build, folder, port), daemon=True)
    process.start()
    return SimpleNamespace(process=process, connection=connected(port))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def connected(port: int) -> http.client.HTTPConnection:
    """A connection to a server that is starting."""
    for _ in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise SystemExit("the server did not start")


def ask(connection: http.client.HTTPConnection, number: int) -> float:
    """Send one signed `/tag`; seconds until it was answered."""
    text = f"T-{number % TICKETS + 1} {CATEGORIES[number // TICKETS % 3]}"
    form = {"command": "/tag", "text": text, "team_id": "T0", "user_id": "U1", "channel_id": "C1"}
    body = urllib.parse.urlencode(form | {"trigger_id": f"{number}.1", "response_url": "http://127.0.0.1/"})
    timestamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={mac}",
    }
    begun = time.perf_counter()
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    took = time.perf_counter() - begun
    assert answer.status == 200, said
    return took


def main() -> None:
    """Print p50 and p95 of both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    wanted = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        servers = [started(build, Path(folder)) for build in (bare, rethrow)]
        times: list[list[float]] = [[], []]
        numbers = itertools.count()
        for number in itertools.islice(numbers, wanted + 200):
            for taken, server in zip(times, servers, strict=True):
                taken.append(ask(server.connection, number))
        for server in servers:
            server.process.terminate()
    floor, ours = (sorted(taken[200:]) for taken in times)
    for name, taken in (("bare handler, one commit", floor), ("/tag", ours)):
        print(f"{name:26} p50 {statistics.median(taken) * 1e3:.2f} ms  p95 {taken[int(wanted * 0.95)] * 1e3:.2f} ms")
    print(f"{'ratio of p50':26} {statistics.median(ours) / statistics.median(floor):.2f} (target: at most 1.5)")


if __name__ == "__main__":
    main()
