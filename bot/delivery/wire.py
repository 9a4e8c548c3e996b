"""One request, one answer: how delivery speaks to Slack, and what came back as plain values."""

import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.slack_calls import NO_ANSWER, Called, CountedClient, nobody_counts
from db.outbox_claims import Claim
from domain.retry import Reply

TIMEOUT_S = 10
METADATA_TYPE = "rethrow_outbox"
_NEVER_THERE = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
NOTHING: Mapping[str, Any] = {}


def patient_once(client: WebClient, called: Called = nobody_counts) -> WebClient:
    """The same client with its own retries off: it would post a second time when a connection drops."""
    return CountedClient(
        called,
        token=client.token,
        base_url=client.base_url,
        timeout=min(client.timeout, TIMEOUT_S),
        ssl=client.ssl,
        proxy=client.proxy,
        user_agent_prefix="Rethrow",
        retry_handlers=[],
    )


def pay(client: WebClient, claim: Claim) -> Reply:
    """Post or edit, once; what came back, with where the message is now."""
    reply, data = call(client, claim.due.method, arguments(claim))
    if reply.status == 200 and reply.error is None:
        return Reply(200, channel=data.get("channel"), ts=data.get("ts"))
    return reply


def arguments(claim: Claim) -> dict[str, Any]:
    """What Slack's method is told. The metadata is how the message is recognised when its answer got lost."""
    due = claim.due
    if due.is_edit:
        # Slack keeps the blocks it is not told about; a rendering without blocks takes them away.
        place = {"channel": due.parent_channel, "ts": due.parent_ts, "metadata": _mark(due.parent_id, due.parent)}
        return {"blocks": []} | claim.payload | place
    place = {"channel": due.parent_channel or due.channel, "metadata": _mark(due.outbox_id, due.key)}
    thread = {"thread_ts": due.parent_ts} if due.parent_ts else {}
    return {"unfurl_links": False, "unfurl_media": False} | claim.payload | place | thread


def _mark(outbox_id: int | None, key: str | None) -> dict[str, Any]:
    return {"event_type": METADATA_TYPE, "event_payload": {"id": outbox_id, "key": key}}


def bears_mark(message: Mapping[str, Any], outbox_id: int, key: str) -> bool:
    """Whether this message of Slack's is the one owed by the row."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return (metadata.get("event_type"), payload.get("id"), payload.get("key")) == (METADATA_TYPE, outbox_id, key)


def call(client: WebClient, method: str, told: Mapping[str, Any]) -> tuple[Reply, Mapping[str, Any]]:
    """One call of a method of Slack's, as JSON; an answer that never came is a Reply without status."""
    return _answer(lambda: client.api_call(method, json=dict(told)))


def ask(client: WebClient, method: str, told: Mapping[str, Any]) -> tuple[Reply, Mapping[str, Any]]:
    """The same for the methods that read, which take a form."""
    return _answer(lambda: client.api_call(method, data=dict(told)))


def _answer(request: Any) -> tuple[Reply, Mapping[str, Any]]:
    try:
        answer: SlackResponse = request()
    except SlackApiError as error:
        return _refused(error.response), NOTHING
    except SlackRequestError as error:
        return Reply(400, "invalid_arguments", detail=str(error)), NOTHING
    except NO_ANSWER as error:
        cause = error.reason if isinstance(error, URLError) else error
        return Reply(None, reached=not isinstance(cause, _NEVER_THERE)), NOTHING
    data = answer.data
    return Reply(answer.status_code), data if isinstance(data, dict) else NOTHING


def _refused(answer: Any) -> Reply:
    """A SlackApiError's answer: Slack's code, how long to wait, and what it says is wrong."""
    data = answer.data if isinstance(answer.data, dict) else {}
    headers = {str(name).lower(): value for name, value in answer.headers.items()}
    details = (data.get("response_metadata") or {}).get("messages") or [data.get("needed")]
    return Reply(
        answer.status_code,
        str(data.get("error") or "unreadable answer"),
        _seconds(headers.get("retry-after")),
        "; ".join(str(detail) for detail in details if detail)[:500] or None,
    )


def _seconds(header: Any) -> float | None:
    try:
        return None if header is None else float(header)
    except ValueError:
        return None
