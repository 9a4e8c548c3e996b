"""The workplace that the journeys take place in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_sandbox.server import start_in_thread
from tests.conftest import MovableClock
from tests.ports import unused_port
from tests.workplace import Workplace, opened


@pytest.fixture(scope="session")
def slack_url() -> Iterator[str]:
    """A local Slack, started once and emptied before each journey."""
    handle = start_in_thread()
    yield handle.url
    handle.stop()


@pytest.fixture
def workplace(slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock) -> Iterator[Workplace]:
    """The bot at work, once on SQLite and once on PostgreSQL."""
    with opened(slack_url, tmp_path, database_url, clock) as at_work:
        yield at_work


@pytest.fixture
def unused_ports() -> list[int]:
    """Two ports of this machine that nobody listens on."""
    return [unused_port(), unused_port()]
