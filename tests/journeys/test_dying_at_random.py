"""Killed at random moments, under load, while Slack fails too: afterwards every post is there, once.

As many kills as RETHROW_KILLS says in all, half on each database; `make chaos` asks for 200. Each run prints its seed.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db import session, workspaces
from slack_sandbox.client import ControlError, Sandbox
from tests.books import Books, books_of, configured, settle
from tests.bots import Bot, Town, town
from tests.journeys.test_dying import CHANNELS, HOUR, QUIET, ROUTES
from tests.waiting import PROCESS_S, wait_until
from tests.workplace import ANA, BEN, SUPPORT, TEAM

KILLS = int(os.environ.get("RETHROW_KILLS", "24")) // 2
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "429", "retry_after": 3},
    {"kind": "500"},
    {"kind": "cut_before"},
    {"kind": "cut_after"},
    {"kind": "slow_after", "seconds": 0.4},
    {"kind": "error", "error": "internal_error"},
)


@dataclass
class Load:
    """People and a helpdesk who do not stop for anything; what they were told is remembered."""

    here: Town
    chance: random.Random
    promised: list[str] = field(
        default_factory=list
    )  # subjects of tickets of which somebody was told that they are there
    heard: list[str] = field(default_factory=list)
    said: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def somebody(self) -> Bot:
        """One of the bots, as a load balancer chooses."""
        return self.chance.choice(self.here.bots)

    def people(self, slack: Sandbox) -> None:
        """Commands, one after the other; an answer is a promise, none is not."""
        while not self.over.wait(0.05):
            self.said += 1
            subject = f"said {self.said}"
            command = self.chance.choice(
                [
                    f"/ticket new P2 {subject}",
                    "/ticket take 1",
                    "/ticket reply 1",
                    "/escalate list",
                    "/sla",
                    "/ticket undo",
                ]
            )
            slack.app(request_url=f"{self.somebody().address}/slack/events")
            try:
                answer = slack.command(self.chance.choice([ANA, BEN]), SUPPORT, command)
            except ControlError:
                continue
            if answer["ok"] and subject in command:
                self.promised.append(subject)

    def helpdesk(self) -> None:
        """Events, each sent again until it is heard."""
        number = 0
        while not self.over.wait(0.1):
            number += 1
            name = f"event {number}"
            created = self.here.clock.now() - self.chance.choice([0.1, 0.9, 1.5]) * HOUR
            ticket = {
                "external_id": name, "subject": name, "created_at": created.isoformat(),
                "priority": self.chance.choices(["P0", "P1", "P2", "P3"], [1, 3, 12, 4])[0],
            }  # fmt: skip
            while not self.somebody().hears(ticket, name):
                time.sleep(0.05)
            self.heard.append(name)

    def bad_days(self, slack: Sandbox) -> None:
        """Slack fails now and then, in each way it can."""
        while not self.over.wait(0.15):
            fault = dict(self.chance.choice(FAULTS))
            slack.fault(self.chance.choice(["chat.postMessage", "chat.postMessage", "chat.update"]), **fault)


@contextmanager
def under(load: Load) -> Iterator[None]:
    """The load goes on while this lasts."""
    with Sandbox(load.here.slack.base_url) as one, Sandbox(load.here.slack.base_url) as two:
        works = [
            threading.Thread(target=load.people, args=(one,)),
            threading.Thread(target=load.helpdesk),
            threading.Thread(target=load.bad_days, args=(two,)),
        ]
        for work in works:
            work.start()
        try:
            yield
        finally:
            load.over.set()
            for bot in load.here.bots:  # what was not heard yet is, by a bot that lives
                if bot.is_dead():
                    bot.start()
            for work in works:
                work.join(PROCESS_S)


@pytest.fixture
def here(slack_url: str, tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A team with one bot on SQLite, or with two side by side on PostgreSQL."""
    with town(slack_url, tmp_path, database_url, CHANNELS + ROUTES + QUIET) as made:
        with books_of(made) as books, session.writing(books.engine) as connection:
            workspaces.remember(connection, TEAM, "Test", made.clock.now() - timedelta(days=30))
        for _ in range(1 if database_url.startswith("sqlite") else 2):
            made.bot().start()
        yield made


def test_kills_at_random_moments_under_load(here: Town) -> None:
    seed = int(os.environ.get("RETHROW_SEED") or time.time())
    print(f"RETHROW_SEED={seed}")
    load = Load(here, random.Random(seed))
    with books_of(here) as books:
        with under(load):
            for _ in range(KILLS):
                victim = load.chance.choice(here.bots)
                wait_until(victim.is_ready, "the bot is ready again", PROCESS_S, victim.last_words)
                time.sleep(load.chance.uniform(0, 0.8))
                victim.kill()
                here.pass_time(seconds=load.chance.choice([1, 5, 40]))
                victim.start(ready=False)
            wait_until(lambda: len(load.heard) > KILLS, "there was something to lose", 120)
        here.slack.clear_faults()
        settle(here, books, here.bots)
        books.balance(configured(here), here.clock)
        nothing_is_lost(load, books)
        print(
            f"{KILLS} kills, {len(load.promised)} tickets by hand, {len(load.heard)} events, {len(books.keys())} posts"
        )


def nothing_is_lost(load: Load, books: Books) -> None:
    """Whoever was told that it is done, or heard, finds it; and finds it once."""
    subjects = books.subjects()
    assert [one for one in load.promised if subjects.count(one) != 1] == []
    assert [one for one in load.heard if subjects.count(one) != 1] == []
