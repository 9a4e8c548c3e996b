"""The one place where a listener's error becomes an answer: a refusal its sentence, anything else an apology."""

from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError

from bot import logs
from bot.answers import respond
from bot.blocks import refusals
from bot.blocks.kit import Message
from domain.refusal import Refusal

log = structlog.get_logger(__name__)
LATE = {"expired_trigger_id", "exchanged_trigger_id"}


def handler(prefix: str, later: Callable[[Callable[[], object]], Any]) -> Callable[..., BoltResponse]:
    """What Bolt calls when a listener raised. `prefix` is that of the slash commands."""

    def handle(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return _answer(explained(error, prefix), body, later)

    return handle


def explained(error: Exception, prefix: str = "") -> Message:
    """What the person reads about an error; anything unforeseen is logged with the reference they are given."""
    if isinstance(error, Refusal):
        return refusals.refused(error, prefix)
    if isinstance(error, SlackApiError) and error.response.get("error") in LATE:
        return refusals.too_late()
    reference = logs.reference()
    log.error("listener.failed", reference=reference, exc_info=error)
    return refusals.failed(reference)


def _answer(message: Message, body: dict[str, Any], later: Callable[[Callable[[], object]], Any]) -> BoltResponse:
    if body.get("type") == "view_submission":
        blocks = body["view"]["blocks"]
        first = next((block["block_id"] for block in blocks if block["type"] == "input"), None)
        errors = {"response_action": "errors", "errors": {first: message.text}}
        return BoltResponse(status=200, body=errors if first else {"response_action": "clear"})
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral"} | message.payload())
    url = body.get("response_url")
    if url:
        later(lambda: respond(url, message, False))
    return BoltResponse(status=200, body="")
