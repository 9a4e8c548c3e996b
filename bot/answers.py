"""How an answer reaches the person who asked: in the acknowledgement, as a window, or by the response URL."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.blocks.kit import Message, Modal
from bot.desk import Answer, Desk, FieldErrors, Nothing, Replace
from bot.slack_calls import NO_ANSWER, code_of
from domain import refusal
from domain.retry import TOKEN_PROBLEMS, Parked, Reply, judge

log = structlog.get_logger(__name__)
RESPONSE_TIMEOUT_S = 5
LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
# A window that is to be drawn anew was drawn anew already, by a second click, or has been closed.
OVERTAKEN = frozenset({"hash_conflict", "not_found"})


class Replies:
    """Sends answers. `later` runs what must not hold up the acknowledgement."""

    def __init__(self, later: Callable[[Callable[[], object]], Any], client: WebClient) -> None:
        self._later, self._client = later, client

    def to_command(self, answer: Message | Modal, ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge a slash command with its answer, or open the window it asks for."""
        if isinstance(answer, Modal):
            _open(answer, body, self._client, replaces=False)
            ack()
        else:
            ack(response_type="ephemeral", **answer.payload())

    def to_action(self, answer: Answer, ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge a click; its answer takes the message's place or stands below it."""
        if isinstance(answer, Modal):
            _open_or_redraw(answer, body, self._client)
        ack()
        self._send(body.get("response_url"), answer)

    def to_view(self, answer: Answer, ack: Ack, about: dict[str, Any], desk: Desk) -> None:
        """Close the window, put another in its place, or show what is wrong at its fields."""
        if isinstance(answer, FieldErrors):
            ack(response_action="errors", errors=answer.errors)
        elif isinstance(answer, Modal):
            ack(response_action="update", view=_with_origin(answer, about))
        else:
            ack()
            self._send(about.get("response_url"), answer, lambda: _whisper(self._client, desk, answer))

    def to_home(self, view: dict[str, Any], desk: Desk) -> None:
        """Show the Home tab anew; when that is lost, the next opening shows it."""
        self._later(lambda: _publish(view, desk, self._client))

    def _send(self, url: str | None, answer: Answer, otherwise: Callable[[], None] = lambda: None) -> None:
        """Queue an answer for the response URL; `otherwise` is tried when that is gone."""
        if isinstance(answer, Modal | FieldErrors | Nothing):
            return
        replace = isinstance(answer, Replace)
        message = answer.message if isinstance(answer, Replace) else answer
        self._later(lambda: None if url and respond(url, message, replace) else otherwise())


def _open_or_redraw(answer: Modal, body: dict[str, Any], client: WebClient) -> None:
    """A click in a message opens a window; one in a window draws that anew, unless it has changed meanwhile."""
    shown = body.get("view")
    if shown is None:
        alone = bool((body.get("container") or {}).get("is_ephemeral"))
        _open(answer, body, client, replaces=alone)
        return
    view = _with_origin(answer, json.loads(shown.get("private_metadata") or "{}"))
    _show(lambda: client.views_update(view_id=shown["id"], hash=shown["hash"], view=view))


def _open(modal: Modal, body: dict[str, Any], client: WebClient, *, replaces: bool) -> None:
    view = _with_origin(modal, {"response_url": body.get("response_url"), "replaces": replaces})
    _show(lambda: client.views_open(trigger_id=body["trigger_id"], view=view))


def _show(call: Callable[[], object]) -> None:
    """Have Slack show a window; raises refusal.Unavailable where it does not, and what it says is wrong with one."""
    try:
        call()
    except NO_ANSWER as lost:
        raise refusal.SlackAway from lost
    except SlackApiError as refused:
        code = code_of(refused.response)
        if code in OVERTAKEN:
            return
        if code in LATE:
            raise refusal.WindowTooLate from refused
        if code in TOKEN_PROBLEMS:
            raise refusal.NoToken from refused
        if not isinstance(judge(Reply(refused.response.status_code, code), attempts=1), Parked):
            raise refusal.SlackAway from refused
        raise


def _with_origin(modal: Modal, origin: Mapping[str, Any]) -> dict[str, Any]:
    """The view, remembering where it was opened from: its answer goes there."""
    about = json.loads(modal.view.get("private_metadata") or "{}")
    about |= {key: origin[key] for key in ("response_url", "replaces") if key in origin}
    return modal.view | {"private_metadata": json.dumps(about)}


def respond(url: str, message: Message, replace: bool) -> bool:
    """Send a message to a response URL; False when it did not arrive."""
    webhook = WebhookClient(url, timeout=RESPONSE_TIMEOUT_S)
    try:
        answer = webhook.send(
            text=message.text,
            blocks=list(message.blocks) or None,
            response_type="ephemeral",
            replace_original=replace,
        )
    except (*NO_ANSWER, SlackClientError) as problem:
        log.warning("answer.lost", why=type(problem).__name__)
        return False
    if answer.status_code != 200:
        log.warning("answer.refused", status=answer.status_code)
    return answer.status_code == 200


def _publish(view: dict[str, Any], desk: Desk, client: WebClient) -> None:
    try:
        client.views_publish(user_id=desk.person, view=view)
    except (*NO_ANSWER, SlackClientError) as problem:
        log.warning("home.lost", why=type(problem).__name__)


def _whisper(client: WebClient, desk: Desk, answer: Answer) -> None:
    message = answer.message if isinstance(answer, Replace) else answer
    if isinstance(message, Message) and desk.channel:
        try:
            client.chat_postEphemeral(channel=desk.channel, user=desk.person, **message.payload())
        except (*NO_ANSWER, SlackClientError) as problem:
            log.warning("answer.lost", why=type(problem).__name__)
