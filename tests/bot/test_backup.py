"""`rethrow backup`: a whole copy while others write; and one bot a SQLite file."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import alone
from bot.cli import rethrow
from bot.settings import SettingsError
from db import backup
from tests.waiting import PATIENCE_S


def numbers(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute("SELECT n FROM note ORDER BY n")]


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A database of some size in WAL mode."""
    path = tmp_path / "busy.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (n INTEGER PRIMARY KEY, text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?, ?)", ((n, "x" * 4000) for n in range(5_000)))
    return path


def test_a_copy_is_the_database_of_one_moment_whoever_writes_meanwhile(busy: Path, tmp_path: Path) -> None:
    written, stop = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(busy, isolation_level=None)) as connection:
            n = 5_000
            while not stop.is_set():
                connection.execute("INSERT INTO note VALUES (?, ?)", (n, "y" * 4000))
                n += 1
                written.set()

    def goes_on(done: int, total: int) -> None:
        seen.append((done, total))
        for _ in range(2):  # of which the first may have been stored before the copy began
            written.clear()
            assert written.wait(PATIENCE_S), "somebody writes meanwhile"

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(PATIENCE_S)
    seen: list[tuple[int, int]] = []
    try:
        size = backup.copy(busy, tmp_path / "copy.db", goes_on)
    finally:
        stop.set()
        writer.join()
    copied, source = numbers(tmp_path / "copy.db"), numbers(busy)
    assert copied == source[: len(copied)]
    assert 5_000 < len(copied) < len(source)
    assert len(seen) > 1
    assert seen[-1][0] == seen[-1][1]
    assert size == (tmp_path / "copy.db").stat().st_size
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} <= {"busy.db", "busy.db-wal", "busy.db-shm", "copy.db"}


def test_a_database_that_is_not_sound_is_not_put_in_the_place_of_a_copy(busy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(busy)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(busy.read_bytes())
    whole[8192:12288] = b"\xff" * 4096
    busy.write_bytes(whole)
    kept = tmp_path / "copy.db"
    kept.write_text("the last good one")
    with pytest.raises((backup.NotWhole, sqlite3.DatabaseError)):
        backup.copy(busy, kept)
    assert kept.read_text() == "the last good one"


def test_the_command_says_what_it_did_and_never_overwrites_unasked(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    shell, target = CliRunner(), str(tmp_path / "monday.db")
    first = shell.invoke(rethrow, ["backup", target])
    assert (first.exit_code, "checked" in first.output) == (0, True), first.output
    again = shell.invoke(rethrow, ["backup", target])
    assert isinstance(again.exception, SettingsError)
    assert "is there already" in str(again.exception)
    assert shell.invoke(rethrow, ["backup", target, "--replace"]).exit_code == 0
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://u:p@127.0.0.1/rethrow")
    elsewhere = shell.invoke(rethrow, ["backup", str(tmp_path / "b.db")])
    assert "pg_dump" in str(elsewhere.exception)


def test_a_second_bot_on_the_same_file_is_refused_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rethrow.db'}"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"from bot import alone\nwith alone.on({url!r}):\n print('held', flush=True)\n input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(SettingsError, match=f"in use by a bot that runs already .process {holder.pid}"),
            alone.on(url),
        ):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with alone.on(url):
        pass


def test_a_file_under_another_name_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "rethrow.db")
    monkeypatch.chdir(tmp_path)
    for other in (
        "sqlite:///rethrow.db",
        f"sqlite:///{tmp_path}/link.db",
        "sqlite:///../" + tmp_path.name + "/link.db",
    ):
        with (
            alone.on(f"sqlite:///{tmp_path}/rethrow.db"),
            pytest.raises(SettingsError, match="in use"),
            alone.on(other),
        ):
            pass


def test_postgresql_takes_several() -> None:
    with alone.on("postgresql+psycopg://127.0.0.1/x"), alone.on("postgresql+psycopg://127.0.0.1/x"):
        pass
