"""A workplace for strangers: the real bot over HTTP, on both databases, with a few tickets to go for."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.clock import MovableClock
from tests.databases import empty, engine_at
from tests.hostile.findings import Findings
from tests.ports import unused_port
from tests.wire import Wire, mailbox
from tests.workplace import CONFIG, Workplace, opened

# A quick look by default; RETHROW_FUZZ=20 tries twenty times as much.
TIMES = int(os.environ.get("RETHROW_FUZZ", "1"))
MORE = """
[escalations.routes]
L2 = { channel = "C0L2" }
"""


def tries(examples: int) -> settings:
    """So many examples at the desk, more where RETHROW_FUZZ asks for it."""
    unhurried = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return settings(max_examples=examples * TIMES, deadline=None, suppress_health_check=unhurried)


BY_ITSELF = ("outbox", "slack_pace", "sla_alert", "digest")


@dataclass
class Besieged:
    """The bot, whoever writes to it, and what was found."""

    workplace: Workplace
    wire: Wire
    findings: Findings

    def rows(self) -> dict[str, int]:
        """How many rows each table has, but for those that a sweep or delivery writes by itself meanwhile."""
        return {name: count for name, count in self.workplace.rows().items() if name not in BY_ITSELF}


@pytest.fixture(name="unused_port")
def an_unused_port() -> int:
    """A port of this machine that nobody listens on."""
    return unused_port()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def besieged(
    request: pytest.FixtureRequest, slack_url: str, empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Besieged]:
    """A bot with three tickets, one of them handed on; it is looked over for injections at the end."""
    folder = tmp_path_factory.mktemp("hostile")
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(empty_sqlite, folder / 'rethrow.db')}"
    else:
        url = request.getfixturevalue("postgresql_server")
        with engine_at(url) as engine:
            empty(engine)
    with opened(slack_url, folder, url, MovableClock(), CONFIG + MORE) as workplace, mailbox() as box:
        wire = Wire.of(workplace, box)
        for subject in ("P0 Everything is down for Acme", "P2 Login fails for Globex", "P3 Dark mode please"):
            assert wire.command("ticket", f"new {subject}").status_code == 200
        findings = Findings(workplace, box)
        yield Besieged(workplace, wire, findings)
        findings.look()
