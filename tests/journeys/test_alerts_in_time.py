"""Alerts of a bot in a process of its own, on the machine's clock: in time, and once, killed or not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from slack_sandbox.client import Sandbox
from tests.workplace import ALERTS, ANA, BOT_TOKEN, CONFIG, SIGNING_SECRET, all_text, signed_event, workspace

# The sweep waits for the due instant itself; the post then takes some hundredths of a second.
IN_TIME_S = 1.0
PROMISES = '[sla]\npickup = "9h"\n[sla.P2]\nfirst_response = "60m"\nresolution = "100h"\n'
HOUR = timedelta(hours=1)


class RunningBot:
    """`rethrow run` on a port of its own, which can be killed and started again."""

    def __init__(self, folder: Path, slack_url: str, database: str, port: int) -> None:
        (folder / "rethrow.toml").write_text(CONFIG + PROMISES)
        self.address = f"http://127.0.0.1:{port}"
        self._environment = os.environ | {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{slack_url}/api/",
            "DATABASE_URL": database,
            "RETHROW_CONFIG": str(folder / "rethrow.toml"),
            "PORT": str(port),
        }
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                with urlopen(f"{self.address}/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        return process
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("the bot was not ready")

    def killed_and_started_again(self) -> None:
        """Die without a word, as in a power cut, and come back."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._started()


@contextmanager
def running(folder: Path, slack_url: str, database: str, port: int) -> Iterator[RunningBot]:
    bot = RunningBot(folder, slack_url, database, port)
    yield bot
    bot.process.terminate()
    bot.process.wait(20)


@pytest.fixture
def slack(slack_url: str) -> Iterator[Sandbox]:
    with Sandbox(slack_url) as box:
        box.reset(workspace("http://127.0.0.1:9/slack/events"))
        yield box


def comes_in(bots: list[RunningBot], external_id: str, created_at: datetime) -> None:
    ticket = {
        "external_id": external_id,
        "subject": f"Question {external_id}",
        "priority": "P2",
        "created_at": created_at.isoformat(),
    }
    assert signed_event(bots[0].address, ticket, external_id, datetime.now(UTC)).status_code == 200


def posts(slack: Sandbox, external_id: str, contains: str) -> list[float]:
    """When posts about this ticket came that say this, as unix times."""
    seen = slack.messages(ANA, ALERTS)
    return [float(m["ts"]) for m in seen if external_id in all_text(m) and contains in all_text(m)]


def wait_for(slack: Sandbox, external_id: str, contains: str, until: datetime) -> None:
    while datetime.now(UTC) < until and not posts(slack, external_id, contains):
        time.sleep(0.05)


def test_a_warning_and_a_breach_are_posted_in_time_and_once_by_two_bots_side_by_side(
    tmp_path: Path, slack_url: str, slack: Sandbox, postgresql_url: str, unused_ports: list[int]
) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    with (
        running(first, slack_url, postgresql_url, unused_ports[0]) as one,
        running(second, slack_url, postgresql_url, unused_ports[1]) as two,
    ):
        due = datetime.now(UTC) + timedelta(seconds=3)
        comes_in([one, two], "WARN", due - 0.8 * HOUR)
        comes_in([two, one], "BREACH", due - HOUR)
        wait_for(slack, "WARN", "due soon", due + timedelta(seconds=6))
        wait_for(slack, "BREACH", "breached", due + timedelta(seconds=6))
        time.sleep(1.5)
        assert len(posts(slack, "WARN", "First response")) == 1
        assert 0 <= posts(slack, "WARN", "due soon")[0] - due.timestamp() < IN_TIME_S
        # Its warning was late already when it came in; that post follows the clock, the breach has one of its own.
        warned, breached = posts(slack, "BREACH", "First response")
        assert 0 <= breached - due.timestamp() < IN_TIME_S
        assert warned < due.timestamp()


def test_a_bot_killed_just_before_and_back_just_after_posts_the_breach_once(
    tmp_path: Path, slack_url: str, slack: Sandbox, sqlite_url: str, unused_ports: list[int]
) -> None:
    with running(tmp_path, slack_url, sqlite_url, unused_ports[0]) as bot:
        due = datetime.now(UTC) + timedelta(seconds=3)
        comes_in([bot], "BREACH", due - HOUR)
        wait_for(slack, "BREACH", "due soon", due)
        time.sleep(max(0, (due - datetime.now(UTC)).total_seconds() - 0.1))
        bot.killed_and_started_again()
        bot.killed_and_started_again()
        wait_for(slack, "BREACH", "breached", due + timedelta(seconds=15))
        time.sleep(3)
        assert len(posts(slack, "BREACH", "First response")) == 2
