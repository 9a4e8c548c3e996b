"""A workspace that refuses a chart or a table gets the same message in plainer blocks, once."""

from typing import Any

from bot.blocks import kit
from bot.blocks.plain import plainer
from db import outbox, session
from db.outbox import State
from tests.bot.post_office import ALERTS, POST, Post, W

PIE = {
    "type": "data_visualization",
    "title": "Why customers wrote",
    "chart": {"type": "pie", "segments": [{"label": "usability", "value": 14}, {"label": "<b>", "value": 2}]},
}
TABLE = kit.table([["", "This week"], ["New", "39"]])
MESSAGE = {"text": "The week", "blocks": [kit.section("The week"), PIE]}


def owe(post: Post, payload: dict[str, Any]) -> None:
    with session.writing(post.engine) as connection:
        outbox.owe(connection, W, "digest", ALERTS, payload, post.clock.now())


def kinds(post: Post) -> list[str]:
    (message,) = post.slack.messages("U0LEA", ALERTS)
    return [block["type"] for block in message["blocks"]]


def test_a_refused_chart_is_posted_as_a_table(post: Post) -> None:
    post.slack.fault(POST, "error", error="invalid_blocks")
    owe(post, MESSAGE)
    post.turn(seconds=1)
    post.turn(seconds=1)
    assert kinds(post) == ["section", "table"]
    assert post.row("digest")["state"] == State.SENT


def test_a_refused_table_is_posted_as_lines_and_what_is_refused_then_is_parked(post: Post) -> None:
    post.slack.fault(POST, "error", error="invalid_blocks", times=2)
    owe(post, MESSAGE)
    for _ in range(3):
        post.turn(seconds=1)
    assert kinds(post) == ["section", "section"]
    (message,) = post.slack.messages("U0LEA", ALERTS)
    assert "usability · 14" in message["blocks"][1]["text"]["text"]


def test_plain_blocks_that_are_refused_wait_for_a_person(post: Post) -> None:
    post.slack.fault(POST, "error", error="invalid_blocks", times=9)
    owe(post, MESSAGE)
    for _ in range(5):
        post.turn(seconds=1)
    row = post.row("digest")
    assert (row["state"], row["reason"]) == (State.PARKED, "invalid_blocks")
    assert post.asked(POST) >= 3


def test_a_message_with_a_table_gets_its_charts_as_lines() -> None:
    once = plainer({"text": "x", "blocks": [TABLE, PIE]})
    assert once is not None
    assert [block["type"] for block in once["blocks"]] == ["table", "section"]
    assert "&lt;b&gt; · 2" in once["blocks"][1]["text"]["text"]
    twice = plainer(once)
    assert twice is not None
    assert [block["type"] for block in twice["blocks"]] == ["section", "section"]
    assert "New · 39" in twice["blocks"][0]["text"]["text"]
    assert plainer(twice) is None
