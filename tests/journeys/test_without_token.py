"""A token that Slack takes no more: it is seen at once, and what is to be deleted goes all the same."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from db import schema, session, workspaces
from db.tickets import tickets
from tests.bots import Bot, Town, town
from tests.waiting import PATIENCE_S, PROCESS_S, wait_until
from tests.wire import Wire, mailbox
from tests.workplace import ANA, CONFIG, SUPPORT, TEAM

OTHER = "T0OTHER"


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
    ready = httpx.get(f"{bot.address}/readyz", timeout=PATIENCE_S)
    lines = httpx.get(f"{bot.address}/metrics", timeout=PATIENCE_S).text.splitlines()
    (takes,) = (line for line in lines if line.startswith("rethrow_slack_takes_token"))
    return ready.status_code, ready.json().get("why", {}).get("slack", ""), takes.rpartition(" ")[2]


def knocks(here: Town, bot: Bot, *, signed: bool) -> list[httpx.Response]:
    """What the doors for Slack and for helpdesks answer."""
    with mailbox() as box:
        wire = Wire(bot.address, here.clock, box)
        return [wire.slack(b"command=%2Fticket", signed=signed), wire.ingest(b"{}", signed=signed)]


def knows(here: Town, workspace_id: str, *, left: bool = False) -> None:
    """The database has this workspace, which perhaps removed the app."""
    engine = session.open_engine(here.database)
    schema.upgrade(engine)
    with session.writing(engine) as connection:
        workspaces.remember(connection, workspace_id, "Test", here.clock.now())
        if left:
            workspaces.leave(connection, workspace_id, here.clock.now(), here.clock.now())
    engine.dispose()


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
    status, why, takes = watched(bot)
    what = "does not know the token" if code == "invalid_auth" else "no longer takes the token"
    assert (status, takes) == (503, "0.0")
    assert why.startswith(f"{what} ({code}): ")
    assert why.endswith("install the app again")
    here.slack.app(token_state="ok")
    here.slack.command(ANA, SUPPORT, "/ticket new")
    wait_until(lambda: watched(bot) == (200, "", "1.0"), "all is well again", more=bot.last_words)


def test_a_bot_that_is_started_without_a_good_token_deletes_what_is_due(here: Town) -> None:
    bot = here.bot().start()
    assert bot.hears({"external_id": "HD-1", "subject": "Invoices are wrong"}, "e1")
    refused = [(answer.status_code, answer.json()) for answer in knocks(here, bot, signed=False)]
    assert refused == [(401, {"error": "bad signature"})] * 2
    sent_away(here, bot)
    bot.stop()
    bot.start(ready=False)
    wait_until(lambda: bot.status("/healthz") == 200, "it lives", PROCESS_S, bot.last_words)
    assert watched(bot) == (503, "no longer takes the token (token_revoked): install the app again", "0.0")
    assert "bot.only_deletes" in bot.last_words()
    assert [answer.status_code for answer in knocks(here, bot, signed=True)] == [503, 503]
    assert [(answer.status_code, answer.json()) for answer in knocks(here, bot, signed=False)] == refused
    assert not bot.hears({"external_id": "HD-2", "subject": "Too late"}, "e2")
    assert subjects(here) == ["Invoices are wrong"]
    bot.stop()
    here.pass_time(days=8)
    bot.start(ready=False)
    wait_until(lambda: subjects(here) == [], "it is deleted", PROCESS_S, bot.last_words)


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
    knows(here, TEAM)
    here.slack.app(token_state="token_revoked")
    bot = here.bot().start(ready=False)
    wait_until(bot.is_dead, "it ends", PROCESS_S, bot.last_words)
    assert "SLACK_BOT_TOKEN: Slack answers token_revoked, allowed is the token of an installed app" in bot.last_words()


def test_a_mistyped_token_ends_the_start_although_another_workspace_has_left(here: Town) -> None:
    knows(here, TEAM)
    knows(here, OTHER, left=True)
    here.slack.app(token_state="invalid_auth")
    bot = here.bot().start(ready=False)
    wait_until(bot.is_dead, "it ends", PROCESS_S, bot.last_words)
    said = bot.last_words()
    assert "SLACK_BOT_TOKEN: Slack answers invalid_auth, allowed is the token of an installed app: copy the Bot" in said
    assert f"rethrow forget --everything --workspace {OTHER}" in said
    assert "only_deletes" not in said


def test_where_everybody_has_left_a_wrong_token_is_told_and_what_is_due_is_deleted(here: Town) -> None:
    bot = here.bot().start()
    assert bot.hears({"external_id": "HD-1", "subject": "Invoices are wrong"}, "e1")
    sent_away(here, bot)
    bot.stop()
    here.slack.app(token_state="invalid_auth")
    here.pass_time(days=8)
    bot.start(ready=False)
    wait_until(lambda: subjects(here) == [], "it is deleted", PROCESS_S, bot.last_words)
    status, why, _ = watched(bot)
    assert (status, "does not know the token (invalid_auth)" in why) == (503, True)
    assert "OAuth & Permissions on your app's page" in why


@pytest.mark.parametrize("code", ["ratelimited", "http_500"])
def test_a_slack_that_cannot_answer_is_not_called_a_wrong_token(here: Town, code: str) -> None:
    fault = {"kind": "500"} if code == "http_500" else {"kind": "error", "error": code}
    here.slack.fault(method="auth.test", times=100, **fault)
    bot = here.bot().start(ready=False)
    wait_until(bot.is_dead, "it ends", PROCESS_S, bot.last_words)
    said = bot.last_words()
    assert f"SLACK_API_URL: {here.slack.base_url}/api/ answers {code}" in said
    assert "SLACK_BOT_TOKEN" not in said
