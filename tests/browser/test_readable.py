"""Whether what is on the screen can be read: every text stands out from what is behind it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.workplace import ALERTS, BEN, Json

# WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 where the letters are large. Disabled controls and emoji are left aside.
FAINT = """() => {
    const parts = (colour) => colour.startsWith("color(srgb")
        ? colour.match(/[\\d.]+/g).map(Number).map((c, i) => (i < 3 ? c * 255 : c))
        : (colour.match(/[\\d.]+/g) || []).map(Number);
    const over = (top, below) => {
        const alpha = top[3] ?? 1;
        return [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha));
    };
    const behind = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const light = (colour) => {
        const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.map((c) => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const element = node.parentElement;
        const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        if (!/[\\p{L}\\p{N}]/u.test(node.data) || !shown || element.closest(":disabled")) continue;
        const style = getComputedStyle(element);
        const ground = behind(element);
        const [dark, bright] = [light(over(parts(style.color), ground)), light(ground)].sort((a, b) => a - b);
        const contrast = (bright + 0.05) / (dark + 0.05);
        const size = parseFloat(style.fontSize);
        const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
        if (contrast < least) faint.add(`${node.data.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
    }
    return [...faint];
}"""


@pytest.fixture(params=["light", "dark"])
def screen_as_set(screen: Screen, request: pytest.FixtureRequest) -> Iterator[Screen]:
    """Ana's window on a machine that is set to light, or to dark."""
    screen.page.emulate_media(color_scheme=request.param)
    expect(screen.page.locator("html")).to_have_attribute("data-theme", request.param)
    yield screen
    screen.page.emulate_media(color_scheme="light")


def test_every_text_of_channel_inspector_and_window_stands_out(screen_as_set: Screen) -> None:
    screen = screen_as_set
    screen.workplace.slack.say(BEN, ALERTS, "Something is on fire")
    screen.page.get_by_role("button", name="Inspector").click()
    screen.types("`code`, ~gone~ and a https://link.example.com of @ben in #alerts")
    screen.types("/ticket new How do I rotate a key")
    expect(screen.message("T-1 · How do I rotate a key")).to_be_visible()
    expect(screen.inspector.get_by_role("listitem")).not_to_have_count(0)
    assert screen.page.evaluate(FAINT) == []
    screen.button("Solve…").click()
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(screen.window.get_by_role("alert").first).to_be_visible()
    assert screen.page.evaluate(FAINT) == []


def test_the_check_itself_finds_a_text_that_is_too_faint(screen: Screen) -> None:
    screen.page.evaluate("document.querySelector('h1').style.color = '#999'")
    assert screen.page.evaluate(FAINT) == ["support: 2.85"]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(text: str, **more: str) -> Json:
    return {"type": "button", "action_id": text, "text": plain(text), **more}


def rich(text: str) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }


CARD: Json = {
    "type": "card", "title": mrkdwn("*A card*"), "subtitle": mrkdwn("under it"), "body": mrkdwn("its body"),
    "subtext": mrkdwn("small"), "actions": [button("Open", style="primary"), button("Delete", style="danger")],
}  # fmt: skip
EVERY_KIND: list[Json] = [
    {"type": "header", "text": plain("A header :tada:")},
    {"type": "section", "text": mrkdwn("*Bold* `code` <@U0ANA> <@U0BEN> <#C0ALERTS> <!here> <https://a.example|link>")},
    {"type": "section", "text": mrkdwn("> quoted\n```\nfenced\n```"), "accessory": button("Beside it")},
    {"type": "context", "elements": [mrkdwn("a context with `code`")]},
    {"type": "markdown", "text": "## Title\n\n- one\n- **two**\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in ("ab", "cd")]},
    CARD,
    {"type": "carousel", "elements": [CARD | {"block_id": f"card{number}"} for number in range(2)]},
    {
        "type": "container", "title": plain("A container"), "subtitle": plain("its subtitle"), "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": mrkdwn("inside it")}],
    },
    {
        "type": "plan", "title": "A plan",
        "tasks": [
            {"task_id": state, "title": state, "status": state, "details": rich("what is done")}
            for state in ("pending", "in_progress", "complete", "error")
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons", "action_id": "feedback",
                "positive_button": {"text": plain("Good"), "value": "up"},
                "negative_button": {"text": plain("Bad"), "value": "down"},
            }
        ],
    },
]  # fmt: skip


def test_every_kind_of_block_stands_out(screen_as_set: Screen) -> None:
    screen = screen_as_set
    screen.workplace.slack.app(rate=None)
    for block in EVERY_KIND:
        screen.post(block)
    expect(screen.page.get_by_role("button", name="Good")).to_be_visible()
    expect(screen.page.locator(".invalid-block")).to_have_count(0)
    assert screen.page.evaluate(FAINT) == []
    screen.page.get_by_role("button", name="Collapse").click()
    expect(screen.page.get_by_text("inside it")).to_have_count(0)
    screen.page.get_by_role("button", name="Good").click()
    expect(screen.page.get_by_role("button", name="Good")).to_have_attribute("aria-pressed", "true")


def test_a_theme_is_chosen_by_hand_and_kept(screen: Screen) -> None:
    page = screen.page.locator("html")
    screen.page.get_by_role("button", name="Light or dark").click()
    screen.page.get_by_role("menuitemradio", name="Dark").click()
    expect(page).to_have_attribute("data-theme", "dark")
    screen.page.reload()
    expect(screen.composer).to_be_visible()
    expect(page).to_have_attribute("data-theme", "dark")
    screen.page.get_by_role("button", name="Light or dark").click()
    screen.page.get_by_role("menuitemradio", name="As this machine is set").click()
    expect(page).to_have_attribute("data-theme", "light")
