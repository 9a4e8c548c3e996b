"""docs/OPERATIONS.md names every metric there is, and what is deployed is as it says."""

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.desk import House
from bot.metrics import Meters
from bot.settings import Settings
from bot.watching import gauges_of
from tests.clock import MovableClock

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")


@pytest.fixture
def known(engine: Engine, clock: MovableClock) -> set[str]:
    """The names under which a bot tells its figures."""
    meters = Meters()
    meters.ask(gauges_of(House(engine, Settings(), clock, home="T1", meters=meters)))
    text = meters.exposition().decode()
    return set(re.findall(r"^# TYPE (rethrow_\w+) ", text, re.MULTILINE))


def test_every_metric_is_described(known: set[str]) -> None:
    named = set(re.findall(r"`(rethrow_\w+)`", TEXT))
    assert len(known) > 10
    assert {name for name in known if not name.endswith("_created")} <= named


def test_what_is_deployed_is_named_as_it_is() -> None:
    unit = (ROOT / "deploy" / "rethrow.service").read_text(encoding="utf-8")
    for path in ("/etc/rethrow/environment", "/opt/rethrow/bin"):
        assert path in unit
        assert path in TEXT
    for name in re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text(encoding="utf-8")):
        assert f"`{name}`" in TEXT


def test_the_image_holds_every_package_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {"README.md", "LICENSE", "pyproject.toml", "requirements/run.txt"}
    wanted |= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    recipe = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    lines = [line.split()[1:-1] for line in recipe if line.startswith("COPY ") and "--from" not in line]
    copied = {one for line in lines for one in line}
    assert copied == wanted
    assert {f"!{one}" for one in copied} == {line for line in let_in if line.startswith("!")}
    assert let_in[0] == "*"
    assert "USER 10001:10001" in recipe
