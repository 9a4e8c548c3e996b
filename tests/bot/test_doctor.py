"""The doctor, asked about a small Slack on loopback that answers what each case is about."""

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient

from bot.clock import WallClock
from bot.doctor import examine
from bot.main import identify, try_app_token
from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import SettingsError
from tests.workplace import LOOK_S

EVERY_SCOPE = ",".join([*SCOPES, *OPTIONAL_SCOPES])
CHANNELS: Mapping[str, dict[str, Any]] = {
    "C0GOOD": {"name": "alerts", "is_member": True, "is_archived": False},
    "C0AWAY": {"name": "leads", "is_member": False, "is_archived": False},
    "C0OLD": {"name": "old", "is_member": True, "is_archived": True},
}


class SmallSlack(BaseHTTPRequestHandler):
    """auth.test and conversations.info; the token says which scopes it has."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = self.headers["Authorization"].removeprefix("Bearer ")
        answer = self._answer(self.path.rpartition("/")[2], form, token)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-OAuth-Scopes", EVERY_SCOPE if token == "xoxb-all" else "commands")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, method: str, form: Mapping[str, list[str]], token: str) -> dict[str, Any]:
        if token == "xoxb-revoked":
            return {"ok": False, "error": "token_revoked"}
        if token == "xoxb-hurried":
            return {"ok": False, "error": "ratelimited"}
        if method == "apps.connections.open":
            return {"ok": True, "url": "wss://a"} if token == "xapp-good" else {"ok": False, "error": "invalid_auth"}
        if method == "auth.test":
            return {"ok": True, "user": "rethrow", "team": "Acme"}
        channel = CHANNELS.get(form["channel"][0])
        return {"ok": True, "channel": channel} if channel else {"ok": False, "error": "channel_not_found"}

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def slack() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SmallSlack)
    Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("token", "said"), [("xapp-good", "ok"), ("xapp-old", "wrong  app token: Slack answers inv")])
def test_the_token_of_socket_mode_is_tried(tmp_path: Path, slack: str, token: str, said: str) -> None:
    found = findings(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-all", SLACK_APP_TOKEN=token)
    assert found["app token"].startswith(said)


def test_a_start_with_a_bad_token_of_socket_mode_ends_with_one_line(slack: str) -> None:
    client = WebClient("xoxb-all", slack)
    try_app_token(client, "xapp-good")
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN: Slack answers invalid_auth"):
        try_app_token(client, "xapp-old")


def findings(tmp_path: Path, slack: str, config: str = "", **environment: str) -> dict[str, str]:
    file = tmp_path / "rethrow.toml"
    file.write_text(config)
    given = {
        "SLACK_BOT_TOKEN": "xoxb-all",
        "SLACK_SIGNING_SECRET": "s",
        "SLACK_API_URL": slack,
        "RETHROW_CONFIG": str(file),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}",
        **environment,
    }
    return {finding.what: finding.line() for finding in examine(given, WallClock())}


def test_a_good_token_names_the_bot_and_its_team(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack)
    assert found["token"] == "ok     token: rethrow in Acme"
    assert found["scopes"].startswith("ok ")
    assert "optional scopes" not in found


def test_missing_scopes_are_listed_with_the_way_to_get_them(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-few")
    assert found["scopes"].startswith("wrong  scopes: missing chat:write, users:read")
    assert "rethrow manifest" in found["scopes"]
    assert found["optional scopes"].startswith("note ")


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("C0GOOD", "ok     channels.alerts: #alerts"),
        ("C0AWAY", "wrong  channels.alerts: the bot is not in #leads; /invite it there"),
        ("C0OLD", "wrong  channels.alerts: #old is archived"),
        ("C0NONE", "wrong  channels.alerts: C0NONE: no such channel"),
    ],
)
def test_each_channel_is_looked_up(tmp_path: Path, slack: str, channel: str, said: str) -> None:
    assert findings(tmp_path, slack, f'[channels]\nalerts = "{channel}"')["channels.alerts"].startswith(said)


def test_channels_of_routes_and_digests_are_looked_up_too(tmp_path: Path, slack: str) -> None:
    config = '[escalations.routes]\nL2 = { channel = "C0OLD" }\n[digests.weekly]\nchannel = "C0GOOD"'
    config += '\n[channels]\nqa = "C0AWAY"'
    found = findings(tmp_path, slack, config)
    assert "/invite it there" in found["channels.qa"]
    assert "archived" in found["escalations.routes.L2"]
    assert found["digests.weekly"].endswith("#alerts")


def test_a_revoked_token_says_where_to_get_another(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-revoked")
    assert found["token"].startswith("wrong  token: Slack answers token_revoked; copy a fresh one from OAuth")
    assert "xoxb-revoked" not in str(found)


def test_a_slack_that_has_no_time_says_nothing_about_the_token(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-hurried")
    assert (
        found["token"] == "wrong  token: Slack answers ratelimited, which says nothing about it; look again in a while"
    )


def test_a_slack_that_does_not_answer_is_said(tmp_path: Path) -> None:
    assert "does not answer" in findings(tmp_path, "http://127.0.0.1:9/api/")["token"]


@pytest.fixture
def nonsense() -> Iterator[str]:
    """Something that listens where Slack should be, and does not speak HTTP."""

    class Nonsense(StreamRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.wfile.write(b"220 mail.example ready\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Nonsense) as server:
        Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api/"
        server.shutdown()


def test_what_does_not_speak_as_slack_does_is_said(tmp_path: Path, nonsense: str) -> None:
    told = findings(tmp_path, nonsense)["token"]
    assert "does not answer" in told
    assert "\n" not in told
    with pytest.raises(SettingsError, match=r"SLACK_API_URL: .* does not answer"):
        identify(WebClient("xoxb-all", nonsense))
    with pytest.raises(SettingsError, match=r"SLACK_API_URL: .* does not answer"):
        try_app_token(WebClient("xoxb-all", nonsense), "xapp-good")


def test_a_wrong_config_is_a_finding(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack, "[chanels]")
    assert list(found) == ["config"]
    assert "did you mean channels?" in found["config"]


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, slack: str) -> None:
    assert "is not there yet: the first `rethrow run` makes it" in findings(tmp_path, slack)["database"]
    assert not (tmp_path / "none.db").exists()


def test_a_postgresql_that_is_not_running_is_said_without_its_password(tmp_path: Path, slack: str) -> None:
    found = findings(tmp_path, slack, DATABASE_URL="postgresql+psycopg://me:hunter2@127.0.0.1:9/none")
    assert found["database"].startswith("wrong  database: cannot be opened")
    assert "hunter2" not in str(found)
