"""Channels that one is not in yet, the keyboard's short ways, and old messages under their address."""

import re

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.workplace import ALERTS, ANA, BEN, ENGINEERING, SUPPORT


def test_a_channel_is_found_in_the_browser_joined_and_left_again(screen: Screen) -> None:
    screen.workplace.slack.join(ANA, ENGINEERING, leave=True)
    expect(screen.channel("engineering")).to_have_count(0)
    screen.page.get_by_role("button", name="Browse channels").click()
    found = screen.page.get_by_role("dialog", name="Channels and people")
    found.get_by_role("combobox").fill("engin")
    found.get_by_role("option", name="engineering").click()
    expect(screen.channel("engineering")).to_have_attribute("aria-current", "page")
    screen.types("Hello, everybody")
    expect(screen.message("Hello, everybody")).to_be_visible()
    assert screen.workplace.slack.messages(BEN, ENGINEERING)[-1]["text"] == "Hello, everybody"
    screen.page.get_by_role("button", name=re.compile(r"\d members")).click()
    screen.page.get_by_role("button", name="Leave the channel").click()
    expect(screen.channel("engineering")).to_have_count(0)
    expect(screen.composer).to_be_visible()


def test_control_k_jumps_to_a_channel_and_to_a_person(screen: Screen) -> None:
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type("#alerts")
    screen.page.keyboard.press("Enter")
    expect(screen.channel("alerts")).to_have_attribute("aria-current", "page")
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type("Ben")
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("combobox", name="Message Ben")).to_be_visible()
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.press("Escape")
    expect(screen.page.get_by_role("dialog")).to_have_count(0)


def test_the_arrow_in_an_empty_composer_corrects_what_was_said_last(screen: Screen) -> None:
    screen.types("The sum is 4")
    screen.workplace.slack.say(BEN, SUPPORT, "Is it?")
    expect(screen.message("Is it?")).to_be_visible()
    screen.composer.press("ArrowUp")
    box = screen.page.get_by_role("textbox", name="Edit message")
    expect(box).to_have_value("The sum is 4")
    box.press("Escape")
    expect(box).to_have_count(0)
    expect(screen.composer).to_be_focused()
    screen.composer.press("ArrowUp")
    box.fill("The sum is 5")
    box.press("Enter")
    expect(screen.message("The sum is 5").get_by_text("(edited)")).to_be_visible()
    expect(screen.composer).to_be_focused()


def test_a_permalink_finds_and_lights_a_message_that_is_far_up(screen: Screen) -> None:
    said = screen.workplace.slack.say(BEN, ALERTS, "The one that is meant")
    for number in range(130):
        screen.workplace.slack.say(BEN, ALERTS, f"Another {number}")
    point = said["ts"].replace(".", "")
    screen.page.goto(f"{screen.workplace.slack.base_url}/archives/{ALERTS}/p{point}?as=U0ANA")
    meant = screen.message("The one that is meant")
    expect(meant).to_be_in_viewport()
    expect(meant).to_have_class(re.compile("highlight"))


def test_a_long_pinned_post_is_read_from_its_beginning_and_an_answer_comes_into_view(screen: Screen) -> None:
    scopes = ["chat:write", "commands", "users:read", "channels:read", "pins:write"]
    screen.workplace.slack.app(scopes=scopes)
    steps = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"Step {n}\nwith more\nto it"}} for n in range(1, 15)
    ]
    posted = screen.api("chat.postMessage", channel=SUPPORT, text="Steps", blocks=steps)
    screen.api("pins.add", channel=SUPPORT, timestamp=posted["ts"])
    screen.opens(ANA)
    expect(screen.page.get_by_text("Step 1 with more")).to_be_in_viewport()
    expect(screen.page.get_by_text("Step 14 with more")).not_to_be_in_viewport()
    screen.types("/ticket list")
    expect(screen.page.get_by_text("Open tickets: none")).to_be_in_viewport()
