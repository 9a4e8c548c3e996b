"""Block Kit as Slack checks it."""

from typing import Any

import pytest
from sandbox_cast import asks, button, modal, refused, section
from slack_sdk import WebClient

from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def chart(kind: str = "bar", **more: Any) -> dict[str, Any]:
    points = [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 1}]
    axes = {"categories": ["Mon", "Tue"], "x_label": "Day"}
    series = [{"name": "New", "data": points}]
    return {
        "type": "data_visualization",
        "title": "Week",
        "chart": {"type": kind, "series": series, "axis_config": axes, **more},
    }


def cells(*words: str) -> list[dict[str, str]]:
    return [{"type": "raw_text", "text": word} for word in words]


RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
OPTION = {"text": plain("One"), "value": "1"}
SELECT = {"type": "static_select", "action_id": "s", "options": [OPTION], "initial_option": OPTION}
GOOD: list[dict[str, Any]] = [
    section("x" * 3000),
    {"type": "section", "fields": [plain("a")] * 10, "accessory": SELECT},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [plain("a")] * 10},
    {"type": "actions", "elements": [button("Go", f"b{n}") for n in range(25)]},
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    asks("b", "a"),
    RICH,
    {"type": "markdown", "text": "**x**"},
    {"type": "table", "rows": [cells("a", "b"), cells("1", "2")], "column_settings": [{"align": "right"}, None]},
    {"type": "data_table", "caption": "c", "rows": [cells("a"), [{"type": "raw_number", "value": 1, "text": "1"}]]},
    chart(),
    {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
    {"type": "card", "title": plain("t"), "actions": [button("Go", "x")]},
    {"type": "carousel", "elements": [{"type": "card", "body": plain("b")}]},
    {"type": "container", "title": plain("t"), "child_blocks": [section("x")], "is_collapsible": True},
    {"type": "plan", "title": "p", "tasks": [{"task_id": "1", "title": "t", "status": "pending", "details": RICH}]},
    {"type": "context_actions", "elements": [
        {"type": "feedback_buttons", "positive_button": {"text": plain("y"), "value": "1"},
         "negative_button": {"text": plain("n"), "value": "0"}}]},
]  # fmt: skip
BAD: list[tuple[dict[str, Any], str]] = [
    (section("x" * 3001), "/blocks/0/text/text"),
    (section(""), "/blocks/0/text/text"),
    ({"type": "section"}, "/blocks/0"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text/type"),
    ({"type": "header", "text": plain("h" * 151)}, "/blocks/0/text/text"),
    ({"type": "actions", "elements": [button("Go", f"b{n}") for n in range(26)]}, "/blocks/0/elements"),
    ({"type": "actions", "elements": [button("Go", "same"), button("Go", "same")]}, "/blocks"),
    ({"type": "context", "elements": [plain("a")] * 11}, "/blocks/0/elements"),
    ({"type": "alert", "text": plain("a")}, "/blocks/0"),
    ({"type": "wonder"}, "/blocks/0/type"),
    ({"type": "divider", "colour": "red"}, "/blocks/0"),
    (asks("b", "a", "email_text_input"), "/blocks/0/element"),
    ({"type": "section", "text": plain("x"), "accessory": {**SELECT, "options": []}}, "/blocks/0/accessory/options"),
    ({"type": "table", "rows": [cells("a", "b"), cells("1")]}, "/blocks/0/rows"),
    ({"type": "data_table", "caption": "c", "rows": [cells("a")]}, "/blocks/0/rows"),
    (chart(axis_config={"categories": ["Mon"]}), "/blocks/0/chart/series/0/data"),
    ({"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": [{"label": "a", "value": 0}]}},
     "/blocks/0/chart/segments/0/value"),
    ({"type": "container", "title": plain("t"), "child_blocks": [RICH]}, "/blocks/0/child_blocks/0/type"),
    ({"type": "card"}, "/blocks/0"),
    ({"type": "context_actions", "elements": [button("Go", "x")]}, "/blocks/0/elements/0/type"),
]  # fmt: skip


@pytest.mark.parametrize("block", GOOD, ids=lambda b: str(b["type"]))
def test_blocks_within_the_limits_pass(block: dict[str, Any]) -> None:
    assert [p.line() for p in check_message_blocks([block])] == []


@pytest.mark.parametrize(("block", "pointer"), BAD)
def test_blocks_beyond_the_limits_are_named_where_they_are_wrong(block: dict[str, Any], pointer: str) -> None:
    assert pointer in [p.pointer for p in check_message_blocks([block])]


@pytest.mark.parametrize("junk", [None, 3, "x", [], [[]], [None], [{"type": []}], [{"type": "section", "text": [1]}]])
def test_junk_is_a_problem_and_not_a_crash(junk: Any) -> None:
    for value in (junk, [junk], {"type": "modal", "blocks": junk, "title": junk}):
        assert check_message_blocks(value) or value == []
        assert check_view(value)


def test_messages_as_a_whole(web: WebClient) -> None:
    assert check_message_blocks([{"type": "divider"}] * 51)
    assert check_message_blocks([chart()] * 3)
    same = {"type": "divider", "block_id": "a"}
    assert check_message_blocks([same] * 2)
    assert check_message_blocks([same, {"type": "container", "title": plain("t"), "child_blocks": [same]}])
    assert check_message_blocks([{"type": "markdown", "text": "x" * 7000}] * 2)
    long = refused(web.chat_postMessage, channel="C0SUPPORT", text="x", blocks=[section("x" * 2900)] * 5)
    assert long["error"] == "msg_blocks_too_long"
    wrong = refused(web.chat_postMessage, channel="C0SUPPORT", text="x", blocks=[section("x" * 3001)])
    assert wrong["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in wrong["response_metadata"]["messages"][0]


def test_views_as_a_whole() -> None:
    assert check_view(modal(asks("a", "b"))) == []
    assert check_view({k: v for k, v in modal(asks("a", "b")).items() if k != "submit"})
    assert check_view(modal(section("x"), title="t" * 25))
    assert check_view(modal(section("x"), private_metadata="x" * 3001))
    assert check_view(modal({"type": "table", "rows": [cells("a")]}))
    assert check_view(modal())
    assert check_view({"type": "home", "blocks": [section("x")]}) == []
    assert check_view({"type": "home", "blocks": [asks("a", "b", "datetimepicker")]})


def test_blocks_validate_takes_no_token(web: WebClient) -> None:
    assert web.api_call("blocks.validate", json={"blocks": [section("x")]})["ok"]
    answer = refused(web.api_call, "blocks.validate", json={"view": modal()})
    assert answer["error"] == "invalid_view"
    assert answer["errors"][0]["pointer"] == "/blocks"
