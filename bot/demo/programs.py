"""The programs a demo runs: started, watched, and stopped in order."""

import random
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LINES_SHOWN = 12
NOT_HANDED_OUT = range(10_000, 20_000)  # systems hand out ports by themselves from 32768 or 49152 on


class DemoFailed(Exception):
    """The demo cannot go on; the message says why, and what to do."""


@dataclass(slots=True)
class Program:
    """A program that runs beside this one, its output kept in a log file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def must_run(self) -> None:
        """Raise DemoFailed, with the end of its log, once it has ended."""
        code = self.process.poll()
        if code is not None:
            raise DemoFailed(f"{self.name} ended by itself (exit code {code}):\n{end_of(self.log)}")

    def stop(self, patience: float = 10) -> None:
        """Ask it to end; after `patience` seconds, end it."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Program:
    """Start a program in a session of its own: Ctrl-C reaches this one first, which stops the others in order."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Program(name, process, log)


def run(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    """Run a program to its end, started as others are; raises DemoFailed, with the end of its log, when it fails."""
    code = start(name, command, environment, log).process.wait()
    if code != 0:
        raise DemoFailed(f"{name} failed (exit code {code}):\n{end_of(log)}")


def end_of(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()[-LINES_SHOWN:]
    return "\n".join(f"  {line}" for line in lines) or "  (it said nothing)"


def is_free(port: int) -> bool:
    """Whether a program may listen on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on, and that the system gives nobody before our program is there."""
    return next(port for port in random.sample(NOT_HANDED_OUT, len(NOT_HANDED_OUT)) if is_free(port))
