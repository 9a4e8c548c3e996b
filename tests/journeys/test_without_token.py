"""A token that Slack takes no more: it is seen at once, and what is to be deleted goes all the same."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from db import session, workspaces
from db.tickets import tickets
from tests.bots import Bot, Town, town
from tests.waiting import wait_until
from tests.wire import Wire, mailbox
from tests.workplace import ANA, CONFIG, SUPPORT, TEAM


@pytest.fixture
def here(slack_url: str, tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A Slack and a database, no bot yet."""
    with town(slack_url, tmp_path, database_url, CONFIG) as place:
        yield place


def subjects(here: Town, workspace_id: str = TEAM) -> list[str]:
    """The subjects of the workspace's tickets."""
    engine = session.open_engine(here.database)
    with session.reading(engine) as connection:
        found = list(connection.scalars(select(tickets.c.subject).where(tickets.c.workspace_id == workspace_id)))
    engine.dispose()
    return found


def watched(bot: Bot) -> tuple[int, str, str]:
    """What /readyz says, and whether /metrics says that Slack takes the token."""
    ready = httpx.get(f"{bot.address}/readyz", timeout=20)
    lines = httpx.get(f"{bot.address}/metrics", timeout=20).text.splitlines()
    (takes,) = (line for line in lines if line.startswith("rethrow_slack_takes_token"))
    return ready.status_code, ready.json().get("why", {}).get("slack", ""), takes.rpartition(" ")[2]


def sent_away(here: Town, bot: Bot) -> None:
    """The workspace removes the app: Slack says so, and takes its token no more."""
    with mailbox() as box:
        wire = Wire(bot.address, here.clock, box)
        assert wire.event({"type": "app_uninstalled"}).status_code == 200
    here.slack.app(token_state="token_revoked")


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_token_that_any_call_finds_bad_is_told_to_those_who_watch(here: Town, code: str) -> None:
    bot = here.bot().start()
    assert watched(bot) == (200, "", "1.0")
    here.slack.app(token_state=code)
    here.slack.command(ANA, SUPPORT, "/ticket new")  # opens a window: nothing is owed, and nothing is parked
    wait_until(lambda: watched(bot)[0] == 503, "the bot says so", more=bot.last_words)
    assert watched(bot) == (503, f"no longer takes the token ({code}): install the app again", "0.0")
    here.slack.app(token_state="ok")
    here.slack.command(ANA, SUPPORT, "/ticket new")
    wait_until(lambda: watched(bot) == (200, "", "1.0"), "all is well again", more=bot.last_words)


def test_a_bot_that_is_started_without_a_good_token_deletes_what_is_due(here: Town) -> None:
    bot = here.bot().start()
    assert bot.hears({"external_id": "HD-1", "subject": "Invoices are wrong"}, "e1")
    sent_away(here, bot)
    bot.stop()
    bot.start(ready=False)
    wait_until(lambda: bot.status("/healthz") == 200, "it lives", 60, bot.last_words)
    assert watched(bot) == (503, "no longer takes the token (token_revoked): install the app again", "0.0")
    assert "bot.only_deletes" in bot.last_words()
    assert not bot.hears({"external_id": "HD-2", "subject": "Too late"}, "e2")
    assert subjects(here) == ["Invoices are wrong"]
    bot.stop()
    here.pass_time(days=8)
    bot.start(ready=False)
    wait_until(lambda: subjects(here) == [], "it is deleted", 60, bot.last_words)


def test_whoever_installs_the_app_again_in_time_keeps_everything(here: Town) -> None:
    bot = here.bot().start()
    assert bot.hears({"external_id": "HD-1", "subject": "Invoices are wrong"}, "e1")
    sent_away(here, bot)
    bot.stop()
    here.slack.app(token_state="ok")
    bot.start()
    here.pass_time(days=8)
    bot.stop()
    bot.start()
    assert subjects(here) == ["Invoices are wrong"]
    assert watched(bot)[0] == 200


def test_a_bad_token_ends_the_start_where_nothing_is_left_to_do(here: Town) -> None:
    engine = session.open_engine(here.database)
    with session.writing(engine) as connection:
        workspaces.remember(connection, TEAM, "Test", here.clock.now())
    engine.dispose()
    here.slack.app(token_state="invalid_auth")
    bot = here.bot().start(ready=False)
    wait_until(bot.is_dead, "it ends", 60, bot.last_words)
    assert "SLACK_BOT_TOKEN: Slack answers invalid_auth" in bot.last_words()
