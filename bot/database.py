"""The database as the programs open it: tried at once, so that a wrong address is told in one line."""

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.settings import SettingsError
from db import postgresql, session

NO_ADDRESS = (
    "DATABASE_URL: found what cannot be read as an address (not shown: it may hold a password), allowed is sqlite:///FILE"
    " or postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME; in a password write @ as %40, : as %3A and / as %2F"
)
MADE_FOR_UTF8 = "make one with `createdb --encoding=UTF8 --template=template0 rethrow`"


def address(url: str) -> URL:
    """The parts of a database's address; raises SettingsError, which does not repeat it, for what is none."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(NO_ADDRESS) from None
    if "\0" in (parts.database or ""):
        raise SettingsError(NO_ADDRESS)
    return parts


def opened(url: str, *, to_write: bool = False) -> Engine:
    """The engine of a database that answers; raises SettingsError with the reason where it does not.

    `to_write` also asks whether anything can be written.
    """
    address(url)
    try:
        engine = session.open_engine(url)
    except ArgumentError as wrong:
        raise SettingsError(f"DATABASE_URL: {wrong}") from wrong
    try:
        with engine.connect() as connection:
            stored_as = postgresql.encoding(connection)
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        mend = "is it there, and may this user read and write it?"
        raise SettingsError(f"DATABASE_URL: the database cannot be opened ({reason(error)}); {mend}") from error
    if stored_as:
        engine.dispose()
        raise SettingsError(f"DATABASE_URL: the database stores {stored_as}, allowed is UTF8: {MADE_FOR_UTF8}")
    if to_write:
        _must_take_writing(engine)
    return engine


def _must_take_writing(engine: Engine) -> None:
    try:
        session.try_writing(engine)
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        why = reason(error)
        raise SettingsError(
            f"DATABASE_URL: the database cannot be written ({why}); may this user write to it, and is there room?"
        ) from error


def reason(error: Exception) -> str:
    """Why the database did not answer, in its driver's words: one line, without the password."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def given_up(error: Exception) -> str:
    """What to say where a command could not go on because of its database, and what to do: one line."""
    if session.has_no_room(error):
        what = "takes no changes", "make room on its disk, or see that this user may write to it"
    else:
        what = "does not answer", "see whether it runs"
    return f"the database {what[0]} ({reason(error)}): {what[1]}, and run the command again; no change is half done"
