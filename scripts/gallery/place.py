"""A workplace to take pictures in: the demo's team and tickets, the real bot, and a clock that can be moved."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cli_import import import_file
from bot.clock import WallClock
from bot.demo.team import BOT_TOKEN, SIGNING_SECRET, sandbox_workspace, text_of
from bot.demo.tickets import tickets
from bot.listeners import COMMANDS
from bot.main import build
from bot.manifest import manifest
from bot.settings import Settings, load
from slack_sandbox.client import Sandbox
from slack_sandbox.server import start_in_thread
from tests.clock import MovableClock
from tests.workplace import INGEST_SECRET, Person, Workplace, all_text, served

ANA, KOFI, MAYA, TOBI, LENA, JUN, SAM = "U0ANA", "U0KOFI", "U0MAYA", "U0TOBI", "U0LENA", "U0JUN", "U0SAM"
SUPPORT, ALERTS, LEADS, L2, ENGINEERING, ESCALATIONS = "C0SUPPORT", "C0ALERTS", "C0LEADS", "C0L2", "C0ENG", "C0ESC"
QA = "C0QA"
PATIENCE = 20.0  # seconds
Json = dict[str, Any]


@contextmanager
def opened(folder: Path, seeded: bool, more: str = "", taxonomy: str = "resend") -> Iterator["Place"]:
    """The demo's bot at work on a Wednesday at ten, with its eight weeks of tickets or with none."""
    handle = start_in_thread()
    clock = MovableClock(_wednesday())
    settings = _settings(folder, handle.url, more, taxonomy)
    slack = Sandbox(handle.url)
    slack.reset(
        sandbox_workspace("http://127.0.0.1:9/slack/events", manifest(settings, COMMANDS, "http://127.0.0.1:9"))
    )
    bot = build(settings, clock)
    if seeded:
        history = folder / "tickets.jsonl"
        history.write_text("".join(json.dumps(ticket) + "\n" for ticket in tickets(clock.now())), encoding="utf-8")
        import_file(settings, history, clock, "T0FERNPOST")
    with served(bot) as address:
        slack.app(request_url=f"{address}/slack/events", ack_seconds=15, rate=None)
        place = Place(Workplace(slack, bot, clock, address), handle.url)
        place.pass_time(seconds=0)
        yield place
    bot.house.engine.dispose()
    slack.close_client()
    handle.stop()


def _wednesday() -> datetime:
    today = WallClock().now().replace(hour=10, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday() + 5)


def _settings(folder: Path, slack: str, more: str, taxonomy: str) -> Settings:
    config = folder / "rethrow.toml"
    text = text_of("rethrow.toml").replace("only-for-the-demo-0123456789abcdef", INGEST_SECRET)
    config.write_text(text.replace('use = "resend"', f'use = "{taxonomy}"') + more)
    return load(
        {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{slack}/api/",
            "DATABASE_URL": f"sqlite:///{folder / 'rethrow.db'}",
            "RETHROW_CONFIG": str(config),
        }
    )


@dataclass
class Place:
    """Where scenes are played."""

    work: Workplace
    url: str

    def person(self, user_id: str, channel: str = SUPPORT) -> Person:
        """Somebody in a channel."""
        return self.work.person(user_id, channel)

    def direct(self, user_id: str) -> Person:
        """Somebody in their messages with the bot."""
        return self.work.person(user_id, self.work.slack.open_dm(user_id, "U0BOT"))

    def pass_time(self, **by: float) -> None:
        """Let time pass for the bot and for Slack."""
        self.work.pass_time(**by)

    def waits(self, person: Person, seen: str | tuple[str, ...], thread: str | None = None) -> Json:
        """The last message that says this, or all of these, in the channel or in a thread, once it is there."""
        texts = (seen,) if isinstance(seen, str) else seen

        def look() -> Json | None:
            self.pass_time(seconds=0.2)  # a channel is written to once a second, by the bot's clock
            told = self.work.slack.messages(person.id, person.channel, thread)
            return next((one for one in reversed(told) if all(text in all_text(one) for text in texts)), None)

        def instead() -> str:
            told = [all_text(one)[:80] for one in self.work.slack.messages(person.id, person.channel, thread)]
            return f"{person.id} in {person.channel} sees no {seen!r} but {told[-5:]}"

        return until(look, instead)

    def presses(self, person: Person, message: Json, action_id: str, **chosen: Any) -> None:
        """Press a button of a message, wherever it stands."""
        self.work.slack.click(person.id, {**message, "channel": person.channel}, action_id, **chosen)


def until(look: Callable[[], Json | None], what: Callable[[], str]) -> Json:
    """What `look` finds, once it finds it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(what())
