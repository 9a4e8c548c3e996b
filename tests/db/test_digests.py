"""Digests that were made, and what they told."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db import digests
from db.session import writing

WORKSPACE, NOW = "T0DIGEST", datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_the_figures_told_then_are_those_of_the_first_digest_that_told_any(engine: Engine) -> None:
    with writing(engine) as connection:
        for name, figures in (("silent", None), ("weekly", {"new": 3}), ("later", {"new": 4})):
            made_at = NOW + timedelta(minutes=len(digests.hold_made_about(connection, WORKSPACE, "2026-W10")))
            assert digests.make(connection, WORKSPACE, name, NOW, "2026-W10", made_at, figures)
        names = ("silent", "weekly", "later")
        assert digests.told_then(connection, WORKSPACE, names, "2026-W10") == {"new": 3}
        assert digests.told_then(connection, WORKSPACE, names[:1], "2026-W10") is None
