"""Ids of others, requests sent again, out of order, or too late."""

import json
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot import ticketing
from bot.desk import Desk
from bot.escalations import opening
from bot.listeners import ACTIONS, VIEWS
from db import schema, session, workspaces
from domain.escalation import Handoff, Trigger
from tests.hostile.conftest import Besieged
from tests.together import at_once
from tests.wire import FORM, ingest_headers, slack_headers
from tests.workplace import ANA, BEN, LEAD, TEAM

OTHER, SECRET = "T0OTHER", "Nobody else knows of the merger"


@pytest.fixture
def neighbours(besieged: Besieged) -> Iterator[dict[str, list[Any]]]:
    """Another workspace in the same database, with a ticket of each number here, handed on; untouched at the end."""
    house = besieged.workplace.bot.house
    theirs = Desk(house, OTHER, "U0OTHER")
    with session.writing(house.engine) as connection:
        workspaces.remember(connection, OTHER, "Other", house.clock.now())
    if not besieged.workplace.query(_of_other("ticket")):
        for number in (1, 2, 3, 4, 5):
            ticketing.create(theirs, f"{SECRET} {number}", customer="Initech", priority="P2")
            handoff = Handoff(Trigger.LEGAL, summary=SECRET, needed="Keep it")
            opening.open_for(theirs, f"T-{number}", handoff)
    before = {table.name: besieged.workplace.query(_of_other(table.name)) for table in schema.METADATA.sorted_tables}
    yield before
    for name, rows in before.items():
        assert besieged.workplace.query(_of_other(name)) == rows, name
    assert SECRET not in json.dumps(besieged.workplace.slack.log())
    assert SECRET not in json.dumps(besieged.wire.box.letters)


def _of_other(name: str) -> Any:
    table = schema.METADATA.tables[name]
    return table.select().where(table.c.workspace_id == OTHER).order_by(*table.primary_key)


def test_no_button_reaches_into_another_workspace(besieged: Besieged, neighbours: dict[str, list[Any]]) -> None:
    cases = [row.case_id for row in neighbours["handoff"]]
    for action in ACTIONS:
        for value in ("5", "T-5", "5:1", "5:first_response:1", "5:p0", *map(str, cases), f"{cases[0]}|2026-W12"):
            answer = besieged.wire.click(action, value, LEAD)
            assert answer.status_code == 200
            assert SECRET not in answer.text


def test_no_window_reaches_into_another_workspace(besieged: Besieged, neighbours: dict[str, list[Any]]) -> None:
    case = neighbours["handoff"][0].case_id
    about = {
        "number": 5, "version": 1, "case": case, "clock": "5:first_response:1", "rows": [1], "verb": "show",
        "was": {}, "said": "",
    }  # fmt: skip
    text = {"type": "plain_text_input", "value": "T-5"}
    fields = ("ticket", "answer", "why", "summary", "needed", "expected")
    values: dict[str, Any] = dict.fromkeys(fields, text)
    values["person"] = {"type": "users_select", "selected_user": BEN}
    values["trigger"] = {"type": "static_select", "selected_option": {"value": Trigger.LEGAL.value}}
    for view in VIEWS:
        answer = besieged.wire.submit(view, about, values, LEAD)
        assert answer.status_code == 200
        assert SECRET not in answer.text


@pytest.mark.parametrize("text", ["list", "show T-1", "new Planted", "take T-1", "show T-5"])
def test_a_signed_request_of_another_workspace_is_told_so(
    besieged: Besieged, neighbours: dict[str, list[Any]], text: str
) -> None:
    answer = besieged.wire.command("ticket", text, team_id=OTHER)
    assert "another workspace" in answer.text
    assert SECRET not in answer.text
    clicked = besieged.wire.click("ticket_take", "1:1", team={"id": OTHER})
    assert clicked.status_code == 200
    assert besieged.wire.box.waits("another workspace")


def test_the_same_request_many_times_at_once_is_done_once(besieged: Besieged) -> None:
    before = besieged.rows()["ticket"]
    form = {
        "command": "/ticket", "text": "new Sent eight times", "user_id": ANA, "team_id": TEAM, "trigger_id": "again.1",
    }  # fmt: skip
    body = urllib.parse.urlencode(form).encode()
    signed = slack_headers(body, str(int(besieged.wire.clock.now().timestamp())))

    def send() -> str:
        with httpx.Client(timeout=60, headers={**signed, "Content-Type": FORM}) as client:
            return client.post(f"{besieged.wire.address}/slack/events", content=body).text

    told = at_once(*[send] * 8)
    assert besieged.rows()["ticket"] == before + 1
    assert len(set(told)) == 1


def test_a_request_kept_and_sent_again_later_is_refused(besieged: Besieged) -> None:
    body = b"command=%2Fticket&text=new+Old&user_id=U0ANA&team_id=T0TEST&trigger_id=kept.1"
    for seconds in (-301, 301, -86400, 10**10):
        timestamp = str(int(besieged.wire.clock.now().timestamp()) + seconds)
        signed = {**slack_headers(body, timestamp), "Content-Type": FORM}
        answer = besieged.wire.client.post(f"{besieged.wire.address}/slack/events", content=body, headers=signed)
        assert answer.status_code == 401
        event = b'{"event_id": "kept", "type": "ticket.upsert", "ticket": {"external_id": "HD-KEPT"}}'
        signed = ingest_headers(event, timestamp)
        answer = besieged.wire.client.post(f"{besieged.wire.address}/ingest/generic", content=event, headers=signed)
        assert answer.status_code == 401


@pytest.mark.parametrize("timestamp", ["", "-1", "1e9", "12.5", "٣٤٥", "9" * 12, "9" * 5_000, "0", "0x1", "NaN"])
def test_a_time_that_is_none_signs_nothing(besieged: Besieged, timestamp: str) -> None:
    before = besieged.rows()
    body = b"command=%2Fticket&text=new+Timeless&user_id=U0ANA&team_id=T0TEST"
    for path, headers in (
        ("/slack/events", slack_headers(body, timestamp)),
        ("/ingest/generic", ingest_headers(body, timestamp)),
    ):
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = besieged.wire.client.post(besieged.wire.address + path, content=body, headers=raw)
        assert answer.status_code == 401
    assert besieged.rows() == before


def test_news_out_of_order_leaves_the_newest(besieged: Besieged) -> None:
    now = besieged.wire.clock.now()

    def tell(subject: str, ago: int) -> httpx.Response:
        said = {"external_id": "HD-ORDER", "subject": subject, "updated_at": (now - timedelta(hours=ago)).isoformat()}
        event = {"event_id": besieged.wire.fresh(), "type": "ticket.upsert", "ticket": said}
        return besieged.wire.ingest(json.dumps(event).encode())

    assert {tell(subject, ago).status_code for subject, ago in (("second", 2), ("third", 1), ("first", 3))} == {200}
    assert "third" in besieged.wire.command("ticket", "show HD-ORDER").text


def test_a_late_click_on_what_others_changed_says_what_happened(besieged: Besieged) -> None:
    number = besieged.wire.command("ticket", "new Clicked late").text.split("T-")[1].split(" ")[0].strip('"*\\')
    number = "".join(letter for letter in number if letter.isdigit())
    assert "Yours now" in besieged.wire.command("ticket", f"take T-{number}", BEN).text
    besieged.wire.click("ticket_closed", f"{number}:1", ANA)
    assert besieged.wire.box.waits("was faster")


def test_a_trigger_that_is_over_opens_no_window_and_says_so(besieged: Besieged) -> None:
    before = besieged.rows()
    answer = besieged.wire.command("ticket", "new")
    assert "too long for Slack" in answer.text
    assert besieged.rows() == before
