"""Anything at all on the wire to /ingest: taken in or told what is wrong, never the server's fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.conftest import Besieged, tries
from tests.hostile.findings import BAIT
from tests.hostile.test_slack_door import ANYTHING, JSON

TEXT = st.one_of(ANYTHING, st.sampled_from(BAIT))
INSTANT = st.one_of(
    st.datetimes().map(lambda at: at.isoformat() + "+00:00"),
    st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-01", "now", "1e9"]),
)
NUMBER = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -1, 1e308, float("nan"), float("inf"), "5"]))
TICKET = st.fixed_dictionaries(
    {"external_id": st.one_of(st.sampled_from(["HD-1", "HD-2"]), TEXT)},
    optional={
        "subject": TEXT,
        "body": TEXT,
        "url": st.one_of(TEXT, st.sampled_from(["javascript:alert(1)", "https://x/<!channel>", "https://x/y"])),
        "priority": st.sampled_from(["P0", "P1", "P9", "", 0]),
        "status": st.sampled_from(["new", "open", "pending", "solved", "closed", "gone"]),
        "customer": st.one_of(
            JSON, st.fixed_dictionaries({}, optional={"external_id": TEXT, "name": TEXT, "tier": TEXT, "arr": NUMBER})
        ),
        "requester_email": TEXT,
        "assignee_email": TEXT,
        "tags": st.one_of(st.lists(TEXT, max_size=3), JSON),
        "category": st.one_of(TEXT, st.just("usability")),
        "area": TEXT,
        **dict.fromkeys(("created_at", "first_response_at", "solved_at", "closed_at", "updated_at"), INSTANT),
        **dict.fromkeys(("csat", "customer_replies", "agent_replies"), NUMBER),
    },
)


@tries(150)
@given(event_id=TEXT, ticket=st.one_of(TICKET, TICKET, JSON))
def test_any_ticket(besieged: Besieged, event_id: str, ticket: Any) -> None:
    body = {"event_id": event_id, "type": "ticket.upsert", "ticket": ticket}
    answer = besieged.wire.ingest(json.dumps(body).encode())
    besieged.findings.judge(answer)
    assert answer.status_code in (200, 422)
    assert answer.status_code == 200 or answer.json()["field"]


@tries(60)
@given(body=st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_any_bytes(besieged: Besieged, body: bytes) -> None:
    assert besieged.wire.ingest(body).status_code == 422


@pytest.mark.parametrize(
    "hole",
    [
        *(
            '{"a":' * 50_000,
            "[" * 100_000,
            "NaN",
            "Infinity",
            "-Infinity",
            "1e999",
            "9" * 6_000,
            '"\\ud800"',
            '"\\u0000"',
        ),
        *("-9" * 1, "null", "{}", '"' + "x" * 200_000 + '"', '"<!channel>"'),
    ],
)
@pytest.mark.parametrize(
    "field", ["external_id", "subject", "customer", "csat", "customer_replies", "tags", "created_at"]
)
def test_what_json_can_hold_and_nobody_means(besieged: Besieged, field: str, hole: str) -> None:
    ticket = '"external_id": "HD-7"' + ("" if field == "external_id" else f', "{field}": {hole}')
    ticket = f'"external_id": {hole}' if field == "external_id" else ticket
    body = f'{{"event_id": "{besieged.wire.fresh()}", "type": "ticket.upsert", "ticket": {{{ticket}}}}}'
    answer = besieged.wire.ingest(body.encode())
    besieged.findings.judge(answer)
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("source", ["nowhere", "generic%00", "..", "%2e%2e", "x" * 5_000, "généric", "generic/", "a/b"])
def test_a_source_that_there_is_not(besieged: Besieged, source: str) -> None:
    before = besieged.rows()
    assert besieged.wire.ingest(b"{}", source=source).status_code in (307, 401, 404, 405)
    assert besieged.rows() == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/", "/slack/events", "/ingest/generic", "/%00", "//x"]
)
def test_any_method_on_any_path(besieged: Besieged, method: str, path: str) -> None:
    answer = besieged.wire.client.request(method, besieged.wire.address + path + "?a=%00&a=%ff&" + "q" * 3_000)
    assert answer.status_code < 500
