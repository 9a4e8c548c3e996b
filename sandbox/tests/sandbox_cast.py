"""What the tests share: clients, small servers, blocks and modals."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette

from slack_sandbox.server import Handle

COMMANDS = [
    {"command": "/ticket", "description": "Tickets", "usage_hint": "new …"},
    {"command": "/tag", "description": "Tags", "usage_hint": "T-1 billing", "should_escape": True},
]
FREE = {"per_second": 0}
# A busy machine is given time, except where a test is about how long something takes.
PATIENCE_S = 60
PATIENT = {"ack_seconds": PATIENCE_S, "trigger_seconds": PATIENCE_S}


def client_for(handle: Handle, token: str = "xoxb-sandbox", timeout: int = PATIENCE_S) -> WebClient:
    return WebClient(token, base_url=f"{handle.url}/api/", timeout=timeout, retry_handlers=[])


def refused(call: Callable[..., object], *args: object, **more: object) -> dict[str, Any]:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **more)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def serve(app: Starlette) -> tuple[str, Callable[[], None]]:
    """Run an ASGI app in a thread; its address and how to stop it."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)

    def stop() -> None:
        server.should_exit = True
        thread.join(5)

    return f"http://127.0.0.1:{sock.getsockname()[1]}", stop


def bolt_app(handle: Handle) -> App:
    return App(token="xoxb-sandbox", signing_secret="sandbox-signing-secret", client=client_for(handle))


def until(look: Callable[[], object], seconds: float = PATIENCE_S) -> object:
    """What look finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, value: str = "v") -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, "value": value}


def asks(block_id: str, action_id: str, kind: str = "plain_text_input", **more: object) -> dict[str, Any]:
    element = {"type": kind, "action_id": action_id, **more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": block_id},
        "element": element,
    }


def modal(*blocks: dict[str, Any], title: str = "A modal", **more: object) -> dict[str, Any]:
    words = {name: {"type": "plain_text", "text": word} for name, word in (("title", title), ("submit", "Save"))}
    return {"type": "modal", "callback_id": "form", "blocks": list(blocks), **words, **more}
