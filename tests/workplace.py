"""A workplace for tests: the local Slack, the real bot served over HTTP, and people who use both."""

import asyncio
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import func, select

from bot import server as serving
from bot.listeners import COMMANDS
from bot.main import Bot, build
from bot.schedule import timetable
from bot.settings import Settings, load
from db import schema, session
from slack_sandbox.client import ControlError, Sandbox
from tests import metadata
from tests.clock import MovableClock
from tests.postgresql import unhurried
from tests.waiting import PATIENCE_S, wait_until

Json = dict[str, Any]
LOOK_S = 0.005
# A busy machine is given time: how soon a command answers is for the benchmarks to say.
PATIENT = {"ack_seconds": 60, "trigger_seconds": 60}

TEAM = "T0TEST"
BOT_TOKEN = "xoxb-test"
SIGNING_SECRET = "not-a-secret"
INGEST_SECRET = "the-helpdesks-own-secret"
ANA, BEN, CLEO, LEAD = "U0ANA", "U0BEN", "U0CLEO", "U0LEAD"
DORA, EVE = "U0DORA", "U0EVE"
SUPPORT, ALERTS, LEADS = "C0SUPPORT", "C0ALERTS", "C0LEADS"
L2, ENGINEERING, ESCALATIONS, QA = "C0L2", "C0ENG", "C0ESC", "C0QA"
CHANNELS = {
    "support": SUPPORT,
    "alerts": ALERTS,
    "leads": LEADS,
    "l2": L2,
    "engineering": ENGINEERING,
    "escalations": ESCALATIONS,
    "qa": QA,
}
CONFIG = """
[channels]
alerts = "C0ALERTS"
leads = "C0LEADS"
[team]
leads = ["U0LEAD"]
[taxonomy]
areas = ["dashboard", "api", "billing"]
[ingest.generic]
secret = "the-helpdesks-own-secret"
"""


def workspace(request_url: str) -> Json:
    """The Slack workspace of the tests."""
    people = {ANA: "Ana", BEN: "Ben", CLEO: "Cleo", DORA: "Dora", EVE: "Eve", LEAD: "Lea"}
    bot = {"id": "U0BOT", "name": "rethrow", "real_name": "Rethrow", "is_bot": True, "tz": "Europe/London"}
    users = [
        {"id": id_, "name": name.lower(), "real_name": name, "tz": "Europe/London"} for id_, name in people.items()
    ]
    members = [*people, "U0BOT"]
    commands = [{"command": f"/{word}", "description": word, "usage_hint": ""} for word in COMMANDS]
    scopes = ["chat:write", "commands", "users:read", "channels:read", "channels:history", "groups:history"]
    return {
        "team": {"id": TEAM, "name": "Test", "domain": "test"},
        "users": [*users, bot],
        "channels": [{"id": id_, "name": name, "topic": "", "members": members} for name, id_ in CHANNELS.items()],
        "usergroups": [],
        "app": {
            "id": "A0TEST", "name": "Rethrow", "bot_user_id": "U0BOT", "bot_token": BOT_TOKEN,
            "signing_secret": SIGNING_SECRET, "scopes": scopes, "request_url": request_url, "commands": commands,
            "events": ["app_home_opened"],
        },
    }  # fmt: skip


def config_file(folder: Path, config: str) -> Path:
    """The folder's rethrow.toml, which says this; whole at any moment for the bot beside that may be reading it."""
    path, draft = folder / "rethrow.toml", folder / "rethrow.toml.new"
    draft.write_text(config)
    return draft.replace(path)


def settings_for(folder: Path, slack: str, database: str, config: str = CONFIG) -> Settings:
    """The bot's settings, as an environment and a rethrow.toml give them."""
    path = config_file(folder, config)
    environment = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": unhurried(database),
        "RETHROW_CONFIG": str(path),
    }
    return load(environment)


class PromptServer(uvicorn.Server):
    """uvicorn as the bot is served with, but that it looks every few milliseconds whether it is to stop.

    Its own pauses of a tenth of a second come to a minute over all tests.
    """

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(LOOK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody new in, finish what was begun, and then what runs beside the server."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(LOOK_S)
        await self.lifespan.shutdown()


@contextmanager
def served(bot: Bot) -> Iterator[str]:
    """Serve the bot's routes on a free port of this machine; gives the address."""
    server = PromptServer(serving.config(bot.routes, "127.0.0.1", 0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(LOOK_S)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def opened(
    slack_url: str, folder: Path, database: str, clock: MovableClock, config: str = CONFIG
) -> Iterator["Workplace"]:
    """A bot at work in the local Slack at `slack_url`, which starts empty."""
    slack = Sandbox(slack_url)
    slack.reset(workspace("http://127.0.0.1:9/slack/events"))
    bot = build(settings_for(folder, slack_url, database, config), clock)
    with served(bot) as address:
        slack.app(request_url=f"{address}/slack/events", **PATIENT)
        at_work = Workplace(slack, bot, clock, address)
        at_work.pass_time(seconds=0)
        yield at_work
        metadata.must_be_bare(metadata.of_posts(slack.log()), metadata.words_of(at_work.query))
    bot.house.engine.dispose()
    slack.close_client()


@dataclass
class Workplace:
    """The local Slack with the bot in it."""

    slack: Sandbox
    bot: Bot
    clock: MovableClock
    address: str

    def person(self, user_id: str, channel: str = SUPPORT) -> "Person":
        """Somebody at their keyboard, in a channel."""
        return Person(self, user_id, channel)

    def query(self, question: Any) -> list[Any]:
        """The rows that answer a SQL question."""
        with session.reading(self.bot.house.engine) as connection:
            return list(connection.execute(question))

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = schema.METADATA.sorted_tables
        return {table.name: self.query(select(func.count()).select_from(table))[0][0] for table in tables}

    def pass_time(self, **time: float) -> None:
        """Let time pass, for the bot and for Slack alike, as timedelta's keywords say.

        What waited for it to pass goes out at once: the tick of delivery goes by the machine's clock.
        """
        self.clock.move(**time)
        self.slack.clock((self.clock.now() - datetime.now(UTC)).total_seconds())
        self.bot.delivery.wake()

    def goes_through_its_timetable(self) -> None:
        """Each line of it once, now, whatever the scheduler does beside; what is owed then is for delivery to pay."""
        for line in timetable(self.bot.house, self.bot.delivery):
            line.work()

    def ingest(self, ticket: Mapping[str, Any], event_id: str) -> httpx.Response:
        """A helpdesk tells of a ticket."""
        return signed_event(self.address, ticket, event_id, self.clock.now())


def signed_event(address: str, ticket: Mapping[str, Any], event_id: str, now: datetime) -> httpx.Response:
    """Tell the bot at `address` of a ticket, as a helpdesk does."""
    body = json.dumps({"event_id": event_id, "type": "ticket.upsert", "ticket": ticket})
    timestamp = int(now.timestamp())
    mac = hmac.new(INGEST_SECRET.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Rethrow-Signature": f"t={timestamp},v1={mac}"}
    return httpx.post(f"{address}/ingest/generic", content=body, headers=headers, timeout=PATIENCE_S)


@dataclass
class Person:
    """What a person does and sees."""

    workplace: Workplace
    id: str
    channel: str

    def types(self, command: str) -> str:
        """Run a slash command; the text of what is answered to them alone, empty when a window opens."""
        before = {message["ts"] for message in self.messages()}
        answer = self.workplace.slack.command(self.id, self.channel, command)
        assert answer["ok"], answer
        new = [message for message in self.messages() if message["ts"] not in before and message.get("ephemeral")]
        return all_text(new[-1]) if new else ""

    def messages(self) -> list[Json]:
        """Everything they see in the channel."""
        return self.workplace.slack.messages(self.id, self.channel)

    def reads(self) -> str:
        """All the text of the last message they see."""
        return all_text(self.messages()[-1])

    def clicks(self, label: str) -> None:
        """Press the button with this label, in the last message that has one, once there is one."""
        wait_until(lambda: self._clicked(label), f"{self.id} sees a button {label!r}")

    def _clicked(self, label: str) -> bool:
        for message in reversed(self.messages()):
            for button in buttons(message):
                if button["text"]["text"] == label:
                    where = {**message, "channel": self.channel}
                    chosen = {"block_id": button["block_id"], "value": button.get("value", "")}
                    try:
                        answer = self.workplace.slack.click(self.id, where, button["action_id"], **chosen)
                    except ControlError:
                        return False  # it was drawn anew between the look and the click
                    assert answer["ok"], answer
                    return True
        return False

    def clicks_until(self, label: str, seen: str) -> str:
        """Press the button, and wait until the last message they see says so; its text."""
        self.clicks(label)
        return self.waits_for(seen)

    def waits_for(self, seen: str) -> str:
        """Wait until some message they see contains this; the text of that message."""
        wait_until(lambda: self._texts_with(seen), f"{self.id} sees {seen!r}", more=lambda: self._texts_with("")[:3])
        return self._texts_with(seen)[0]

    def _texts_with(self, seen: str) -> list[str]:
        """The messages they see that contain this, the latest first."""
        texts = [all_text(message) for message in reversed(self.messages())]
        return [text for text in texts if seen in text]

    def window(self) -> Json:
        """The window that is open before them."""
        return self.workplace.slack.view(self.id)

    def submits(self, **values: Any) -> Json:
        """Fill the window in and submit it: text as it is, a choice as `option(value)`."""
        view = self.window()
        return self.workplace.slack.submit(self.id, view, self._filled(view, values))

    def presses(self, label: str, **values: Any) -> None:
        """Press a button of the window, filled in so far as for `submits`."""
        view = self.window()
        button = next(one for one in buttons(view) if one["text"]["text"] == label)
        where = {"block_id": button["block_id"], "value": button["value"], "state": self._filled(view, values)}
        answer = self.workplace.slack.click(self.id, view, button["action_id"], **where)
        assert answer["ok"], answer

    @staticmethod
    def _filled(view: Json, values: Json) -> Json:
        """The state of the window's fields: what is given, else what stands there."""
        kinds = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
        filled = {}
        for block_id, element in kinds.items():
            given = values.get(block_id, element.get("initial_value") or element.get("initial_option"))
            key = "selected_option" if "options" in element or "option_groups" in element else "value"
            key = "selected_user" if element["type"] == "users_select" else key
            filled[block_id] = {element["action_id"]: {"type": element["type"], key: given}}
        return filled


def option(value: str) -> Json:
    """A choice in a menu or among radio buttons."""
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def buttons(message: Json) -> Iterator[Json]:
    """The buttons of a message, each with the block it is in."""
    for block in message.get("blocks") or ():
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        yield from ({**one, "block_id": block["block_id"]} for one in elements if one.get("type") == "button")


def all_text(message: Json) -> str:
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
