"""The PostgreSQL server is stopped under a running bot, and started again: what was owed is posted, once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.books import books_of, configured, settle
from tests.bots import Town, town
from tests.journeys.test_dying import CHANNELS, QUIET, ROUTES, overdue
from tests.postgresql import Server, running
from tests.waiting import PATIENCE_S, PROCESS_S, wait_until
from tests.workplace import ANA, SUPPORT, all_text


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL of this test's own, which it may stop."""
    with running() as made:
        yield made


@pytest.fixture
def here(slack_url: str, tmp_path: Path, server: Server) -> Iterator[Town]:
    """A team with a bot on that server."""
    config = CHANNELS + ROUTES + QUIET.replace("[sla]\n", "[sla]\nsummary_above = 50\n", 1)
    with town(slack_url, tmp_path, server.address, config) as made:
        made.bot().start()
        yield made


def says(here: Town, command: str) -> str:
    """What Ana is answered, privately."""
    before = {message["ts"] for message in here.slack.messages(ANA, SUPPORT)}
    assert here.slack.command(ANA, SUPPORT, command)["ok"]
    answers = [m for m in here.slack.messages(ANA, SUPPORT) if m["ts"] not in before and m.get("ephemeral")]
    return all_text(answers[-1])


def test_the_server_goes_away_and_comes_back(here: Town, server: Server) -> None:
    (bot,) = here.bots
    process = bot.process.pid
    with books_of(here) as books:
        assert "T-1" in says(here, "/ticket new P2 Before")
        for number, goes in enumerate((server.stop, server.crash), 1):
            # One post is limited by Slack when the server goes, one more promise breaks while it is away.
            here.slack.fault("chat.postMessage", "429", retry_after=20, times=2)
            assert bot.hears(overdue(here, f"EARLY{number}"), f"early {number}")
            soon = overdue(here, f"SOON{number}", created_at=(here.clock.now() - timedelta(minutes=50)).isoformat())
            assert bot.hears(soon, f"soon {number}")
            goes()
            here.pass_time(minutes=11)
            answer = says(here, "/ticket new P2 Meanwhile")
            assert "database does not answer" in answer
            assert "in a minute" in answer
            ready = httpx.get(f"{bot.address}/readyz", timeout=PATIENCE_S)
            assert (ready.status_code, ready.json()["database"]) == (503, False)
            assert bot.status("/healthz") == 200
            assert not bot.hears(overdue(here, f"AWAY{number}"), f"away {number}")
            server.start()
            wait_until(bot.is_ready, "it is ready again", PROCESS_S, bot.last_words)
            assert bot.hears(overdue(here, f"AWAY{number}"), f"away {number}")
            assert "T-" in says(here, f"/ticket new P2 After {number}")
        assert bot.process.pid == process
        assert bot.process.is_alive()
        settle(here, books, here.bots)
        books.balance(configured(here), here.clock)
        subjects = books.subjects()
        assert "Meanwhile" not in subjects
        assert {"After 1", "After 2"} <= set(subjects)
        breaches = {key for key in books.keys("sla:T-") if key.endswith(":first_response:breach:1")}
        assert len(breaches) >= 6  # two of each kind at least: early, soon, away
