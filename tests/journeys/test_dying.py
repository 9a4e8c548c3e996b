"""Killed at each named point, and started again: afterwards everything is there, once."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.calibrations import voting
from bot.desk import Desk, House
from db import calibrations, session, tickets, workspaces
from domain.calibration import Vote
from domain.scorecard import DIMENSIONS
from tests.books import Books, books_of, configured, settle
from tests.bots import Fate, Town, town
from tests.waiting import wait_until
from tests.workplace import ANA, CONFIG, TEAM

ROUTES = """
[escalations.routes]
L2 = { channel = "C0L2", mention = "U0BEN" }
engineering = { channel = "C0ENG", mention = "U0CLEO" }
[escalations.ladder]
L2 = ["engineering"]
"""
CHANNELS = (
    CONFIG.replace('leads = "C0LEADS"', 'leads = "C0LEADS"\nescalations = "C0ESC"\nqa = "C0QA"', 1)
    .replace('leads = ["U0LEAD"]', 'leads = ["U0LEAD"]\nreviewers = ["U0BEN", "U0CLEO", "U0DORA"]', 1)
)  # fmt: skip
QUIET = '[sla]\npickup = "9d"\n[sla.P2]\nfirst_response = "60m"\nresolution = "9d"\n'
HOUR = timedelta(hours=1)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def here(slack_url: str, tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A team that has known the bot for a month."""
    with town(slack_url, tmp_path, database_url, CHANNELS + ROUTES + QUIET) as made:
        with books_of(made) as books, session.writing(books.engine) as connection:
            workspaces.remember(connection, TEAM, "Test", made.clock.now() - timedelta(days=30))
        yield made


def overdue(here: Town, external_id: str, **more: Any) -> dict[str, Any]:
    """A ticket whose first response was due half an hour ago."""
    created = (here.clock.now() - 1.5 * HOUR).isoformat()
    return {
        "external_id": external_id,
        "subject": f"Question {external_id}",
        "priority": "P2",
        "created_at": created,
    } | more


def is_heard(here: Town, ticket: dict[str, Any]) -> None:
    """The helpdesk tells of it until it is told that it was heard, as helpdesks do."""
    bot = here.bots[0]

    def heard() -> bool:
        if bot.is_dead():
            bot.start()
        return bot.hears(ticket, f"event {ticket['external_id']}")

    wait_until(heard, "the event is heard")


def ends_well(here: Town, books: Books) -> None:
    """One more start, unharmed, until nothing is left to do; then the books are compared."""
    settle(here, books, here.bots[:1])
    books.balance(configured(here), here.clock)


SWEEP = ("sweep.decided", "sweep.claimed", "sweep.told", "sweep.written")
DELIVERY = ("delivery.claimed", "delivery.answered", "delivery.looked", "delivery.settled")
DIGEST = ("digest.gathered", "digest.made", "digest.written")
HANDOFFS = ("handoffs.seen", "handoffs.attended", "handoffs.written")
CALIBRATIONS = ("calibrations.opened", "calibrations.seen", "calibrations.attended", "calibrations.written")
TRIGGERS = ("triggers.noticed",)
IMPORT = ("import.read", "import.applied", "import.written")


def test_every_point_there_is_has_its_test() -> None:
    named = re.compile(r"""\bat\("([a-z]+\.[a-z_]+)"\)""")
    files = [path for place in ("bot", "helpdesk") for path in (ROOT / place).rglob("*.py")]
    there = {point for path in files for point in named.findall(path.read_text())}
    assert there == {*SWEEP, *DELIVERY, *DIGEST, *HANDOFFS, *CALIBRATIONS, *TRIGGERS, *IMPORT}


def test_killed_at_each_point_of_the_sweep(here: Town) -> None:
    bot = here.bot()
    with books_of(here) as books:
        for number, point in enumerate(SWEEP, 1):
            bot.start(Fate(point))
            bot.hears(overdue(here, f"Z{number}"), f"event Z{number}")
            bot.dies()
        for number, _ in enumerate(SWEEP, 1):
            is_heard(here, overdue(here, f"Z{number}"))
        ends_well(here, books)
        for number in books.numbers():
            breach = f"sla:T-{number}:first_response:breach:1"
            assert books.keys(breach) == [breach, f"{breach}:cause"]


def test_killed_at_each_point_of_delivery(here: Town) -> None:
    bot = here.bot()
    with books_of(here) as books:
        for number, point in enumerate(DELIVERY, 1):
            bot.start(Fate(point))
            bot.hears(overdue(here, f"Z{number}"), f"event Z{number}")
            if point == "delivery.looked":
                here.pass_time(seconds=60)
            bot.dies()
        ends_well(here, books)
        assert len(books.keys("sla:")) >= len(books.numbers()) >= 1


def test_killed_at_each_point_of_the_weekly_review(here: Town) -> None:
    bot = here.bot()
    with books_of(here) as books:
        for point in DIGEST:
            bot.start(Fate(point), ready=False).dies()
        ends_well(here, books)
        heads = [key for key in books.keys("digest:weekly:") if re.fullmatch(r"digest:weekly:[0-9T:Z-]+Z", key)]
        assert len(heads) == 1


def test_killed_at_each_point_of_the_sweep_of_handoffs(here: Town) -> None:
    bot = here.bot()
    with books_of(here) as books:
        bot.start(Fate("triggers.noticed"))
        fire = overdue(here, "FIRE", priority="P0", created_at=here.clock.now().isoformat())
        bot.hears(fire, "event FIRE")
        bot.dies()
        is_heard(here, fire)
        wait_until(lambda: len(books.keys("handoff:")) > 0, "it is handed on")
        bot.stop()
        here.pass_time(minutes=13)  # of the 15 there are to answer: a reminder is due
        for point in HANDOFFS:
            bot.start(Fate(point), ready=False).dies()
        ends_well(here, books)
        assert len([key for key in books.keys("handoff:") if ":remind:" in key]) == 1


def solved_by_ana(here: Town, books: Books, how_many: int) -> None:
    now = here.clock.now()
    with session.writing(books.engine) as connection:
        for number in range(how_many):
            values = {
                "subject": f"Solved {number}", "status": "solved", "priority": "P2", "assignee": ANA,
                "solved_at": now - timedelta(hours=number),
            }  # fmt: skip
            tickets.create(connection, TEAM, values, actor=ANA, at=now, now=now)


def test_killed_at_each_point_of_a_calibration(here: Town) -> None:
    bot = here.bot()
    opens, *closes = CALIBRATIONS
    with books_of(here) as books:
        here.pass_time(days=31)  # whatever the day, the month's calibration is due
        solved_by_ana(here, books, 5)
        bot.start(Fate(opens), ready=False).dies()
        bot.start()
        wait_until(lambda: len(books.keys("calibration:")) > 0, "the month's calibration is opened", 30, bot.last_words)
        bot.stop()
        house = House(books.engine, configured(here), here.clock)
        with session.reading(books.engine) as connection:
            (opened,) = calibrations.running(connection, TEAM)
        for person in opened.reviewers:  # enough for a result, and not yet all
            vote = Vote(opened.items[0].number, person, DIMENSIONS)
            voting.submit(Desk(house, TEAM, person), opened.session_id, vote)
        here.pass_time(seconds=(opened.until - here.clock.now()).total_seconds() + 1)
        for point in closes:
            bot.start(Fate(point), ready=False).dies()
        ends_well(here, books)
        assert len([key for key in books.keys("calibration:") if key.endswith(":result")]) == 1


def test_killed_at_each_point_of_an_import(here: Town, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    lines = [
        overdue(here, f"H{number}", solved_at=here.clock.now().isoformat(), status="solved") for number in range(1050)
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines))
    with books_of(here) as books:
        for point in IMPORT:
            assert here.imports(file, Fate(point, nth=2 if point != "import.written" else 1)) == -9
        assert here.imports(file) == 0
        before = books.numbers()
        assert here.imports(file) == 0
        assert books.numbers() == before == list(range(1, 1051))
        ends_well(here, books)
