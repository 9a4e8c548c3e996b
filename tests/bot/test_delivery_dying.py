"""A process that is killed in the middle of it: afterwards the message is there, once."""

import os
import signal
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot import delivery
from db import outbox_claims, session
from db.outbox import State
from db.session import open_engine
from slack_sandbox.client import Sandbox
from tests.bot.post_office import ALERTS, POST, Post, W, client_of
from tests.bots import FORKS, Fate, says_into
from tests.clock import MovableClock
from tests.together import at_once
from tests.waiting import PROCESS_S


def one_turn(database_url: str, slack_url: str, now: datetime, fate: Fate) -> None:
    """What a bot that is nothing but its delivery does."""
    says_into(Path(os.devnull))
    delivery.turn(open_engine(database_url), client_of(slack_url), MovableClock(now), W, at=fate)


def killed_at(point: str, database_url: str, post: Post) -> None:
    """A process of its own dies at the named point of its first payment, as in a power cut."""
    told = (database_url, post.slack.base_url, post.clock.now(), Fate(point))
    process: Any = FORKS.Process(target=one_turn, args=told, daemon=True)
    process.start()
    process.join(PROCESS_S)
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("point", ["delivery.claimed", "delivery.answered"])
def test_killed_between_claim_and_record(post: Post, database_url: str, point: str) -> None:
    post.owe("a")
    post.owe("b")
    killed_at(point, database_url, post)
    assert post.row("a")["state"] == State.CLAIMED
    assert post.said() == (["a"] if point == "delivery.answered" else [])
    assert post.turn(seconds=1) == 0  # as far as anybody knows it may still be at work
    post.turn(seconds=60)
    assert post.said() == ["a", "b"]
    assert post.row("a")["state"] == State.SENT


def test_killed_twice_in_a_row(post: Post, database_url: str) -> None:
    post.owe("a")
    killed_at("delivery.claimed", database_url, post)
    with session.writing(post.engine) as connection:
        outbox_claims.orphan_claims(connection, W, post.clock.now())
    killed_at("delivery.answered", database_url, post)
    post.turn(seconds=60)
    assert post.said() == ["a"]


def test_several_processes_side_by_side_send_each_message_once(
    postgresql_url: str, clock: MovableClock, slack: Sandbox
) -> None:
    post = Post(open_engine(postgresql_url), clock, slack)
    post.slack.app(rate={"per_second": 0})
    for number in range(24):
        post.owe(f"m{number}", f"C0{['ALERTS', 'SUPPORT', 'GENERAL', 'ESCAL'][number % 4]}")

    def pay() -> None:
        engine = open_engine(postgresql_url)
        for _ in range(6):
            delivery.turn(engine, post.client(), clock, W)
            clock.move(seconds=0.5)
        engine.dispose()

    at_once(pay, pay, pay)
    for _ in range(8):
        post.turn(seconds=2)
    assert post.asked(POST) == 24
    assert post.said(ALERTS) == [f"m{number}" for number in range(0, 24, 4)]
    post.engine.dispose()
