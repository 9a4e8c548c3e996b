"""`rethrow doctor`: looks at tokens, scopes, channels and database, and says how to mend what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.database import reason
from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import Settings, SettingsError, load
from db import schema, session

TIMEOUT_S = 10
TOKEN_PAGE = "OAuth & Permissions on your app's page (api.slack.com/apps)"
REFUSALS = {
    "channel_not_found": "no such channel, or a private one without the bot; correct the id, or /invite it there",
    "missing_scope": "the token may not look at channels; reinstall the app from `rethrow manifest`",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what to do when it is not. A note is well but worth knowing."""

    what: str
    well: bool
    detail: str

    def line(self) -> str:
        """The finding as one line."""
        return f"{'ok   ' if self.well else 'wrong'}  {self.what}: {self.detail}"


def examine(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Every finding, in the order in which they are best mended. Raises nothing for what can be wrong."""
    try:
        settings = load(environment)
    except SettingsError as error:
        yield Finding("config", False, str(error))
        return
    policies = len(settings.policy_book.policies)
    yield Finding(
        "config", True, f"{settings.file_name}: calendars {', '.join(settings.calendars)}; {policies} policies"
    )
    yield from _secrets(settings)
    yield from _slack(settings)
    yield from _database(settings)


def _secrets(settings: Settings) -> Iterator[Finding]:
    if settings.app_token is not None:
        yield Finding("transport", True, "Socket Mode (SLACK_APP_TOKEN is set)")
    elif settings.signing_secret.get_secret_value():
        yield Finding("transport", True, f"HTTP on {settings.host}:{settings.port}; signing secret set")
    else:
        yield Finding("transport", False, "set SLACK_SIGNING_SECRET (Basic Information on your app's page)")


def _slack(settings: Settings) -> Iterator[Finding]:
    token = settings.bot_token.get_secret_value()
    if not token:
        yield Finding("token", False, f"set SLACK_BOT_TOKEN: copy it from {TOKEN_PAGE}")
        return
    client = WebClient(token, settings.slack_api_url, timeout=TIMEOUT_S)
    try:
        answer = client.auth_test()
    except SlackApiError as refused:
        yield Finding("token", False, f"Slack answers {refused.response['error']}; copy a fresh one from {TOKEN_PAGE}")
        return
    except OSError as lost:
        yield Finding(
            "token", False, f"{settings.slack_api_url} does not answer ({lost}); check SLACK_API_URL and the network"
        )
        return
    yield Finding("token", True, f"{answer['user']} in {answer['team']}")
    yield from _scopes(answer.headers)
    if settings.app_token is not None:
        yield _socket(client, settings.app_token.get_secret_value())
    for path, channel in _channels(settings).items():
        yield _channel(client, path, channel)


def _socket(client: WebClient, app_token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as refused:
        where = "Basic Information → App-Level Tokens, scope connections:write"
        return Finding("app token", False, f"Slack answers {refused.response['error']}; make a fresh one under {where}")
    except OSError as lost:
        return Finding("app token", False, f"Slack does not answer ({lost})")
    return Finding("app token", True, "Slack opens a socket for it")


def _scopes(headers: Mapping[str, Any]) -> Iterator[Finding]:
    """Slack lists what a token may do in a header of every answer."""
    listed = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    if listed is None:
        yield Finding("scopes", True, "Slack did not say which the token has")
        return
    held = {scope.strip() for scope in str(listed).split(",")}
    if missing := [scope for scope in SCOPES if scope not in held]:
        yield Finding("scopes", False, f"missing {', '.join(missing)}; reinstall the app from `rethrow manifest`")
    else:
        yield Finding("scopes", True, ", ".join(SCOPES))
    if absent := [scope for scope in OPTIONAL_SCOPES if scope not in held]:
        yield Finding("optional scopes", True, f"without {', '.join(absent)}: a lost answer is not looked up")


def _channels(settings: Settings) -> dict[str, str]:
    """Each channel of the config under the place it is named at."""
    named = {f"channels.{name}": channel for name, channel in settings.channels if channel}
    named |= {f"escalations.routes.{to}": route.channel for to, route in settings.escalations.routes.items()}
    return named | {f"digests.{name}": digest.channel for name, digest in settings.digests.items() if digest.channel}


def _channel(client: WebClient, path: str, channel: str) -> Finding:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as refused:
        error = refused.response["error"]
        return Finding(path, False, f"{channel}: {REFUSALS.get(error, error)}")
    except OSError as lost:
        return Finding(path, False, f"{channel}: Slack does not answer ({lost})")
    name = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return Finding(path, False, f"{name} is archived; unarchive it or name another")
    if not found.get("is_member"):
        return Finding(path, False, f"the bot is not in {name}; /invite it there")
    return Finding(path, True, name)


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        yield Finding("database", False, f"{url.database} is not there yet; run `rethrow db upgrade`")
        return
    engine: Engine | None = None
    try:
        engine = session.open_engine(settings.database_url)
        with engine.connect() as connection:
            current = schema.is_current(connection)
    except (SQLAlchemyError, OSError) as error:
        why = f"cannot be opened ({reason(error)})"
        yield Finding("database", False, f"{why}; check DATABASE_URL and that it is running")
        return
    finally:
        if engine is not None:
            engine.dispose()
    kind = engine.dialect.name
    yield Finding("database", True, f"{kind}, reachable")
    yield Finding("migrations", current, "up to date" if current else "run `rethrow db upgrade`")
