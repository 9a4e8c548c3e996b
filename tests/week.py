"""A simulated week: one, two or four processes on one database, and a clock that stands still between its steps.

In each step people and a helpdesk do something, spread over the processes; then every process runs its whole timetable
and delivers, all at the same moment, until nothing is left to do. What comes of it must not depend on how many there
are. RETHROW_WEEK_HOURS is how long a step is.
"""

import os
import threading
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from bot import logs, main, schedule, server
from bot.settings import load
from tests.books import Books
from tests.bots import FORKS, Bot, Town, says_into
from tests.waiting import PROCESS_S, wait_until
from tests.workplace import ANA, BEN, CLEO, LEAD, SUPPORT

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)
STEP = timedelta(hours=int(os.environ.get("RETHROW_WEEK_HOURS", "24")))
MEETINGS = 6  # rounds at one and the same instant, in which the processes meet at whatever there is to do
ROUNDS = 60
PATIENCE_S = 120


@dataclass(frozen=True)
class StillClock:
    """The same instant in every process, until somebody moves it."""

    instant: Any = field(default_factory=lambda: FORKS.Value("d", MONDAY.timestamp()))

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.fromtimestamp(self.instant.value, UTC)

    def move(self, **by: float) -> None:
        """Go on."""
        self.instant.value += timedelta(**by).total_seconds()


def take_part(environment: Mapping[str, str], clock: StillClock, said: Path, gate: Any, over: Any) -> None:
    """What each process does: serve, and at every opening of the gate run the timetable once, all lines at once."""
    says_into(said)
    settings = load(environment, needs_slack=True)
    logs.configure(level="INFO")
    bot = main.build(settings, clock)
    served = uvicorn.Server(
        server.config(bot.routes, settings.host, settings.port, lifespan="off", log_level="warning")
    )
    threading.Thread(target=served.run, daemon=True).start()
    lines = [tick.work for tick in schedule.timetable(bot.house, bot.delivery) if tick.name != "delivery"]
    pool = ThreadPoolExecutor(len(lines) + 1)
    while True:
        gate.wait(PATIENCE_S)
        if over.value:
            return
        for done in [pool.submit(work) for work in [*lines, bot.delivery.turn]]:
            if (failed := done.exception()) is not None:
                traceback.print_exception(failed)
                os._exit(3)  # the gate breaks, and the test says what was printed
        gate.wait(PATIENCE_S)


@dataclass
class Week:
    """The processes, and what happens to them."""

    here: Town
    books: Books
    processes: int
    clock: StillClock = field(default_factory=StillClock)
    over: Any = field(default_factory=lambda: FORKS.Value("b", 0))
    members: list[Bot] = field(default_factory=list)
    acts: int = 0

    def __post_init__(self) -> None:
        """Everybody is there before it begins."""
        self.gate = FORKS.Barrier(self.processes + 1)
        self._tell_slack()
        for _ in range(self.processes):
            bot = self.here.bot()
            bot.clock = self.clock
            told = (bot.environment, self.clock, bot.said, self.gate, self.over)
            bot.process = FORKS.Process(target=take_part, args=told, daemon=True)
            bot.process.start()
            self.members.append(bot)
        for bot in self.members:
            wait_until(bot.is_ready, "it is ready", PROCESS_S, bot.last_words)

    def _tell_slack(self) -> None:
        self.here.slack.clock((self.clock.now() - datetime.now(UTC)).total_seconds())

    def _next(self) -> Bot:
        """The processes take turns, as behind a load balancer."""
        self.acts += 1
        return self.members[self.acts % self.processes]

    def types(self, person: str, command: str) -> None:
        """A slash command."""
        self.here.slack.app(request_url=f"{self._next().address}/slack/events")
        answer = self.here.slack.command(person, SUPPORT, command)
        assert answer["ok"], answer

    def comes_in(self, external_id: str, **more: Any) -> None:
        """A helpdesk's event, which arrives twice, at different processes."""
        ticket = {
            "external_id": external_id,
            "subject": f"Mail {external_id}",
            "created_at": self.clock.now().isoformat(),
        }
        for _ in range(2):
            assert self._next().hears(ticket | more, f"event {external_id}")

    def goes_on(self) -> None:
        """All processes work until nothing is left to do at this instant, or what is left waits for time to pass."""
        for number in range(1, ROUNDS + 1):
            self._round()
            if number > 1 and self.books.is_idle(self.clock.now()):
                return
            if number >= MEETINGS:
                self.clock.move(seconds=5)  # a message a second and channel
                self._tell_slack()
        raise AssertionError(f"still to do: {self.books.unsettled()}")

    def _round(self) -> None:
        try:
            self.gate.wait(PATIENCE_S)
            self.gate.wait(PATIENCE_S)
        except threading.BrokenBarrierError:
            raise AssertionError("\n".join(bot.last_words() for bot in self.members)) from None

    def next_step(self, step: int) -> None:
        """Time passes to the beginning of a step."""
        self.clock.instant.value = (MONDAY + step * STEP).timestamp()
        self._tell_slack()

    def ends(self) -> None:
        """Everybody goes home."""
        self.over.value = 1
        self.gate.wait(PATIENCE_S)
        for bot in self.members:
            bot.process.join(PROCESS_S)


def live_through(week: Week, steps: int) -> None:
    """People and a helpdesk at work: a bit of everything, the same each time."""
    for step in range(steps):
        week.next_step(step)
        number = 3 * step + 1
        week.comes_in(f"Z{step}", priority=("P2", "P3", "P1", "P2", "P2", "P0")[step % 6])
        week.types(ANA, f"/ticket new P2 Export {step} is slow for Acme")
        week.types(BEN, f"/ticket new How do I invite colleague {step}")
        week.types(ANA, f"/ticket take {number}")
        week.types(ANA, f"/tag {number} usability api")
        if step % 2:
            week.types(ANA, f"/ticket reply {number}")
        if step % 3 == 1:
            week.types(CLEO, f"/ticket solve {number - 3} nothing")
            week.types(CLEO, f"/ticket pending {number + 1}")
        if step % 5 == 2:
            week.types(BEN, "/ticket undo")
            week.types(LEAD, "/sla")
        week.goes_on()
