"""Failures on demand, and bad input that must not fail."""

import json
import urllib.error
from http.client import RemoteDisconnected
from typing import Any

import httpx
import pytest
from sandbox_cast import PATIENCE_S, client_for, refused, serve, until
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_sandbox.client import ControlError, Sandbox
from slack_sandbox.server import Handle


def test_429_and_500_and_named_errors(box: Sandbox, web: WebClient) -> None:
    box.fault("chat.postMessage", "429", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="C0SUPPORT", text="x")
    assert caught.value.response.headers["Retry-After"] == "7"
    box.fault("chat.postMessage", "500")
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="C0SUPPORT", text="x")
    assert caught.value.response.status_code == 500
    box.fault("*", "error", error="fatal_error")
    assert refused(web.auth_test)["error"] == "fatal_error"
    assert web.chat_postMessage(channel="C0SUPPORT", text="well again")["ok"]
    assert [e["note"] for e in box.log() if e["note"]] == ["fault: 429", "fault: 500", "fault: error"]


@pytest.mark.parametrize(("kind", "posted"), [("cut_before", []), ("cut_after", ["x"])])
def test_a_cut_connection_before_or_after_it_took_effect(
    box: Sandbox, web: WebClient, kind: str, posted: list[str]
) -> None:
    box.fault("chat.postMessage", kind, channel="C0SUPPORT")
    assert web.chat_postMessage(channel="C0ALERTS", text="not meant")["ok"]
    with pytest.raises((RemoteDisconnected, ConnectionResetError, urllib.error.URLError)):
        web.chat_postMessage(channel="C0SUPPORT", text="x")
    assert [m["text"] for m in box.messages("U0ANA", "support")] == posted
    assert box.faults() == []


def test_an_answer_too_slow_to_be_heard(handle: Handle, box: Sandbox) -> None:
    hasty = client_for(handle, timeout=1)
    box.fault("chat.postMessage", "slow_after", seconds=3)
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        hasty.chat_postMessage(channel="C0SUPPORT", text="it was posted")
    assert until(lambda: [one["text"] for one in box.messages("U0ANA", "support")] == ["it was posted"])


@pytest.mark.parametrize("kind", ["slow", "slow_after"])
def test_a_response_url_can_be_slow(handle: Handle, box: Sandbox, web: WebClient, kind: str) -> None:
    hook = handle.slack.tickets.hook("U0ANA", "C0SUPPORT", handle.slack.ws.now())
    box.fault("response_url", kind, seconds=0.3)
    assert httpx.post(f"{handle.url}/response/{hook.id}", json={"text": "at last"}, timeout=PATIENCE_S).json() == {
        "ok": True
    }
    entry = box.log()[-1]
    assert (entry["note"], entry["ms"] > 200) == (f"fault: {kind}", True)
    assert box.messages("U0ANA", "support")[-1]["text"] == "at last"


@pytest.mark.parametrize(("kind", "said"), [("cut_before", []), ("cut_after", ["x"])])
def test_a_response_url_can_be_cut(handle: Handle, box: Sandbox, kind: str, said: list[str]) -> None:
    hook = handle.slack.tickets.hook("U0ANA", "C0SUPPORT", handle.slack.ws.now())
    box.fault("response_url", kind)
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{handle.url}/response/{hook.id}", json={"text": "x"}, timeout=PATIENCE_S)
    assert [m["text"] for m in box.messages("U0ANA", "support")] == said
    assert until(lambda: [e["status"] for e in box.log() if e["kind"] == "response_url"]) == ["cut"]
    assert hook.uses == len(said)


def test_faults_are_listed_and_withdrawn(box: Sandbox) -> None:
    first, _ = box.fault("*", "500", times=3), box.fault("*", "429")
    box.clear_faults(first)
    assert [f["kind"] for f in box.faults()] == ["429"]
    box.clear_faults()
    assert box.faults() == []
    with pytest.raises(ControlError, match="invalid_fault"):
        box.fault("*", "earthquake")
    with pytest.raises(ControlError, match="invalid_fault"):
        box.fault("*", "500", times=0)


BODIES: list[Any] = [
    b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"a":' * 3000, b'{"channel":NaN}', b'{"channel":1e999}',
    json.dumps({"channel": "C0SUPPORT", "text": "\ud800"}).encode(), b'{"channel":{"a":1},"text":["x"]}',
    b'{"channel":"C0SUPPORT","text":"x","blocks":{"a":1}}', b'{"channel":"C0SUPPORT","blocks":[[[[[1]]]]]}',
    b'{"channel":"C0SUPPORT","text":"x","thread_ts":5}', b'{"channel":"C0SUPPORT","text":"x","attachments":[1]}',
    b'{"channel":"C0SUPPORT","text":"\\u0000\\u202e"}', b'{"limit":"many","channel":"C0SUPPORT","oldest":"nan"}',
    b'{"view":[],"trigger_id":[]}', b'{"files":[1,{"id":[]}],"users":[[]],"user":{},"ts":{}}',
]  # fmt: skip
METHODS = [
    "chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.publish", "views.update",
    "conversations.history", "conversations.open", "conversations.list", "files.completeUploadExternal",
    "files.getUploadURLExternal", "users.info", "reactions.add", "blocks.validate", "x" * 300, "../api",
]  # fmt: skip


VERBS = [
    "say", "react", "command", "click", "submit", "close", "options", "open_dm", "wait", "app", "reset", "faults",
    "clock", "socket", "replay", "read", "join", "nothing",
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_bad_input_is_refused_and_never_breaks_the_server(handle: Handle, box: Sandbox, method: str) -> None:
    with httpx.Client(
        base_url=handle.url, headers={"Authorization": "Bearer xoxb-sandbox"}, timeout=PATIENCE_S
    ) as http:
        for body in BODIES:
            for kind in (
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "a/b",
            ):
                got = http.post(f"/api/{method}", content=body, headers={"Content-Type": kind})
                assert got.status_code < 500, (method, kind, body[:80])


def test_bad_control_requests_are_4xx(handle: Handle, box: Sandbox) -> None:
    with httpx.Client(base_url=f"{handle.url}/sandbox", timeout=PATIENCE_S) as http:
        for verb in VERBS:
            for body in BODIES[:-1]:
                got = http.post(f"/{verb}", content=body)
                assert got.status_code < 500, (verb, body[:80])


def test_the_log_keeps_no_tokens(box: Sandbox, web: WebClient) -> None:
    web.api_call("chat.postMessage", params={"token": "xoxb-sandbox", "channel": "C0SUPPORT", "text": "x"})
    assert "xoxb-sandbox" not in json.dumps(box.log())


def test_odd_addresses_and_bytes_elsewhere(handle: Handle, box: Sandbox) -> None:
    with httpx.Client(base_url=handle.url, timeout=PATIENCE_S) as http:
        for path in (
            "/%00",
            "/" + "x" * 5000,
            "/archives/%ff",
            "/files/F0/a",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/api/",
            "/api/%00",
        ):
            assert http.get(path).status_code in (200, 404), path
        for path in ("/response/none", "/upload/none", "/socket/none", "/sandbox/live", "/sandbox/"):
            for body in BODIES:
                assert http.post(path, content=body).status_code < 500
        for query in ("as=", "as=U0ANA&channel=%00", "as[]=1", "as=U0ANA&limit=" + "9" * 5000):
            for verb in ("channels", "messages", "views", "home", "log", "nothing"):
                assert http.get(f"/sandbox/{verb}?{query}").status_code < 500


def test_an_app_that_answers_nonsense(handle: Handle, box: Sandbox) -> None:
    answers: list[bytes] = [
        *BODIES,
        b'{"text": 5}',
        b'{"text": "x", "response_type": []}',
        b'{"blocks": 5}',
        b'{"text": NaN}',
    ]

    async def endpoint(request: Request) -> Response:
        return Response(answers.pop(0), media_type="application/json")

    url, stop = serve(Starlette(routes=[Route("/", endpoint, methods=["POST"])]))
    box.app(request_url=url)
    while answers:
        assert isinstance(box.command("U0ANA", "support", "/ticket")["ok"], bool)
    assert box.log()
    stop()


def test_a_form_with_parts_is_read(handle: Handle, box: Sandbox) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    parts = {"channel": (None, "C0SUPPORT"), "text": (None, "by parts")}
    assert httpx.post(f"{handle.url}/api/chat.postMessage", files=parts, headers=headers, timeout=PATIENCE_S).json()[
        "ok"
    ]


def test_more_than_a_message_can_be_is_refused_early(handle: Handle, box: Sandbox) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    got = httpx.post(
        f"{handle.url}/api/chat.postMessage", json={"text": "x" * 5_000_000}, headers=headers, timeout=PATIENCE_S
    )
    assert (got.status_code, got.json()["error"]) == (413, "request_too_large")
