"""`rethrow forget` and `rethrow export`: a customer's data removed for good, or written out."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import forgetting
from bot.blocks import forgotten as blocks
from bot.cli_import import workspace_of
from bot.clock import Clock
from bot.database import opened
from bot.settings import Settings
from db import exporting, schema, session
from db import forgetting as rows
from db.forgetting import Whose

Ask = Callable[[str], bool]
Say = Callable[[str], object]
ROWS_AT_ONCE = 500


class Writes(Protocol):
    """Takes text, as a file does."""

    def write(self, text: str, /) -> int:
        """Write it; how many characters."""


class Unknown(Exception):
    """There is no such customer; the message is for the person who asked."""


def forget(settings: Settings, asked: str, clock: Clock, workspace: str | None, ask: Ask, say: Say) -> bool:
    """Remove a customer by id or name; says what it will do and goes on when `ask` agrees. False: it did not.

    Raises Unknown, and SettingsError where the workspace is not clear.
    """
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, clock, workspace)
        with session.reading(engine) as connection:
            meant = rows.whose(connection, workspace_id, asked.strip())
            if meant is None:
                raise Unknown(blocks.unknown(asked, workspace_id))
            counts = rows.counted(connection, workspace_id, meant)
            others = rows.elsewhere(connection, workspace_id, meant)
        say(_plan(meant, counts))
        if not ask("Remove it all?"):
            return False
        with session.writing(engine) as connection:
            again = rows.whose(connection, workspace_id, asked.strip()) or meant
            done = forgetting.forget(connection, workspace_id, again, clock.now())
        say(blocks.done(done.posts, done.answers))
        _give_room_back(engine, say)
        say(blocks.beyond_reach(others))
        return True
    finally:
        engine.dispose()


def _plan(meant: Whose, counts: dict[str, int]) -> str:
    names, ids = [one.name for one in meant.customers], [one.customer_id for one in meant.customers]
    return blocks.plan(names, ids, meant.numbers, counts)


def forget_everything(settings: Settings, clock: Clock, workspace: str | None, ask: Ask, say: Say) -> bool:
    """Delete all rows of a workspace, in bounded batches; False when `ask` does not agree."""
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, clock, workspace)
        if not ask(f"Delete everything of {workspace_id}, without a way back?"):
            return False
        gone = 0
        while deleted := _some_of(engine, workspace_id):
            gone += deleted
        say(blocks.everything(workspace_id, gone))
        _give_room_back(engine, say)
        return True
    finally:
        engine.dispose()


def _some_of(engine: Engine, workspace_id: str) -> int:
    with session.writing(engine) as connection:
        return rows.remove_workspace(connection, workspace_id, ROWS_AT_ONCE)


def vacuum(settings: Settings, say: Say) -> None:
    """Rewrite the file, so that nothing that was removed is left in it."""
    engine = opened(settings.database_url)
    try:
        _give_room_back(engine, say)
    finally:
        engine.dispose()


def _give_room_back(engine: Engine, say: Say) -> None:
    try:
        freed = rows.give_room_back(engine)
    except OperationalError:
        freed = False
    if not freed:
        say(blocks.NOT_FREED)


def export(settings: Settings, into: Writes, clock: Clock, workspace: str | None, customer: str | None) -> int:
    """Write a workspace's rows, or one customer's, as JSON Lines; how many. Progress goes to standard error.

    Raises Unknown, and SettingsError where the workspace is not clear.
    """
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, clock, workspace)
        with session.reading(engine) as connection, _progress() as shown:
            meant = None if customer is None else rows.whose(connection, workspace_id, customer.strip())
            if customer is not None and meant is None:
                raise Unknown(blocks.unknown(customer, workspace_id))
            task = shown.add_task("export", total=exporting.count(connection, workspace_id, meant))
            written = 0
            mentions = partial(_mentions, meant) if meant else _never
            for row in exporting.rows(connection, workspace_id, meant, mentions, lambda: shown.advance(task)):
                into.write(json.dumps(row, ensure_ascii=False) + "\n")
                written += 1
            return written
    finally:
        engine.dispose()


def _mentions(meant: Whose, table: str, row: Mapping[str, Any]) -> bool:
    if table == "outbox":
        return forgetting.instead(row["key"], row["payload"], meant) is not None
    return forgetting.mentions(row["key"], meant) or forgetting.mentions(row["answer"], meant)


def _never(table: str, row: Mapping[str, Any]) -> bool:
    return False


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}")
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
