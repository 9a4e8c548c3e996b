"""The thread that pays: woken by a commit, it pays without waiting for its tick; told to stop, it finishes its row."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import schedule
from bot.clock import WallClock
from bot.delivery import Worker
from bot.metrics import Meters
from bot.settings import Settings
from bot.watching import STANDS_STILL_AFTER_S
from db.outbox import State, outbox
from db.session import writing
from tests.bot.post_office import ALERTS, GENERAL, SUPPORT, Post, W

SOON = 60  # seconds, for a machine that is busy with something else


def worker_of(post: Post, at: Callable[[str], None] = lambda point: None, meters: Meters | None = None) -> Worker:
    """A worker of this post office, not started yet."""
    return Worker(post.engine, post.client(), post.clock, Settings(), W, at=at, meters=meters)


@pytest.fixture
def worker(post: Post) -> Iterator[Worker]:
    """A worker, not started yet."""
    made = worker_of(post)
    yield made
    made.stop()


def test_to_be_woken_is_enough_it_waits_for_no_tick(post: Post, worker: Worker) -> None:
    worker.start()
    post.owe("a")
    worker.wake()
    assert post.slack.wait("U0LEA", ALERTS, "a", timeout=SOON)


def test_what_was_owed_before_the_start_goes_out(post: Post, worker: Worker) -> None:
    post.owe("a")
    worker.start()
    assert post.slack.wait("U0LEA", ALERTS, "a", timeout=SOON)


def test_the_tick_finds_what_nobody_woke_it_for(post: Post, worker: Worker) -> None:
    worker.start()
    ticks = schedule.run([schedule.Tick("delivery", timedelta(seconds=0.2), worker.wake)], WallClock().now())
    post.owe("a")
    assert post.slack.wait("U0LEA", ALERTS, "a", timeout=SOON)
    ticks.shutdown()


def test_stopping_finishes_the_row_at_hand_and_begins_no_other(post: Post) -> None:
    paying, go_on = threading.Event(), threading.Event()

    def holds_still(point: str) -> None:
        paying.set()
        go_on.wait(SOON)

    worker = worker_of(post, holds_still)
    post.owe("a")
    post.owe("b")
    worker.start()
    assert paying.wait(SOON)
    assert not worker.stop(within_s=0), "a row is at hand"
    go_on.set()
    assert worker.stop()
    assert post.said() == ["a"]
    assert (post.row("a")["state"], post.row("b")["state"]) == (State.SENT, State.OWED)


def test_a_turn_that_fails_does_not_end_the_later_ones(post: Post, worker: Worker) -> None:
    failed = threading.Event()

    def turn() -> int:
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError("only once")
        return worker.turn()

    worker.start(schedule.guarded("delivery", turn))
    assert failed.wait(SOON)
    post.owe("a")
    worker.wake()
    assert post.slack.wait("U0LEA", ALERTS, "a", timeout=SOON)


def test_what_a_dead_process_had_claimed_goes_out_and_on_sqlite_at_once(post: Post, worker: Worker) -> None:
    """A SQLite file has one process, so whoever claimed it is gone; on PostgreSQL they may be at work still."""
    post.owe("a")
    now = post.clock.now()
    claimed = {"state": State.CLAIMED, "attempts": 1, "claimed_by": "gone", "claimed_at": now}
    with writing(post.engine) as connection:
        connection.execute(update(outbox).values(claimed | {"again_at": now + timedelta(hours=1)}))
    worker.start(lambda: 0)  # the test makes its turns

    def a_minute_passes() -> None:
        for _ in range(6):
            post.clock.move(seconds=10)
            worker.turn()

    a_minute_passes()
    assert post.said() == (["a"] if post.engine.dialect.name == "sqlite" else [])
    post.clock.move(minutes=59)
    a_minute_passes()
    assert post.said() == ["a"]


def test_without_anything_to_stop(worker: Worker) -> None:
    assert worker.stop()


def test_a_slow_slack_is_not_taken_for_a_delivery_that_stands_still(post: Post) -> None:
    seconds, ages = [0.0], []

    def answered(point: str) -> None:
        if point == "delivery.answered":
            seconds[0] += 40
            ages.append(meters.ages()["delivery"])

    meters = Meters(lambda: seconds[0])
    meters.began("delivery")
    for channel in (ALERTS, SUPPORT, GENERAL):
        post.owe(channel, channel)
    assert worker_of(post, answered, meters).turn() >= 3
    assert seconds[0] > STANDS_STILL_AFTER_S
    assert max(ages) < STANDS_STILL_AFTER_S
