"""What the page hears, and what tests can wait for."""

import json
import threading

import websocket
from slack_sdk import WebClient

from slack_sandbox.client import Sandbox
from slack_sandbox.server import Handle


def listen(handle: Handle, user: str) -> websocket.WebSocket:
    return websocket.create_connection(f"{handle.url.replace('http', 'ws')}/sandbox/live?as={user}", timeout=30)


def heard(socket: websocket.WebSocket, kind: str) -> dict[str, object]:
    """The next happening of a kind."""
    while True:
        event: dict[str, object] = json.loads(socket.recv())
        if event["type"] == kind:
            return event


def test_pages_hear_what_their_user_may_see(handle: Handle, box: Sandbox, web: WebClient) -> None:
    ana, dev = listen(handle, "U0ANA"), listen(handle, "U0DEV")
    box.workspace()
    ts = web.chat_postMessage(channel="C0QA", text="private")["ts"]
    web.chat_postMessage(channel="C0GENERAL", text="for all")
    assert heard(ana, "message")["message"]["ts"] == ts  # type: ignore[index]
    assert heard(dev, "message")["channel"] == "C0GENERAL"
    web.chat_update(channel="C0QA", ts=ts, text="changed")
    assert heard(ana, "message_changed")["message"]["text"] == "changed"  # type: ignore[index]
    web.chat_delete(channel="C0QA", ts=ts)
    assert heard(ana, "message_deleted")["ts"] == ts
    assert heard(ana, "log")["entry"]["method"]  # type: ignore[index]
    box.reset()
    assert heard(dev, "reset")
    ana.close()
    dev.close()


def test_waiting_ends_when_the_message_comes(box: Sandbox, web: WebClient) -> None:
    timer = threading.Timer(0.2, lambda: web.chat_postMessage(channel="C0SUPPORT", text="At Last"))
    timer.start()
    message = box.wait("U0ANA", "support", "at last", timeout=30)
    assert message is not None
    assert box.wait("U0ANA", "support", contains="at last", after_ts=message["ts"], timeout=0.05) is None
    timer.join()


def test_unread_counts_and_reading(box: Sandbox, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0SUPPORT", text="news")["ts"]

    def unread() -> int:
        return next(int(c["unread"]) for c in box.channels("U0ANA") if c["id"] == "C0SUPPORT")

    assert unread() == 1
    box.read("U0ANA", "support", ts)
    assert unread() == 0


def test_the_clock_moves_message_times(box: Sandbox, web: WebClient) -> None:
    now = box.clock(86_400)
    ts = float(web.chat_postMessage(channel="C0SUPPORT", text="tomorrow")["ts"])
    assert abs(ts - now) < 5
    assert box.clock() > now
    assert abs(box.ask("GET", "workspace")["now"] - box.clock()) < 5
