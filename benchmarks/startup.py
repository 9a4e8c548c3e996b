"""How soon a bot is ready and how much memory it takes, against the local Slack.

Run: `python -m benchmarks.startup`. Targets: ready in under 2 s, under 120 MB resident after 2,000 commands.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from benchmarks.commands import ask, connected, free_port

READY_TARGET_S = 2.0
MEMORY_TARGET_MB = 120
COMMANDS = 2000


def program(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    """A program of this Python, quiet."""
    return subprocess.Popen(
        [sys.executable, *words], env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def until_answered(url: str, within_s: float = 20) -> float:
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


def main() -> None:
    """Print the time to ready and the memory at rest and at work."""
    slack_port, port = free_port(), free_port()
    slack = f"http://127.0.0.1:{slack_port}"
    sandbox = program("-m", "slack_sandbox", "--port", str(slack_port))
    with tempfile.TemporaryDirectory() as folder:
        until_answered(f"{slack}/sandbox/workspace")
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "benchmark",
            "SLACK_API_URL": f"{slack}/api/",
            "DATABASE_URL": f"sqlite:///{folder}/rethrow.db",
            "PORT": str(port),
        }
        bot = program("-c", "from bot.cli import main; main()", "run", **environment)
        ready = until_answered(f"http://127.0.0.1:{port}/readyz")
        at_rest = resident_mb(bot.pid)
        connection = connected(port)
        for number in range(COMMANDS):
            ask(connection, number)
        at_work = resident_mb(bot.pid)
        for process in (bot, sandbox):
            process.terminate()
            process.wait(10)
    print(f"{'start to ready':26} {ready:.2f} s (target: under {READY_TARGET_S:g})")
    print(f"{'memory at rest':26} {at_rest:.0f} MB")
    print(f"{f'memory, {COMMANDS} commands on':26} {at_work:.0f} MB (target: under {MEMORY_TARGET_MB})")


if __name__ == "__main__":
    main()
