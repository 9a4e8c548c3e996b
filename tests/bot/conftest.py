"""A local Slack, and a shell, for the tests of the bot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from slack_sandbox.client import Sandbox
from slack_sandbox.workspace import default_workspace
from tests.bot.post_office import Post
from tests.clock import MovableClock


@pytest.fixture
def slack(slack_url: str) -> Iterator[Sandbox]:
    """The local Slack, as if new."""
    with Sandbox(slack_url) as sandbox:
        sandbox.reset(default_workspace())
        yield sandbox


@pytest.fixture
def post(engine: Engine, clock: MovableClock, slack: Sandbox) -> Post:
    return Post(engine, clock, slack)


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell in an empty folder, with nothing set but a database that is not there yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "RETHROW_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'here.db'}")
    return tmp_path


@pytest.fixture
def with_database(at_home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same shell with an empty database, once of each kind."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return at_home
