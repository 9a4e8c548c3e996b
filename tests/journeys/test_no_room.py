"""The disk is full, or the file may only be read: it is said plainly, nothing is half-written, it goes on by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.main import build
from bot.settings import SettingsError
from db import session
from db.events import events
from db.tickets import tickets
from tests.clock import MovableClock
from tests.workplace import ANA, Workplace, opened, settings_for

LONG = "many words " * 250


class Disk:
    """The room that the database file may take, in pages; SQLite itself refuses to take more."""

    def __init__(self, at_work: Workplace) -> None:
        self.engine, self.most = at_work.bot.house.engine, 1 << 30
        event.listen(self.engine, "connect", self._limit)

    def _limit(self, connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={self.most}")

    def is_full(self) -> None:
        with session.reading(self.engine) as connection:
            self.most = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
        self.engine.dispose()

    def has_room_again(self) -> None:
        self.most = 1 << 30
        self.engine.dispose()


@pytest.fixture
def workplace(slack_url: str, tmp_path: Path, sqlite_url: str, clock: MovableClock) -> Iterator[Workplace]:
    """A bot on a SQLite file."""
    with opened(slack_url, tmp_path, sqlite_url, clock) as at_work:
        yield at_work


def stored(workplace: Workplace) -> tuple[int, int]:
    """How many tickets there are, and how many lines about their creation."""
    made = select(func.count()).select_from(events).where(events.c.kind == "created")
    return workplace.query(select(func.count()).select_from(tickets))[0][0], workplace.query(made)[0][0]


def test_on_a_full_disk_nothing_is_half_written_and_it_goes_on_once_there_is_room(workplace: Workplace) -> None:
    ana, disk = workplace.person(ANA), Disk(workplace)
    ana.types("/ticket new The first one")
    disk.is_full()
    told = [ana.types(f"/ticket new {LONG}") for _ in range(6)]
    refused = [text for text in told if "could not be stored" in text]
    assert refused, told
    assert "disk" in refused[0]
    made = sum("is created" in text for text in told)
    assert len(refused) + made == 6
    assert stored(workplace) == (1 + made, 1 + made)
    disk.has_room_again()
    number = 2 + made
    assert f"T-{number} is created" in ana.types("/ticket new And on it goes")
    assert stored(workplace) == (number, number)


def test_a_helpdesk_is_told_to_send_its_event_again(workplace: Workplace) -> None:
    disk = Disk(workplace)
    disk.is_full()
    answers = [workplace.ingest({"external_id": f"HD-{n}", "subject": LONG[:300]}, f"e{n}") for n in range(40)]
    refused = [n for n, answer in enumerate(answers) if answer.status_code == 503]
    assert refused
    assert answers[refused[0]].headers["retry-after"]
    disk.has_room_again()
    again = workplace.ingest({"external_id": f"HD-{refused[0]}", "subject": "x"}, f"e{refused[0]}")
    assert again.status_code == 200


def test_a_file_that_may_only_be_read_ends_the_start_with_one_line(
    slack_url: str, tmp_path: Path, sqlite_url: str, clock: MovableClock
) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with pytest.raises(SettingsError, match=r"DATABASE_URL: the database cannot be written .*readonly"):
        build(settings_for(tmp_path, slack_url, f"sqlite:///file:{path}?mode=ro&uri=true"), clock)
