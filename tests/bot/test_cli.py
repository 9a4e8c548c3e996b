"""The command line: what it prints, and the one line it ends with when something is wrong."""

import io
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from db import session, workspaces
from tests.bot.shell import rethrow
from tests.databases import engine_at

ON_THE_DATABASE = [
    *(("db", "upgrade"), ("outbox",), ("import", "tickets.jsonl"), ("sla", "recompute"), ("digest", "weekly")),
    *(("calibration", "list"), ("export",), ("forget", "--customer", "acme", "--yes")),
]
DUE = ("sla", "due", "--priority", "P2", "--metric", "first_response", "--start", "2026-03-27T16:30:00+00:00")


@pytest.mark.usefixtures("at_home")
def test_sla_due_without_a_file_counts_day_and_night(capsys: pytest.CaptureFixture[str]) -> None:
    assert rethrow(*DUE) == 0
    assert capsys.readouterr().out == "2026-03-27T20:30:00+00:00\n"


def test_sla_due_counts_on_the_policys_calendar_or_the_one_named(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    week = ", ".join(f'{day} = ["09:00-17:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    text = f'[calendars.office]\ntimezone = "Europe/London"\nhours = {{ {week} }}\n[sla]\ncalendar = "office"\n'
    (at_home / "rethrow.toml").write_text(text)
    assert rethrow(*DUE) == 0
    assert rethrow(*DUE, "--calendar", "always") == 0
    # Friday 16:30 before the clocks go forward: half an hour is left, the rest is Monday's, in summer time.
    assert capsys.readouterr().out.split() == ["2026-03-30T11:30:00+00:00", "2026-03-27T20:30:00+00:00"]


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*DUE, "--calendar", "office"), "found calendar 'office', allowed is one of always"),
        ((*DUE[:-1], "2026-03-27T16:30:00"), "allowed is ISO 8601 with an offset"),
        ((*DUE[:-1], "yesterday"), "allowed is ISO 8601 with an offset"),
        (("sla", "due", "--priority", "P2", "--metric", "next_response", *DUE[-2:]), 'next_response = "4h"'),
        ((*DUE[:-1], "2200-12-31T23:00:00+00:00"), "2200"),
    ],
)
def test_sla_due_says_what_is_allowed(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rethrow(*arguments) != 0
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("at_home")
def test_run_without_a_token_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert rethrow("run") == 2
    said = capsys.readouterr().err
    assert said.startswith("rethrow: SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token")
    assert said.count("\n") == 1


def test_a_wrong_file_ends_every_command_with_one_line(at_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at_home / "rethrow.toml").write_text("[sla]\nwarn_at = 0")
    assert rethrow(*DUE) == 2
    assert capsys.readouterr().err.startswith("rethrow: rethrow.toml: sla.warn_at[0]: found 0, allowed is a share")


@pytest.mark.usefixtures("at_home")
def test_an_address_that_is_taken_ends_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = {"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "s", "PORT": str(taken.getsockname()[1])}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        assert rethrow("run") == 2
    told = capsys.readouterr().err
    assert told.startswith("rethrow: HOST, PORT: found 127.0.0.1:")
    assert told.endswith("listens at (Address already in use)\n")
    assert told.count("\n") == 1


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("command", ON_THE_DATABASE)
@pytest.mark.parametrize("address", ["postgresql+psycopg://u:hunter2@127.0.0.1:1/x", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_does_not_answer_is_told_in_one_line(
    command: tuple[str, ...], address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert rethrow(*command) == 2
    told = capsys.readouterr().err
    assert told.startswith("rethrow: DATABASE_URL: the database cannot be opened (")
    assert told.count("\n") == 1
    assert "hunter2" not in told


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("command", [*ON_THE_DATABASE, ("run",), ("backup", "copy.db"), ("doctor",)])
def test_a_database_whose_address_cannot_be_read_is_told_in_one_line_that_keeps_the_password(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-none")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "none")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:hun@ter:2@db/rethrow")
    assert rethrow(*command) == (1 if command == ("doctor",) else 2)
    told = "".join(capsys.readouterr())
    (line,) = (line for line in told.splitlines() if "DATABASE_URL" in line)
    assert "allowed is sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME" in line
    assert "@ as %40" in line
    assert "hun" not in told
    assert "ter:2" not in told


def test_manifest_is_json_and_needs_an_https_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert rethrow("manifest", "--url", "https://support.example.com") == 0
    described = json.loads(capsys.readouterr().out)
    assert described["settings"]["interactivity"]["request_url"] == "https://support.example.com/slack/events"
    assert rethrow("manifest", "--url", "http://support.example.com") == 2
    assert rethrow("manifest") == 2
    assert "--url" in capsys.readouterr().err


def test_what_it_writes_is_for_its_owner_alone_unless_that_was_changed(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = os.umask(0o022)
    try:
        assert rethrow("db", "upgrade") == 0
        assert _modes(at_home, "here.db") == [0o600]
        with closing(sqlite3.connect(at_home / "here.db")) as other:
            other.execute("SELECT count(*) FROM workspace").fetchone()
            assert _modes(at_home, "here.db-wal", "here.db-shm") == [0o600, 0o600]
        (at_home / "here.db").chmod(0o640)
        with_workspaces(f"sqlite:///{at_home / 'here.db'}", "T0HOME")
        assert rethrow("export", "all.jsonl") == 0
        with closing(sqlite3.connect(at_home / "here.db")) as other:
            other.execute("SELECT count(*) FROM workspace").fetchone()
            assert _modes(at_home, "here.db", "here.db-wal", "here.db-shm") == [0o640, 0o640, 0o640]
        assert rethrow("backup", "copy.db") == 0
        assert _modes(at_home, "all.jsonl", "copy.db") == [0o600, 0o600]
    finally:
        os.umask(usual)
    capsys.readouterr()


def _modes(folder: Path, *names: str) -> list[int]:
    return [(folder / name).stat().st_mode & 0o777 for name in names]


@pytest.mark.usefixtures("at_home")
def test_db_upgrade_makes_the_database_that_the_doctor_then_finds(
    bare_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", bare_url)
    not_there = bare_url.startswith("sqlite")
    assert rethrow("doctor") == 1
    said = capsys.readouterr().out
    assert ("is not there yet: the first `rethrow run` makes it" if not_there else "run `rethrow db upgrade`") in said
    assert rethrow("db", "upgrade") == 0
    assert rethrow("doctor") == 1  # no token
    assert "ok     migrations: up to date" in capsys.readouterr().out


def ticket(external_id: str, **more: object) -> str:
    stamp = "2026-03-02T09:00:00+00:00"
    return json.dumps({"external_id": external_id, "subject": "Cannot pay", "created_at": stamp, **more})


def with_workspaces(database_url: str, *ids: str) -> None:
    """A database that has met these workspaces."""
    with engine_at(database_url) as engine, session.writing(engine) as connection:
        for one in ids:
            workspaces.remember(connection, one, one, datetime(2026, 3, 1, tzinfo=UTC))


def test_importing_a_file_again_changes_nothing(
    with_database: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_workspaces(database_url, "T0HOME")
    (with_database / "old.jsonl").write_text(f"{ticket('Z-1')}\n{ticket('Z-2')}\n")
    assert rethrow("import", "old.jsonl") == 0
    assert rethrow("import", "old.jsonl") == 0
    assert capsys.readouterr().out.splitlines() == ["2 new, 0 changed, 0 unchanged", "0 new, 0 changed, 2 unchanged"]


@pytest.mark.parametrize("rows", [1, 1500])
def test_what_comes_through_a_pipe_is_imported_whole(
    with_database: Path, database_url: str, capsys: pytest.CaptureFixture[str], rows: int
) -> None:
    with_workspaces(database_url, "T0HOME")
    file = with_database / "many.jsonl"
    file.write_text("".join(f"{ticket(f'Z-{number}')}\n" for number in range(rows)))
    with subprocess.Popen(["cat", file], stdout=subprocess.PIPE) as unpacked:
        assert unpacked.stdout is not None
        assert rethrow("import", f"/dev/fd/{unpacked.stdout.fileno()}") == 0
    assert capsys.readouterr().out == f"{rows} new, 0 changed, 0 unchanged\n"


def test_a_bad_line_is_named_and_the_rest_is_imported(
    with_database: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_workspaces(database_url, "T0HOME")
    (with_database / "old.jsonl").write_text(f"{ticket('Z-1', csat=9)}\n{ticket('Z-2')}\n")
    assert rethrow("import", "old.jsonl") == 1
    said = capsys.readouterr()
    assert said.out == "1 new, 0 changed, 0 unchanged, 1 passed over\n"
    assert said.err.startswith("line 1: ")
    assert "csat" in said.err


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ((), "rethrow: SLACK_BOT_TOKEN is not set: a new database learns from it"),
        (("T0ONE", "T0TWO"), "rethrow: --workspace: found nothing, allowed is one of T0ONE, T0TWO"),
    ],
)
def test_import_asks_which_workspace_when_it_cannot_know(
    with_database: Path, database_url: str, known: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_workspaces(database_url, *known)
    (with_database / "old.jsonl").write_text(ticket("Z-1"))
    assert rethrow("import", "old.jsonl") == 2
    assert capsys.readouterr().err.startswith(said)


def test_a_disk_that_fills_up_in_the_middle_is_told_in_one_line_and_the_rest_comes_with_the_next_run(
    at_home: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    with_workspaces(sqlite_url, "T0HOME")
    many = "".join(ticket(f"Z-{number}", subject="many words " * 50) + "\n" for number in range(1500))
    (at_home / "many.jsonl").write_text(many)
    room = (at_home / "rethrow.db").stat().st_size + 100_000
    limited = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        "from bot.cli import main; main(['import', 'many.jsonl'])"
    )
    ended = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1, ended
    assert re.fullmatch(r"rethrow: the database takes no changes \(.+\): make room on its disk, .*\n", ended.stderr)
    assert rethrow("import", "many.jsonl") == 0
    told = [int(word) for word in re.findall(r"\d+", capsys.readouterr().out)]
    assert sum(told) == 1500
    assert rethrow("import", "many.jsonl") == 0
    assert capsys.readouterr().out == "0 new, 0 changed, 1500 unchanged\n"


@pytest.mark.usefixtures("with_database")
def test_a_file_that_is_not_there_is_said(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with_workspaces(database_url, "T0HOME")
    assert rethrow("import", "gone.jsonl") == 1
    assert "gone.jsonl" in capsys.readouterr().err


def test_sla_due_answers_a_line_for_a_line(
    at_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = '{"start": "2026-03-27T16:30:00+00:00", "priority": "P2", "metric": "first_response"}'
    naive = asked.replace("+00:00", "")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{asked}\n{naive}\nnot json\n{asked}\n"))
    with pytest.raises(SystemExit) as ended:
        main(["sla", "due", "--jsonl"])
    assert ended.value.code == 1
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert first == fourth == "2026-03-27T20:30:00+00:00"
    assert second.startswith("error: line 2: start")
    assert third.startswith("error: line 3: not JSON")
