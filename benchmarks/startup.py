"""How soon a bot is ready and how much memory it takes, against the local Slack. `python -m benchmarks.startup`"""

import re
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

from benchmarks.servers import ask, connected, free_port, program
from benchmarks.table import Line, as_text

COMMANDS = 2000


def until_answered(url: str, within_s: float = 30) -> float:
    """Seconds until the address answers 200."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < within_s:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return time.perf_counter() - begun
        except (URLError, OSError):
            time.sleep(0.01)
    raise SystemExit(f"{url} did not answer")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


def measure(quick: bool) -> Iterator[Line]:
    """The time to ready, on a database that is there already as on any day but the first, and the memory at work."""
    slack_port = free_port()
    slack = f"http://127.0.0.1:{slack_port}"
    sandbox = program("-m", "slack_sandbox", "--port", str(slack_port))
    with tempfile.TemporaryDirectory() as folder:
        until_answered(f"{slack}/sandbox/workspace")
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "benchmark",
            "SLACK_API_URL": f"{slack}/api/",
            "DATABASE_URL": f"sqlite:///{folder}/rethrow.db",
        }
        ready = []
        for _ in range(3):
            port = free_port()
            bot = program("-c", "from bot.cli import main; main()", "run", **environment, PORT=str(port))
            ready.append(until_answered(f"http://127.0.0.1:{port}/readyz"))
            if len(ready) < 3:
                bot.terminate()
                bot.wait(20)
        connection = connected(port)
        for number in range(COMMANDS // (4 if quick else 1)):
            ask(connection, number)
        at_work = resident_mb(bot.pid)
        for process in (bot, sandbox):
            process.terminate()
            process.wait(20)
    yield Line("start to ready, a new database", ready[0], unit="s", at_most=2.0)
    yield Line("start to ready", min(ready[1:]), unit="s", at_most=2.0)
    yield Line(f"resident memory after {COMMANDS:,} commands", at_work, unit="MB", at_most=120)


if __name__ == "__main__":
    print(as_text(measure(False)))
