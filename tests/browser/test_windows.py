"""Windows that ask for something, and questions before something happens."""

from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.workplace import CLEO

DANGEROUS = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "ticket_show",
            "value": "1",
            "text": {"type": "plain_text", "text": "Show it"},
            "confirm": {
                "title": {"type": "plain_text", "text": "Are you sure?"},
                "text": {"type": "mrkdwn", "text": "It is *long*."},
                "confirm": {"type": "plain_text", "text": "Yes, show"},
                "deny": {"type": "plain_text", "text": "Rather not"},
            },
        }
    ],
}


def field(screen: Screen, label: str) -> Locator:
    """A menu or text field of the open window."""
    return screen.window.get_by_label(label, exact=True)


def test_solving_without_a_category_is_refused_at_its_field_and_then_the_card_is_drawn_anew(screen: Screen) -> None:
    screen.types("/ticket new How do I rotate a key")
    screen.button("Solve…").click()
    expect(screen.window).to_contain_text("Solve T-1")
    screen.window.get_by_label("Nothing yet").check()
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(screen.window.get_by_role("alert")).to_have_text("Please complete this required field.")
    expect(field(screen, "Category")).to_have_accessible_description("Please complete this required field.")
    field(screen, "Category").click()
    screen.page.get_by_role("option", name="usability", exact=True).click()
    expect(screen.window.get_by_role("alert")).to_have_count(0)
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(screen.window).to_have_count(0)
    card = screen.message("T-1 · How do I rotate a key")
    expect(card).to_contain_text("✅ solved")
    expect(card).to_contain_text("nothing was done yet")
    expect(screen.messages).to_have_count(1)


def test_what_the_bot_finds_wrong_is_shown_at_its_field_and_what_was_typed_stays(screen: Screen) -> None:
    screen.types("/ticket new How do I rotate a key")
    screen.button("Solve…").click()
    field(screen, "Category").click()
    screen.page.keyboard.type("usab")
    screen.page.keyboard.press("Enter")
    screen.window.get_by_label("An article was written").check()
    link = screen.window.get_by_label("Link")
    link.fill("somewhere")
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(link).to_have_accessible_description("A link starts with https:// and has no spaces.")
    expect(link).to_have_value("somewhere")
    link.fill("https://kb.example.com/keys")
    expect(link).not_to_have_attribute("aria-invalid", "true")
    screen.window.get_by_role("button", name="Solve", exact=True).click()
    expect(screen.message("an article was written")).to_contain_text("✅ solved")


def test_escape_closes_a_window_and_nothing_has_happened(screen: Screen) -> None:
    screen.types("/ticket new How do I rotate a key")
    screen.button("Solve…").click()
    expect(screen.window).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(screen.window).to_have_count(0)
    expect(screen.message("T-1 · How do I rotate a key")).to_contain_text("🆕 new")


def test_a_window_is_its_opener_s_alone(screen: Screen) -> None:
    screen.types("/ticket new")
    expect(screen.window).to_contain_text("New ticket")
    screen.opens(CLEO)
    expect(screen.composer).to_be_editable()
    expect(screen.window).to_have_count(0)


def test_a_button_that_asks_first_does_nothing_until_it_is_confirmed(screen: Screen) -> None:
    screen.types("/ticket new Webhooks are slow")
    expect(screen.messages).to_have_count(1)
    screen.post(DANGEROUS)
    question = screen.page.get_by_role("alertdialog", name="Are you sure?")
    screen.button("Show it").click()
    expect(question).to_contain_text("It is long.")
    question.get_by_role("button", name="Rather not").click()
    expect(question).to_have_count(0)
    assert not [entry for entry in screen.workplace.slack.log() if entry["kind"] == "action"]
    screen.button("Show it").click()
    question.get_by_role("button", name="Yes, show").click()
    expect(screen.message("T-1 · Webhooks are slow")).to_have_count(2)
