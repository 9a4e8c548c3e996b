"""One sandbox for all tests, made new for each; a Bolt app that answers it over HTTP."""

import os
from collections.abc import Iterator

import pytest
from sandbox_cast import COMMANDS, FREE, PATIENT, bolt_app, client_for, serve
from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_sandbox.client import Sandbox
from slack_sandbox.server import Handle, start_in_thread

# A proxy that the machine has set has no way to the machine itself, where all that tests speak with is.
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]


@pytest.fixture(scope="session")
def handle() -> Iterator[Handle]:
    running = start_in_thread()
    yield running
    running.stop()


@pytest.fixture
def box(handle: Handle) -> Iterator[Sandbox]:
    with Sandbox(handle.url) as sandbox:
        sandbox.reset()
        sandbox.app(commands=COMMANDS, rate=FREE, request_url="http://127.0.0.1:9/slack/events", **PATIENT)
        yield sandbox


@pytest.fixture
def web(handle: Handle, box: Sandbox) -> WebClient:
    return client_for(handle)


@pytest.fixture
def bolt(handle: Handle, box: Sandbox) -> Iterator[App]:
    """A Bolt app that the sandbox delivers to by HTTP; add listeners to it in the test."""
    app = bolt_app(handle)
    handler = SlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    url, stop = serve(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])]))
    box.app(request_url=f"{url}/slack/events")
    yield app
    stop()
