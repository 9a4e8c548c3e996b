"""A real process whose disk is full, and a server that may only be read: said plainly, and over by itself."""

import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text

from tests.bots import Bot, town
from tests.clock import MovableClock
from tests.waiting import PATIENCE_S, wait_until
from tests.workplace import ALERTS, ANA, CONFIG, SUPPORT, all_text, opened

LONG = "many words " * 200
NO_CHANGES = "takes no changes: its disk is full, or it may only be read"


def may_write_files_of(bytes_: int, bot: Bot) -> None:
    """The kernel lets the bot's process write no file beyond this size, as on a disk without room."""
    _, most = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (bytes_, most))


def stored(file: Path) -> list[tuple[int, int]]:
    """Each ticket's number, and how many lines tell of its creation."""
    with closing(sqlite3.connect(file)) as connection:
        made = "SELECT number, (SELECT count(*) FROM ticket_event e WHERE e.number = t.number AND kind = 'created')"
        return connection.execute(f"{made} FROM ticket t ORDER BY number").fetchall()


def why(bot: Bot) -> str | None:
    """What /readyz says is wrong with the database; None when it is ready."""
    answer = httpx.get(f"{bot.address}/readyz", timeout=PATIENCE_S)
    return answer.json()["why"].get("database") if answer.status_code == 503 else None


def test_a_full_disk_is_said_shown_and_over_by_itself(slack_url: str, tmp_path: Path, sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    log = Path(f"{file}-wal")
    with town(slack_url, tmp_path, sqlite_url, CONFIG) as here:
        bot = here.bot().start()

        def told(command: str) -> str:
            before = {one["ts"] for one in here.slack.messages(ANA, SUPPORT)}
            assert here.slack.command(ANA, SUPPORT, command)["ok"]
            return all_text(next(one for one in here.slack.messages(ANA, SUPPORT) if one["ts"] not in before))

        assert "T-1 is created" in told("/ticket new P1 The first one")
        wait_until(lambda: "The first one" in str(here.slack.messages(ANA, ALERTS)), "it is announced")
        may_write_files_of(max(log.stat().st_size, bot.said.stat().st_size + 64 * 1024), bot)
        answers = [told(f"/ticket new P2 {LONG}") for _ in range(20)]
        refused = [one for one in answers if "could not be stored, so nothing has changed" in one]
        made = sum("is created" in one for one in answers)
        assert refused, answers
        assert made + len(refused) == 20
        assert why(bot) == NO_CHANGES
        assert stored(file) == [(number, 1) for number in range(1, made + 2)]
        metrics = httpx.get(f"{bot.address}/metrics", timeout=PATIENCE_S).text
        assert "rethrow_database_takes_changes 0.0" in metrics
        unavailable = 'rethrow_request_seconds_count{kind="command",name="ticket",result="unavailable"}'
        assert f"{unavailable} {len(refused):.1f}" in metrics
        may_write_files_of(resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)[1], bot)
        wait_until(lambda: why(bot) is None, "it is ready again", 60, bot.last_words)
        assert f"T-{made + 2} is created" in told("/ticket new P1 And on it goes")
        wait_until(lambda: "And on it goes" in str(here.slack.messages(ANA, ALERTS)), "that one is announced, too")


def test_a_server_that_became_a_standby_is_said_shown_and_over_by_itself(
    slack_url: str, tmp_path: Path, postgresql_url: str, clock: MovableClock
) -> None:
    with opened(slack_url, tmp_path, postgresql_url, clock) as workplace:
        ana = workplace.person(ANA)
        assert "T-1 is created" in ana.types("/ticket new The first one")
        ready = f"{workplace.address}/readyz"
        try:
            _may_only_be_read(postgresql_url, "ON")
            told = ana.types("/ticket new The second one")
            assert "could not be stored, so nothing has changed" in told
            assert httpx.get(ready, timeout=PATIENCE_S).json()["why"]["database"] == NO_CHANGES
            refused = workplace.ingest({"external_id": "HD-1", "subject": "a"}, "e1")
            assert (refused.status_code, refused.json()["error"][:33]) == (503, "the database cannot store anythin")
        finally:
            _may_only_be_read(postgresql_url, "OFF")
        wait_until(lambda: httpx.get(ready, timeout=PATIENCE_S).status_code == 200, "it is ready again", 60)
        assert "T-2 is created" in ana.types("/ticket new The second one")


def _may_only_be_read(url: str, state: str) -> None:
    """What a failover looks like: connections end, and whoever comes back finds a server that takes no changes."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"application_name": "the administrator"})
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = OFF"))
        connection.execute(text(f"ALTER DATABASE postgres SET default_transaction_read_only = {state}"))
        others = "application_name = 'rethrow' AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()
