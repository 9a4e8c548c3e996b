"""Whether the database takes changes: its disk may be full, or it may only be read.

That one was refused is remembered for the engine until another one, which changes nothing, is taken.
"""

import shutil
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import Engine, ExceptionContext, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

SPACE_AGAIN = 1024 * 1024  # bytes
# Raised where the database does not answer: it is away, too slow, takes no changes, or all connections are in use.
DOES_NOT_ANSWER = (OperationalError, InterfaceError, PoolTimeout)
# SQLite's SQLITE_READONLY and SQLITE_FULL, of any kind.
_SQLITE = frozenset({8, 13})
# SQLITE_IOERR_WRITE, _FSYNC and _SHMSIZE: a quota, or a disk that is full behind the file system's back.
_SQLITE_IO = frozenset({778, 1034, 4874})
# read_only_sql_transaction (a server that became a standby), disk_full.
_POSTGRESQL = frozenset({"25006", "53100"})
# The smallest change that is one for the disk and none for anybody who reads it.
_TOUCH = text("UPDATE alembic_version SET version_num = version_num")
_refused: WeakSet[Engine] = WeakSet()


def has_no_room(error: BaseException | None) -> bool:
    """Whether the database answered that nothing can be written: its disk is full, or it may only be read."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return getattr(cause, "sqlstate", None) in _POSTGRESQL
    return code & 0xFF in _SQLITE or code in _SQLITE_IO


def watch(engine: Engine) -> None:
    """From now on it is known of this engine whether a change was refused."""
    event.listen(engine, "handle_error", _notice)


def noticed(engine: Engine, statement: str, refused: Exception) -> DBAPIError:
    """The error for a driver's own, of a statement that was sent past SQLAlchemy; it is noticed as any other."""
    kind = engine.dialect.loaded_dbapi.Error
    error = DBAPIError.instance(statement, None, refused, kind, hide_parameters=True, dialect=engine.dialect)
    assert isinstance(error, DBAPIError)
    if has_no_room(error):
        _refused.add(engine)
    return error


def _notice(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if context.engine is None or not isinstance(error, DBAPIError) or not has_no_room(error):
        return
    _refused.add(context.engine)
    if not isinstance(error, DOES_NOT_ANSWER):
        # A server that may only be read says so by an error that looks like a mistake of the program.
        raise OperationalError(error.statement, None, error.orig or error, hide_parameters=True)


def is_refused(engine: Engine) -> bool:
    """Whether the last change that could not be stored was not followed by one that could."""
    return engine in _refused


def look_again(engine: Engine) -> bool:
    """Where changes were refused, try one that changes nothing; whether the database takes changes now."""
    if engine not in _refused:
        return True
    try:
        if not _has_space(engine):
            return False
        touch(engine)
    except (SQLAlchemyError, OSError):
        return False
    _refused.discard(engine)
    return True


def _has_space(engine: Engine) -> bool:
    """Whether a file has room for more than the smallest change; a server knows about its own disk."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or not Path(file).exists():
        return True
    return shutil.disk_usage(Path(file).resolve().parent).free >= SPACE_AGAIN


def touch(engine: Engine) -> None:
    """Write what is there already; raises what the database raises where nothing can be written."""
    with engine.begin() as connection:
        connection.execute(_TOUCH)
