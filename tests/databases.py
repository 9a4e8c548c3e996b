"""The databases that the tests run on: files that are copied, and a PostgreSQL server that they start themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from db import schema
from db.session import open_engine
from tests.postgresql import running

# A test leaves a few rows in a few tables: to delete them takes a tenth of the time of TRUNCATE, which makes new files.
EVERY_ROW = [f'DELETE FROM "{table.name}"' for table in schema.METADATA.sorted_tables]
COUNT_ANEW = "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value > 0"


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """An engine, and no connection of it left behind."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def empty(engine: Engine) -> None:
    """Take out every row; numbers begin at one again."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("; ".join([*EVERY_ROW, COUNT_ANEW])))
        else:
            for statement in EVERY_ROW:
                connection.execute(text(statement))


@contextmanager
def postgresql() -> Iterator[str]:
    """A real PostgreSQL with the newest schema, for this test process alone; its address."""
    with running() as server:
        with engine_at(server.address) as engine:
            # Nothing here has to outlive a power cut of this machine; whatever process is killed, nothing is lost.
            as_administrator(engine, *(f"ALTER SYSTEM SET {one} = off" for one in ("fsync", "full_page_writes")))
            as_administrator(engine, "SELECT pg_reload_conf()")
            schema.upgrade(engine)
        yield server.address


def as_administrator(engine: Engine, *statements: str) -> None:
    """What is done to a PostgreSQL server outside of transactions."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def another(url: str, name: str, how: str = "") -> str:
    """The address of a new database without a table, on the PostgreSQL server at `url`; `how` is the end of CREATE."""
    with engine_at(url) as engine:
        as_administrator(engine, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} {how}")
    found = url.replace("/postgres?", f"/{name}?", 1)
    assert found != url
    return found
