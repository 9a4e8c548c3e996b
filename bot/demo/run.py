"""`rethrow demo`: the local Slack, a team's eight weeks of tickets, and the bot, until told to stop."""

import fcntl
import importlib.util
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from bot.clock import WallClock
from bot.demo import calibrations, reviews, walkthrough
from bot.demo.burning import burning_ticket
from bot.demo.neighbours import LocalSlack, answers, send_event
from bot.demo.programs import DemoFailed, Program, free_port, is_free, run, start
from bot.demo.team import BOT_TOKEN, SIGNING_SECRET, sandbox_workspace, text_of
from bot.demo.tickets import tickets
from bot.listeners import COMMANDS
from bot.manifest import PLACE, manifest
from bot.settings import load

PORT = 4500
PORTS_TRIED = 20
STATE = Path(".rethrow-demo")
SAID = "slack.json"  # what the local Slack keeps
OURS = (
    SAID,
    "rethrow.db",
    "rethrow.db-wal",
    "rethrow.db-shm",
    "rethrow.toml",
    "tickets.jsonl",
    "newest.json",
    "workspace.json",
    "log",
)
READY_WITHIN = 180.0  # seconds; a laptop that has just been switched on takes its time
LOOK_EVERY = 0.1
BOT = (sys.executable, "-m", "bot")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where this demo keeps its things and where it can be reached."""

    state: Path
    slack_port: int
    bot_port: int

    @property
    def slack_url(self) -> str:
        """The address a person opens."""
        return f"http://127.0.0.1:{self.slack_port}"

    @property
    def bot_url(self) -> str:
        """Where the local Slack finds the bot."""
        return f"http://127.0.0.1:{self.bot_port}"

    def log(self, name: str) -> Path:
        """Where a program's output goes."""
        return self.state / "log" / f"{name}.txt"

    def environment(self) -> dict[str, str]:
        """What the bot is told: nothing of a real workspace's settings reaches it."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "RETHROW_"))},
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{self.slack_url}/api/",
            "DATABASE_URL": f"sqlite:///{self.state.resolve() / 'rethrow.db'}",
            "RETHROW_CONFIG": str(self.state.resolve() / "rethrow.toml"),
            "HOST": "127.0.0.1",
            "PORT": str(self.bot_port),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
        }


def demo(say: Say, now: datetime, port: int | None = None, reset: bool = False, state: Path = STATE) -> None:
    """Run the demo until Ctrl-C or SIGTERM; `say` prints a line. Raises DemoFailed with what went wrong."""
    _must_be_installed()
    # Told twice it still stops the programs: the handlers hold until the last of them has ended.
    with _told_to_stop() as stop, ExitStack() as on_leaving:
        on_leaving.enter_context(_alone_in(state))
        place = Place(state, _port_for_people(port, say), free_port())
        seed = _prepare(place, now, reset)
        goes_on = (state / SAID).exists()
        programs: list[Program] = []
        on_leaving.callback(_stop_all, programs)
        with _a_way_out(goes_on):
            ready = _set_up(place, seed, programs, stop, say, goes_on)
        if ready:
            say(f"\n  Open {place.slack_url}\n")
            say("  Ctrl-C stops it. The next start goes on from there; with --reset it begins anew.")
            while not stop.wait(LOOK_EVERY):
                _all_must_run(programs)
    say("The demo has stopped.")


def _must_be_installed() -> None:
    if importlib.util.find_spec("slack_sandbox") is None:
        raise DemoFailed("The local Slack is not installed: run `pip install -e ./sandbox`, or `make demo`.")


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set, for as long as this lasts."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _alone_in(state: Path) -> Iterator[None]:
    """Hold the folder, so that a second demo does not write into this one's database."""
    (state / "log").mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise DemoFailed(f"A demo is running in {state} already; stop it, or use --state DIR.") from taken
        yield


def _port_for_people(wanted: int | None, say: Say) -> int:
    """The port that was asked for, or the first free one from PORT on."""
    if wanted == 0:
        return free_port()
    if wanted is not None:
        if not is_free(wanted):
            raise DemoFailed(f"Port {wanted} is taken by another program; pass another one with --port.")
        return wanted
    for port in range(PORT, PORT + PORTS_TRIED):
        if is_free(port):
            return port
        say(f"Port {port} is taken by another program; trying the next.")
    raise DemoFailed(f"Ports {PORT} to {PORT + PORTS_TRIED - 1} are all taken; pass one with --port.")


def _prepare(place: Place, now: datetime, reset: bool) -> list[dict[str, Any]]:
    """Write the config, the workspace and, the first time, the tickets; the tickets, the newest one last."""
    if reset or not (place.state / SAID).exists():
        _forget(place.state)
    (place.state / "log").mkdir(exist_ok=True)
    (place.state / "rethrow.toml").write_text(text_of("rethrow.toml"), encoding="utf-8")
    described = manifest(load(place.environment()), COMMANDS, place.bot_url)
    workspace = sandbox_workspace(place.bot_url + PLACE, described)
    (place.state / "workspace.json").write_text(json.dumps(workspace), encoding="utf-8")
    return _kept_tickets(place.state, now)


def _kept_tickets(state: Path, now: datetime) -> list[dict[str, Any]]:
    """The tickets of an earlier run, or new ones; all but the newest are in the file that is imported."""
    history, newest = state / "tickets.jsonl", state / "newest.json"
    if not newest.exists():
        *earlier, last = tickets(now)
        history.write_text("".join(json.dumps(ticket) + "\n" for ticket in earlier), encoding="utf-8")
        newest.write_text(json.dumps(last), encoding="utf-8")
    lines = [*history.read_text(encoding="utf-8").splitlines(), newest.read_text(encoding="utf-8")]
    return [json.loads(line) for line in lines]


def _forget(state: Path) -> None:
    """Remove what a demo made, and nothing else that may be in the folder."""
    for name in OURS:
        path = state / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@contextmanager
def _a_way_out(goes_on: bool) -> Iterator[None]:
    """Of a start that fails it is said how to begin anew, where it may lie in what an earlier demo left."""
    try:
        yield
    except DemoFailed as failed:
        if not goes_on:
            raise
        raise DemoFailed(f"{failed}\nIt went on from an earlier demo; with --reset it begins anew.") from failed


def _set_up(
    place: Place, seed: list[dict[str, Any]], programs: list[Program], stop: Event, say: Say, goes_on: bool
) -> bool:
    """Start everything in order, appending to `programs`; False when told to stop meanwhile."""
    environment, slack = place.environment(), LocalSlack(place.slack_url)
    say("Starting the local Slack …")
    programs.append(start("The local Slack", _local_slack(place), environment, place.log("slack")))
    if not _ready(slack.answers, programs, stop):
        return False
    say("Going on where the last demo stopped …" if goes_on else f"Taking in {len(seed)} tickets of eight weeks …")
    if not _taken_in(place, environment, stop):
        return False
    calibrations.seed(load(environment), slack, WallClock().now())
    reviews.seed(load(environment), slack, WallClock().now())
    say("Starting the bot …")
    programs.append(start("The bot", [*BOT, "run"], environment, place.log("bot")))
    if not _ready(lambda: answers(f"{place.bot_url}/readyz"), programs, stop):
        return False
    _welcome(slack, walkthrough.post(seed, burning=_newest(place, seed[-1])))
    return True


def _taken_in(place: Place, environment: dict[str, str], stop: Event) -> bool:
    """Import the tickets; False when told to stop meanwhile, which may have ended the import as well."""
    try:
        run("rethrow import", [*BOT, "import", str(place.state / "tickets.jsonl")], environment, place.log("import"))
    except DemoFailed:
        if not stop.is_set():
            raise
    return not stop.is_set()


def _local_slack(place: Place) -> list[str]:
    keeps = ["--workspace", str(place.state / "workspace.json"), "--keep", str(place.state / SAID)]
    return [sys.executable, "-m", "slack_sandbox", "--port", str(place.slack_port), *keeps]


def _newest(place: Place, newest: dict[str, Any]) -> str:
    """Let the helpdesk tell of the newest ticket, and of one whose promise is about to break; the latter's number."""
    secret = load(place.environment()).ingest_secret("generic")
    assert secret is not None, "rethrow.toml of the demo has one"
    burning = burning_ticket(WallClock().now())
    send_event(place.bot_url, {"event_id": "demo-1", "type": "ticket.upsert", "ticket": newest}, secret)
    event = {"event_id": burning["external_id"], "type": "ticket.upsert", "ticket": burning}
    return send_event(place.bot_url, event, secret)


def _welcome(slack: LocalSlack, post: dict[str, Any]) -> None:
    """The talk and the pinned post; when an earlier run left them, the post is brought up to date."""
    if slack.update_pinned(walkthrough.READER, walkthrough.CHANNEL, post):
        return
    for person, text in walkthrough.TALK:
        slack.say(person, walkthrough.CHANNEL, text)
    slack.post_and_pin(walkthrough.CHANNEL, post)


def _ready(is_ready: Callable[[], bool], programs: list[Program], stop: Event) -> bool:
    """Wait for the program started last; False when told to stop meanwhile."""
    for _ in range(int(READY_WITHIN / LOOK_EVERY)):
        if is_ready():
            return True
        if stop.wait(LOOK_EVERY):
            return False
        _all_must_run(programs)
    raise DemoFailed(f"{programs[-1].name} was not ready within {READY_WITHIN:.0f} s; see {programs[-1].log}")


def _all_must_run(programs: list[Program]) -> None:
    for program in programs:
        program.must_run()


def _stop_all(programs: list[Program]) -> None:
    """The bot first, so that it can finish what it owes to the local Slack."""
    for program in reversed(programs):
        program.stop()
