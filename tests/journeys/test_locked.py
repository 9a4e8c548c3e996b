"""Another program has the SQLite file for longer than anybody waits: said plainly, and over by itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from tests.clock import MovableClock
from tests.waiting import PATIENCE_S
from tests.workplace import ANA, Workplace, opened


@pytest.fixture
def impatient(slack_url: str, tmp_path: Path, sqlite_url: str, clock: MovableClock) -> Iterator[Workplace]:
    """A bot on a SQLite file that does not wait for others to let go of it: the tests have no five seconds."""

    def wait_for_nobody(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    with opened(slack_url, tmp_path, sqlite_url, clock) as at_work:
        engine = at_work.bot.house.engine
        event.listen(engine, "connect", wait_for_nobody)
        engine.dispose()
        yield at_work


@contextmanager
def locked(workplace: Workplace) -> Iterator[None]:
    """Somebody else writes to the file, and takes their time."""
    with closing(sqlite3.connect(str(workplace.bot.house.engine.url.database), isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout=60000")
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_people_and_helpdesks_are_told_to_try_again(impatient: Workplace) -> None:
    ana = impatient.person(ANA)
    with locked(impatient):
        assert "database does not answer" in ana.types("/ticket new Meanwhile")
        refused = impatient.ingest({"external_id": "HD-1", "subject": "Meanwhile"}, "e1")
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        # Nobody is called for a mistake of the program.
        metrics = httpx.get(f"{impatient.address}/metrics", timeout=PATIENCE_S).text
        assert 'name="ticket",result="unavailable"} 1.0' in metrics
    assert "T-1 is created" in ana.types("/ticket new Afterwards")
    assert impatient.ingest({"external_id": "HD-1", "subject": "Afterwards"}, "e1").json() == {"ticket": "T-2"}
