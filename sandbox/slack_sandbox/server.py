"""The server: Slack's side, the control side and the page, on one port."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from slack_sandbox import control, keeping, responses
from slack_sandbox.errors import SlackError
from slack_sandbox.live import serve_listener
from slack_sandbox.model import Json
from slack_sandbox.slack import Slack
from slack_sandbox.webapi import gate
from slack_sandbox.webapi.files import receive

STATIC = Path(__file__).parent / "static"
# The page fetches nothing from elsewhere, whatever a message says; menus and editors write styles as they open.
ONLY_FROM_HERE = (
    "default-src 'self'; img-src 'self' data: http://127.0.0.1:* http://localhost:*; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Endpoint = Callable[[Request], Awaitable[Response]]


class CuttableProtocol(HttpToolsProtocol):
    """HTTP whose handlers can close the connection under the caller, for faults."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport where a request finds it."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.app_state = {**self.app_state, "transport": transport}


def bound(slack: Slack, handler: Callable[[Slack, Request], Awaitable[Response]]) -> Endpoint:
    """A handler that has been told of its workspace."""

    async def endpoint(request: Request) -> Response:
        return await handler(slack, request)

    return endpoint


def make_app(slack: Slack, keep: Path | None = None) -> Starlette:
    """The application around one running workspace, which keeps what is said in the file `keep`, if given."""

    async def live(ws: WebSocket) -> None:
        if control.from_here(ws.headers.get("origin")):
            await serve_listener(slack.hub, ws)
        else:
            await ws.close(4003)

    async def socket_mode(ws: WebSocket) -> None:
        await slack.sockets.serve(ws, ws.path_params["ticket"], slack.ws.app.id)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with keeping.kept(slack, keep) if keep else contextlib.nullcontext():
            yield
        await slack.close()

    routes = [
        Route("/api/{method:path}", bound(slack, gate.handle), methods=["GET", "POST"]),
        Route("/response/{hook}", bound(slack, responses.handle), methods=["POST"]),
        Route("/sandbox/{verb}/{fault}", bound(slack, control.handle), methods=["DELETE"]),
        WebSocketRoute("/sandbox/live", live),
        Route("/sandbox/{verb}", bound(slack, control.handle), methods=["GET", "POST", "DELETE"]),
        Route("/upload/{ticket}", bound(slack, take_upload), methods=["POST"]),
        Route("/files/{file}/{name:path}", bound(slack, give_file), methods=["GET"]),
        WebSocketRoute("/socket/{ticket}", socket_mode),
        Route("/{path:path}", page, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def take_upload(slack: Slack, request: Request) -> Response:
    """Bytes sent to an upload URL, raw or as a form."""
    try:
        content = await request.body()
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            form = await request.form()
            parts = [value for value in form.values() if isinstance(value, UploadFile)]
            content = await parts[0].read() if parts else b""
        file = receive(slack, request.path_params["ticket"], content)
    except SlackError as refusal:
        return JSONResponse(refusal.body(), refusal.status)
    except HTTPException:
        return PlainTextResponse("bad form", 400)
    return PlainTextResponse(f"OK - {file['size']}")


async def give_file(slack: Slack, request: Request) -> Response:
    """A file's bytes."""
    file = slack.ws.files.get(request.path_params["file"])
    if file is None:
        return PlainTextResponse("no such file", 404)
    safe = file["mimetype"] if file["mimetype"].startswith(("image/png", "image/jpeg", "image/gif")) else None
    headers = {"Content-Disposition": "inline" if safe else "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(file["bytes"], media_type=safe or "application/octet-stream", headers=headers)


async def page(request: Request) -> Response:
    """The sandbox's page and its parts; addresses of messages show the page, which finds its way."""
    with contextlib.suppress(OSError, ValueError):
        wanted = (STATIC / request.path_params["path"].strip("/")).resolve()
        if wanted.is_relative_to(STATIC.resolve()) and wanted.is_file():
            return FileResponse(wanted)
    index = STATIC / "index.html"
    name = request.path_params["path"].rsplit("/", 1)[-1]
    if request.path_params["path"].startswith("assets/") or "." in name:
        return PlainTextResponse("not found", 404)
    if not index.is_file():
        return PlainTextResponse("The sandbox is running. Its page is not built; see the README.")
    return FileResponse(index, headers={"Cache-Control": "no-cache", "Content-Security-Policy": ONLY_FROM_HERE})


@dataclass
class Handle:
    """A server that runs in a thread of this process."""

    url: str
    slack: Slack
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        """End the server and wait for its thread."""
        self.server.should_exit = True
        self.thread.join(10)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


def make_server(slack: Slack, keep: Path | None = None) -> uvicorn.Server:
    """uvicorn around the application."""
    return uvicorn.Server(
        uvicorn.Config(
            make_app(slack, keep), http=CuttableProtocol, log_level="warning", access_log=False,
            timeout_graceful_shutdown=1, ws_max_size=2**22, ws="websockets-sansio",
        )
    )  # fmt: skip


def start_in_thread(workspace: Json | None = None, host: str = "127.0.0.1", port: int = 0) -> Handle:
    """Run a sandbox beside the caller; returns once it serves. Raises OSError when the port is taken."""
    sock = bind(host, port)
    url = f"http://{host}:{sock.getsockname()[1]}"
    slack = Slack(workspace, url)
    server = make_server(slack)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True, name="slack-sandbox")
    thread.start()
    ready = threading.Event()
    while not server.started and thread.is_alive():
        ready.wait(0.01)
    if not server.started:
        raise RuntimeError(f"the sandbox did not start on {url}")
    return Handle(url, slack, server, thread)
