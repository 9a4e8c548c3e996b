"""How the routes are served: uvicorn, with bounds on what a stranger may send before anything is known of it."""

import asyncio
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX = 64 * 1024
HEAD_SECONDS = 5


class Bounded(HttpToolsProtocol):
    """A connection whose request must have its head, the first line and the headers, in time and of decent size.

    What uvicorn bounds by itself is only how long a connection may idle between two requests.
    """

    head_size = 0
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """The first head has begun."""
        super().connection_made(transport)
        self.deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def data_received(self, data: bytes) -> None:
        """Part of a head or of a body."""
        if self.deadline is not None:
            self.head_size += len(data)
        super().data_received(data)
        if self.deadline is not None and self.head_size > HEAD_MAX:
            self.transport.close()

    def on_message_begin(self) -> None:
        """Another head begins on the same connection."""
        if self.deadline is None:
            self.head_size = 0
            self.deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head_is_over()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._head_is_over()
        super().connection_lost(exc)

    def _head_is_over(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None


def config(routes: ASGIApp, host: str, port: int, **more: Any) -> uvicorn.Config:
    """The server's settings; there is nothing to upgrade to, so no WebSocket is."""
    return uvicorn.Config(routes, host, port, http=Bounded, ws="none", access_log=False, **more)
