"""Opening the database, and the two ways to use it: `reading` and `writing`, each one transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from db import private, room
from db.postgresql import open_postgresql
from db.room import DOES_NOT_ANSWER, has_no_room

__all__ = ["DOES_NOT_ANSWER", "has_no_room", "open_engine", "reading", "try_writing", "writing"]

SQLITE_BUSY_MS = 5_000
POOL = 20  # connections that are kept: as many as there are threads at work on an ordinary day
POOL_MOST = 30  # and a few more than there are threads at all, so that none waits for another
# SQLite lets one write at a time and makes the others poll; queueing in the process is fairer and quicker.
_one_writer: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={SQLITE_BUSY_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file.db` or `postgresql+psycopg://…`; connects only when first used.

    What an error of it says, and so what is logged, has no values in it: they are what people wrote, and votes.
    Raises ArgumentError where the address says something that cannot be.
    """
    parts = make_url(url)
    engine = _sqlite(url) if parts.get_backend_name() == "sqlite" else open_postgresql(parts)
    room.watch(engine)
    return engine


def try_writing(engine: Engine) -> None:
    """Write nothing new; raises what the database raises where nothing can be written."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            version = connection.exec_driver_sql("PRAGMA user_version").scalar()
            connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def _sqlite(url: str) -> Engine:
    within, more = {"check_same_thread": False}, POOL_MOST - POOL
    engine = create_engine(url, connect_args=within, pool_size=POOL, max_overflow=more, hide_parameters=True)
    _one_writer[engine] = Lock()
    event.listen(engine, "do_connect", _for_its_owner)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _for_its_owner(dialect: Any, record: Any, told: list[Any], options: dict[str, Any]) -> None:
    # SQLite would make the file for whoever the umask lets in; the files beside it follow the file's mode.
    name = str(told[0])
    if name and not name.startswith((":", "file:")):
        with suppress(OSError):  # SQLite says itself why it cannot be opened
            private.make(Path(name))


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver's own transaction handling starts late and never IMMEDIATE; _begin_sqlite does it instead.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    # A writer that locks at its first read cannot be overtaken between reading and writing.
    reads_only = connection.get_execution_options().get("reads_only", False)
    begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"
    try:
        connection.connection.cursor().execute(begin)
    except sqlite3.Error as refused:  # nobody else makes it one of the errors that are looked for
        raise room.noticed(connection.engine, begin, refused) from refused


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One read-write transaction: committed at the end, rolled back whole when anything is raised."""
    turn: AbstractContextManager[object] = _one_writer.get(engine) or nullcontext()
    with turn, engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction: a consistent picture that blocks no writer."""
    with engine.connect().execution_options(reads_only=True) as connection, connection.begin():
        yield connection
