"""The timetable, and that one bad tick does not end the later ones."""

import threading
from datetime import timedelta

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot import schedule
from bot.clock import WallClock
from bot.delivery import Worker
from bot.desk import House
from bot.settings import Settings


def test_every_tick_has_its_name_and_none_is_dropped_or_doubled(engine: Engine) -> None:
    house = House(engine, Settings(), WallClock())
    worker = Worker(engine, WebClient("xoxb-none"), WallClock(), Settings(), "T1")
    ticks = schedule.start(house, worker)
    jobs = {job.id: job for job in ticks.get_jobs()}
    ticks.shutdown()
    assert {"wake-delivery", "retention"} <= set(jobs)
    for job in jobs.values():
        assert job.name == job.id
        assert (job.max_instances, job.coalesce, job.misfire_grace_time) == (1, True, None)


def test_a_tick_that_fails_comes_again() -> None:
    came = threading.Semaphore(0)

    def fails() -> None:
        came.release()
        raise ValueError("every time")

    ticks = schedule.run([schedule.Tick("fails", timedelta(seconds=0.05), fails)], WallClock().now())
    assert all(came.acquire(timeout=60) for _ in range(3))
    ticks.shutdown()


def test_what_can_wait_does_not_stand_in_the_way_of_the_first_commands() -> None:
    now = WallClock().now()
    wait = schedule.Tick("audit", timedelta(days=1), lambda: None, first=timedelta(hours=1))
    ticks = schedule.run([wait, schedule.Tick("sweep", timedelta(hours=1), lambda: None)], now)
    audit = ticks.get_job("audit")
    ticks.shutdown()
    assert audit.next_run_time == now + timedelta(hours=1)
