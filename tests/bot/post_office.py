"""The post office of the delivery tests: it owes, delivers, and looks into the channels."""

from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot import delivery
from bot.delivery.notes import Leads
from bot.delivery.paying import Draw, draws_nothing
from db import outbox, session
from slack_sandbox.client import Sandbox
from tests.clock import MovableClock

W, ALERTS, SUPPORT, GENERAL = "T0SANDBOX", "C0ALERTS", "C0SUPPORT", "C0GENERAL"
POST = "chat.postMessage"


def client_of(slack_url: str) -> WebClient:
    """A client as an app has it, with the retries of Slack's own library on."""
    return WebClient("xoxb-sandbox", base_url=f"{slack_url}/api/")


@dataclass
class Post:
    """What is owed, on one database and one Slack."""

    engine: Engine
    clock: MovableClock
    slack: Sandbox
    leads: Leads = field(default_factory=lambda: Leads(SUPPORT))
    draw: Draw = draws_nothing

    def owe(self, key: str, channel: str = ALERTS, **more: Any) -> None:
        with session.writing(self.engine) as connection:
            assert outbox.owe(connection, W, key, channel, {"text": key}, self.clock.now(), **more)

    def edit(self, key: str, text: str) -> None:
        with session.writing(self.engine) as connection:
            outbox.owe_edit(connection, W, key, {"text": text}, self.clock.now())

    def turn(self, **move: float) -> int:
        self.clock.move(**move)
        return delivery.turn(self.engine, self.client(), self.clock, W, leads=self.leads, draw=self.draw)

    def client(self) -> WebClient:
        """As an app has it."""
        return client_of(self.slack.base_url)

    def row(self, key: str) -> Any:
        with session.reading(self.engine) as connection:
            found = outbox.find(connection, W, key)
        assert found is not None
        return found

    def said(self, channel: str = ALERTS, person: str = "U0LEA", thread_ts: str | None = None) -> list[str]:
        """What stands in the channel."""
        return [message["text"] for message in self.slack.messages(person, channel, thread_ts=thread_ts)]

    def asked(self, method: str) -> int:
        """How often Slack was asked for this."""
        return sum(entry.get("method") == method for entry in self.slack.log())
