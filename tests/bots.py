"""Whole bots in processes of their own, on one clock that is moved by hand: started, killed, and started again.

Each is what `rethrow run` is: settings from the environment, the composition root, the server, every tick. The
processes are forked from one that has imported the product, so that starting one takes a fraction of a second.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import httpx

from bot import cli_import, logs, main
from bot.clock import Clock
from bot.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import load
from slack_sandbox.client import Sandbox
from tests.ports import unused_port
from tests.postgresql import unhurried
from tests.waiting import PATIENCE_S, PROCESS_S, wait_until
from tests.workplace import BOT_TOKEN, PATIENT, SIGNING_SECRET, Json, config_file, signed_event, workspace

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.bots"])
SIGNS_OF_DEATH = (httpx.TransportError,)


@dataclass(frozen=True)
class SharedClock:
    """The machine's time and so many seconds on, the same in every process."""

    ahead: Any = field(default_factory=lambda: FORKS.Value("d", 0.0))

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead.value)

    def move(self, **by: float) -> None:
        """Let time pass in every process, as timedelta's keywords say."""
        self.ahead.value += timedelta(**by).total_seconds()


@dataclass
class Fate:
    """Ends the process, as a power cut would, when it reaches a point for the nth time."""

    point: str
    nth: int = 1

    def __call__(self, reached: str) -> None:
        """Hear where the process is."""
        if reached == self.point:
            self.nth -= 1
            if self.nth == 0:
                die()


def die() -> NoReturn:
    """End without any farewell."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def run_bot(environment: Mapping[str, str], clock: SharedClock, at: Callable[[str], None], said: Path) -> None:
    """What a bot's process does; what it says goes to a file."""
    says_into(said)
    settings = load(environment, needs_slack=True)
    logs.configure(level="INFO")
    main.live(settings, clock, at=at)


def run_import(
    environment: Mapping[str, str], clock: SharedClock, at: Callable[[str], None], said: Path, file: Path
) -> None:
    """What the process of `rethrow import FILE` does."""
    says_into(said)
    cli_import.import_file(load(environment), file, clock, at=at)


def says_into(said: Path) -> None:
    """What this process says from now on goes to a file."""
    with said.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


@dataclass
class Bot:
    """One bot's place: its port, its files, and the process that is there now."""

    environment: Mapping[str, str]
    clock: Clock
    said: Path
    address: str
    process: Any = None

    def start(self, at: Callable[[str], None] = main.nothing_happens, *, ready: bool = True) -> "Bot":
        """Come to life; `ready` waits until it serves."""
        assert self.process is None or not self.process.is_alive()
        self.process = FORKS.Process(target=run_bot, args=(self.environment, self.clock, at, self.said), daemon=True)
        self.process.start()
        if ready:
            wait_until(lambda: self.is_ready() or self.is_dead(), "the bot is ready", PROCESS_S)
        return self

    def is_ready(self) -> bool:
        """Whether it says that it can serve."""
        return self.status("/readyz") == 200

    def status(self, path: str) -> int | None:
        """The status with which it answers; None when it does not."""
        try:
            return httpx.get(f"{self.address}{path}", timeout=PATIENCE_S).status_code
        except SIGNS_OF_DEATH:
            return None

    def is_dead(self) -> bool:
        """Whether its process is gone."""
        return self.process is None or not self.process.is_alive()

    def dies(self) -> None:
        """Wait until it met its fate."""
        wait_until(self.is_dead, "the bot dies", PROCESS_S, self.last_words)
        assert self.process.exitcode == -signal.SIGKILL, self.last_words()

    def kill(self) -> None:
        """A power cut, now."""
        if self.process is not None:
            self.process.kill()
            self.process.join(PROCESS_S)

    def stop(self) -> None:
        """Ask it to finish."""
        if self.process is not None and self.process.is_alive():
            self.process.terminate()
            self.process.join(PROCESS_S)
            self.kill()

    def last_words(self) -> str:
        """The end of what it said, for a test that fails."""
        return self.said.read_text(errors="replace")[-3000:] if self.said.exists() else ""

    def hears(self, ticket: Mapping[str, Any], event_id: str) -> bool:
        """A helpdesk tells of a ticket; False when the bot died over it, so that it has to be told again."""
        try:
            answer = signed_event(self.address, ticket, event_id, self.clock.now())
        except SIGNS_OF_DEATH:
            return False
        assert answer.status_code in (200, 503), answer.text
        return answer.status_code == 200


@dataclass
class Town:
    """The local Slack and the bots in it, which share a database and a clock."""

    slack: Sandbox
    database: str
    folder: Path
    config: str
    clock: SharedClock = field(default_factory=SharedClock)
    bots: list[Bot] = field(default_factory=list)

    def bot(self) -> Bot:
        """A place for one more bot, not started yet."""
        port, path = unused_port(), config_file(self.folder, self.config)
        environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{self.slack.base_url}/api/",
            "DATABASE_URL": unhurried(self.database),
            "RETHROW_CONFIG": str(path),
            "PORT": str(port),
        }
        made = Bot(environment, self.clock, self.folder / f"bot-{port}.log", f"http://127.0.0.1:{port}")
        self.bots.append(made)
        self.slack.app(request_url=f"{made.address}/slack/events", **PATIENT)
        return made

    def imports(self, file: Path, at: Callable[[str], None] = main.nothing_happens) -> int:
        """`rethrow import FILE` in a process of its own; its exit code."""
        environment = self.bot().environment
        arguments = (environment, self.clock, at, self.folder / "import.log", file)
        process: Any = FORKS.Process(target=run_import, args=arguments, daemon=True)
        process.start()
        process.join(PROCESS_S)
        return int(process.exitcode)

    def pass_time(self, **time: float) -> None:
        """Let time pass for the bots and for Slack alike."""
        self.clock.move(**time)
        self.slack.clock(self.clock.ahead.value)


@contextmanager
def town(slack_url: str, folder: Path, database: str, config: str) -> Iterator[Town]:
    """An empty Slack and no bot yet; whatever was started is ended with it."""
    with Sandbox(slack_url) as slack:
        slack.reset(_wide_awake(workspace("http://127.0.0.1:9/slack/events")))
        here = Town(slack, database, folder, config)
        yield here
        for bot in here.bots:
            bot.stop()


def _wide_awake(made: Json) -> Json:
    """A Slack whose own pace is not in the way of a clock that leaps, and in which the bot may do all that it asks for.

    Where it may not look for a lost message, as among those to one person, it sends such a one again.
    """
    app = {**made["app"], "rate": {"per_second": 0, "burst": 1}, "scopes": [*SCOPES, *OPTIONAL_SCOPES]}
    return {**made, "app": app}
