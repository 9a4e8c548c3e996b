"""What every test may ask for: a database of each kind, a clock that is moved by hand, and a local Slack."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from db import schema
from slack_sandbox.server import start_in_thread
from tests import databases
from tests.clock import MovableClock
from tests.tenants import Watch
from tests.workplace import CONFIG, Workplace, opened

OF_TESTS = tuple(f"RETHROW_{name}" for name in ("CASES", "CHROMIUM", "FUZZ", "KILLS", "SEED", "WEEK_HOURS"))
OF_A_SHELL = ("COLUMNS", "FORCE_COLOR", "DATABASE_URL", "HOST", "PORT")


def is_in_the_way(name: str) -> bool:
    """Whether the machine has set it for a bot of its own or for its terminals; or a proxy, which has no way to it."""
    of_a_bot = name in OF_A_SHELL or name.startswith(("SLACK_", "RETHROW_", "PG"))
    return (of_a_bot and name not in OF_TESTS) or name.lower().endswith("_proxy")


for _name in filter(is_in_the_way, list(os.environ)):
    del os.environ[_name]
# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def clock() -> MovableClock:
    """A clock moved by hand."""
    return MovableClock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a row, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    with databases.engine_at(f"sqlite:///{path}") as engine:
        schema.upgrade(engine)
    return path  # closing the last connection folded the write-ahead log into it


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """An empty SQLite database of the newest schema, for what is about the file."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'rethrow.db')}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL of the newest schema."""
    with databases.postgresql() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty PostgreSQL database of the newest schema, for what is about the server."""
    with databases.engine_at(postgresql_server) as engine:
        databases.empty(engine)
    return postgresql_server


@pytest.fixture
def bytes_url(postgresql_server: str) -> str:
    """A PostgreSQL database as `initdb` makes it where the machine has no locale: it stores bytes, not letters."""
    return databases.another(postgresql_server, "bytes", "ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database, once of each kind."""
    with databases.engine_at(database_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that nobody has migrated, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    return databases.another(request.getfixturevalue("postgresql_server"), "bare")


@pytest.fixture(scope="session")
def slack_url() -> Iterator[str]:
    """The address of a local Slack that serves all tests of this process, each of which empties it first."""
    handle = start_in_thread()
    yield handle.url
    handle.stop()


@pytest.fixture
def config() -> str:
    """What the bot's rethrow.toml says; a file of tests about another team has a `config` of its own."""
    return CONFIG


@pytest.fixture
def workplace(
    slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock, config: str
) -> Iterator[Workplace]:
    """The bot at work in a local Slack, once on a database of each kind."""
    with opened(slack_url, tmp_path, database_url, clock, config) as at_work:
        yield at_work


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """Failures are logged as in service. Unconfigured, structlog draws them with all that was known: a second each."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
def tenants() -> Watch:
    """Listens to each statement that the product sends in any test."""
    watch = Watch()
    watch.listen()
    return watch


@pytest.fixture(autouse=True)
def no_query_crosses_workspaces(tenants: Watch) -> Iterator[None]:
    """Whatever a test is about: every statement binds each tenant's table to a workspace."""
    yield
    offences, tenants.offences = tenants.offences, []
    assert offences == []
