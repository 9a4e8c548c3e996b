"""The Events API with its retries, and Socket Mode with Bolt's own client."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, ClassVar, cast

import pytest
from sandbox_cast import PATIENCE_S, bolt_app, serve, until
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_sandbox.client import Sandbox
from slack_sandbox.server import Handle
from slack_sandbox.sockets import Sockets


@pytest.fixture
def grumpy(box: Sandbox) -> Iterator[list[Request]]:
    """An app that answers 500 twice, then 200; the requests it got."""
    got: list[Request] = []

    async def endpoint(request: Request) -> Response:
        await request.body()
        got.append(request)
        return JSONResponse({}, 500 if len(got) < 3 else 200)

    url, stop = serve(Starlette(routes=[Route("/", endpoint, methods=["POST"])]))
    box.app(request_url=url, event_retry_delays=[0.05, 0.05, 0.05])
    yield got
    stop()


def test_an_event_is_told_again_until_it_is_acked(box: Sandbox, grumpy: list[Request]) -> None:
    box.say("U0ANA", "support", "hello @rethrow")
    assert until(lambda: len(grumpy) == 3)
    box.pause()
    assert [r.headers.get("x-slack-retry-num") for r in grumpy] == [None, "1", "2"]
    assert grumpy[1].headers["x-slack-retry-reason"] == "http_error"
    told = [e for e in box.log() if e["kind"] == "event"]
    assert len({e["request"]["event_id"] for e in told}) == 1
    assert told[0]["request"]["event"]["type"] == "app_mention"


def test_only_what_is_subscribed_and_permitted_is_told(box: Sandbox, bolt: App) -> None:
    heard: list[str] = []

    @bolt.event("message")
    def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    box.say("U0ANA", "support", "one")
    box.app(events=["message.channels"])
    box.say("U0ANA", "support", "two")
    box.app(scopes=["chat:write"])
    box.say("U0ANA", "support", "three")
    box.pause()
    assert until(lambda: heard) == ["two"]


def test_a_deletion_under_which_there_are_replies_is_told_as_a_change_until_the_last_of_them_goes(
    box: Sandbox, bolt: App
) -> None:
    box.app(events=["message.channels"])
    heard: dict[str, list[dict[str, Any]]] = {"message_changed": [], "message_deleted": []}

    @bolt.event("message")
    def message(event: dict[str, Any]) -> None:
        if "subtype" in event:
            heard[event["subtype"]].append(event)

    root = box.say("U0ANA", "support", "a question")["ts"]
    reply = box.say("U0BEN", "support", "a reply", thread_ts=root)["ts"]
    box.delete("U0ANA", "support", root)
    assert until(lambda: heard["message_changed"])
    (changed,) = heard["message_changed"]
    assert (changed["message"]["subtype"], changed["message"]["ts"]) == ("tombstone", root)
    assert changed["previous_message"]["text"] == "a question"
    assert heard["message_deleted"] == []
    box.delete("U0BEN", "support", reply)
    assert until(lambda: len(heard["message_deleted"]) == 2)
    gone = {event["deleted_ts"]: event["previous_message"] for event in heard["message_deleted"]}
    assert gone.keys() == {root, reply}
    assert gone[root]["subtype"] == "tombstone"


def test_who_comes_and_goes_is_told_only_where_the_bot_is(box: Sandbox, bolt: App) -> None:
    heard: list[tuple[str, str]] = []

    @bolt.event("member_joined_channel")
    def joined(event: dict[str, Any]) -> None:
        heard.append((event["user"], event["channel"]))

    box.join("U0ANA", "C0RANDOM", leave=True)
    box.join("U0ANA", "C0RANDOM")
    box.join("U0DEV", "C0SUPPORT")
    box.join("U0BOT", "C0RANDOM")
    box.pause()
    assert until(lambda: len(heard) > 1)
    assert sorted(heard) == [("U0BOT", "C0RANDOM"), ("U0DEV", "C0SUPPORT")]


def test_a_delivery_can_be_replayed_byte_for_byte(box: Sandbox, bolt: App) -> None:
    seen: list[str] = []

    @bolt.event("app_mention")
    def mention(body: dict[str, Any]) -> None:
        seen.append(body["event_id"])

    box.say("U0ANA", "support", "@rethrow again")
    until(lambda: seen)
    box.pause()
    entry = next(e for e in box.log() if e["kind"] == "event")
    assert box.replay(entry["id"], {"x-slack-retry-num": "1"})["ok"]
    assert until(lambda: len(seen) == 2)
    assert seen[0] == seen[1]


@pytest.fixture
def socketed(handle: Handle, box: Sandbox) -> Iterator[App]:
    """A Bolt app connected by Socket Mode."""
    app = bolt_app(handle)
    handler = SocketModeHandler(app, app_token="xapp-sandbox", web_client=app.client)
    handler.connect()  # type: ignore[no-untyped-call]
    assert until(lambda: box.workspace()["app"]["socket_connections"])
    yield app
    handler.close()  # type: ignore[no-untyped-call]
    until(lambda: not box.workspace()["app"]["socket_connections"])


def test_socket_mode_carries_commands_and_events(box: Sandbox, socketed: App) -> None:
    heard = threading.Event()

    @socketed.command("/ticket")
    def ticket(ack: Ack) -> None:
        ack(text="by socket")

    @socketed.event("app_mention")
    def mention() -> None:
        heard.set()

    assert box.command("U0ANA", "support", "/ticket")["ok"]
    assert box.messages("U0ANA", "support")[-1]["text"] == "by socket"
    box.say("U0ANA", "support", "hello @rethrow")
    assert heard.wait(PATIENCE_S)


def test_socket_mode_survives_a_refresh(box: Sandbox, socketed: App) -> None:
    @socketed.command("/ticket")
    def ticket(ack: Ack) -> None:
        ack(text="still here")

    assert box.disconnect("refresh_requested") == 1
    assert until(lambda: box.workspace()["app"]["socket_connections"])
    assert box.command("U0ANA", "support", "/ticket")["ok"]


class GoneAtOnce:
    """A connection that is lost before it is greeted."""

    query_params: ClassVar[dict[str, str]] = {}

    async def accept(self) -> None: ...

    async def send_json(self, _: object) -> None:
        raise WebSocketDisconnect(1006)


def test_a_connection_lost_before_it_is_greeted_gets_nothing() -> None:
    sockets = Sockets()
    with pytest.raises(WebSocketDisconnect):
        asyncio.run(sockets.serve(cast(WebSocket, GoneAtOnce()), sockets.ticket(False), "A0"))
    assert sockets.open == []


def test_socket_mode_needs_an_app_token_and_a_fresh_ticket(handle: Handle, box: Sandbox) -> None:
    app = bolt_app(handle)
    assert app.client.api_call("auth.test")["ok"]
    client = SocketModeClient("xapp-sandbox", web_client=app.client)
    url = client.issue_new_wss_url()
    assert "/socket/" in url
    box.app(socket_mode=False)
    with pytest.raises(Exception, match="socket_mode_not_enabled"):
        client.issue_new_wss_url()
    client.close()
