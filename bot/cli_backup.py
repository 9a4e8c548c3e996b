"""`rethrow backup FILE`: a copy of the database, also while the bot runs."""

import sqlite3
from pathlib import Path

from bot.cli_import import progress_bar
from bot.database import address
from bot.settings import SettingsError
from db import backup

MIB = 1024 * 1024


def backed_up(database_url: str, target: Path, replace: bool) -> str:
    """Copy the database to `target`; what to say. Raises SettingsError with what to do where that cannot be."""
    source = _file_of(database_url)
    if not source.exists():
        raise SettingsError(f"DATABASE_URL: found {source}, which is not there")
    if target.exists() and not replace:
        raise SettingsError(f"{target} is there already: choose another name, or say --replace")
    if target.exists() and target.samefile(source):
        raise SettingsError(f"{target} is the database itself")
    try:
        with progress_bar() as shown:
            task = shown.add_task(target.name, total=None)
            size = backup.copy(source, target, lambda done, total: shown.update(task, completed=done, total=total))
    except (OSError, sqlite3.Error, backup.NotWhole) as error:
        raise SettingsError(f"{target} was not written: {error}") from error
    beside = f"{source.name}-wal and {source.name}-shm"
    restore = f"stop the bot, remove {beside}, and put it in the place of {source}, owned by the bot's user"
    return f"{target}: {size / MIB:.1f} MiB, checked. To restore it, {restore}."


def _file_of(database_url: str) -> Path:
    url = address(database_url)
    if url.get_backend_name() != "sqlite":
        raise SettingsError(
            "rethrow backup copies a SQLite file; PostgreSQL has its own:"
            ' pg_dump --format=custom --file=FILE "postgresql://…" (the address without +psycopg)'
        )
    if not url.database or url.database == ":memory:":
        raise SettingsError("DATABASE_URL: a database in memory cannot be backed up")
    return Path(url.database)
