"""A process that is killed in the middle of it: afterwards the message is there, once."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from bot import delivery
from bot.clock import WallClock
from db import outbox_claims, session
from db.outbox import State
from db.session import open_engine
from slack_sandbox.client import Sandbox
from tests.bot.post_office import ALERTS, POST, Post, W
from tests.conftest import MovableClock


def killed_at(point: str, database_url: str, post: Post) -> None:
    """Run a process of its own that dies at the named point of its first payment."""
    command = [sys.executable, "-m", "tests.bot.delivery_child", database_url, post.slack.base_url]
    ended = subprocess.run(command, env=os.environ | {"RETHROW_FAULT": point}, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL


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


def test_killed_twice_in_a_row(here: Post, sqlite_url: str) -> None:
    here.owe("a")
    killed_at("delivery.claimed", sqlite_url, here)
    with session.writing(here.engine) as connection:
        outbox_claims.orphan_claims(connection, W, here.clock.now())
    killed_at("delivery.answered", sqlite_url, here)
    here.turn(seconds=60)
    assert here.said() == ["a"]


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
            delivery.turn(engine, post.client(), WallClock(), W)
        engine.dispose()

    threads = [threading.Thread(target=pay) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for _ in range(8):
        post.turn(seconds=2)
    assert post.asked(POST) == 24
    assert post.said(ALERTS) == [f"m{number}" for number in range(0, 24, 4)]
    post.engine.dispose()
