"""A workplace for tests: the local Slack, the real bot served over HTTP, and people who use both."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from slack_sandbox.client import Sandbox
from sqlalchemy import Connection

from bot.main import Bot, build
from bot.settings import Settings, load
from db import session

TEAM = "T0TEST"
BOT_TOKEN = "xoxb-test"
SIGNING_SECRET = "not-a-secret"
INGEST_SECRET = "helpdesk-secret"
ANA, BEN, CLEO, LEAD = "U0ANA", "U0BEN", "U0CLEO", "U0LEAD"
CHANNELS = {"support": "C0SUPPORT", "alerts": "C0ALERTS", "leads": "C0LEADS"}
CONFIG = """
[channels]
alerts = "C0ALERTS"
leads = "C0LEADS"
[team]
leads = ["U0LEAD"]
[taxonomy]
areas = ["dashboard", "api", "billing"]
[ingest.generic]
secret = "helpdesk-secret"
"""


class MovableClock:
    """A clock that runs with the machine's and can be moved ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The present instant, moved."""
        return datetime.now(UTC) + self.ahead

    def pass_time(self, **time: float) -> None:
        """Let time pass, as timedelta's keywords say."""
        self.ahead += timedelta(**time)


def workspace(request_url: str) -> dict[str, Any]:
    """The Slack workspace of the tests."""
    people = {ANA: "Ana", BEN: "Ben", CLEO: "Cleo", LEAD: "Lea"}
    bot = {"id": "U0BOT", "name": "rethrow", "real_name": "Rethrow", "is_bot": True}
    users = [{"id": id_, "name": name.lower(), "real_name": name, "tz": "Europe/London"} for id_, name in people.items()]
    members = [*people, "U0BOT"]
    commands = [{"command": f"/{word}", "description": word, "usage_hint": ""} for word in ("ticket", "tag")]
    scopes = ["chat:write", "commands", "users:read", "channels:read", "channels:history", "groups:history"]
    return {
        "team": {"id": TEAM, "name": "Test", "domain": "test"},
        "users": [*users, bot],
        "channels": [{"id": id_, "name": name, "topic": "", "members": members} for name, id_ in CHANNELS.items()],
        "usergroups": [],
        "app": {
            "id": "A0TEST", "name": "Rethrow", "bot_user_id": "U0BOT", "bot_token": BOT_TOKEN,
            "signing_secret": SIGNING_SECRET, "scopes": scopes, "request_url": request_url, "commands": commands,
            "events": [],
        },
    }  # fmt: skip


def settings_for(folder: Path, slack: str, database: str, config: str = CONFIG) -> Settings:
    """The bot's settings, as an environment and a rethrow.toml give them."""
    path = folder / "rethrow.toml"
    path.write_text(config)
    environment = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": database,
        "RETHROW_CONFIG": str(path),
    }
    return load(environment)


@contextmanager
def served(bot: Bot) -> Iterator[str]:
    """Serve the bot's routes on a free port of this machine; gives the address."""
    server = uvicorn.Server(uvicorn.Config(bot.routes, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Workplace:
    """The local Slack with the bot in it."""

    slack: Sandbox
    bot: Bot
    clock: MovableClock
    address: str

    def person(self, user_id: str, channel: str = CHANNELS["support"]) -> "Person":
        """Somebody at their keyboard, in a channel."""
        return Person(self, user_id, channel)

    def database(self) -> Any:
        """A reading transaction, to see what is stored."""
        return session.reading(self.bot.house.engine)

    def query(self, question: Any) -> list[Any]:
        """The rows that answer a SQL question."""
        connection: Connection
        with self.database() as connection:
            return list(connection.execute(question))


@dataclass
class Person:
    """What a person does and sees."""

    workplace: Workplace
    id: str
    channel: str

    def types(self, command: str) -> str:
        """Run a slash command; the text of what is answered to them alone (empty when a window opens)."""
        before = {message["ts"] for message in self.messages()}
        answer = self.workplace.slack.command(self.id, self.channel, command)
        assert answer["ok"], answer
        new = [message for message in self.messages() if message["ts"] not in before]
        return all_text(new[-1]) if new else ""

    def messages(self) -> list[Mapping[str, Any]]:
        """Everything they see in the channel."""
        found: list[Mapping[str, Any]] = self.workplace.slack.messages(self.id, self.channel)
        return found

    def reads(self) -> str:
        """All the text of the last message they see."""
        return all_text(self.messages()[-1])

    def clicks(self, label: str) -> None:
        """Press the button with this label, in the last message that has one."""
        for message in reversed(self.messages()):
            for action in pressable(message):
                if action["text"]["text"] == label:
                    self.workplace.slack.click(self.id, self.channel, message["ts"], action)
                    return
        raise AssertionError(f"{self.id} sees no button {label!r}")

    def window(self) -> Mapping[str, Any]:
        """The window that is open before them."""
        stack = self.workplace.slack.views(self.id)
        assert stack, f"{self.id} has no window open"
        top: Mapping[str, Any] = stack[-1]
        return top


def pressable(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The buttons of a message, each with the block it is in."""
    for block in message.get("blocks") or ():
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        yield from ({**one, "block_id": block["block_id"]} for one in elements if one.get("type") == "button")


def all_text(message: Mapping[str, Any]) -> str:
    """Every text of a message, blocks included, in reading order."""
    return "\n".join([message.get("text") or "", *_texts(message.get("blocks") or [])])


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        yield from (text for key, one in part.items() if key != "placeholder" for text in _texts(one))
