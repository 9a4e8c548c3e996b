"""A local Slack for the tests of the bot."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from slack_sandbox.client import Sandbox
from slack_sandbox.server import start_in_thread
from slack_sandbox.workspace import default_workspace
from tests.bot.post_office import Post
from tests.conftest import MovableClock


@pytest.fixture(scope="session")
def slack_url() -> Iterator[str]:
    """The address of a local Slack that serves all tests of this process."""
    handle = start_in_thread()
    yield handle.url
    handle.stop()


@pytest.fixture
def slack(slack_url: str) -> Iterator[Sandbox]:
    """That Slack, as if new."""
    with Sandbox(slack_url) as sandbox:
        sandbox.reset(default_workspace())
        yield sandbox


@pytest.fixture
def post(engine: Engine, clock: MovableClock, slack: Sandbox) -> Post:
    return Post(engine, clock, slack)


@pytest.fixture
def here(sqlite_engine: Engine, clock: MovableClock, slack: Sandbox) -> Post:
    """On SQLite alone, for what has nothing to do with the database."""
    return Post(sqlite_engine, clock, slack)
