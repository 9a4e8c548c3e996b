"""Anything at all on the wire to /slack/events: answered without a fault of the server, and nothing gets injected."""

import json
import urllib.parse
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listeners import ACTIONS, COMMANDS, VIEWS
from tests.hostile.conftest import Besieged, tries
from tests.hostile.findings import BAIT
from tests.workplace import ANA, SUPPORT, TEAM

WENT_WRONG = "went wrong on our side"
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)  # lone surrogates and NUL are among them
TICKETS = st.sampled_from(["T-1", "t2", "#3", "T-9999", "T-0", "1" * 30, "HD-1", "٣", "T-1 T-2 T-3", "HD\0", "T-1\0"])
STARTS = st.sampled_from(
    [
        *("", "new", "new P1", "show", "list", "take", "assign", "reply", "customer", "pending", "open", "solve"),
        *("close", "reopen", "priority", "csat", "undo", "help", "report", "history", "weekly", "weekly post"),
        *("weekly 2026-W12", "weekly 0000-W00", "schedule", "policy", "list mine", "start", "status", "queue"),
    ]
)
NOISE = st.one_of(ANYTHING, st.sampled_from(BAIT), TICKETS, st.sampled_from(["usability", "legal", "9e999", "-1"]))
LINES = st.builds(lambda *parts: " ".join(parts), STARTS, st.one_of(TICKETS, st.just("")), NOISE, NOISE)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANYTHING, st.sampled_from(BAIT)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
VALUES = st.one_of(
    NOISE,
    st.builds(lambda ticket, rest: f"{ticket}:{rest}", st.integers(-1, 10**20), NOISE),
    st.sampled_from(["1:first_response:1", "1:1", "1:999", "open:0", "2|tag|2026-W12", "2026-W12|x|y", "1:p0"]),
)


@tries(120)
@given(word=st.sampled_from(sorted(COMMANDS)), line=LINES)
def test_any_line_after_any_command(besieged: Besieged, word: str, line: str) -> None:
    answer = besieged.wire.command(word, line)
    besieged.findings.judge(answer)
    assert answer.status_code == 200
    assert WENT_WRONG not in answer.text


@pytest.mark.parametrize("word", COMMANDS)
@pytest.mark.parametrize(
    "start", ["", "new ", "T-2 ", "T-2 legal ", "solve T-2 article https://x/", "list ", "assign "]
)
def test_a_hundred_thousand_letters(besieged: Besieged, word: str, start: str) -> None:
    for text in (start + "x" * 100_000, start + "word <!channel> " * 6_000):
        answer = besieged.wire.command(word, text)
        besieged.findings.judge(answer)
        assert WENT_WRONG not in answer.text


@pytest.mark.parametrize(
    "line",
    [
        "/escalate T-2 " + "legal <!channel> " * 600,
        "/ticket solve T-2 article https://example.com/" + "x" * 5_000,
        "/ticket solve T-2 nothing",
        "/ticket new P1",
        "/ticket assign " + "x" * 5_000,
        "/tag T-2",
        "/tag T-2 " + "<!channel>" * 500,
    ],
)
def test_a_long_line_opens_a_window_that_slack_takes(besieged: Besieged, line: str) -> None:
    besieged.workplace.pass_time(
        seconds=0
    )  # what Slack signs is good for five minutes, and the bot's clock stands still
    answer = besieged.workplace.slack.command(ANA, SUPPORT, line)
    assert answer["ok"], answer
    seen = besieged.workplace.slack.messages(ANA, SUPPORT)
    assert not [one for one in seen if WENT_WRONG in str(one)]


@tries(80)
@given(action=st.sampled_from(sorted(ACTIONS)), value=VALUES)
def test_any_value_in_any_button(besieged: Besieged, action: str, value: str) -> None:
    besieged.findings.judge(besieged.wire.click(action, value))


FIELDS = st.sampled_from(
    [
        *("subject", "body", "customer", "priority", "category", "spared", "link", "area", "ticket", "person", "why"),
        *("trigger", "summary", "needed", "expected", "urgent", "sentiment", "action_1", "result_1", "answer"),
        *("avoidable", "avoided_by", "reason", "csat"),
    ]
)
ENTERED = st.one_of(
    st.builds(lambda text: {"type": "plain_text_input", "value": text}, st.one_of(NOISE, st.none())),
    st.builds(lambda text: {"type": "static_select", "selected_option": {"value": text}}, NOISE),
    st.builds(lambda text: {"type": "users_select", "selected_user": text}, NOISE),
    JSON,
)
ABOUT = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "number": st.one_of(st.integers(-1, 10**20), NOISE),
            "version": st.integers(-1, 9),
            "case": st.one_of(st.integers(-1, 10**20), JSON),
            "clock": st.one_of(VALUES, JSON),
            "rows": st.one_of(st.lists(st.integers(-1, 5), max_size=3), JSON),
            "verb": STARTS,
            "said": NOISE,
            "was": JSON,
        },
    ),
    st.builds(lambda deep: "[" * deep, st.integers(0, 3000)),
    NOISE,
)


@tries(80)
@given(view=st.sampled_from(sorted(VIEWS)), about=ABOUT, entered=st.dictionaries(FIELDS, ENTERED, max_size=5))
def test_any_window_filled_in_with_anything(besieged: Besieged, view: str, about: Any, entered: dict[str, Any]) -> None:
    besieged.findings.judge(besieged.wire.submit(view, about, entered))


@pytest.mark.parametrize("block", [{}, {"type": "input"}, {"block_id": "b"}, {"type": "input", "block_id": None}])
def test_a_refusal_finds_its_place_in_a_window_of_any_blocks(besieged: Besieged, block: dict[str, Any]) -> None:
    answer = besieged.wire.submit("tag_window", "{", {}, blocks=[block])
    besieged.findings.judge(answer)
    assert answer.json()["response_action"] == "update"


KINDS = st.sampled_from(
    [
        *("block_actions", "view_submission", "view_closed", "event_callback", "url_verification", "shortcut"),
        *("message_action", "block_suggestion", "dialog_submission", "interactive_message", "workflow_step_edit"),
    ]
)
KEYS = (
    *("user", "team", "channel", "view", "actions", "event", "state", "container", "message", "authorizations"),
    *("enterprise", "callback_id", "response_urls", "command", "text", "user_id", "team_id", "item", "challenge"),
    *("is_ext_shared_channel", "function_data", "trigger_id", "event_id"),
)


@tries(120)
@given(kind=KINDS, body=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6), as_json=st.booleans())
def test_any_payload_of_any_type(besieged: Besieged, kind: str, body: dict[str, Any], as_json: bool) -> None:
    payload = {"type": kind, **body}
    if as_json:
        answer = besieged.wire.slack(json.dumps(payload).encode(), "application/json")
    else:
        answer = besieged.wire.payload(payload)
    besieged.findings.judge(answer)


WHO = {"user": {"id": ANA}, "team": {"id": TEAM}}


@pytest.mark.parametrize(
    "said",
    [
        {"type": "view_submission", "view": {"callback_id": "ticket_new"}},
        {"type": "view_submission", "view": {"callback_id": "ticket_new", "type": "workflow_step"}},
        {"type": "workflow_step_edit", "callback_id": "x"},
        {"type": "interactive_message", "callback_id": "x"},
        {"type": "interactive_message", "callback_id": "x", "actions": []},
        {"type": "view_submission", "view": {"callback_id": "x"}, "command": "/ticket", "user_id": ANA},
        {"type": "view_submission", "command": "/ticket", "user_id": ANA, "team_id": "T0OTHER"},
        {"type": "block_actions", "actions": [], "command": "/ticket", "user_id": ANA},
    ],
)
def test_what_lacks_something_of_its_kind_is_turned_away(besieged: Besieged, said: dict[str, Any]) -> None:
    assert besieged.wire.payload(WHO | said).status_code == 400
    assert besieged.wire.slack(json.dumps(WHO | said).encode(), "application/json").status_code == 400


@tries(60)
@given(event=st.dictionaries(st.sampled_from((*KEYS, "type", "tab", "tokens", "subtype")), JSON, max_size=6))
def test_any_event(besieged: Besieged, event: dict[str, Any]) -> None:
    for type_ in ("app_home_opened", "message", "app_uninstalled_", "function_executed"):
        besieged.findings.judge(besieged.wire.event({**event, "type": type_}))


@tries(60)
@given(body=st.one_of(st.binary(max_size=200), ANYTHING.map(lambda text: text.encode("utf-8", "surrogatepass"))))
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", "x/y; charset=utf-99"]
)
def test_any_bytes_of_any_kind(besieged: Besieged, body: bytes, content_type: str) -> None:
    besieged.findings.judge(besieged.wire.slack(body, content_type))


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "payload=" + urllib.parse.quote("[" * 50_000),
        "payload="
        + urllib.parse.quote('{"type":"block_actions","user":{"id":"U0ANA"},"actions":' + "[" * 900 + "]" * 900 + "}"),
        '{"type": "event_callback", "event": {"type": "message", "x": ' + "9" * 5_000 + "}}",
        '{"type": "event_callback", "event": {"type": "message", "x": NaN, "y": -Infinity, "z": 1e999}}',
        '{"type": "event_callback", "event": {"type": "app_home_opened", "tab": "home", "user": "U\\u0000\\ud800"}}',
        "&".join(f"k{number}=v" for number in range(100_000)),
    ],
)
def test_what_is_nested_too_deep_or_counts_too_far(besieged: Besieged, body: str) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        besieged.findings.judge(besieged.wire.slack(body.encode(), content_type))


@tries(12)
@given(word=st.sampled_from(sorted(COMMANDS)), line=LINES)
def test_nothing_that_is_unsigned_changes_anything(besieged: Besieged, word: str, line: str) -> None:
    before = besieged.rows()
    form = {"command": f"/{word}", "text": line, "user_id": "U0LEAD", "team_id": "T0TEST", "trigger_id": line}
    body = urllib.parse.urlencode(form, errors="surrogatepass").encode()
    assert besieged.wire.slack(body, signed=False).status_code == 401
    assert besieged.wire.ingest(body, signed=False).status_code == 401
    assert besieged.rows() == before


def test_the_word_payload_in_a_command_is_a_word(besieged: Besieged) -> None:
    answer = besieged.wire.command("ticket", "new Webhook payload is empty")
    assert "Webhook payload is empty" in answer.text
