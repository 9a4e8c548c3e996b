"""Empty databases of both kinds, thrown away afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def empty(kind: str) -> Iterator[str]:
    """The address of a new database of this kind."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
    else:
        from tests.postgresql import running  # not above: an import's memory is measured without the tests' libraries

        with running() as server:
            yield server.address
