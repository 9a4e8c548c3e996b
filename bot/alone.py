"""One bot a SQLite file: a second one is refused at its start, not found out by what it spoils."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.database import address
from bot.settings import SettingsError
from db import private


@contextmanager
def on(database_url: str) -> Iterator[None]:
    """Hold the database for one running bot; raises SettingsError where another one has it.

    A file beside the database is locked, which ends with the process however it ends. PostgreSQL takes any number of
    bots and needs no lock; imports, reports and backups go on beside a running bot.
    """
    url = address(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    # By whatever name it is called, the file is one.
    file = Path(url.database.removeprefix("file:")).resolve()
    path = file.with_name(f"{file.name}.lock")
    try:
        private.make(path)
        lock = path.open("a+")
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: {path} cannot be written ({error.strerror})") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.seek(0)
            raise SettingsError(
                f"DATABASE_URL: {url.database} is in use by a bot that runs already (process {lock.read().strip()}):"
                " stop it, or move to PostgreSQL, which takes several"
            ) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
