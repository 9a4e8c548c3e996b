"""What happens, told at once: to the page over WebSockets and to tests that wait."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_sandbox.model import Json

T = TypeVar("T")
TRY_AGAIN = 1013  # the page connects anew and fetches what it shows


@dataclass(eq=False)
class Listener:
    """One open page, looking through the eyes of one user (or of nobody in particular).

    One that takes too little for too long has fallen behind: it is told nothing more and has to come back.
    """

    user: str
    queue: asyncio.Queue[Json] = field(default_factory=lambda: asyncio.Queue(maxsize=2000))
    behind: bool = False


class Hub:
    """Hands each happening to the listeners who may see it."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._changed = asyncio.Event()

    def tell(self, event: Json, seen_by: Iterable[str] | None = None) -> None:
        """Pass an event on to the pages of the given users, or of everyone; wakes all who wait."""
        allowed = None if seen_by is None else set(seen_by)
        for listener in list(self.listeners):
            if allowed is None or listener.user in allowed:
                self._pass_on(listener, event)
        self._changed.set()
        self._changed = asyncio.Event()

    def _pass_on(self, listener: Listener, event: Json) -> None:
        try:
            listener.queue.put_nowait(event)
        except asyncio.QueueFull:
            listener.behind = True
            self.listeners.discard(listener)

    async def wait_for(self, look: Callable[[], T | None], seconds: float) -> T | None:
        """What ``look`` finds, now or after some later happening; None once the seconds are over."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            changed = self._changed
            found = look()
            left = end - asyncio.get_running_loop().time()
            if found is not None or left <= 0:
                return found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left)


async def serve_listener(hub: Hub, socket: WebSocket) -> None:
    """Push happenings to one page until it leaves."""
    await socket.accept()
    listener = Listener(socket.query_params.get("as", ""))
    hub.listeners.add(listener)
    both = {asyncio.create_task(_push(listener, socket)), asyncio.create_task(_until_gone(socket))}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.listeners.discard(listener)
        for task in both:
            task.cancel()


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue


async def _push(listener: Listener, socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while not listener.behind:
            await socket.send_json(await listener.queue.get())
        await socket.close(TRY_AGAIN)
