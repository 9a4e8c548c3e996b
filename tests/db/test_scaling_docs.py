"""What docs/SCALING.md says of spreading the tables holds on a real PostgreSQL, as far as that can say."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from db import schema
from db.session import open_engine

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
