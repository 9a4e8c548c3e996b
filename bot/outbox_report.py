"""`rethrow outbox` and `rethrow outbox resend ID`: what is owed to Slack, why it waits, and sending it again."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping

from bot import database
from bot.blocks import outbox as blocks
from bot.settings import SettingsError
from db import outbox, schema, workspaces
from db.outbox import State
from db.session import reading, writing

MOST = 10_000


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


def resend(
    engine: Engine,
    outbox_ids: Sequence[int] | None,
    now: datetime,
    *,
    channel: str | None = None,
    reason: str | None = None,
) -> list[tuple[bool, str]]:
    """Owe parked or unsure rows again, or all that is parked; of each whether it was, and what to say.

    All may be all for one `channel`, or all parked for one `reason`, as `listed` shows them.
    """
    with writing(engine) as connection:
        if outbox_ids is None:
            parked = _all_parked(connection, channel, reason)
            done = {one: outbox.resend(connection, workspace, one, now) for workspace, one in parked}
        else:
            done = {one: _resent_somewhere(connection, one, now) for one in outbox_ids}
    if not done:
        return [(True, blocks.nothing_parked(channel, reason))]
    return [(well, blocks.resent(one) if well else blocks.not_resent(one)) for one, well in done.items()]


def _all_parked(connection: Connection, channel: str | None, reason: str | None) -> list[tuple[str, int]]:
    """What waits for a person, each with its workspace; what waits for another message goes with that."""
    rows = [row for one in workspaces.all_ids(connection) for row in outbox.parked(connection, one, MOST)]
    return [
        (row["workspace_id"], row["outbox_id"])
        for row in rows
        if row["reason"] != outbox.PARENT_PARKED
        and channel in (None, row["channel"])
        and reason in (None, row["reason"])
    ]


def _resent_somewhere(connection: Connection, outbox_id: int, now: datetime) -> bool:
    return any(outbox.resend(connection, one, outbox_id, now) for one in workspaces.all_ids(connection))


def _lines(rows: Iterable[RowMapping]) -> list[blocks.Line]:
    return [blocks.Line(**{name: row[name] for name in blocks.Line.__slots__}) for row in rows]
