"""`rethrow outbox`: what is owed, parked, unsure, and why; and sending it again."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import rethrow
from bot.settings import SettingsError
from db import workspaces
from db.outbox import State
from db.session import writing
from tests.bot.post_office import ALERTS, POST, SUPPORT, Post, W


@pytest.fixture
def shell(here: Post, sqlite_url: str, tmp_path: Path) -> CliRunner:
    """A shell in which `rethrow` uses the database of `here`."""
    with writing(here.engine) as connection:
        workspaces.remember(connection, W, "Northwind", here.clock.now())
    return CliRunner(env={"DATABASE_URL": sqlite_url, "RETHROW_CONFIG": ""})


def test_nothing_is_owed(shell: CliRunner) -> None:
    assert shell.invoke(rethrow, ["outbox"]).output == "Nothing is owed to Slack.\n"


def test_a_database_that_was_never_migrated(tmp_path: Path) -> None:
    shell = CliRunner(env={"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", "RETHROW_CONFIG": ""})
    result = shell.invoke(rethrow, ["outbox"])
    assert isinstance(result.exception, SettingsError)
    assert "rethrow db upgrade" in str(result.exception)


def test_what_waits_is_listed_with_why(here: Post, shell: CliRunner) -> None:
    here.slack.fault(POST, "error", channel=ALERTS, error="is_archived")
    here.slack.fault(POST, "cut_before", channel="C0GENERAL")
    here.slack.fault(POST, "429", channel=SUPPORT, retry_after=900)
    for key, channel in (("parked", ALERTS), ("unsure", "C0GENERAL"), ("limited", SUPPORT)):
        here.owe(key, channel)
    here.turn()
    said = shell.invoke(rethrow, ["outbox"]).output
    assert "Parked, until somebody resends them: 1\n  #1  parked → C0ALERTS, since" in said
    assert "is_archived: The channel is archived: unarchive it" in said
    assert "Unsure, being looked for: 1\n  #2  unsure → C0GENERAL" in said
    assert "no_answer" in said
    assert "limited → C0SUPPORT" in said
    assert "tried once, again at" in said
    assert "ratelimited" in said


def test_several_are_resent_at_once_or_all_that_is_parked(here: Post, shell: CliRunner) -> None:
    here.slack.fault(POST, "error", error="is_archived", times=3)
    for key in ("a", "b", "c"):
        here.owe(key)
    here.turn(seconds=5)
    here.turn(seconds=5)
    result = shell.invoke(rethrow, ["outbox", "resend", "1", "99"])
    assert result.exit_code == 1
    assert "#1 is owed again" in result.output
    assert "#99 is neither parked nor unsure" in result.output
    assert shell.invoke(rethrow, ["outbox", "resend"]).exit_code == 2
    assert shell.invoke(rethrow, ["outbox", "resend", "--all"]).exit_code == 0
    for _ in range(4):
        here.turn(seconds=3)
    assert sorted(text for text in here.said() if text in "abc") == ["a", "b", "c"]
    assert shell.invoke(rethrow, ["outbox", "resend", "--all"]).output == "Nothing is parked.\n"


def test_all_of_one_channel_or_of_one_reason(here: Post, shell: CliRunner) -> None:
    here.slack.fault(POST, "error", channel=ALERTS, error="is_archived", times=2)
    here.slack.fault(POST, "error", channel=SUPPORT, error="is_archived")
    here.slack.fault(POST, "error", channel="C0GENERAL", error="not_in_channel")
    for key, channel in (("a", ALERTS), ("b", ALERTS), ("c", SUPPORT), ("d", "C0GENERAL")):
        here.owe(key, channel)
    here.turn(seconds=5)
    here.turn(seconds=5)
    resend = ["outbox", "resend", "--all"]
    assert shell.invoke(rethrow, [*resend, "--channel", "C0NONE"]).output == "Nothing is parked for C0NONE.\n"
    assert shell.invoke(rethrow, [*resend, "--reason", "not_in_channel"]).output.startswith("#4 is owed again")
    said = shell.invoke(rethrow, [*resend, "--channel", ALERTS, "--reason", "is_archived"]).output
    assert [line[:2] for line in said.splitlines()] == ["#1", "#2"]
    for _ in range(4):
        here.turn(seconds=3)
    assert "c" not in here.said(SUPPORT)
    assert here.said(ALERTS) == ["a", "b"]
    assert here.row("c")["state"] == State.PARKED
    wrong = shell.invoke(rethrow, ["outbox", "resend", "1", "--channel", ALERTS])
    assert (wrong.exit_code, "go with --all" in wrong.output) == (2, True)


def test_resend(here: Post, shell: CliRunner) -> None:
    here.slack.fault(POST, "error", error="is_archived")
    here.owe("a")
    here.turn()
    result = shell.invoke(rethrow, ["outbox", "resend", "1"])
    assert (result.exit_code, result.output[:18]) == (0, "#1 is owed again; ")
    here.turn(seconds=2)
    assert here.said() == ["a"]
    result = shell.invoke(rethrow, ["outbox", "resend", "1"])
    assert result.exit_code == 1
    assert "neither parked nor unsure" in result.output
