"""Requests as anybody can put them on the wire: signed or not, well-formed or not, and what is answered."""

import hashlib
import hmac
import json
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx

from bot.clock import Clock
from tests.waiting import PATIENCE_S
from tests.workplace import ANA, INGEST_SECRET, LOOK_S, SIGNING_SECRET, SUPPORT, TEAM, Workplace

FORM = "application/x-www-form-urlencoded"


@dataclass
class Mailbox:
    """Where answers to clicks go: the response URL that a forged request names."""

    url: str
    letters: list[dict[str, Any]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def waits(self, contains: str = "", seconds: float = PATIENCE_S) -> str:
        """The first answer with these words in it, taken out."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self._with(contains), seconds), f"no answer with {contains!r} came"
            letter = self._with(contains)[0]
            self.letters.remove(letter)
            return str(letter)

    def _with(self, words: str) -> list[dict[str, Any]]:
        return [letter for letter in self.letters if words in str(letter)]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A response URL of this machine that keeps what it is sent."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with box.arrived:
                box.letters.append(json.loads(body))
                box.arrived.notify_all()
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    box = Mailbox(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True)
    thread.start()
    yield box
    server.shutdown()
    server.server_close()
    thread.join()


def slack_headers(body: bytes, timestamp: str, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The signature as Slack makes it."""
    mac = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={mac.hexdigest()}"}


def ingest_headers(body: bytes, timestamp: str, secret: str = INGEST_SECRET) -> dict[str, str]:
    """The signature as a helpdesk makes it."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return {"X-Rethrow-Signature": f"t={timestamp},v1={mac.hexdigest()}", "Content-Type": "application/json"}


@dataclass
class Wire:
    """Whoever has the signing secret, or has not, at the bot's address."""

    address: str
    clock: Clock
    box: Mailbox
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))
    _ids: Any = field(default_factory=count)

    @classmethod
    def of(cls, workplace: Workplace, box: Mailbox) -> "Wire":
        """At a workplace's bot."""
        return cls(workplace.address, workplace.clock, box)

    def fresh(self) -> str:
        """An id that was not used before."""
        return f"wire.{next(self._ids)}"

    def slack(self, body: bytes, content_type: str = FORM, *, signed: bool = True) -> httpx.Response:
        """Any body at the door for Slack."""
        timestamp = str(int(self.clock.now().timestamp()))
        headers = slack_headers(body, timestamp) if signed else {}
        return self.client.post(
            f"{self.address}/slack/events", content=body, headers={**headers, "Content-Type": content_type}
        )

    def ingest(self, body: bytes, *, signed: bool = True, source: str = "generic") -> httpx.Response:
        """Any body at the door for helpdesks."""
        headers = ingest_headers(body, str(int(self.clock.now().timestamp()))) if signed else {}
        return self.client.post(f"{self.address}/ingest/{source}", content=body, headers=headers)

    def command(self, word: str, text: Any, person: str = ANA, **more: Any) -> httpx.Response:
        """A slash command."""
        form = {
            "command": f"/{word}", "text": text, "user_id": person, "team_id": TEAM, "channel_id": SUPPORT,
            "trigger_id": self.fresh(), "response_url": self.box.url, "api_app_id": "A0TEST",
        }  # fmt: skip
        body = urllib.parse.urlencode(form | more, errors="surrogatepass")
        return self.slack(body.encode())

    def click(self, action_id: str, value: Any, person: str = ANA, **more: Any) -> httpx.Response:
        """A button pressed in a message."""
        pressed = {"action_id": action_id, "block_id": "b", "type": "button", "value": value, "action_ts": "1.1"}
        return self.payload(
            {
                "type": "block_actions", "actions": [pressed], "user": {"id": person}, "team": {"id": TEAM},
                "channel": {"id": SUPPORT}, "container": {"type": "message", "is_ephemeral": True},
                "trigger_id": self.fresh(), "response_url": self.box.url, "api_app_id": "A0TEST",
            }
            | more
        )  # fmt: skip

    def submit(
        self, callback_id: str, about: Any, values: Mapping[str, Any], person: str = ANA, **more: Any
    ) -> httpx.Response:
        """A window submitted: `values` by block id, each as its element's state."""
        said = json.dumps({"response_url": self.box.url, **about}) if isinstance(about, dict) else about
        view: dict[str, Any] = {
            "id": f"V{self.fresh()}", "hash": "1.abc", "type": "modal", "callback_id": callback_id, "blocks": [],
            "private_metadata": said, "state": {"values": {key: {"a": value} for key, value in values.items()}},
        }  # fmt: skip
        return self.payload(
            {"type": "view_submission", "user": {"id": person}, "team": {"id": TEAM}, "view": view | more}
        )

    def payload(self, payload: Any) -> httpx.Response:
        """An interactive payload."""
        return self.slack(urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())

    def event(self, event: Any, **more: Any) -> httpx.Response:
        """An event of the Events API."""
        body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0TEST", "event_id": self.fresh()}
        return self.slack(json.dumps(body | {"event": event} | more).encode(), "application/json")
