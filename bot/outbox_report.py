"""`rethrow outbox` and `rethrow outbox resend ID`: what is owed to Slack, why it waits, and sending it again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping

from bot import database
from bot.blocks import outbox as blocks
from bot.settings import SettingsError
from db import outbox, schema, workspaces
from db.outbox import State
from db.session import reading, writing


@contextmanager
def opened(database_url: str) -> Iterator[Engine]:
    """The database for the time of one command; raises SettingsError when it is not of the newest schema."""
    engine = database.opened(database_url)
    try:
        with reading(engine) as connection:
            if not schema.is_current(connection):
                raise SettingsError("DATABASE_URL: found a database of an older schema: run `rethrow db upgrade`")
        yield engine
    finally:
        engine.dispose()


def listed(engine: Engine, now: datetime) -> str:
    """What is parked, unsure and owed, the oldest hundred of each workspace, and why."""
    with reading(engine) as connection:
        ids = workspaces.all_ids(connection)
        parked = [row for one in ids for row in outbox.parked(connection, one)]
        unsettled = [row for one in ids for row in outbox.unsettled(connection, one)]
    unsure = [row for row in unsettled if row["state"] == State.UNSURE]
    owed = [row for row in unsettled if row["state"] != State.UNSURE]
    return blocks.report(_lines(parked), _lines(unsure), _lines(owed), now)


def resend(engine: Engine, outbox_id: int, now: datetime) -> tuple[bool, str]:
    """Owe a parked or unsure row again; whether it was, and what to say."""
    with writing(engine) as connection:
        done = _resent_somewhere(connection, outbox_id, now)
    return done, blocks.resent(outbox_id) if done else blocks.not_resent(outbox_id)


def _resent_somewhere(connection: Connection, outbox_id: int, now: datetime) -> bool:
    return any(outbox.resend(connection, one, outbox_id, now) for one in workspaces.all_ids(connection))


def _lines(rows: Iterable[RowMapping]) -> list[blocks.Line]:
    return [blocks.Line(**{name: row[name] for name in blocks.Line.__slots__}) for row in rows]
