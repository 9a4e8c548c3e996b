"""The one composition root: settings → engine → Slack client → listeners → ticks → server."""

import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache

import structlog
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from bot import alone, database, errors, leaving, listeners, logs, promises, retention, schedule, server, watching, web
from bot.answers import Replies
from bot.clock import Clock, WallClock
from bot.delivery.wire import patient_once
from bot.delivery.worker import Worker
from bot.desk import House
from bot.metrics import Meters
from bot.settings import HOW_TO_GET, Settings, SettingsError
from bot.slack_calls import NO_ANSWER, code_of
from db import schema, session, workspaces
from domain.retry import TAKEN_BACK, TOKEN_PROBLEMS, Mend, mend

log = structlog.get_logger(__name__)
SLACK_TIMEOUT_S = 10
CLICK_TIMEOUT_S = 3  # what a click asks for cannot be shown later than that
ANSWERING_THREADS = 4
LISTENING_THREADS = 16  # more would only wait for one another: the work is Python's, and the database's
# How long one thread may keep the others from running. Each of a command's questions to the database lets go of the
# interpreter; beside a busy thread (an audit, a digest) it then waits so long to go on.
TURN_S = 0.0005
At = Callable[[str], None]


def nothing_happens(point: str) -> None:
    """What `at` is in earnest; the tests of dying give one that ends the process."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot put together: its routes, what it delivers with, and where it is at home."""

    house: House
    routes: Starlette
    bolt: App
    delivery: Worker
    workspace_id: str


def run(settings: Settings, *, migrate: bool = True) -> None:
    """Serve until told to stop; raises SettingsError where a token or the database does not do."""
    try_address(settings.host, settings.port)
    for path, why in settings.weak_secrets.items():
        log.warning("settings.weak", setting=path, why=why)
    with alone.on(settings.database_url):
        live(settings, WallClock(), migrate=migrate)


def live(settings: Settings, clock: Clock, *, migrate: bool = True, at: At = nothing_happens) -> None:
    """Be a bot until the process is told to stop; raises SettingsError where a token or the database does not do."""
    try:
        bot = build(settings, clock, migrate=migrate, at=at)
    except TokenRefused as refused:
        _live_without_token(settings, clock, refused)
        return
    log.info("bot.ready", host=settings.host, port=settings.port, socket_mode=settings.app_token is not None)
    _serve(bot.routes, settings)


def _live_without_token(settings: Settings, clock: Clock, refused: "TokenRefused") -> None:
    """Do what is left to do; raises TokenRefused where that is nothing, or where the token seems to be mistyped."""
    house = House(database.opened(settings.database_url), settings, clock)
    left = leaving.left_behind(house)
    # Who mistyped a token wants to be told so, unless nobody is there for whom the right one would be.
    meant = refused.code in TAKEN_BACK or (refused.code in TOKEN_PROBLEMS and not left.others_are_there)
    if not left.workspaces or not meant:
        house.engine.dispose()
        raise TokenRefused(refused.code, left.workspaces) from refused
    house.meters.called("auth.test", refused.code)
    log.warning("bot.only_deletes", why=refused.code, host=settings.host, port=settings.port)
    _serve(leaving.routes(house), settings)


def _serve(routes: Starlette, settings: Settings) -> None:
    served = server.config(logs.with_reference(routes), settings.host, settings.port, log_config=None)
    uvicorn.Server(served).run()


def try_address(host: str, port: int) -> None:
    """Listen for a moment; raises SettingsError where the server could not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as taken:
        raise SettingsError(
            f"HOST, PORT: found {host}:{port}, allowed is an address of this machine that nobody listens at"
            f" ({str(taken.strerror).partition(' (')[0]})"
        ) from taken


def build(settings: Settings, clock: Clock, *, migrate: bool = True, at: At = nothing_happens) -> Bot:
    """Put the bot together, its database migrated; it lives while its routes are served.

    `at` hears the name of each point where the process could die.
    """
    engine = database.opened(settings.database_url, to_write=True)
    if migrate:
        schema.upgrade(engine)
    client = slack_client(settings)
    identity = identify(client)
    if settings.app_token is not None:
        try_app_token(client, settings.app_token.get_secret_value())
    workspace_id = identity.team_id or identity.enterprise_id or ""
    with session.writing(engine) as connection:
        workspaces.remember(connection, workspace_id, identity.team or "", clock.now())
        workspaces.hold(connection, workspace_id)  # another process may start at the same moment
        promises.remember(connection, workspace_id, settings, clock.now())
    meters = Meters()
    meters.time_statements(engine)
    delivery = Worker(engine, client, clock, settings, workspace_id, at=at, meters=meters)
    house = House(engine, settings, clock, delivery.wake, workspace_id, at, meters)
    meters.ask(watching.gauges_of(house))
    answering = ThreadPoolExecutor(ANSWERING_THREADS, thread_name_prefix="answers")
    bolt = bolt_app(house, slack_client(settings, CLICK_TIMEOUT_S), identity, answering.submit)
    door = web.Door(house, bolt, settings.signing_secret.get_secret_value(), workspace_id)
    return Bot(house, web.routes(door, _life(house, bolt, delivery, answering)), bolt, delivery, workspace_id)


def slack_client(settings: Settings, timeout: int = SLACK_TIMEOUT_S) -> WebClient:
    """A client with this configuration's token and address; `timeout` in seconds."""
    return WebClient(settings.bot_token.get_secret_value(), settings.slack_api_url, timeout=timeout, ssl=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are good: read once, not for each request."""
    return ssl.create_default_context()


def _deleted(workspace_id: str) -> str:
    return f"`rethrow forget --everything --workspace {workspace_id}` deletes what is stored of it"


class TokenRefused(SettingsError):
    """Slack does not take the token; `code` is its word for it, `left` has workspaces that sent the app away."""

    def __init__(self, code: str, left: Sequence[str] = ()) -> None:
        get = HOW_TO_GET["SLACK_BOT_TOKEN"]
        mending = f"install the app again and {get}" if code in TAKEN_BACK else get
        # One is enough to say what can be done; thousands may share a database.
        away = f"; if it is that of one that removed the app, such as {left[0]}: {_deleted(left[0])}" if left else ""
        super().__init__(
            f"SLACK_BOT_TOKEN: Slack answers {code}, allowed is the token of an installed app: {mending}{away}"
        )
        self.code = code


def identify(client: WebClient) -> AuthorizeResult:
    """Who the token is, as Slack says; raises TokenRefused, or SettingsError where Slack does not answer."""
    try:
        answer = client.auth_test()
    except SlackApiError as refused:
        code = code_of(refused.response)
        if mend(code) is Mend.NEW_TOKEN:
            raise TokenRefused(code) from refused
        raise SettingsError(
            f"SLACK_API_URL: {client.base_url} answers {code} when asked who the token is for, allowed is an answer:"
            " start again in a while; Slack's page on auth.test says what the code means"
        ) from refused
    except NO_ANSWER as lost:
        raise _silent(client, lost) from lost
    return AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=answer)


def try_app_token(client: WebClient, token: str) -> None:
    """Ask Slack once for a socket; raises SettingsError with what to do when the token is not good for one."""
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as refused:
        code = code_of(refused.response)
        if code != "ratelimited":
            allowed = "an app-level token with connections:write, from Basic Information on your app's page"
            raise SettingsError(f"SLACK_APP_TOKEN: Slack answers {code}, allowed is {allowed}") from refused
    except NO_ANSWER as lost:
        raise _silent(client, lost) from lost


def _silent(client: WebClient, lost: Exception) -> SettingsError:
    return SettingsError(f"SLACK_API_URL: {client.base_url} does not answer ({lost})")


def bolt_app(
    house: House, client: WebClient, identity: AuthorizeResult, later: Callable[[Callable[[], object]], object]
) -> App:
    """Bolt with all listeners. The signature is checked at the door, before a request comes this far."""
    # Bolt warns at every start that an authorize function comes before a token, which is what is meant here.
    bolt_log = logging.getLogger("rethrow.bolt")
    bolt_log.setLevel(logging.ERROR)
    app = App(
        name="rethrow",  # else Bolt looks through the source of everything that is imported for one
        logger=bolt_log,
        client=client,
        authorize=lambda: identity,
        signing_secret=house.settings.signing_secret.get_secret_value() or "socket mode",
        process_before_response=True,  # the acknowledgement then means that it is committed
        request_verification_enabled=False,
    )
    listeners.register(app, house, Replies(later, patient_once(client, house.meters.called)))
    app.error(errors.handler(house.settings.slack.prefix, later))
    return app


def _life(
    house: House, bolt: App, delivery: Worker, answering: ThreadPoolExecutor
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What runs beside the server while it serves: delivery, ticks, and Socket Mode where it is on."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        sys.setswitchinterval(TURN_S)
        current_default_thread_limiter().total_tokens = LISTENING_THREADS
        pay = retention.while_there(house, delivery.workspace_id, delivery.turn)
        delivery.start(schedule.guarded("delivery", pay, house.meters))
        ticks = schedule.start(house, delivery)
        token = house.settings.app_token
        slack = SocketModeHandler(bolt, token.get_secret_value()) if token else None
        if slack:
            slack.connect()  # type: ignore[no-untyped-call]
        yield
        if slack:
            slack.close()  # type: ignore[no-untyped-call]
        ticks.shutdown(wait=True)
        delivery.stop()
        answering.shutdown(wait=True)
        house.engine.dispose()  # whoever closes a SQLite file last folds its write-ahead log into it

    return life
