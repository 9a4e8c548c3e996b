"""What the workspace sends to the app, by signed HTTP or over its socket, and what comes back."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from slack_sandbox.args import load_json
from slack_sandbox.model import Json
from slack_sandbox.signing import signed_headers
from slack_sandbox.slack import Slack

FORM = "application/x-www-form-urlencoded"
ENVELOPES = {"command": "slash_commands", "event": "events_api"}


@dataclass
class Answer:
    """How the app took a delivery: ``error`` is empty when it was acked in time."""

    status: int | str = 0
    body: Any = None
    error: str = ""
    ms: float = 0.0
    headers: dict[str, str] | None = None

    @property
    def ok(self) -> bool:
        """Whether it was acked."""
        return not self.error

    def told(self) -> Json:
        """The part of it that the control API passes on."""
        out: Json = {"ok": self.ok, "status": self.status, "ms": self.ms}
        return out if self.ok else out | {"error": self.error}


def by_socket(slack: Slack) -> bool:
    """Whether deliveries go over Socket Mode: as the app says, else whenever it is connected."""
    wanted = slack.ws.app.socket_mode
    return bool(slack.sockets.open) if wanted is None else wanted


async def deliver(slack: Slack, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Answer:
    """Send one command, event or interaction and log what became of it; never raises for the app's faults."""
    started = time.perf_counter()
    body, content_type = encoded(kind, payload)
    if by_socket(slack):
        answer = await _by_socket(slack, kind, payload, retry)
    else:
        extra = {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]} if retry else {}
        answer = await send_body(slack, body, content_type, extra)
    answer.ms = round((time.perf_counter() - started) * 1000, 1)
    slack.journal.note(
        "to_bot", kind, started=started, status=answer.status, request=payload, response=answer.body,
        method=name_of(kind, payload), note=answer.error or (f"retry {retry[0]}: {retry[1]}" if retry else ""),
        replay=(body, content_type),
    )  # fmt: skip
    return answer


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body and content type Slack uses for this kind of delivery."""
    if kind == "command":
        return urlencode({k: str(v) for k, v in payload.items()}).encode(), FORM
    text = json.dumps(payload, ensure_ascii=False)
    if kind == "event":
        return text.encode(), "application/json"
    return urlencode({"payload": text}).encode(), FORM


def name_of(kind: str, payload: Json) -> str:
    """A short name of a delivery for the log."""
    if kind == "command":
        return str(payload.get("command", ""))
    if kind == "event":
        return str(payload.get("event", {}).get("type", ""))
    return str(payload.get("type", ""))


async def send_body(slack: Slack, body: bytes, content_type: str, extra: dict[str, str]) -> Answer:
    """Post raw bytes to the app's request URL, signed now."""
    app = slack.ws.app
    headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (sandbox)", **extra}
    headers |= signed_headers(app.signing_secret, body, slack.ws.now())
    try:
        async with asyncio.timeout(app.ack_seconds):
            got = await slack.http.post(app.request_url, content=body, headers=headers, timeout=app.ack_seconds)
    except (TimeoutError, httpx.TimeoutException):
        return Answer("timeout", error="operation_timeout")
    except httpx.TooManyRedirects:
        return Answer("redirects", error="too_many_redirects")
    except (httpx.HTTPError, httpx.InvalidURL) as wrong:
        return Answer("unreachable", str(wrong), error="dispatch_failed")
    answer = Answer(got.status_code, read_body(got), headers=dict(got.headers))
    if not got.is_success:
        answer.error = "http_client_error" if got.status_code < 500 else "http_service_error"
    return answer


def read_body(got: httpx.Response) -> Any:
    """The answer's JSON, else its text."""
    try:
        return load_json(got.content) if got.content else None
    except ValueError:
        return got.text


async def _by_socket(slack: Slack, kind: str, payload: Json, retry: tuple[int, str] | None) -> Answer:
    envelope = ENVELOPES.get(kind, "interactive")
    try:
        return Answer(200, await slack.sockets.send(envelope, payload, slack.ws.app.ack_seconds, retry))
    except TimeoutError:
        return Answer("timeout", error="operation_timeout")
    except ConnectionError as gone:
        return Answer("unreachable", str(gone), error="dispatch_failed")
