"""The inspector: what the bot receives and asks for, and failures switched on by hand."""

import re

from playwright.sync_api import expect

from tests.browser.screen import Screen


def test_a_command_is_in_the_traffic_with_its_milliseconds(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Inspector").click()
    screen.types("/ticket new How do I rotate a key")
    entry = screen.inspector.get_by_role("listitem").filter(has_text="/ticket")
    expect(entry).to_contain_text(re.compile(r"\d ms"))
    expect(entry.get_by_title(re.compile(r"\d+ ms of the 3 second budget"))).to_be_attached()
    entry.get_by_role("button").click()
    expect(entry).to_contain_text("How do I rotate a key")
    expect(entry).to_contain_text("T-1")
    expect(entry).to_contain_text("% of the 3 s budget")


def test_a_fault_switched_on_there_makes_the_next_command_fail_once(screen: Screen) -> None:
    screen.types("/ticket new How do I rotate a key")
    expect(screen.message("T-1 · How do I rotate a key")).to_be_visible()
    screen.page.get_by_role("button", name="Inspector").click()
    screen.inspector.get_by_role("tab", name="Faults").click()
    screen.inspector.get_by_label("Method").fill("views.open")
    screen.inspector.get_by_role("combobox", name="Fault", exact=True).select_option(label="ok: false with an error")
    screen.inspector.get_by_role("textbox", name="Error").fill("internal_error")
    screen.inspector.get_by_role("button", name="Switch on").click()
    expect(screen.inspector.get_by_role("listitem").filter(has_text="views.open")).to_be_visible()
    screen.types("/ticket solve T-1")
    expect(screen.messages.last).to_contain_text("Slack did not open the window")
    expect(screen.window).to_have_count(0)
    expect(screen.inspector).to_contain_text("No faults")
    screen.inspector.get_by_role("tab", name="Traffic").click()
    failed = screen.inspector.get_by_role("listitem").filter(has_text="views.open")
    expect(failed).to_contain_text("internal_error")
    screen.types("/ticket solve T-1")
    expect(screen.window).to_contain_text("Solve T-1")


def test_why_slack_refused_what_the_bot_posted_is_told_with_the_place(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Inspector").click()
    header = {"type": "header", "text": {"type": "mrkdwn", "text": "*Not* allowed"}}
    answer = screen.api("chat.postMessage", ok=False, channel="C0SUPPORT", text="A headline", blocks=[header])
    assert answer["error"] == "invalid_blocks"
    entry = screen.inspector.get_by_role("listitem").filter(has_text="chat.postMessage")
    expect(entry).to_contain_text("invalid_blocks")
    entry.get_by_role("button").click()
    expect(entry).to_contain_text("/blocks/0/text")
    screen.inspector.get_by_role("button", name="To the bot").click()
    expect(entry).to_have_count(0)
    screen.inspector.get_by_role("button", name="Failed").click()
    expect(entry).to_have_count(1)
