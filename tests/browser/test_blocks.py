"""Blocks as they are drawn: charts with marks, tables that turn pages, and what cannot be drawn."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from slack_sandbox.model import Message
from slack_sandbox.server import Handle
from tests.browser.screen import Screen
from tests.workplace import ANA, SUPPORT, Json

WEEKS = ["W1", "W2", "W3", "W4"]
SERIES = {"Opened": [1, 2, 3, 4], "Solved": [5, 6, 7, 8]}
# kind: how many shapes it is made of (an area has its outline, too), and in how many colours
MARKS = {"bar": (8, 2), "line": (2, 2), "area": (4, 2), "pie": (4, 4)}
SHAPES = """all => all.map(one => {
    const {width, height} = one.getBoundingClientRect();
    const {fill, stroke} = getComputedStyle(one);
    return {width, height, colour: fill === "none" ? stroke : fill};
})"""


@dataclass
class Mark:
    """A shape of a chart, in pixels."""

    width: float
    height: float
    colour: str


def chart(kind: str) -> Json:
    """A chart of two series over four weeks, or of four segments."""
    if kind == "pie":
        shape: Json = {"type": kind, "segments": [{"label": week, "value": 3} for week in WEEKS]}
    else:
        series = [
            {"name": name, "data": [{"label": week, "value": value} for week, value in zip(WEEKS, values, strict=True)]}
            for name, values in SERIES.items()
        ]
        shape = {"type": kind, "series": series, "axis_config": {"categories": WEEKS}}
    return {"type": "data_visualization", "title": f"Tickets, {kind}", "chart": shape}


def drawn(screen: Screen, kind: str) -> list[Mark]:
    """The marks of the chart on the screen: every shape in it that is larger than a tick or a label's line."""
    picture = screen.page.get_by_role("img", name=f"{kind} chart: Tickets, {kind}")
    expect(picture).to_be_visible()
    expect(picture.locator("path").first).to_be_attached()
    surface = max(picture.locator("svg").all(), key=lambda one: (one.bounding_box() or {"width": 0})["width"])
    box = surface.bounding_box()
    assert box is not None
    assert box["width"] > 250
    assert box["height"] > 150
    marks = [Mark(**found) for found in surface.locator("path").evaluate_all(SHAPES)]
    return [mark for mark in marks if mark.width > 20 and mark.height > 20]


def test_charts_of_every_kind_are_really_drawn(screen: Screen) -> None:
    screen.post(chart("bar"), chart("line"))
    screen.post(chart("area"), chart("pie"))
    for kind, (marks, colours) in MARKS.items():
        found = drawn(screen, kind)
        assert (len(found), len({mark.colour for mark in found})) == (marks, colours), kind


def test_bars_are_as_high_as_their_numbers_which_a_table_tells(screen: Screen) -> None:
    screen.post(chart("bar"))
    heights = sorted(mark.height for mark in drawn(screen, "bar"))
    assert heights == pytest.approx([heights[0] * share for share in range(1, 9)], abs=1.5)
    screen.page.get_by_role("button", name="Show table").click()
    row = screen.page.get_by_role("row", name="W3")
    expect(row.get_by_role("cell")).to_have_text(["3", "7"])
    expect(screen.page.get_by_role("columnheader")).to_have_text(["", "Opened", "Solved"])


def cell(value: str | int) -> Json:
    """A cell of a data table."""
    if isinstance(value, int):
        return {"type": "raw_number", "value": value, "text": str(value)}
    return {"type": "raw_text", "text": value}


def test_a_long_table_turns_its_pages_and_is_sorted_by_a_column(screen: Screen) -> None:
    rows = [[cell("Ticket"), cell("Hours")], *([cell(f"T-{n}"), cell(n * 7 % 11)] for n in range(1, 9))]
    screen.post({"type": "data_table", "caption": "Slowest", "rows": rows})
    table = screen.page.get_by_role("table", name="Slowest")
    expect(table.get_by_role("row")).to_have_count(6)
    expect(screen.page.get_by_text("1–5 of 8")).to_be_visible()
    screen.page.get_by_role("button", name="Next page").click()
    expect(table.get_by_role("row")).to_have_count(4)
    table.get_by_role("button", name="Hours").click()
    expect(table.get_by_role("columnheader", name="Hours")).to_have_attribute("aria-sort", "ascending")
    expect(table.get_by_role("row")).to_contain_text(["Hours", "T-81", "T-52", "T-23", "T-75", "T-46"])


def test_a_block_that_slack_does_not_know_is_shown_as_such_and_the_rest_is_drawn(
    screen: Screen, local_slack: Handle
) -> None:
    """The local Slack takes no such blocks, so the message is laid into its store."""
    odd: list[Json] = [
        {"type": "hologram", "text": "Beam me up"},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "alert", "text": {"type": "plain_text", "text": "For windows"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "This one is fine"}},
    ]
    room = local_slack.slack.ws.channels[SUPPORT]
    room.add(Message("1750000000.000100", SUPPORT, "U0BOT", blocks=odd))
    screen.opens(ANA)
    expect(screen.message("This one is fine")).to_be_visible()
    for reason in (
        'Invalid block hologram: there is no block of type "hologram"',
        "Invalid block header: text has 151 characters, at most 150",
        "Invalid block alert: alert is for modals only",
    ):
        expect(screen.page.get_by_text(reason)).to_be_visible()
    expect(screen.page.get_by_text("Beam me up")).to_be_hidden()
    screen.page.get_by_text("Invalid block hologram").click()
    expect(screen.page.get_by_text("Beam me up")).to_be_visible()
