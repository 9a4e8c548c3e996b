"""The database: reachable, writable, of the newest schema, with room to grow, and with nothing in it that waits."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import MADE_FOR_UTF8, address, reason
from bot.doctor.findings import Finding, note
from bot.settings import Settings, SettingsError
from db import outbox, postgresql, schema, session, workspaces
from db.room import touch

MIB = 1024 * 1024
ROOM_MIN = 256 * MIB
MOST = 100  # parked messages that are counted
POSTGRESQL_SIZE = text("SELECT pg_database_size(current_database())")


def findings(settings: Settings) -> Iterator[Finding]:
    """Every finding about the database; nothing is changed, and a file that is not there is not made."""
    try:
        file = _file_of(settings.database_url)
    except SettingsError as wrong:
        yield Finding("database", False, str(wrong))
        return
    if file is not None and not file.exists():
        yield _not_yet(file)
        return
    engine: Engine | None = None
    try:
        engine = session.open_engine(settings.database_url)
        yield from _inside(engine)
    except (SQLAlchemyError, OSError) as error:
        yield Finding(
            "database", False, f"cannot be opened ({reason(error)}); check DATABASE_URL and that it is running"
        )
        return
    finally:
        if engine is not None:
            engine.dispose()
    if file is not None:
        yield room(shutil.disk_usage(file.resolve().parent).free, file.stat().st_size)
        yield privacy(file.stat().st_mode)


def _not_yet(file: Path) -> Finding:
    """The first `rethrow run` makes the file, where this user may write to its folder."""
    folder = file.resolve().parent
    if os.access(folder, os.W_OK):
        return note("database", f"{file} is not there yet: the first `rethrow run` makes it")
    there = "this user may not write to" if folder.exists() else "there is no"
    return Finding("database", False, f"{file} is not there and cannot be made: {there} {folder}")


def _inside(engine: Engine) -> list[Finding]:
    """What can be asked of the database itself; raises SQLAlchemyError where it does not answer."""
    kind = engine.dialect.name
    with session.reading(engine) as connection:
        stored_as = postgresql.encoding(connection)
        current = schema.is_current(connection)
        size = connection.scalar(POSTGRESQL_SIZE) if kind == "postgresql" else None
        parked = _parked(connection) if current else 0
    held = "" if size is None else f"; {size // MIB} MiB, watch the room on its own machine"
    if stored_as:
        return [Finding("database", False, f"stores {stored_as}, not UTF8; {MADE_FOR_UTF8}")]
    found = [Finding("database", True, f"{kind}, reachable{held}")]
    found.append(Finding("migrations", current, "up to date" if current else "run `rethrow db upgrade`"))
    return [*found, _writable(engine), _waiting(parked)] if current else found


def _file_of(database_url: str) -> Path | None:
    """The file of a SQLite database."""
    url = address(database_url)
    return Path(url.database.removeprefix("file:")) if url.get_backend_name() == "sqlite" and url.database else None


def _writable(engine: Engine) -> Finding:
    try:
        touch(engine)
    except SQLAlchemyError as error:
        why = reason(error)
        mend = "give the user that runs Rethrow the right to write to it, and the disk room"
        if engine.dialect.name == "sqlite":
            mend += "; SQLite also writes beside its file, so to the folder"
        return Finding("writing", False, f"refused ({why}); {mend}")
    return Finding("writing", True, "the database takes changes")


def _parked(connection: Connection) -> int:
    return sum(len(outbox.parked(connection, one, MOST)) for one in workspaces.all_ids(connection))


def _waiting(parked: int) -> Finding:
    if parked:
        many = f"{parked} or more" if parked >= MOST else str(parked)
        return Finding("outbox", False, f"{many} parked: `rethrow outbox` says why and how to mend it")
    return Finding("outbox", True, "nothing is parked")


def room(free: int, size: int) -> Finding:
    """Whether a disk with `free` bytes has room for a SQLite file of `size` bytes to grow."""
    said = f"{free // MIB} MiB free, the database has {size // MIB} MiB"
    if free < ROOM_MIN:
        return Finding("disk", False, f"{said}: make room before changes are refused")
    if free < 2 * size:
        return note("disk", f"{said}: a backup on this disk may not fit")
    return Finding("disk", True, said)


def privacy(mode: int) -> Finding:
    """Whether a file of this mode is for its owner alone: it holds what customers wrote."""
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return note("file mode", f"{stat.filemode(mode)}: others on this machine can read it; chmod 600")
    return Finding("file mode", True, "for its owner alone")
