"""`rethrow digest weekly`: every figure of imported history as JSON, and the review as text."""

import json
from pathlib import Path

import pytest

from db import session, workspaces
from domain.digest_window import week_named
from tests.bot.shell import rethrow
from tests.databases import engine_at

KEYS = {
    "week", "from", "to", "timezone", "volume", "speed", "quality", "escalation", "kept", "categories", "areas",
}  # fmt: skip
TICKETS = (
    {"external_id": "a", "category": "usability", "area": "api", "status": "closed", "csat": 5, "agent_replies": 1,
     "created_at": "2026-03-16T09:00:00+00:00", "first_response_at": "2026-03-16T10:00:00+00:00",
     "solved_at": "2026-03-16T12:00:00+00:00", "closed_at": "2026-03-18T12:00:00+00:00"},
    {"external_id": "b", "category": "usability", "status": "solved", "csat": 2, "agent_replies": 4,
     "created_at": "2026-03-17T09:00:00+00:00", "first_response_at": "2026-03-17T19:00:00+00:00",
     "solved_at": "2026-03-19T09:00:00+00:00"},
    {"external_id": "c", "status": "open", "created_at": "2026-03-22T23:59:59+00:00"},
    {"external_id": "d", "status": "open", "created_at": "2026-03-23T00:00:00+00:00"},
)  # fmt: skip


@pytest.fixture
def imported(with_database: Path, database_url: str) -> None:
    """A database with a handful of imported tickets."""
    with engine_at(database_url) as engine, session.writing(engine) as connection:
        workspaces.remember(connection, "T1", "Test", week_named("2026-W01", "UTC").start)
    lines = (json.dumps({"subject": "x", "priority": "P2", **one}) for one in TICKETS)
    (with_database / "tickets.jsonl").write_text("\n".join(lines))
    assert rethrow("import", "tickets.jsonl") == 0


@pytest.mark.usefixtures("imported")
def test_every_figure_of_imported_history_its_promises_among_them(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert rethrow("digest", "weekly", "--week", "2026-W12", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= KEYS | {"previous"}
    assert set(told["previous"]) >= KEYS
    assert (told["from"], told["to"]) == ("2026-03-16T00:00:00+00:00", "2026-03-23T00:00:00+00:00")
    volume = {name: told["volume"][name] for name in ("new", "solved", "reopened", "backlog")}
    assert volume == {"new": 3, "solved": 2, "reopened": 0, "backlog": 1}
    first = told["speed"]["first_response"]
    assert first == {"n": 2, "median_minutes": 330, "mean_minutes": 330, "p95_minutes": 600}
    assert told["speed"]["resolution"]["median_minutes"] == (180 + 2880) / 2
    assert (told["quality"]["csat"]["n"], told["quality"]["csat"]["share"]) == (2, 0.5)
    assert told["quality"]["first_contact"] == {"n": 2, "share": 0.5}
    assert (told["escalation"]["n"], told["escalation"]["share"]) == (3, 0)
    kept = told["kept"]
    assert {n: kept["first_response"][n] for n in ("kept", "breached", "share")} == {
        "kept": 1, "breached": 1, "share": 0.5,
    }  # fmt: skip
    assert {n: kept["resolution"][n] for n in ("kept", "breached")} == {"kept": 1, "breached": 1}
    assert told["categories"] == {"usability": 2}
    assert told["areas"] == {"api": 1}
    assert told["previous"]["quality"]["csat"]["share"] is None


@pytest.mark.usefixtures("imported")
def test_the_review_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert rethrow("digest", "weekly", "--week", "2026-W12") == 0
    told = capsys.readouterr().out
    assert "Weekly review 2026-W12" in told
    assert "usability" in told
    assert rethrow("digest", "weekly") == 0


@pytest.mark.usefixtures("imported")
def test_what_is_no_week_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert rethrow("digest", "weekly", "--week", "2026-W99") == 2
    assert "allowed is an ISO week such as 2026-W12" in capsys.readouterr().err
