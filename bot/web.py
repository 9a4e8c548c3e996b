"""The routes: Slack in, helpdesks in, and whether the bot is alive and ready."""

import json
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt import App, BoltRequest
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import announcements, slack_shapes
from bot.bodies import TurnedAway, body_of
from bot.database import reason
from bot.desk import House
from bot.metrics import CONTENT_TYPE
from bot.watching import problems_of
from db import session
from domain.ticket import Ticket
from helpdesk import generic, inbox

log = structlog.get_logger(__name__)
TIMESTAMP = re.compile(r"[0-9]{1,12}")
SIGNING = ("x-slack-request-timestamp", "x-slack-signature", "x-rethrow-signature", "content-length", "content-type")
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@dataclass(slots=True)
class Door:
    """What the routes need: the bot behind them, and the workspace that it is for.

    Without a token that Slack takes there is neither: who signs is then told so, and anybody else is refused as ever.
    """

    house: House
    bolt: App | None
    signing_secret: str
    workspace_id: str | None = None
    verifier: SignatureVerifier | None = field(init=False)

    def __post_init__(self) -> None:
        """The signature is judged by the house's clock; without a secret (Socket Mode needs none) nothing is signed."""
        secret = self.signing_secret
        self.verifier = SignatureVerifier(secret, _Seconds(self.house)) if secret else None


class _Seconds(SlackClock):
    def __init__(self, house: House) -> None:
        self._house = house

    def now(self) -> float:
        """Seconds since 1970."""
        return self._house.clock.now().timestamp()


Endpoint = Callable[[Request], Awaitable[Response]]
Life = Callable[[Starlette], AbstractAsyncContextManager[None]]


def routes(door: Door, life: Life | None = None) -> Starlette:
    """The whole web side as one ASGI application; `life` is what runs while it is served."""
    return Starlette(
        lifespan=life,
        routes=[
            Route("/slack/events", _guarded(door, slack), methods=["POST"]),
            Route("/ingest/{source}", _guarded(door, ingest), methods=["POST"]),
            Route("/healthz", alive),
            Route("/readyz", lambda request: ready(door)),
            Route("/metrics", lambda request: exposition(door.house)),
        ],
    )


def _guarded(door: Door, answer: Callable[[Door, Request, bytes], Awaitable[Response]]) -> Endpoint:
    """An endpoint that reads its body itself, and no more of it than is allowed. It has no use for doubled headers."""

    async def endpoint(request: Request) -> Response:
        if any(len(request.headers.getlist(name)) > 1 for name in SIGNING):
            return JSONResponse({"error": "a header is given twice"}, status_code=400)
        try:
            return await answer(door, request, await body_of(request))
        except TurnedAway as away:
            # What is left of the body is of no interest: the connection goes with it.
            return JSONResponse({"error": away.problem}, status_code=away.status, headers={"Connection": "close"})

    return endpoint


async def slack(door: Door, request: Request, body: bytes) -> Response:
    """`POST /slack/events`: commands, buttons, windows and events, once the signature is known to be Slack's."""
    if not signed_by_slack(door, request, body):
        return JSONResponse({"error": "bad signature"}, status_code=401)
    if door.bolt is None:
        return _no_token()
    said = slack_shapes.slacks(body.decode(), request.headers.get("content-type", ""))
    asked = None if said is None else _as_bolt_takes_it(request, said)
    if asked is None:
        return JSONResponse({"error": "nothing that Slack sends"}, status_code=400)
    answer = await run_in_threadpool(door.bolt.dispatch, asked)
    headers = {name: values[0] for name, values in answer.headers.items() if values}
    headers.pop("content-length", None)
    return Response(answer.body, answer.status, headers)


def _as_bolt_takes_it(request: Request, said: dict[str, Any]) -> BoltRequest | None:
    """The request; None for an object that Bolt cannot read.

    As JSON: in a form Bolt takes the word "payload", wherever it stands, for the field of that name.
    """
    try:
        return BoltRequest(body=json.dumps(said), query=request.url.query, headers=dict(request.headers))
    except (ValueError, TypeError, AttributeError, LookupError):
        return None


def signed_by_slack(door: Door, request: Request, body: bytes) -> bool:
    """Whether signature and timestamp are Slack's and within five minutes; anything malformed is not."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if door.verifier is None:
        return False
    if not TIMESTAMP.fullmatch(timestamp) or not SIGNATURE.fullmatch(signature):
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return door.verifier.is_valid(text, timestamp, signature)


async def ingest(door: Door, request: Request, body: bytes) -> Response:
    """`POST /ingest/{source}`: a helpdesk's event, once the signature is known to be its own."""
    source = request.path_params["source"]
    secret = door.house.settings.ingest_secret(source)
    if secret is None:
        return JSONResponse({"error": f"there is no source {source!r}"}, status_code=404)
    if not generic.verify(request.headers, body, secret.get_secret_value(), door.house.clock.now()):
        return JSONResponse({"error": "bad signature"}, status_code=401)
    if door.workspace_id is None:
        return _no_token()
    answer = await run_in_threadpool(_take_in, door, door.workspace_id, source, body)
    door.house.meters.took_in(source, answer.status_code)
    return answer


def _no_token() -> Response:
    told = {"error": "Slack does not take this bot's token; send it again once it has one that Slack takes"}
    return JSONResponse(told, status_code=503, headers={"Retry-After": "300"})


def _take_in(door: Door, workspace_id: str, source: str, body: bytes) -> Response:
    house, now = door.house, door.house.clock.now()

    def announce(connection: Connection, ticket: Ticket) -> None:
        announcements.announce(connection, workspace_id, ticket, house.settings, now)

    def refresh(connection: Connection, ticket: Ticket) -> None:
        announcements.refresh(connection, workspace_id, ticket, now)

    def keep(connection: Connection, ticket: Ticket) -> None:
        house.keeper.keep(connection, workspace_id, [ticket], now)

    try:
        with session.writing(house.engine) as connection:
            taxonomy, rules = house.settings.taxonomy(), house.settings.priority_rules()
            people = house.settings.team.people
            number = inbox.receive(
                connection, workspace_id, source, body, now, taxonomy, rules, announce, refresh, people, keep
            )
    except inbox.UnknownSource:
        return JSONResponse({"error": f"there is no source {source!r}"}, status_code=404)
    except inbox.BadBody as wrong:
        return JSONResponse({"error": wrong.problem, "field": wrong.field}, status_code=422)
    except session.DOES_NOT_ANSWER as away:
        log.error("database.does_not_answer", why=reason(away))
        what = "cannot store anything" if session.has_no_room(away) else "does not answer"
        problem = {"error": f"the database {what} at the moment; send it again"}
        return JSONResponse(problem, status_code=503, headers={"Retry-After": "5"})
    house.wake()
    return JSONResponse({"ticket": f"T-{number}"})


async def alive(_: Request) -> Response:
    """`GET /healthz`: 200 as long as the process lives.

    It needs no thread: those may all wait for a database that does not answer, which no restart would mend.
    """
    return PlainTextResponse("ok\n")


def ready(door: Door) -> Response:
    """`GET /readyz`: 200 once the bot can serve and as long as it does, else 503 with what is at fault."""
    why = problems_of(door.house)
    state = {"database": "database" not in why, "slack": "slack" not in why}
    return JSONResponse(state | {"why": why}, status_code=503) if why else JSONResponse(state)


def exposition(house: House) -> Response:
    """`GET /metrics`: what the bot counts, for Prometheus."""
    return Response(house.meters.exposition(), headers={"Content-Type": CONTENT_TYPE})
