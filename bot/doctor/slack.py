"""Tokens, scopes and channels, as Slack knows them; and whether the machine's clock agrees with Slack's."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.doctor.findings import Finding, note
from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import Settings
from bot.slack_calls import NO_ANSWER, code_of
from domain.plain_text import one_line
from domain.retry import Mend, mend

TIMEOUT_S = 10
CLOCK_MAY_BE_OFF = timedelta(seconds=5)  # at 300 s requests of Slack are refused as too old
TOKEN_PAGE = "OAuth & Permissions on your app's page (api.slack.com/apps)"
REFUSALS = {
    "channel_not_found": "no such channel, or a private one without the bot; correct the id, or /invite it there",
    "missing_scope": "the token may not look at channels; reinstall the app from `rethrow manifest`",
}


def findings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """What Slack says of the tokens and of each channel in the config."""
    token = settings.bot_token.get_secret_value()
    if not token:
        yield Finding("token", False, f"set SLACK_BOT_TOKEN: copy it from {TOKEN_PAGE}")
        return
    client = WebClient(token, settings.slack_api_url, timeout=TIMEOUT_S)
    asked = clock.now()
    try:
        answer = client.auth_test()
    except SlackApiError as refused:
        yield _token_refused(code_of(refused.response))
        return
    except NO_ANSWER as lost:
        yield Finding(
            "token",
            False,
            f"{settings.slack_api_url} does not answer ({one_line(str(lost))}); check SLACK_API_URL and the network",
        )
        return
    yield Finding("token", True, f"{answer['user']} in {answer['team']}")
    yield _time(asked, clock.now(), answer.headers)
    yield from _scopes(answer.headers)
    if settings.app_token is not None:
        yield _socket(client, settings.app_token.get_secret_value())
    for path, channel in _channels(settings).items():
        yield _channel(client, path, channel)


def _token_refused(code: str) -> Finding:
    if mend(code) is Mend.NEW_TOKEN:
        return Finding("token", False, f"Slack answers {code}; copy a fresh one from {TOKEN_PAGE}")
    return Finding("token", False, f"Slack answers {code}, which says nothing about it; look again in a while")


def _socket(client: WebClient, app_token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as refused:
        where = "Basic Information → App-Level Tokens, scope connections:write"
        return Finding("app token", False, f"Slack answers {code_of(refused.response)}; make a fresh one under {where}")
    except NO_ANSWER as lost:
        return Finding("app token", False, f"Slack does not answer ({one_line(str(lost))})")
    return Finding("app token", True, "Slack opens a socket for it")


def _scopes(headers: Mapping[str, Any]) -> Iterator[Finding]:
    """Slack lists what a token may do in a header of every answer."""
    listed = _header(headers, "x-oauth-scopes")
    if listed is None:
        yield note("scopes", "Slack did not say which the token has")
        return
    held = {scope.strip() for scope in str(listed).split(",")}
    if missing := [scope for scope in SCOPES if scope not in held]:
        yield Finding("scopes", False, f"missing {', '.join(missing)}; reinstall the app from `rethrow manifest`")
    else:
        yield Finding("scopes", True, ", ".join(SCOPES))
    if absent := [scope for scope in OPTIONAL_SCOPES if scope not in held]:
        yield note("optional scopes", f"without {', '.join(absent)}: a lost answer is not looked up")


def _time(asked: datetime, answered: datetime, headers: Mapping[str, Any]) -> Finding:
    """How far the machine's clock is from Slack's, which told the time between `asked` and `answered`."""
    try:
        told = parsedate_to_datetime(str(_header(headers, "date")))
    except ValueError:
        return note("clock", "Slack did not say what time it is")
    # Slack cuts its time to the second, and says it at some moment of the exchange.
    behind, ahead = told - answered, asked - told - timedelta(seconds=1)
    off = max(behind, ahead, timedelta())
    if off <= CLOCK_MAY_BE_OFF:
        return Finding("clock", True, f"agrees with Slack's to {CLOCK_MAY_BE_OFF.total_seconds():.0f} s")
    said = f"{off.total_seconds():.0f} s {'behind' if behind > ahead else 'ahead of'} Slack's"
    return Finding("clock", False, f"{said}: alerts come at the wrong time; set it by NTP (timedatectl set-ntp true)")


def _header(headers: Mapping[str, Any], wanted: str) -> Any:
    return next((value for name, value in headers.items() if name.lower() == wanted), None)


def _channels(settings: Settings) -> dict[str, str]:
    """Each channel of the config under the place it is named at."""
    named = {f"channels.{name}": channel for name, channel in settings.channels if channel}
    named |= {f"escalations.routes.{to}": route.channel for to, route in settings.escalations.routes.items()}
    return named | {f"digests.{name}": digest.channel for name, digest in settings.digests.items() if digest.channel}


def _channel(client: WebClient, path: str, channel: str) -> Finding:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as refused:
        error = code_of(refused.response)
        return Finding(path, False, f"{channel}: {REFUSALS.get(error, error)}")
    except NO_ANSWER as lost:
        return Finding(path, False, f"{channel}: Slack does not answer ({one_line(str(lost))})")
    name = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        return Finding(path, False, f"{name} is archived; unarchive it or name another")
    if not found.get("is_member"):
        return Finding(path, False, f"the bot is not in {name}; /invite it there")
    return Finding(path, True, name)
