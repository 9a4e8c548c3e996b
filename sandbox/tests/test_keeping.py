"""What was said is kept in a file, and the next start goes on with it."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sandbox_cast import PATIENCE_S, until
from slack_sdk import WebClient

from slack_sandbox.client import Sandbox
from slack_sandbox.errors import SlackError
from slack_sandbox.keeping import dumped, kept, restore, write
from slack_sandbox.model import Message
from slack_sandbox.slack import Slack

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Bold*"}, "block_id": "b"}]


@contextmanager
def running(path: Path, how: int = signal.SIGTERM) -> Iterator[Sandbox]:
    """A sandbox in a process of its own that keeps what is said, ended as `how` says."""
    command = [sys.executable, "-m", "slack_sandbox", "--port", "0", "--keep", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        with Sandbox(process.stdout.readline().split()[-1]) as box:
            yield box
    finally:
        process.send_signal(how)
        process.communicate(timeout=PATIENCE_S)


def web(box: Sandbox) -> WebClient:
    return WebClient(token="xoxb-sandbox", base_url=f"{box.base_url}/api/")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_next_start_goes_on_with_what_was_said(tmp_path: Path, how: int) -> None:
    path = tmp_path / "said.json"
    with running(path, how) as box:
        root = web(box).chat_postMessage(channel="C0SUPPORT", text="Look", blocks=BLOCKS)["ts"]
        box.say("U0ANA", "support", "I do", thread_ts=root)
        web(box).pins_add(channel="C0SUPPORT", timestamp=root)
        web(box).files_upload_v2(channel="C0SUPPORT", content="a,b\n1,2\n", filename="figures.csv")
        direct = box.open_dm("U0ANA", "U0BOT")
        box.say("U0ANA", direct, "Between us")
        before = box.messages("U0ANA", "support")
    with running(path) as box:
        after = box.messages("U0ANA", "support")
        assert [one["text"] for one in after] == [one["text"] for one in before]
        assert (after[0]["blocks"], after[0]["pinned"], after[0]["reply_count"]) == (before[0]["blocks"], True, 1)
        assert after[0]["permalink"].startswith(box.base_url)
        assert [one["text"] for one in box.messages("U0ANA", "support", root)] == ["Look", "I do"]
        assert box.open_dm("U0ANA", "U0BOT") == direct
        assert box.messages("U0ANA", direct)[-1]["text"] == "Between us"
        web(box).chat_update(channel="C0SUPPORT", ts=root, text="Look again")
        later = web(box).chat_postMessage(channel="C0SUPPORT", text="And here")["ts"]
        assert later > max(one["ts"] for one in after)


def test_a_program_that_is_killed_has_lost_a_few_seconds_at_most(tmp_path: Path) -> None:
    path = tmp_path / "said.json"
    with running(path, signal.SIGKILL) as box:
        box.say("U0ANA", "support", "Do not forget this")
        assert until(lambda: path.exists() and "Do not forget this" in path.read_text(encoding="utf-8"))
    with running(path) as box:
        assert box.messages("U0ANA", "support")[-1]["text"] == "Do not forget this"


def test_what_is_said_after_a_start_stands_below_what_was_kept_also_of_a_clock_that_ran_ahead() -> None:
    ahead = Slack()
    ahead.ws.offset = 3 * 86_400
    before = ahead.ws.next_ts()
    ahead.ws.channels["C0SUPPORT"].add(Message(before, "C0SUPPORT", "U0ANA", "Said in three days"))
    again = Slack()
    restore(again, dumped(ahead))
    assert again.ws.next_ts() > before


def test_keeping_goes_on_after_an_attempt_that_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "away" / "said.json"

    async def away_for_a_while() -> None:
        async with kept(Slack(), path, every=0.01):
            assert await asyncio.to_thread(until, lambda: "is not kept" in capsys.readouterr().err)
            path.parent.mkdir()
            assert await asyncio.to_thread(until, path.exists)

    asyncio.run(away_for_a_while())


def test_a_file_keeps_its_bytes(tmp_path: Path) -> None:
    slack = Slack()
    slack.ws.files["F1"] = {"id": "F1", "bytes": b"\x00\xff", "url_private": f"{slack.base_url}/files/F1"}
    write(slack, tmp_path / "said.json")
    again = Slack(base_url="http://127.0.0.1:9999")
    restore(again, (tmp_path / "said.json").read_text(encoding="utf-8"))
    assert again.ws.files["F1"]["bytes"] == b"\x00\xff"
    assert again.ws.files["F1"]["url_private"] == "http://127.0.0.1:9999/files/F1"
    assert json.loads(dumped(again))["channels"] == json.loads(dumped(slack))["channels"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_old_links_lead_to_the_new_address_by_whatever_name_they_were_written(name: str) -> None:
    def said(port: int) -> str:
        link = f"http://{name}:{port}/archives/C0SUPPORT/p1"
        return f"<{link}|this>, {link}0 and http://{name}:{port}0/ of another program"

    old = Slack(base_url="http://127.0.0.1:4500")
    old.ws.channels["C0SUPPORT"].add(Message("1.000001", "C0SUPPORT", "U0ANA", said(4500)))
    again = Slack(base_url="http://127.0.0.1:9999")
    restore(again, dumped(old))
    text = again.ws.channels["C0SUPPORT"].messages["1.000001"].text
    assert text.count("http://127.0.0.1:9999/archives/C0SUPPORT/p1") == 2
    assert f"http://{name}:45000/ of another program" in text
    assert f"http://{name}:4500/" not in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": "u", "channels": [{"nothing": 1}], "files": {}}'])
def test_what_is_not_a_kept_workspace_is_told_and_not_overwritten(tmp_path: Path, text: str) -> None:
    with pytest.raises(SlackError, match="invalid_kept"):
        restore(Slack(), text)
    path = tmp_path / "said.json"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "slack_sandbox", "--port", "0", "--keep", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, path.read_text(encoding="utf-8")) == (1, text)
    assert "what was kept cannot be read" in done.stderr
