"""Socket Mode: the app's own WebSocket connections, envelopes and their acks."""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_sandbox.args import load_json
from slack_sandbox.ids import fresh
from slack_sandbox.model import Json

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One open connection and the envelopes on it that wait for their ack."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class Sockets:
    """The tickets given out by apps.connections.open and the connections made with them."""

    def __init__(self) -> None:
        self.tickets: dict[str, bool] = {}
        self.open: list[Connection] = []

    def ticket(self, debug_reconnects: bool) -> str:
        """A single-use ticket for one connection."""
        name = fresh("", 32).lower()
        self.tickets[name] = debug_reconnects
        return name

    async def serve(self, socket: WebSocket, ticket: str, app_id: str) -> None:
        """Greet the app and take its acks until it goes."""
        if ticket not in self.tickets:
            await socket.close(4000)
            return
        debug = self.tickets.pop(ticket) or socket.query_params.get("debug_reconnects") == "true"
        await socket.accept()
        if len(self.open) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        connection = Connection(socket)
        self.open.append(connection)
        try:
            await socket.send_json(hello(app_id, len(self.open), 360 if debug else 3600))
            await self._listen(connection)
        finally:
            self._gone(connection)

    async def _listen(self, connection: Connection) -> None:
        while (message := await connection.socket.receive())["type"] != "websocket.disconnect":
            with contextlib.suppress(ValueError, AttributeError, TypeError):
                ack = load_json(message.get("text") or "")
                waiting = connection.waiting.pop(str(ack.get("envelope_id")), None)
                if waiting and not waiting.done():
                    waiting.set_result(ack.get("payload"))

    def _gone(self, connection: Connection) -> None:
        if connection in self.open:
            self.open.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the app's socket closed"))

    async def send(self, kind: str, payload: Json, seconds: float, retry: tuple[int, str] | None = None) -> Any:
        """Send an envelope on any one connection; the payload of its ack.

        Raises TimeoutError when no ack comes within the seconds, ConnectionError when there is no connection.
        """
        if not self.open:
            raise ConnectionError("no app is connected")
        connection = random.choice(self.open)
        envelope: Json = {"envelope_id": str(uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(waiting, seconds)
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise ConnectionError(str(gone)) from None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str) -> int:
        """Tell every connection to go, and close it unless it is only warned; how many were told."""
        told = list(self.open)
        for connection in told:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
                )
                if reason != "warning":
                    self._gone(connection)
                    await connection.socket.close()
        return len(told)


def hello(app_id: str, number: int, seconds: int) -> Json:
    """The first thing said on a connection."""
    debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": seconds}
    return {
        "type": "hello",
        "num_connections": number,
        "debug_info": debug,
        "connection_info": {"app_id": app_id},
    }
