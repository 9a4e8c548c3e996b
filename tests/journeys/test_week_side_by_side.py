"""Two and four processes side by side for a week: nothing doubled, nothing missed, the same as one alone would do."""

from datetime import timedelta
from pathlib import Path

import pytest

from db import session, workspaces
from tests.books import books_of, configured
from tests.bots import town
from tests.journeys.test_dying import CHANNELS, ROUTES
from tests.week import MONDAY, STEP, Week, live_through
from tests.workplace import TEAM

STEPS = timedelta(days=7, hours=6) // STEP  # until after the review of Monday morning
PROMISES = "[sla]\nsummary_above = 50\n[calibration]\nquorum = 2\n"


def lived_through(slack_url: str, folder: Path, database: str, processes: int) -> list[str]:
    """The occasions of everything that was posted in a week, in order of their names; the books balance."""
    folder.mkdir()
    with town(slack_url, folder, database, CHANNELS + ROUTES + PROMISES) as here, books_of(here) as books:
        with session.writing(books.engine) as connection:
            workspaces.remember(connection, TEAM, "Test", MONDAY - timedelta(days=30))
        week = Week(here, books, processes)
        live_through(week, STEPS)
        week.ends()
        books.balance(configured(here), week.clock)
        return sorted(books.keys())


@pytest.fixture(scope="module")
def alone(slack_url: str, tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> list[str]:
    """What one process on SQLite makes of the week."""
    folder = tmp_path_factory.mktemp("alone")
    database = folder / "rethrow.db"
    database.write_bytes(empty_sqlite.read_bytes())
    return lived_through(slack_url, folder / "bot", f"sqlite:///{database}", 1)


@pytest.mark.parametrize("processes", [2, 4])
def test_a_week_of_several_processes_is_that_of_one(
    slack_url: str, tmp_path: Path, postgresql_url: str, alone: list[str], processes: int
) -> None:
    together = lived_through(slack_url, tmp_path / "bots", postgresql_url, processes)
    assert sorted(set(together) - set(alone)) == []
    assert sorted(set(alone) - set(together)) == []
    assert len(together) == len(set(together)) > 50
    for occasion in ("sla:T-", "digest:weekly:", "handoff:", "calibration:1", "ticket:T-"):
        assert any(key.startswith(occasion) for key in together), occasion
