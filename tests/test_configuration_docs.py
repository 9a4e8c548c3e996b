"""docs/CONFIGURATION.md names every setting there is."""

from pathlib import Path

import pytest

from bot.settings_retention import Retention
from bot.settings_sections import (
    CalendarTable,
    Calibration,
    Channels,
    Digest,
    Escalations,
    IngestSource,
    PolicyTable,
    PriorityTable,
    Qa,
    Section,
    Sla,
    Slack,
    TaxonomyTable,
    Team,
)

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "CONFIGURATION.md").read_text(encoding="utf-8")
TABLES = (
    *(Slack, Channels, Team, CalendarTable, Sla, PolicyTable),
    *(PriorityTable, Escalations, Digest, Calibration, Qa, TaxonomyTable, Retention, IngestSource),
)
ELSEWHERE = {"P0", "P1", "P2", "P3", "policies", "categories", "renamed", "routes", "ladder"}


@pytest.mark.parametrize("table", TABLES)
def test_every_key_is_described(table: type[Section]) -> None:
    missing = [key for key in table.model_fields if f"`{key}`" not in TEXT and key not in ELSEWHERE]
    assert missing == []


@pytest.mark.parametrize("name", ["sla.P0", "[sla.policies]", "taxonomy.categories", "taxonomy.renamed", "routes.<"])
def test_tables_inside_tables_are_described(name: str) -> None:
    assert name in TEXT
