"""`rethrow demo`, as a newcomer meets it: one address, a bot that answers, and nothing left behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from slack_sandbox.client import Sandbox
from tests.waiting import wait_until
from tests.workplace import PATIENT, Json

READY_WITHIN = 180.0
SUPPORT, ALERTS, QA = "C0SUPPORT", "C0ALERTS", "C0QA"


@dataclass
class Demo:
    """A demo that runs: its process, what it said until it was ready, its local Slack and its folder."""

    process: subprocess.Popen[str]
    said: str
    found: dict[
        str, list[Json]
    ]  # the calibrations, each with its thread, as whoever opened the address at once saw them
    slack: Sandbox
    state: Path


def start(state: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot", "demo", "--state", str(state), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until_address(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What was said, and the one address in it."""
    said, deadline = "", time.monotonic() + READY_WITHIN
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        found = re.search(r"Open (http://127\.0\.0\.1:\d+)$", line.strip())
        if found:
            return said, found.group(1)
        assert time.monotonic() < deadline, said
    raise AssertionError(f"the demo ended before it was ready:\n{said}")


@contextmanager
def running(state: Path, *arguments: str) -> Iterator[Demo]:
    """A demo in this folder, stopped at the end."""
    process = start(state, "--port", "0", *arguments)
    try:
        said, address = until_address(process)
        with Sandbox(address) as slack:
            found = {head["text"]: slack.look("U0TOBI", QA, head["ts"]) for head in slack.look("U0TOBI", QA)}
            slack.app(**PATIENT)
            yield Demo(process, said, found, slack, state)
    finally:
        process.terminate()
        process.communicate(timeout=120)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for the whole story; a late test stops it, and the last ones start in its folder again."""
    with running(tmp_path_factory.mktemp("demo") / "state") as started:
        yield started


def tried_lines(demo: Demo) -> list[str]:
    """The commands that the pinned post tells people to type."""
    pinned = [message for message in demo.slack.look("U0ANA", SUPPORT) if message.get("pinned")]
    texts = [block["text"]["text"] for block in pinned[0]["blocks"] if block["type"] == "section"]
    return re.findall(r"`(/[^`]+)`", "\n".join(texts))


def answer(demo: Demo, line: str, person: str = "U0ANA") -> str:
    ran = demo.slack.command(person, SUPPORT, line)
    assert ran["ok"], ran
    said: str = demo.slack.look(person, SUPPORT)[-1]["text"]
    return said


def serves(port: int | None) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port or 0)) == 0


def test_one_address_is_said(demo: Demo) -> None:
    assert len(re.findall("http://", demo.said)) == 1


def test_every_line_of_the_walk_through_works_as_it_is_written(demo: Demo) -> None:
    lines = tried_lines(demo)
    tag, misspelt, undo, take, solve, report, board, clocks, escalate, digest, *rest = lines
    calibrate, review, new, unassigned, show = rest
    assert "*usability*" in answer(demo, tag)
    assert "Did you mean" in answer(demo, misspelt)
    assert "Undone" in answer(demo, undo)
    assert "Yours now" in answer(demo, take)
    answer(demo, solve)
    assert demo.slack.view("U0ANA")["title"]["text"].startswith("Solve T-")
    demo.slack.close("U0ANA")
    assert "Why customers wrote" in answer(demo, report)
    assert "breached" in answer(demo, board)
    assert "No mail leaves our account" in answer(demo, clocks)
    assert demo.slack.wait("U0ANA", ALERTS, "First response", timeout=60)
    answer(demo, escalate)
    assert demo.slack.view("U0ANA")["title"]["text"].startswith("Escalate T-")
    demo.slack.close("U0ANA")
    assert "Week" in answer(demo, digest)
    assert "voted" in answer(demo, calibrate, "U0TOBI")
    assert "Yours to review" in answer(demo, review, "U0SAM")
    assert "Receipts arrive hours late" in answer(demo, new, "U0SAM")  # whom the step before told people to be
    assert demo.slack.wait("U0SAM", ALERTS, "Receipts arrive hours late", timeout=60)
    assert "Unassigned" in answer(demo, unassigned)
    assert "charged twice" in answer(demo, show)


def test_a_colleague_is_named_with_an_at(demo: Demo) -> None:
    answer(demo, "/ticket new P3 A question about the invoice address")
    number = re.findall(r"T-\d+", json.dumps(demo.slack.look("U0ANA", SUPPORT)[-1]["blocks"]))[0]
    assert "<@U0KOFI>" in answer(demo, f"/ticket assign {number} @kofi")


def test_an_answer_is_seen_by_the_one_who_asked(demo: Demo) -> None:
    mine = answer(demo, "/tag help", "U0KOFI")
    assert demo.slack.look("U0KOFI", SUPPORT)[-1]["ephemeral"]
    assert all(message["text"] != mine for message in demo.slack.look("U0PRIYA", SUPPORT))


def test_a_ticket_that_came_in_by_an_event_is_announced(demo: Demo) -> None:
    assert demo.slack.wait("U0MAYA", ALERTS, "Sign-in codes answered with an error", timeout=60)


def test_the_calibrations_are_there_from_the_first_look_as_old_as_they_are(demo: Demo) -> None:
    now = demo.slack.clock()
    ages = [(now - float(messages[0]["ts"])) / 86_400 for messages in demo.found.values()]
    assert [round(age) for age in ages] == [31, 4, 0]
    assert all(len(messages) > 5 for messages in demo.found.values())  # each of its tickets is a reply
    assert ["*Closed*" in head for head in demo.found] == [True, True, False]


def test_a_closed_calibration_has_something_to_discuss(demo: Demo) -> None:
    closed = list(demo.found.values())[:2]
    assert all("Discuss." in json.dumps(messages) for messages in closed)


def test_the_present_has_come_when_the_demo_is_open(demo: Demo) -> None:
    assert abs(demo.slack.clock() - time.time()) < 1


def test_the_helpdesks_people_are_the_workspaces(demo: Demo) -> None:
    answer(demo, "/ticket list mine")
    assert "charged twice" in json.dumps(demo.slack.look("U0ANA", SUPPORT)[-1]["blocks"])


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = start(tmp_path / "state", "--port", str(port)).communicate(timeout=120)
    assert f"Port {port} is taken by another program; pass another one with --port." in said


def test_what_cannot_be_gone_on_with_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "slack.json").write_text("{", encoding="utf-8")
    process = start(tmp_path, "--port", "0")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "what was kept cannot be read" in said
    assert said.endswith("It went on from an earlier demo; with --reset it begins anew.\n")


def test_sigterm_stops_all_of_it_cleanly(demo: Demo) -> None:
    bot = json.loads((demo.state / "workspace.json").read_text())["app"]["request_url"]
    ports = [urlsplit(url).port for url in (demo.slack.base_url, bot)]
    assert all(serves(port) for port in ports)
    for _ in range(2):  # the second one as from an impatient person
        demo.process.send_signal(signal.SIGTERM)
        time.sleep(0.05)  # far less than it takes to stop
    said, _ = demo.process.communicate(timeout=120)
    assert demo.process.returncode == 0, said
    assert said.endswith("The demo has stopped.\n")
    assert not any(serves(port) for port in ports)


def test_the_next_demo_goes_on_where_this_one_stopped(demo: Demo) -> None:
    with running(demo.state) as later:
        assert "Going on where the last demo stopped" in later.said
        assert later.slack.wait("U0ANA", ALERTS, "Receipts arrive hours late", timeout=1)
        assert later.slack.wait("U0TOBI", QA, "Calibration 1", timeout=1)
        pinned = [message for message in later.slack.look("U0ANA", SUPPORT) if message.get("pinned")]
        assert len(pinned) == 1
        burning = tried_lines(later)[7].removeprefix("/sla ")
        assert later.slack.wait("U0ANA", ALERTS, f"First response is due soon: {burning}", timeout=60)


def test_reset_starts_anew(demo: Demo) -> None:
    with running(demo.state, "--reset") as anew:
        assert "Taking in" in anew.said
        assert anew.slack.wait("U0ANA", ALERTS, "Sign-in codes answered with an error", timeout=60)
        assert "Receipts arrive hours late" not in json.dumps(anew.slack.look("U0ANA", ALERTS))


def test_ctrl_c_while_the_tickets_are_taken_in_is_no_failure(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--state", str(tmp_path / "demo"), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        wait_until((tmp_path / "demo" / "log" / "import.txt").exists, "the tickets are taken in", READY_WITHIN)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        said, _ = process.communicate(timeout=READY_WITHIN)
    assert said.endswith("The demo has stopped.\n"), said
    assert process.returncode == 0
