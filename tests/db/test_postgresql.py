"""PostgreSQL as it is opened: how many connections, and how long anything may take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.database import opened
from bot.settings import SettingsError
from db import schema
from db.session import DOES_NOT_ANSWER, open_engine, reading, writing
from tests import databases
from tests.together import at_once

SHOWN = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name")


def with_options(url: str, **options: object) -> str:
    """The address, with more said in it."""
    return f"{url}{'&' if '?' in url else '?'}" + "&".join(f"{name}={value}" for name, value in options.items())


@contextmanager
def engine_of(url: str, **options: object) -> Iterator[Engine]:
    engine = open_engine(with_options(url, **options))
    yield engine
    engine.dispose()


def shown(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return [str(connection.scalar(text(f"SHOW {name}"))) for name in SHOWN]


def test_nothing_may_take_for_ever(postgresql_url: str) -> None:
    with engine_of(postgresql_url) as engine:
        assert shown(engine) == ["30s", "5s", "1min", "rethrow"]
    asleep = {"idle_in_transaction_session_timeout": "7s", "options": "-c%20lock_timeout%3D9s"}
    with engine_of(postgresql_url, statement_timeout="2s", lock_timeout=0, **asleep) as engine:
        assert shown(engine) == ["2s", "9s", "7s", "rethrow"]


def test_a_statement_that_takes_too_long_is_ended(postgresql_url: str) -> None:
    with engine_of(postgresql_url, statement_timeout="1s") as engine:
        with pytest.raises(DOES_NOT_ANSWER), reading(engine) as connection:
            connection.execute(text("SELECT pg_sleep(60)"))
        assert shown(engine)[0] == "1s"


def test_a_lock_is_not_waited_for_without_end(postgresql_url: str) -> None:
    lock = text("SELECT pg_advisory_xact_lock(7)")
    with engine_of(postgresql_url, lock_timeout="100ms") as engine, writing(engine) as first:
        first.execute(lock)
        with pytest.raises(DOES_NOT_ANSWER), writing(engine) as second:
            second.execute(lock)


def test_a_transaction_that_sleeps_is_ended_and_the_next_one_works(postgresql_url: str) -> None:
    with engine_of(postgresql_url) as engine:
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            sleeps_in_a_transaction(engine)
        assert len(shown(engine)) == len(SHOWN)


def sleeps_in_a_transaction(engine: Engine) -> None:
    with writing(engine) as connection:
        # For this one alone: on a busy machine the next one may take longer than that between two statements.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        for _ in range(100):
            connection.execute(text("SELECT 1"))
            time.sleep(0.5)


def test_there_are_no_more_connections_than_were_asked_for(postgresql_url: str) -> None:
    with engine_of(postgresql_url, pool_size=1, max_overflow=1, pool_timeout=0) as engine:
        with reading(engine), reading(engine), pytest.raises(DOES_NOT_ANSWER), reading(engine):
            pass
        assert len(shown(engine)) == len(SHOWN)


@pytest.mark.parametrize("wrong", ["pool_size=many", "statement_timeout=30%20seconds", "lock_timeout=-1"])
def test_a_wrong_option_is_named(postgresql_url: str, wrong: str) -> None:
    name, _, value = wrong.partition("=")
    with pytest.raises(ArgumentError, match=name):
        open_engine(with_options(postgresql_url, **{name: value}))
    with pytest.raises(SettingsError, match=f"DATABASE_URL: {name}: found"):
        opened(with_options(postgresql_url, **{name: value}))


def test_a_database_without_an_encoding_is_refused_in_one_line(bytes_url: str) -> None:
    with pytest.raises(SettingsError, match="stores SQL_ASCII, allowed is UTF8: make one with `createdb"):
        opened(bytes_url)


def test_processes_that_start_together_migrate_once(postgresql_server: str) -> None:
    url = databases.another(postgresql_server, "together")

    def starts() -> None:
        with databases.engine_at(url) as engine:
            schema.upgrade(engine)

    at_once(starts, starts, starts)
    with databases.engine_at(url) as engine, reading(engine) as connection:
        assert schema.is_current(connection)
