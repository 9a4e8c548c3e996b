"""The doctor, asked about the machine: the database and its disk, the clock, and the bot that runs."""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, text

from bot.clock import Clock, WallClock
from bot.doctor import examine
from bot.doctor.database import MIB, privacy, room
from db import schema, session, workspaces
from tests.bot.post_office import ALERTS, POST, Post, W
from tests.clock import MovableClock
from tests.ports import unused_port
from tests.workplace import CONFIG, LOOK_S, Workplace


def findings(clock: Clock, folder: Path, config: str = "", **environment: str) -> dict[str, str]:
    """What the doctor says, by what it is about."""
    file = folder / "rethrow.toml"
    file.write_text(config)
    return {one.what: one.line() for one in examine({"RETHROW_CONFIG": str(file), **environment}, clock)}


def environment_of(workplace: Workplace) -> dict[str, str]:
    """What the bot of this workplace was started with, as far as the doctor asks for it."""
    settings, at = workplace.bot.house.settings, urlsplit(workplace.address)
    return {
        "SLACK_BOT_TOKEN": settings.bot_token.get_secret_value(),
        "SLACK_SIGNING_SECRET": settings.signing_secret.get_secret_value(),
        "SLACK_API_URL": settings.slack_api_url,
        "DATABASE_URL": settings.database_url,
        "HOST": str(at.hostname),
        "PORT": str(at.port),
    }


def test_a_bot_at_work_is_well_in_every_line(workplace: Workplace, tmp_path: Path) -> None:
    found = findings(WallClock(), tmp_path, CONFIG, **environment_of(workplace))
    wrong = [line for line in found.values() if line.startswith("wrong")]
    # The app of the tests is installed without one scope.
    assert wrong == ["wrong  scopes: missing groups:read; reinstall the app from `rethrow manifest`"]
    assert found["writing"] == "ok     writing: the database takes changes"
    assert found["outbox"] == "ok     outbox: nothing is parked"
    assert found["running"] == f"ok     running: the bot at {urlsplit(workplace.address).netloc} is ready"
    assert found["channels.alerts"].endswith("#alerts")
    assert "calibrations are refused" in found["channels.qa"]
    assert "MiB" in found["disk" if "disk" in found else "database"]
    assert found["clock"] == "ok     clock: agrees with Slack's to 5 s"


def test_a_clock_that_is_wrong_is_told_with_how_much(workplace: Workplace, tmp_path: Path) -> None:
    environment = environment_of(workplace)
    workplace.clock.set(datetime.now(UTC))
    workplace.clock.move(minutes=-10)
    found = findings(workplace.clock, tmp_path, CONFIG, **environment)["clock"]
    # Six hundred seconds and what the test itself took; Slack's time is a second or so old.
    assert re.fullmatch(r"wrong  clock: (59\d|6\d\d) s behind Slack's: alerts come at the wrong time; set it .*", found)
    workplace.clock.move(minutes=20)
    assert "ahead of Slack's" in findings(workplace.clock, tmp_path, CONFIG, **environment)["clock"]


def test_a_bot_that_cannot_serve_says_why_through_the_doctor(workplace: Workplace, tmp_path: Path) -> None:
    environment = environment_of(workplace)
    with at_an_older_schema(workplace.bot.house.engine):
        found = findings(workplace.clock, tmp_path, **environment)
    assert found["running"].startswith("wrong  running: the bot at 127.0.0.1:")
    assert "cannot serve: database" in found["running"]
    assert found["migrations"] == "wrong  migrations: run `rethrow db upgrade`"


@contextmanager
def at_an_older_schema(engine: Engine) -> Iterator[None]:
    """A database that says so of itself, for a while."""
    with session.writing(engine) as connection:
        (newest,) = connection.scalars(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        yield
    finally:
        with session.writing(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_no_bot_is_a_note_and_somebody_else_at_its_address_is_not(clock: MovableClock, tmp_path: Path) -> None:
    assert findings(clock, tmp_path, PORT=str(unused_port()))["running"].startswith(
        "note   running: no bot at 127.0.0.1:"
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), SomethingElse)
    Thread(target=server.serve_forever, args=(LOOK_S,), daemon=True).start()
    try:
        said = findings(clock, tmp_path, PORT=str(server.server_port))["running"]
    finally:
        server.shutdown()
        server.server_close()
    assert said.startswith("wrong  running: something else listens at")


class SomethingElse(BaseHTTPRequestHandler):
    """A server that is no bot."""

    def do_GET(self) -> None:
        """The same page for everything."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>welcome</html>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_file_that_may_only_be_read_is_found_before_the_bot_finds_out(
    sqlite_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    found = findings(clock, tmp_path, DATABASE_URL=f"sqlite:///file:{file}?mode=ro&uri=true")
    assert found["writing"].startswith("wrong  writing: refused (attempt to write a readonly database); give the user")


def test_a_file_that_can_never_be_made_is_wrong(tmp_path: Path, clock: MovableClock) -> None:
    here, nowhere = (f"sqlite:///{tmp_path / name}" for name in ("new.db", "no/such/folder/new.db"))
    assert findings(clock, tmp_path, DATABASE_URL=here)["database"].startswith("note   database:")
    found = findings(clock, tmp_path, DATABASE_URL=nowhere)["database"]
    assert found.startswith("wrong  database:")
    assert f"there is no {tmp_path / 'no' / 'such' / 'folder'}" in found


def test_a_database_that_stores_bytes_instead_of_letters_is_wrong(
    bytes_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    found = findings(clock, tmp_path, DATABASE_URL=bytes_url)
    assert found["database"].startswith("wrong  database: stores SQL_ASCII, not UTF8; make one with `createdb")


def test_looking_changes_nothing(engine: Engine, database_url: str, tmp_path: Path, clock: MovableClock) -> None:
    with session.reading(engine) as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    assert findings(clock, tmp_path, DATABASE_URL=database_url)["writing"].startswith("ok")
    with session.reading(engine) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == before
        assert schema.is_current(connection)


def test_parked_messages_are_told_with_the_way_to_them(post: Post, database_url: str, tmp_path: Path) -> None:
    post.slack.fault(POST, "error", channel=ALERTS, error="is_archived")
    post.owe("a", ALERTS)
    post.turn()
    with session.writing(post.engine) as connection:
        workspaces.remember(connection, W, "Northwind", post.clock.now())
    said = findings(post.clock, tmp_path, DATABASE_URL=database_url)["outbox"]
    assert said == "wrong  outbox: 1 parked: `rethrow outbox` says why and how to mend it"


@pytest.mark.parametrize(
    ("free", "size", "well", "said"),
    [
        (100 * MIB, 40 * MIB, False, "100 MiB free, the database has 40 MiB: make room before changes are refused"),
        (900 * MIB, 600 * MIB, True, "900 MiB free, the database has 600 MiB: a backup on this disk may not fit"),
        (9000 * MIB, 600 * MIB, True, "9000 MiB free, the database has 600 MiB"),
    ],
)
def test_room_on_the_disk(free: int, size: int, well: bool, said: str) -> None:
    found = room(free, size)
    assert (found.well, found.detail) == (well, said)


def test_a_database_that_others_can_read_is_worth_a_note(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    file.chmod(0o644)
    assert "chmod 600" in findings(clock, tmp_path, DATABASE_URL=sqlite_url)["file mode"]
    file.chmod(0o600)
    assert findings(clock, tmp_path, DATABASE_URL=sqlite_url)["file mode"].endswith("for its owner alone")
    assert privacy(stat.S_IFREG | 0o640).detail.startswith("-rw-r-----")


def test_without_a_file_it_says_what_is_left_out(tmp_path: Path, clock: MovableClock) -> None:
    found = findings(clock, tmp_path)
    for path in ("channels.alerts", "channels.leads", "channels.escalations", "channels.qa", "team.leads"):
        assert found[path].startswith(f"note   {path}: not set: ")
