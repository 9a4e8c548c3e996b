"""What the page hears, and what tests can wait for."""

import asyncio
import json
import threading
import time
from typing import cast

import websocket
from sandbox_cast import PATIENCE_S
from slack_sdk import WebClient
from starlette.websockets import WebSocket

from slack_sandbox.client import Sandbox
from slack_sandbox.live import Hub, serve_listener
from slack_sandbox.server import Handle


def listen(handle: Handle, user: str) -> websocket.WebSocket:
    return websocket.create_connection(f"{handle.url.replace('http', 'ws')}/sandbox/live?as={user}", timeout=PATIENCE_S)


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
    message = box.wait("U0ANA", "support", "at last", timeout=PATIENCE_S)
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


def test_a_reply_in_a_thread_leaves_the_channel_unread(box: Sandbox, web: WebClient) -> None:
    root = web.chat_postMessage(channel="C0SUPPORT", text="news")["ts"]
    box.say("U0ANA", "support", "in the thread", thread_ts=root)
    assert next(c["unread"] for c in box.channels("U0ANA") if c["id"] == "C0SUPPORT") == 1
    box.say("U0ANA", "support", "to all")
    assert next(c["unread"] for c in box.channels("U0ANA") if c["id"] == "C0SUPPORT") == 0


def test_a_deleted_message_is_no_news(box: Sandbox, web: WebClient) -> None:
    root = web.chat_postMessage(channel="C0SUPPORT", text="news")["ts"]
    web.chat_postMessage(channel="C0SUPPORT", text="a reply", thread_ts=root)
    web.chat_delete(channel="C0SUPPORT", ts=root)
    assert next(c["unread"] for c in box.channels("U0ANA") if c["id"] == "C0SUPPORT") == 0


class SlowPage:
    """A page that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.query_params = {"as": "U0ANA"}
        self.awake = asyncio.Event()
        self.closed: int | None = None

    async def accept(self) -> None: ...

    async def send_json(self, _: object) -> None:
        await self.awake.wait()

    async def receive(self) -> dict[str, object]:
        return {"type": "websocket.disconnect"} if await asyncio.Event().wait() else {}

    async def close(self, code: int) -> None:
        self.closed = code


def test_a_page_that_fell_behind_is_sent_away_to_come_back_and_fetch_anew() -> None:
    async def play() -> tuple[int | None, int]:
        hub, page = Hub(), SlowPage()
        serving = asyncio.ensure_future(serve_listener(hub, cast(WebSocket, page)))
        while not hub.listeners:
            await asyncio.sleep(0)
        for number in range(5000):
            hub.tell({"type": "log", "number": number})
        page.awake.set()
        await asyncio.wait_for(serving, 10)
        return page.closed, len(hub.listeners)

    assert asyncio.run(play()) == (1013, 0)


def test_the_clock_moves_message_times(box: Sandbox, web: WebClient) -> None:
    before = box.clock(86_400)
    ts = float(web.chat_postMessage(channel="C0SUPPORT", text="tomorrow")["ts"])
    told = float(box.ask("GET", "workspace")["now"])
    assert time.time() + 86_000 < before <= ts <= told <= box.clock()
