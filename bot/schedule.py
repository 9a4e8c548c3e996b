"""The timetable: what happens by itself, and how often. The scheduler only ticks; it never holds a ticket."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import retention
from bot.calibrations import sweep as calibration_sweep
from bot.calibrations.sweep import open_monthly
from bot.clock import WallClock
from bot.database import reason
from bot.delivery import Worker
from bot.desk import House
from bot.digests import posting as digest_posting
from bot.escalations import sweep as handoff_sweep
from bot.escalations.noticing import Watch
from bot.metrics import Meters
from bot.reviews import shares as review_shares
from bot.sla.auditor import audit
from bot.sla.sweep import EVERY_S, Sweep
from db import room
from db.session import DOES_NOT_ANSWER

log = structlog.get_logger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the timetable: `work` is done `first` after the start, and then every so often.

    What does not matter in the first second comes later, so that it does not stand in the way of the first commands.
    """

    name: str
    every: timedelta
    work: Callable[[], Any]
    first: timedelta = timedelta()


def seconds(count: float) -> timedelta:
    """So many seconds."""
    return timedelta(seconds=count)


def timetable(house: House, delivery: Worker) -> list[Tick]:
    """All that happens by itself."""
    workspace = delivery.workspace_id
    there = partial(retention.while_there, house, workspace)
    return [
        Tick("wake-delivery", seconds(1), delivery.wake),
        Tick("sla-sweep", seconds(EVERY_S), there(Sweep(house, workspace, at=house.at).watch)),
        Tick("handoffs", seconds(1), there(lambda: handoff_sweep.turn(house, workspace)), seconds(0.2)),
        Tick("triggers", seconds(2), there(Watch(house, workspace).turn), seconds(0.4)),
        Tick("calibrations", seconds(1), there(lambda: calibration_sweep.turn(house, workspace)), seconds(0.6)),
        Tick("calibration-of-month", seconds(15), there(partial(open_monthly, house, workspace)), seconds(1)),
        Tick("review-shares", seconds(15), there(lambda: review_shares.sweep(house, workspace)), seconds(1.3)),
        Tick("digests", seconds(15), there(lambda: digest_posting.sweep(house, workspace)), seconds(1.5)),
        Tick("room", seconds(5), lambda: room.look_again(house.engine), seconds(2)),
        Tick("token", timedelta(minutes=5), delivery.try_token, timedelta(minutes=5)),
        Tick("sla-audit", timedelta(days=1), there(lambda: audit(house, workspace)), seconds(3)),
        Tick("retention", timedelta(hours=1), there(lambda: retention.turn(house, workspace)), seconds(10)),
        Tick("workspace-gone", timedelta(minutes=5), lambda: retention.purge_left(house, workspace), seconds(12)),
    ]


def start(house: House, delivery: Worker) -> BackgroundScheduler:
    """The timetable in force; ends with `shutdown()`, which lets what has begun finish."""
    # The scheduler goes by the machine's clock, whatever the house is told the time is.
    return run(timetable(house, delivery), WallClock().now(), house.meters)


def run(ticks: Sequence[Tick], now: datetime, meters: Meters | None = None) -> BackgroundScheduler:
    """A running scheduler, started at `now`, the machine's time."""
    # A thread for each: no tick waits until another one is done.
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(max(len(ticks), 1))})
    for tick in ticks:
        scheduler.add_job(
            guarded(tick.name, tick.work, meters),
            IntervalTrigger(seconds=tick.every.total_seconds(), timezone=UTC),
            id=tick.name,
            name=tick.name,  # what the scheduler's own log calls it
            next_run_time=now + tick.first,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # the default drops a tick that is a second late
        )
    scheduler.start()
    return scheduler


def guarded(name: str, work: Callable[[], Result], meters: Meters | None = None) -> Callable[[], Result | None]:
    """`work` that logs what it raises and gives None, so that the next tick comes; its turns are counted."""
    counted = meters or Meters()
    counted.began(name)

    def safely() -> Result | None:
        try:
            with counted.turning(name):
                return work()
        except DOES_NOT_ANSWER as away:
            log.error("database.does_not_answer", tick=name, why=reason(away))
            return None
        except Exception:
            log.exception("tick.failed", tick=name)
            return None

    return safely
