"""A copy of a SQLite database, made while it is in use."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from db import private

PAGES_A_STEP = 2_000


class NotWhole(Exception):
    """The copy is not what SQLite calls a sound database; the message is what it found."""


def copy(source: Path, target: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Copy the database as it is at this moment, whoever writes meanwhile; the size of the copy in bytes.

    The copy is made beside `target`, checked, and only then put in its place, readable by its owner alone. What is
    there is replaced. `progress` is told how many pages of how many are copied. Raises NotWhole, or OSError and
    sqlite3.Error where files cannot be read or written; `target` is then as it was.
    """
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        private.make(partial)
        _copied(source, partial, progress)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _copied(source: Path, partial: Path, progress: Callable[[int, int], None]) -> None:
    # Opened read-only, in one transaction: the picture stands still, and nobody who writes has to wait.
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as read:
        read.execute("BEGIN")
        read.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(partial, isolation_level=None)) as written:
            read.backup(
                written, pages=PAGES_A_STEP, progress=lambda _, left, total: progress(total - left, total), sleep=0
            )
            # One file is easier to carry off than three.
            written.execute("PRAGMA journal_mode=DELETE")
            _must_be_whole(written)


def _must_be_whole(written: sqlite3.Connection) -> None:
    (found,) = written.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise NotWhole(str(found))
