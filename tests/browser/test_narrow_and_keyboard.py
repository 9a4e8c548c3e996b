"""The page in a phone's width, and without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.workplace import ALERTS, BEN


@pytest.fixture
def narrow(screen: Screen) -> Screen:
    """Ana's window, 420 pixels wide."""
    screen.page.set_viewport_size({"width": 420, "height": 780})
    return screen


def test_channels_are_reached_through_the_drawer_of_a_narrow_window(narrow: Screen) -> None:
    narrow.workplace.slack.say(BEN, ALERTS, "Something is on fire")
    expect(narrow.channel("alerts")).to_have_count(0)
    narrow.page.get_by_role("button", name="Open the sidebar").click()
    expect(narrow.channel("alerts")).to_be_in_viewport()
    narrow.channel("alerts").click()
    expect(narrow.message("Something is on fire")).to_be_in_viewport()
    expect(narrow.channel("alerts")).to_have_count(0)
    assert not narrow.scrolls_sideways()


def test_a_ticket_is_solved_in_a_narrow_window_without_scrolling_sideways(narrow: Screen) -> None:
    narrow.types("/ticket new A-word-so-long-that-no-telephone-has-the-room-for-it-in-one-line-of-a-channel")
    expect(narrow.message("T-1 · A-word")).to_be_visible()
    assert not narrow.scrolls_sideways()
    narrow.button("Solve…").click()
    narrow.window.get_by_label("Nothing yet").check()
    narrow.window.get_by_label("Category", exact=True).click()
    narrow.page.get_by_role("option", name="usability", exact=True).click()
    assert not narrow.scrolls_sideways()
    narrow.window.get_by_role("button", name="Solve", exact=True).click()
    expect(narrow.message("T-1 · A-word")).to_contain_text("✅ solved")


def test_thread_and_inspector_take_the_whole_of_a_narrow_window(narrow: Screen) -> None:
    narrow.types("Has anybody seen this?")
    narrow.messages.last.hover()
    narrow.messages.last.get_by_role("button", name="Reply in thread").click()
    for pane in ("Thread", "Inspector"):
        if pane == "Inspector":
            narrow.page.get_by_role("button", name="Inspector").click()
        box = narrow.page.get_by_role("complementary", name=pane).bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 420)
        assert not narrow.scrolls_sideways()
    narrow.page.get_by_role("button", name="Close inspector").click()
    narrow.page.get_by_role("button", name="Close thread").click()
    narrow.composer.click()


def focus(screen: Screen) -> str:
    """What the focus is on, as it is called."""
    return str(
        screen.page.evaluate(
            "(e => e.getAttribute('aria-label') || e.innerText.trim() || e.tagName)(document.activeElement)"
        )
    )


def walk(screen: Screen, key: str, name: str, most: int = 40) -> None:
    """Press a key until the focus is on what has this name."""
    for _ in range(most):
        if focus(screen) == name:
            return
        screen.page.keyboard.press(key)
    raise AssertionError(f"{name!r} is not reached; the focus is on {focus(screen)!r}")


def test_a_card_s_button_is_pressed_without_a_mouse(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Inspector").focus()
    walk(screen, "Tab", "Message #support")
    screen.page.keyboard.type("/ticket new Webhooks are slow")
    screen.page.keyboard.press("Enter")
    card = screen.message("T-1 · Webhooks are slow")
    expect(card).to_be_visible()
    walk(screen, "Shift+Tab", "Take")
    screen.page.keyboard.press("Enter")
    expect(card).to_contain_text("took it")


def test_a_window_is_filled_in_and_left_without_a_mouse(screen: Screen) -> None:
    expect(screen.composer).to_be_focused()
    screen.page.keyboard.type("/ticket new")
    screen.page.keyboard.press("Enter")
    expect(screen.window).to_contain_text("New ticket")
    screen.page.keyboard.type("Typed at once")
    expect(screen.window.get_by_label("Subject", exact=True)).to_have_value("Typed at once")
    screen.page.keyboard.press("Escape")
    expect(screen.window).to_have_count(0)
    expect(screen.composer).to_be_focused()
    screen.page.keyboard.type("/ticket new")
    screen.page.keyboard.press("Enter")
    expect(screen.window).to_contain_text("New ticket")
    screen.page.keyboard.type("Webhooks are slow")
    walk(screen, "Tab", "Create")
    screen.page.keyboard.press("Enter")
    expect(screen.message("T-1 · Webhooks are slow")).to_be_visible()


def test_a_table_wider_than_the_window_scrolls_by_itself_and_fades_where_there_is_more(narrow: Screen) -> None:
    cells = [{"type": "raw_text", "text": f"Column number {number}"} for number in range(6)]
    narrow.post({"type": "table", "rows": [cells, cells]})
    table = narrow.messages.last.get_by_role("region", name="Table")
    expect(table).to_have_attribute("data-more", "right")
    table.evaluate("one => one.scrollLeft = 40")
    expect(table).to_have_attribute("data-more", "left right")
    table.evaluate("one => one.scrollLeft = one.scrollWidth")
    expect(table).to_have_attribute("data-more", "left")
    expect(table.get_by_text("Column number 0").last).to_be_in_viewport(ratio=0.9)  # whose row it is stays to be read
    assert not narrow.scrolls_sideways()


def test_a_wide_first_column_makes_room_for_the_others(narrow: Screen) -> None:
    cells = [{"type": "raw_text", "text": f"A column that is rather wide {number}"} for number in range(3)]
    narrow.post({"type": "table", "rows": [cells, cells]})
    table = narrow.messages.last.get_by_role("region", name="Table")
    table.evaluate("one => one.scrollLeft = one.scrollWidth")
    expect(table.get_by_text("rather wide 2").last).to_be_in_viewport(ratio=0.9)
    expect(table.get_by_text("rather wide 0").last).not_to_be_in_viewport()
