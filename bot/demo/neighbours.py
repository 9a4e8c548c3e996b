"""Talking to the local Slack as its people and the bot do, and to the bot as a helpdesk does."""

import json
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from pydantic import SecretStr

from bot.clock import WallClock
from bot.demo.team import BOT_TOKEN
from helpdesk import generic

_direct = build_opener(ProxyHandler({}))  # a proxy has no way to this machine
SECONDS = 10


class LocalSlack:
    """The local Slack at `url`. Every call raises OSError when nobody answers there."""

    def __init__(self, url: str) -> None:
        self.url = url

    def answers(self) -> bool:
        """Whether it serves already."""
        return answers(f"{self.url}/sandbox/workspace")

    def say(self, person: str, channel: str, text: str) -> None:
        """Let a member write in a channel."""
        self._post("/sandbox/say", {"as": person, "channel": channel, "text": text})

    def post_and_pin(self, channel: str, message: Mapping[str, Any]) -> None:
        """Post as the bot and pin the post."""
        posted = self._post("/api/chat.postMessage", {"channel": channel, **message})
        self._post("/api/pins.add", {"channel": channel, "timestamp": posted["ts"]})

    def update_pinned(self, reader: str, channel: str, message: Mapping[str, Any]) -> bool:
        """Put this in the place of what is pinned in a channel, as `reader` sees it; False when nothing is."""
        with _direct.open(f"{self.url}/sandbox/messages?as={reader}&channel={channel}", timeout=SECONDS) as answer:
            pinned = [one["ts"] for one in json.load(answer)["messages"] if one.get("pinned")]
        for ts in pinned[:1]:
            self._post("/api/chat.update", {"channel": channel, "ts": ts, **message})
        return bool(pinned)

    def stands_at(self, instant: datetime | None) -> None:
        """Put its clock to this instant, or back to the present; it goes on from there."""
        offset = 0.0 if instant is None else (instant - WallClock().now()).total_seconds()
        self._post("/sandbox/clock", {"offset": offset})

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        authorization = {"Authorization": f"Bearer {BOT_TOKEN}"}
        found = _posted(self.url + path, json.dumps(body).encode(), authorization)
        if found.get("ok") is False:
            raise OSError(f"{path}: {found.get('error')}")
        return found


def send_event(bot_url: str, event: Mapping[str, Any], secret: SecretStr) -> str:
    """Tell the bot of a ticket as a helpdesk does, by a signed event; the number it has here."""
    body, now = json.dumps(event).encode(), int(WallClock().now().timestamp())
    signature = f"t={now},v1={generic.sign(body, secret.get_secret_value(), now)}"
    return str(_posted(f"{bot_url}/ingest/generic", body, {generic.HEADER: signature})["ticket"])


def _posted(url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    request = Request(url, body, {"Content-Type": "application/json; charset=utf-8", **headers})
    with _direct.open(request, timeout=SECONDS) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def answers(url: str) -> bool:
    """Whether a GET of `url` is answered 200."""
    try:
        with _direct.open(url, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
