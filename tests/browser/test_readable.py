"""Whether what is on the screen can be read: every text stands out from what is behind it."""

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.workplace import ALERTS, BEN

# WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 where the letters are large. Disabled controls and emoji are left aside.
FAINT = """() => {
    const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
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


def test_every_text_of_channel_inspector_and_window_stands_out(screen: Screen) -> None:
    screen.workplace.slack.say(BEN, ALERTS, "Something is on fire")
    screen.page.get_by_role("button", name="Inspector").click()
    screen.types("`code`, ~gone~ and a https://link.example.com of @ben in #alerts")
    screen.types("/ticket new How do I rotate a key")
    expect(screen.message("T-1 · How do I rotate a key")).to_be_visible()
    expect(screen.inspector.get_by_role("listitem")).not_to_have_count(0)
    assert screen.page.evaluate(FAINT) == []
    screen.button("Solve").click()
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(screen.window.get_by_role("alert").first).to_be_visible()
    assert screen.page.evaluate(FAINT) == []


def test_the_check_itself_finds_a_text_that_is_too_faint(screen: Screen) -> None:
    screen.page.evaluate("document.querySelector('h1').style.color = '#999'")
    assert screen.page.evaluate(FAINT) == ["support: 2.85"]
