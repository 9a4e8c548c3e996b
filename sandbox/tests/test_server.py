"""The program itself: how it starts, what it serves, how it is set up."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from sandbox_cast import PATIENCE_S
from slack_sdk import WebClient

from slack_sandbox.client import ControlError, Sandbox
from slack_sandbox.server import Handle

MANIFEST = {
    "display_information": {"name": "Helper"},
    "features": {"slash_commands": [{"command": "/help-me", "description": "d", "should_escape": True}]},
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
}


def run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "slack_sandbox", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_program_says_where_it_serves(tmp_path: Path) -> None:
    seed = {"team": {"id": "T1", "name": "Acme", "domain": "acme"}, "users": [{"id": "U1", "name": "zoe"}]}
    (tmp_path / "w.json").write_text(json.dumps(seed))
    with run("--port", "0", "--workspace", str(tmp_path / "w.json")) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert line.startswith("sandbox ready at http://127.0.0.1:")
        with Sandbox(line.split()[-1]) as box:
            assert box.workspace()["team"]["name"] == "Acme"
        program.terminate()
        assert program.wait(PATIENCE_S) is not None


@pytest.mark.parametrize("content", ["{", "[]", '{"users": 5}', '{"users": [{"name": "x"}]}', '{"app": {"colour": 1}}'])
def test_an_unusable_workspace_ends_the_start_with_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "w.json").write_text(content)
    with run("--port", "0", "--workspace", str(tmp_path / "w.json")) as program:
        _, said = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 1
    assert len(said.strip().splitlines()) == 1


def test_settings_are_changed_all_or_none(box: Sandbox) -> None:
    with pytest.raises(ControlError, match="user_not_found"):
        box.app(name="Other", bot_user_id="U0NOBODY")
    app = box.workspace()["app"]
    assert (app["name"], app["bot_user_id"]) == ("Rethrow", "U0BOT")


def test_settings_come_from_a_manifest(box: Sandbox) -> None:
    box.app(manifest=MANIFEST)
    app = box.workspace()["app"]
    assert (app["name"], app["commands"][0]["command"]) == ("Helper", "/help-me")
    assert app["scopes"] == ["chat:write", "commands"]


@pytest.mark.parametrize(
    "settings",
    [{"colour": "red"}, {"scopes": "all"}, {"commands": [1]}, {"rate": 5}, {"manifest": 5}, {"bot_user_id": 7}],
)
def test_wrong_settings_change_nothing(box: Sandbox, settings: dict[str, Any]) -> None:
    before = box.workspace()["app"]
    with pytest.raises(ControlError):
        box.app(name="Changed", **settings)
    assert box.workspace()["app"] == before


def test_seconds_may_be_whole_and_then_a_fraction(handle: Handle, box: Sandbox) -> None:
    for seconds in (1, 0.5):
        box.app(ack_seconds=seconds)
        assert handle.slack.ws.app.ack_seconds == seconds


def test_the_workspace_tells_no_secrets(box: Sandbox) -> None:
    text = json.dumps(box.workspace())
    assert "xoxb" not in text
    assert "secret" not in text


def test_pages_of_other_sites_may_not_move_people(handle: Handle, box: Sandbox) -> None:
    with httpx.Client(base_url=f"{handle.url}/sandbox", timeout=PATIENCE_S) as http:
        assert http.post("/reset", headers={"Origin": "https://evil.example"}).status_code == 403
        assert http.post("/reset", headers={"Origin": "http://localhost:5173"}).status_code == 200


def test_the_page_may_fetch_and_run_what_is_its_own_alone(handle: Handle, box: Sandbox) -> None:
    for path in ("/", "/archives/C0SUPPORT/p1700000000000100"):
        policy = httpx.get(f"{handle.url}{path}").headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "script" not in policy
        assert "frame-ancestors 'none'" in policy


def test_looking_at_the_clock_does_not_move_it(handle: Handle, box: Sandbox) -> None:
    before = httpx.get(f"{handle.url}/sandbox/clock").json()["offset"]
    assert httpx.get(f"{handle.url}/sandbox/clock?offset=86400").json()["offset"] == before


def test_the_page_and_permalinks_are_served_and_nothing_else(handle: Handle, box: Sandbox) -> None:
    with httpx.Client(base_url=handle.url, timeout=PATIENCE_S) as http:
        assert http.get("/").status_code == 200
        assert http.get("/archives/C0SUPPORT/p1700000000000100").status_code == 200
        assert http.get("/assets/none.js").status_code == 404
        assert http.get("/..%2f__init__.py").status_code == 404


def test_a_busy_channel_stays_quick(box: Sandbox, web: WebClient) -> None:
    parent = web.chat_postMessage(channel="C0SUPPORT", text="parent")["ts"]

    def fifty() -> None:
        for _ in range(50):
            web.chat_postMessage(channel="C0SUPPORT", text="x", thread_ts=parent)

    hands = [threading.Thread(target=fifty) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    thread = web.conversations_replies(channel="C0SUPPORT", ts=parent, limit=999)["messages"]
    assert len(thread) == 201
    assert [m["ts"] for m in thread] == sorted({m["ts"] for m in thread})
