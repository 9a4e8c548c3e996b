"""The one place where a listener's error becomes an answer: a refusal its sentence, anything else an apology."""

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from slack_bolt import BoltResponse

from bot import logs
from bot.answers import respond
from bot.blocks import kit, refusals
from bot.blocks.kit import Block, Message
from bot.database import reason
from db.session import DOES_NOT_ANSWER, has_no_room
from domain.refusal import Refusal

log = structlog.get_logger(__name__)


def handler(prefix: str, later: Callable[[Callable[[], object]], Any]) -> Callable[..., BoltResponse]:
    """What Bolt calls when a listener raised. `prefix` is that of the slash commands."""

    def handle(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return _answer(explained(error, prefix), body, later)

    return handle


def explained(error: Exception, prefix: str = "") -> Message:
    """What the person reads about an error; anything unforeseen is logged with the reference they are given."""
    if isinstance(error, Refusal):
        return refusals.refused(error, prefix)
    if isinstance(error, DOES_NOT_ANSWER):
        log.error("database.does_not_answer", why=reason(error))
        return refusals.nothing_can_be_stored() if has_no_room(error) else refusals.database_does_not_answer()
    reference = logs.reference()
    log.error("listener.failed", reference=reference, exc_info=error)
    return refusals.failed(reference)


def _in_window(message: Message, blocks: Sequence[Block]) -> dict[str, Any]:
    """At the first field, where plain text is shown; what names a person, or finds no field, in the window's place."""
    fields = (block.get("block_id") for block in blocks if block.get("type") == "input")
    first = next((field for field in fields if field), None)
    if first is None or "<@" in message.text:
        return {"response_action": "update", "view": refusals.window(message).view}
    return {"response_action": "errors", "errors": {first: kit.without_marks(message.text)}}


def _answer(message: Message, body: dict[str, Any], later: Callable[[Callable[[], object]], Any]) -> BoltResponse:
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body=_in_window(message, body["view"].get("blocks") or ()))
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral"} | message.payload())
    url = body.get("response_url")
    if url:
        later(lambda: respond(url, message, False))
    return BoltResponse(status=200, body="")
