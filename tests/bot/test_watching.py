"""Whoever watches the bot: what it counts, and whether it says that it can serve."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import Engine

from bot.desk import House
from bot.metrics import Meters
from bot.settings import Settings
from bot.watching import STANDS_STILL_AFTER_S, problems_of
from db import outbox, schema, session
from db.outbox import State
from tests.clock import MovableClock
from tests.databases import engine_at
from tests.waiting import PATIENCE_S, wait_until
from tests.workplace import ALERTS, ANA, TEAM, Workplace

W = "T1"


def figures(workplace: Workplace) -> dict[str, float]:
    """What /metrics says, by name and labels."""
    answer = httpx.get(f"{workplace.address}/metrics", timeout=PATIENCE_S)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_what_is_done_is_counted_by_its_result(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P1 Receipts arrive hours late")
    ana.types("/ticket show T-99")
    ana.types("/ticket solve T-1")
    assert workplace.ingest({"external_id": "HD-1", "subject": "a"}, "e1").status_code == 200
    assert workplace.ingest({"external_id": ""}, "e2").status_code == 422
    workplace.person(ANA, ALERTS).waits_for("Receipts arrive")
    sent = 'rethrow_posts_total{method="chat.postMessage",outcome="sent"}'
    swept = 'rethrow_tick_seconds_count{tick="sla-sweep"}'
    # What stands in Slack is counted when its answer is heard.
    wait_until(lambda: {sent, swept} <= figures(workplace).keys(), "a post and a sweep are counted")
    found = figures(workplace)
    answered = 'rethrow_request_seconds_count{kind="command",name="ticket",result="answered"}'
    assert found[answered] == 2
    assert found[answered.replace("answered", "refused")] == 1
    assert found['rethrow_ingest_events_total{source="generic",status="200"}'] == 1
    assert found['rethrow_ingest_events_total{source="generic",status="422"}'] == 1
    assert found['rethrow_slack_calls_total{method="views.open",status="ok"}'] == 1
    assert found['rethrow_slack_calls_total{method="chat.postMessage",status="ok"}'] >= 1
    assert found[sent] >= 1
    assert found["rethrow_database_seconds_count"] > 0
    assert found[swept] >= 1
    assert found['rethrow_clocks{state="late"}'] == 0
    assert found["rethrow_database_up"] == 1


def test_an_error_page_in_slacks_place_is_counted_by_its_status(workplace: Workplace) -> None:
    workplace.slack.fault("views.open", "500")
    workplace.person(ANA).types("/ticket new")
    assert figures(workplace)['rethrow_slack_calls_total{method="views.open",status="http_500"}'] == 1


def test_what_waits_is_counted_with_its_age(workplace: Workplace) -> None:
    now = workplace.clock.now()
    with session.writing(workplace.bot.house.engine) as connection:
        outbox.owe(connection, TEAM, "nowhere", "C0NOWHERE", {"text": "x"}, now)
    workplace.bot.house.wake()
    parked = outbox.outbox.select().where(outbox.outbox.c.state == State.PARKED)
    wait_until(lambda: workplace.query(parked), "Slack has refused it")
    workplace.clock.move(minutes=5)
    found = figures(workplace)
    assert found['rethrow_outbox_rows{state="parked"}'] == 1
    assert found['rethrow_outbox_oldest_seconds{state="parked"}'] >= 300
    assert found['rethrow_slack_calls_total{method="chat.postMessage",status="channel_not_found"}'] == 1


def test_nothing_that_is_counted_names_a_person_a_customer_or_a_text(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P1 Unmistakable words for Acme")
    ana.types("/ticket nonsense-word")
    text = httpx.get(f"{workplace.address}/metrics", timeout=PATIENCE_S).text
    for private in (ANA, "Unmistakable", "Acme", "nonsense", "T-1"):
        assert private not in text


def test_the_health_check_of_the_image_is_a_command_that_tells(workplace: Workplace) -> None:
    recipe = (Path(__file__).resolve().parents[2] / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(recipe.partition("HEALTHCHECK")[2].partition("CMD ")[2].splitlines()[0])

    def code_for(port: int | None) -> int:
        checked = [sys.executable, *command[1:]]
        return subprocess.run(checked, env={"PORT": str(port)}, check=False, timeout=60, capture_output=True).returncode

    assert command[0] == "python"
    assert code_for(urlsplit(workplace.address).port) == 0
    assert code_for(9) == 1


def test_a_bot_at_work_says_that_it_can_serve(workplace: Workplace) -> None:
    ready = httpx.get(f"{workplace.address}/readyz", timeout=PATIENCE_S)
    assert (ready.status_code, ready.json()["database"], ready.json()["slack"]) == (200, True, True)


def test_why_it_cannot_serve(engine: Engine, clock: MovableClock) -> None:
    seconds = [0.0]
    house = House(engine, Settings(), clock, home=W, meters=Meters(lambda: seconds[0]))
    assert problems_of(house) == {}
    house.meters.began("sla-sweep")
    house.meters.began("delivery")
    seconds[0] = STANDS_STILL_AFTER_S
    assert problems_of(house) == {}
    with pytest.raises(ZeroDivisionError), house.meters.turning("sla-sweep"):
        _ = 1 // 0
    with house.meters.turning("delivery"):
        pass
    seconds[0] += 1
    assert problems_of(house) == {"sla-sweep": "has not turned for 61 s: the log says why"}
    with house.meters.turning("sla-sweep"):
        pass
    assert problems_of(house) == {}


def test_a_token_that_slack_refuses_is_a_problem(engine: Engine, clock: MovableClock) -> None:
    house = House(engine, Settings(), clock, home=W)
    with session.writing(engine) as connection:
        outbox.owe(connection, W, "a", "C0A", {"text": "x"}, clock.now())
        parked = outbox.outbox.update().values(state=State.PARKED.value, reason="token_revoked")
        connection.execute(parked.where(outbox.outbox.c.workspace_id == W))
    assert problems_of(house) == {"slack": "no longer takes the token: install the app again"}


@pytest.mark.parametrize("address", ["postgresql+psycopg://u@127.0.0.1:1/x", "sqlite:////no/such/folder.db"])
def test_a_database_that_is_away_is_a_problem(clock: MovableClock, address: str) -> None:
    with engine_at(address) as away:
        assert problems_of(House(away, Settings(), clock, home=W)) == {"database": "does not answer"}


def test_a_database_that_was_not_migrated_is_a_problem_until_it_is(clock: MovableClock, bare_url: str) -> None:
    with engine_at(bare_url) as bare:
        house = House(bare, Settings(), clock, home=W)
        assert "older schema" in problems_of(house)["database"]
        schema.upgrade(bare)
        assert problems_of(house) == {}
