"""Windows with every kind of field: what they start with, what is wrong with an answer, and what the app is handed."""

from typing import Any

from playwright.sync_api import expect

from slack_sandbox.server import Handle
from tests.browser.forms import field, options, rich, sent
from tests.browser.screen import Screen
from tests.workplace import ANA, BEN, CLEO, QA

CHOICES = ("Alpha", "Beta", "Gamma")


def test_fields_start_with_what_the_app_gave_and_hand_it_back(screen: Screen, asked: Any) -> None:
    asked(
        field("Score", "number_input", is_decimal_allowed=False, initial_value="7"),
        field("Day", "datepicker", initial_date="2026-03-27"),
        field("Hour", "timepicker", initial_time="09:30"),
        field("Moment", "datetimepicker", initial_date_time=1_774_600_200),
        field("Who", "multi_users_select", initial_users=[BEN, CLEO]),
        field("One", "static_select", options=options(*CHOICES), initial_option=options(*CHOICES)[1]),
        field("Ticks", "checkboxes", options=options(*CHOICES), initial_options=options(*CHOICES)[:2]),
        field("Mail", "email_text_input", initial_value="ana@example.com"),
        field("Page", "url_text_input", initial_value="https://example.com"),
        field(
            "Notes",
            "rich_text_input",
            initial_value=rich({"type": "text", "text": "as it was", "style": {"bold": True}}),
        ),
    )
    expect(screen.window.get_by_label("Score")).to_have_value("7")
    expect(screen.window.get_by_role("group", name="Moment").get_by_label("Time")).to_have_value("08:30")
    expect(screen.window.get_by_role("combobox", name="Who")).to_contain_text("BenCleo")
    expect(screen.window.locator("[role=textbox] strong")).to_have_text("as it was")
    handed = sent(screen)
    assert handed["Score"]["value"] == "7"
    assert handed["Day"]["selected_date"] == "2026-03-27"
    assert handed["Hour"]["selected_time"] == "09:30"
    assert handed["Moment"]["selected_date_time"] == 1_774_600_200
    assert handed["Who"]["selected_users"] == [BEN, CLEO]
    assert handed["One"]["selected_option"]["value"] == "beta"
    assert [one["value"] for one in handed["Ticks"]["selected_options"]] == ["alpha", "beta"]
    assert (handed["Mail"]["value"], handed["Page"]["value"]) == ("ana@example.com", "https://example.com")
    assert handed["Notes"]["rich_text_value"]["elements"][0]["elements"] == [
        {"type": "text", "text": "as it was", "style": {"bold": True}}
    ]


def test_what_is_filled_in_is_what_the_app_gets(screen: Screen, asked: Any) -> None:
    asked(
        field("Score", "number_input", is_decimal_allowed=True),
        field("Day", "datepicker"),
        field("Moment", "datetimepicker"),
        field("Who", "multi_users_select", max_selected_items=2),
        field("Pick", "radio_buttons", options=options(*CHOICES)),
    )
    screen.window.get_by_label("Score").fill("7.5")
    screen.window.get_by_label("Day").fill("2026-04-01")
    moment = screen.window.get_by_role("group", name="Moment")
    moment.get_by_label("Date").fill("2026-03-27")
    moment.get_by_label("Time").fill("08:30")
    screen.window.get_by_role("combobox", name="Who").click()
    for name in ("Ben", "Cleo", "Lea"):
        screen.page.get_by_role("option", name=name).click()
    expect(screen.page.get_by_text("At most 2 can be chosen")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.window.get_by_label("Gamma").check()
    handed = sent(screen)
    assert handed["Score"]["value"] == "7.5"
    assert handed["Day"]["selected_date"] == "2026-04-01"
    assert handed["Moment"]["selected_date_time"] == 1_774_600_200
    assert handed["Who"]["selected_users"] == [BEN, CLEO]
    assert handed["Pick"]["selected_option"]["value"] == "gamma"


def test_a_menu_of_channels_offers_the_public_ones_alone(screen: Screen, local_slack: Handle, asked: Any) -> None:
    local_slack.slack.ws.channels[QA].is_private = True
    screen.opens(ANA)
    asked(field("Channel", "channels_select"), field("Conversation", "conversations_select"))
    for label, private in (("Channel", 0), ("Conversation", 1)):
        screen.window.get_by_role("combobox", name=label).click()
        expect(screen.page.get_by_role("option", name="#support")).to_be_visible()
        expect(screen.page.get_by_role("option", name="#qa")).to_have_count(private)
        screen.page.keyboard.press("Escape")


def test_what_cannot_be_is_told_at_its_field_and_nothing_is_sent(screen: Screen, asked: Any) -> None:
    asked(
        field("Score", "number_input", is_decimal_allowed=False, min_value="0", max_value="25"),
        field("Mail", "email_text_input"),
        field("Day", "datepicker"),
        field("Who", "multi_users_select"),
        field("Notes", "rich_text_input"),
        field("More", "plain_text_input", optional=True, min_length=5),
    )
    screen.window.get_by_label("Score").fill("26")
    screen.window.get_by_label("Mail").fill("nobody")
    screen.window.get_by_label("More").fill("abc")
    screen.window.get_by_role("button", name="Send").click()
    for label, wrong in (
        ("Score", "Please enter 25 or less."),
        ("Mail", "Please enter a valid email address."),
        ("Day", "Please complete this required field."),
        ("Who", "Please complete this required field."),
        ("Notes", "Please complete this required field."),
        ("More", "Please write at least 5 characters."),
    ):
        told = screen.window.locator(f"[data-block-id={label}]").get_by_role("alert")
        expect(told).to_have_text(wrong)
    expect(screen.window.get_by_label("Score")).to_be_focused()
    assert not [one for one in screen.workplace.slack.log() if one["kind"] == "view"]
