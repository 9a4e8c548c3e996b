"""`rethrow outbox`: what is owed, parked, unsure, and why; and sending it again."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event

from bot.cli import rethrow
from bot.outbox_report import resend
from bot.settings import SettingsError
from db import workspaces
from db.outbox import State
from db.session import writing
from tests.bot.post_office import ALERTS, POST, SUPPORT, Post, W


@pytest.fixture
def shell(post: Post, database_url: str) -> CliRunner:
    """A shell in which `rethrow` uses the same database."""
    with writing(post.engine) as connection:
        workspaces.remember(connection, W, "Northwind", post.clock.now())
    return CliRunner(env={"DATABASE_URL": database_url, "RETHROW_CONFIG": ""})


def test_nothing_is_owed(shell: CliRunner) -> None:
    assert shell.invoke(rethrow, ["outbox"]).output == "Nothing is owed to Slack.\n"


def test_a_database_that_was_never_migrated(bare_url: str) -> None:
    shell = CliRunner(env={"DATABASE_URL": bare_url, "RETHROW_CONFIG": ""})
    result = shell.invoke(rethrow, ["outbox"])
    assert isinstance(result.exception, SettingsError)
    assert "rethrow db upgrade" in str(result.exception)


def test_what_waits_is_listed_with_why(post: Post, shell: CliRunner) -> None:
    post.slack.fault(POST, "error", channel=ALERTS, error="is_archived")
    post.slack.fault(POST, "cut_before", channel="C0GENERAL")
    post.slack.fault(POST, "429", channel=SUPPORT, retry_after=900)
    for key, channel in (("parked", ALERTS), ("unsure", "C0GENERAL"), ("limited", SUPPORT)):
        post.owe(key, channel)
    post.turn()
    said = shell.invoke(rethrow, ["outbox"]).output
    assert "Parked, until somebody resends them: 1\n  #1  parked → C0ALERTS, since" in said
    assert "is_archived: The channel is archived: unarchive it" in said
    assert "Unsure, being looked for: 1\n  #2  unsure → C0GENERAL" in said
    assert "no_answer" in said
    assert "limited → C0SUPPORT" in said
    assert "tried once, again at" in said
    assert "ratelimited" in said


def test_several_are_resent_at_once_or_all_that_is_parked(post: Post, shell: CliRunner) -> None:
    post.slack.fault(POST, "error", error="is_archived", times=3)
    for key in ("a", "b", "c"):
        post.owe(key)
    post.turn(seconds=5)
    post.turn(seconds=5)
    result = shell.invoke(rethrow, ["outbox", "resend", "1", "99"])
    assert result.exit_code == 1
    assert "#1 is owed again" in result.output
    assert "#99 is neither parked nor unsure" in result.output
    assert shell.invoke(rethrow, ["outbox", "resend"]).exit_code == 2
    assert shell.invoke(rethrow, ["outbox", "resend", "--all"]).exit_code == 0
    for _ in range(4):
        post.turn(seconds=3)
    assert sorted(text for text in post.said() if text in "abc") == ["a", "b", "c"]
    assert shell.invoke(rethrow, ["outbox", "resend", "--all"]).output == "Nothing is parked.\n"


def asked_to_resend_all(post: Post) -> int:
    """How many statements that takes, with three that are parked."""
    post.slack.fault(POST, "error", error="is_archived", times=3)
    for _ in range(3):
        post.turn(seconds=5)
    asked: list[object] = []

    def hears(*said: Any) -> None:
        asked.append(said)

    event.listen(post.engine, "before_cursor_execute", hears)
    try:
        assert [done for done, _ in resend(post.engine, None, post.clock.now())] == [True] * 3
    finally:
        event.remove(post.engine, "before_cursor_execute", hears)
    return len(asked)


def test_each_workspace_is_asked_once_what_is_parked_in_it(post: Post, shell: CliRunner) -> None:
    for key in ("a", "b", "c"):
        post.owe(key)
    alone = asked_to_resend_all(post)
    with writing(post.engine) as connection:
        for number in range(20):
            workspaces.remember(connection, f"T0{number:02}", "Another", post.clock.now())
    assert asked_to_resend_all(post) == alone + 20


def test_all_of_one_channel_or_of_one_reason(post: Post, shell: CliRunner) -> None:
    post.slack.fault(POST, "error", channel=ALERTS, error="is_archived", times=2)
    post.slack.fault(POST, "error", channel=SUPPORT, error="is_archived")
    post.slack.fault(POST, "error", channel="C0GENERAL", error="not_in_channel")
    for key, channel in (("a", ALERTS), ("b", ALERTS), ("c", SUPPORT), ("d", "C0GENERAL")):
        post.owe(key, channel)
    post.turn(seconds=5)
    post.turn(seconds=5)
    every = ["outbox", "resend", "--all"]
    assert shell.invoke(rethrow, [*every, "--channel", "C0NONE"]).output == "Nothing is parked for C0NONE.\n"
    assert shell.invoke(rethrow, [*every, "--reason", "not_in_channel"]).output.startswith("#4 is owed again")
    said = shell.invoke(rethrow, [*every, "--channel", ALERTS, "--reason", "is_archived"]).output
    assert [line[:2] for line in said.splitlines()] == ["#1", "#2"]
    for _ in range(4):
        post.turn(seconds=3)
    assert "c" not in post.said(SUPPORT)
    assert post.said(ALERTS) == ["a", "b"]
    assert post.row("c")["state"] == State.PARKED
    wrong = shell.invoke(rethrow, ["outbox", "resend", "1", "--channel", ALERTS])
    assert (wrong.exit_code, "go with --all" in wrong.output) == (2, True)


def test_resend(post: Post, shell: CliRunner) -> None:
    post.slack.fault(POST, "error", error="is_archived")
    post.owe("a")
    post.turn()
    result = shell.invoke(rethrow, ["outbox", "resend", "1"])
    assert (result.exit_code, result.output[:18]) == (0, "#1 is owed again; ")
    post.turn(seconds=2)
    assert post.said() == ["a"]
    result = shell.invoke(rethrow, ["outbox", "resend", "1"])
    assert result.exit_code == 1
    assert "neither parked nor unsure" in result.output
