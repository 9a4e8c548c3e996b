"""The thread that pays: woken by a commit, it is quick; told to stop, it finishes what it began."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import schedule
from bot.clock import WallClock
from bot.delivery import Worker
from bot.metrics import Meters
from bot.settings import Settings
from bot.watching import STANDS_STILL_AFTER_S
from db.outbox import State
from db.session import writing
from tests.bot.post_office import ALERTS, GENERAL, POST, SUPPORT, Post, W


@pytest.fixture
def worker(here: Post) -> Iterator[Worker]:
    """A worker on the wall clock, not started yet."""
    made = Worker(here.engine, here.client(), WallClock(), Settings(), W)
    yield made
    made.stop()


def test_a_post_goes_out_within_a_fraction_of_a_second(here: Post, worker: Worker) -> None:
    worker.start()
    here.owe("a")
    began = time.monotonic()
    worker.wake()
    assert here.slack.wait("U0LEA", ALERTS, "a", timeout=5)
    assert time.monotonic() - began < 0.5


def test_what_was_owed_before_the_start_goes_out(here: Post, worker: Worker) -> None:
    here.owe("a")
    worker.start()
    assert here.slack.wait("U0LEA", ALERTS, "a", timeout=5)


def test_the_tick_finds_what_nobody_woke_it_for(here: Post, worker: Worker) -> None:
    worker.start()
    ticks = schedule.run([schedule.Tick("delivery", timedelta(seconds=0.2), worker.wake)], WallClock().now())
    here.owe("a")
    assert here.slack.wait("U0LEA", ALERTS, "a", timeout=5)
    ticks.shutdown()


def test_stopping_finishes_the_row_at_hand(here: Post) -> None:
    posting = threading.Event()
    worker = Worker(here.engine, here.client(), WallClock(), Settings(), W, at=lambda point: posting.set())
    here.slack.fault(POST, "slow", seconds=0.5)
    here.owe("a")
    here.owe("b")
    worker.start()
    assert posting.wait(5)
    assert worker.stop()
    assert here.row("a")["state"] == State.SENT
    assert here.row("b")["state"] == State.OWED


def test_a_turn_that_fails_does_not_end_the_later_ones(here: Post, worker: Worker) -> None:
    failures = [ZeroDivisionError("only once")]

    def turn() -> int:
        if failures:
            raise failures.pop()
        return worker.turn()

    worker.start(schedule.guarded("delivery", turn))
    here.owe("a")
    time.sleep(0.1)
    worker.wake()
    assert here.slack.wait("U0LEA", ALERTS, "a", timeout=5)


def test_a_restart_on_sqlite_does_not_wait_for_the_old_claim_to_lapse(here: Post, worker: Worker) -> None:
    here.owe("a")
    with writing(here.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'claimed', attempts = 1, claimed_by = 'gone', "
            "claimed_at = owed_at, again_at = owed_at + 3600000000"
        )
    worker.start()
    ticks = schedule.run([schedule.Tick("delivery", timedelta(seconds=0.2), worker.wake)], WallClock().now())
    assert here.slack.wait("U0LEA", ALERTS, "a", timeout=8)
    ticks.shutdown()


def test_without_anything_to_stop(worker: Worker) -> None:
    assert worker.stop()


def test_a_slow_slack_is_not_taken_for_a_delivery_that_stands_still(here: Post) -> None:
    seconds, ages = [0.0], []

    def answered(point: str) -> None:
        if point == "delivery.answered":
            seconds[0] += 40
            ages.append(meters.ages()["delivery"])

    meters = Meters(lambda: seconds[0])
    meters.began("delivery")
    worker = Worker(here.engine, here.client(), WallClock(), Settings(), W, at=answered, meters=meters)
    for channel in (ALERTS, SUPPORT, GENERAL):
        here.owe(channel, channel)
    assert worker.turn() >= 3
    assert seconds[0] > STANDS_STILL_AFTER_S
    assert max(ages) < STANDS_STILL_AFTER_S
