"""What docs/SCALING.md says of spreading the tables holds on a real PostgreSQL, as far as that can say."""

import re
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine, event, inspect, text

from bot import retention
from bot.delivery import Worker
from bot.desk import House
from bot.schedule import Tick, seconds, timetable
from bot.settings import Settings
from db import schema, session, workspaces
from db.session import open_engine
from tests.clock import MovableClock

DOC = (Path(__file__).resolve().parent.parent.parent / "docs" / "SCALING.md").read_text(encoding="utf-8")
KEYS, SPREAD = re.findall(r"```sql\n(.*?)```", DOC, re.DOTALL)


def test_with_the_keys_changed_every_unique_constraint_has_the_workspace(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        for line in KEYS.strip().splitlines():
            connection.execute(text(line))
        found = inspect(connection)
        for table in schema.METADATA.tables:
            unique: list[list[Any]] = [found.get_pk_constraint(table)["constrained_columns"]]
            unique += [list(index["column_names"]) for index in found.get_indexes(table) if index["unique"]]
            assert [columns for columns in unique if "workspace_id" not in columns] == [], table
            assert found.get_foreign_keys(table) == []
        connection.rollback()
    engine.dispose()


def test_every_table_is_spread_by_workspace() -> None:
    spread = re.findall(r"create_distributed_table\('(\w+)', 'workspace_id'", SPREAD)
    assert sorted(spread) == sorted(schema.METADATA.tables)


def test_a_process_that_rests_asks_as_often_as_is_said(engine: Engine, clock: MovableClock) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda connection, cursor, statement, *_: asked.append(statement))
    with session.writing(engine) as connection:
        workspaces.remember(connection, "T1", "Test", clock.now())
    house = House(engine, Settings(), clock, home="T1")
    delivery = Worker(engine, WebClient("xoxb-none"), clock, Settings(), "T1")
    pay = Tick("delivery", seconds(1), retention.while_there(house, "T1", delivery.turn))
    a_second = 0.0
    # Whether Slack takes the token is no question to the database.
    for line in (pay, *(one for one in timetable(house, delivery) if one.name != "token")):
        line.work()  # the first turn may have something to do
        asked.clear()
        line.work()
        a_second += len(asked) / line.every.total_seconds()
    (said,) = re.findall(r"about (\d+) short questions a second: ", DOC)
    assert abs(a_second - int(said)) < 1
    assert f"| 10,000 × {said} | {10_000 * int(said):,}," in DOC
