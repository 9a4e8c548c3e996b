"""Slash commands typed into the page, and the buttons of what they answer."""

import re

from playwright.sync_api import expect

from tests.browser.screen import ALONE, Screen
from tests.workplace import BEN, SUPPORT


def test_ana_tags_a_ticket_with_a_command_that_the_page_helps_her_to_type(screen: Screen) -> None:
    screen.types("/ticket new Export to CSV gives an error")
    expect(screen.message("T-1 · Export to CSV")).to_be_visible()
    screen.composer.press_sequentially("/t")
    offered = screen.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(offered).to_have_count(2)
    expect(offered.filter(has_text="/tag")).to_contain_text("Say why the customer wrote")
    screen.composer.press_sequentially("ag")
    screen.composer.press("Tab")
    expect(screen.composer).to_have_value("/tag ")
    expect(screen.page.get_by_text("T-12 category[/subcategory] [area]")).to_be_visible()
    screen.composer.press_sequentially("T-1 reliability dashboard")
    screen.composer.press("Enter")
    answer = screen.message("Category: none → reliability · Area: none → dashboard")
    expect(answer).to_contain_text(ALONE)
    expect(answer.get_by_role("button", name="Undo")).to_be_visible()
    expect(screen.composer).to_have_value("")


def test_what_is_answered_to_ana_alone_is_not_seen_by_ben(screen: Screen) -> None:
    screen.types("/ticket new A secret of Ana's")
    expect(screen.message("A secret of Ana's")).to_contain_text(ALONE)
    screen.types("A word to everybody")
    screen.becomes("Ben")
    expect(screen.message("A word to everybody")).to_be_visible()
    expect(screen.message("A secret of Ana's")).to_have_count(0)
    expect(screen.page.get_by_text(ALONE)).to_have_count(0)
    screen.becomes("Ana")
    expect(screen.message("A secret of Ana's")).to_contain_text(ALONE)


def test_take_shows_its_result_in_the_card_that_was_clicked(screen: Screen) -> None:
    screen.types("/ticket new Webhooks are slow")
    card = screen.message("T-1 · Webhooks are slow")
    expect(card).to_contain_text("🆕 new")
    screen.button("Take").click()
    expect(card).to_contain_text("took it")
    expect(card).to_contain_text("📂 open")
    expect(card).to_contain_text("@Ana")
    expect(card.get_by_role("button", name="Take")).to_have_count(0)
    expect(screen.messages).to_have_count(1)


def test_a_slip_of_the_pen_is_put_right_with_a_button(screen: Screen) -> None:
    screen.types("/ticket new How do I rotate a key")
    expect(screen.message("T-1 · How do I")).to_be_visible()
    screen.types("/tag T-1 usabilty")
    asked = screen.message("Nothing changed: there is no")
    expect(asked).to_contain_text("Did you mean usability?")
    asked.get_by_role("button", name="usability").click()
    expect(screen.message("Category: none → usability")).to_be_visible()
    expect(asked).to_have_count(0)


def test_a_colleague_is_mentioned_by_the_first_letters_and_answers_at_once(screen: Screen) -> None:
    screen.composer.press_sequentially("Look at this @be")
    expect(screen.page.get_by_role("option", name="Ben")).to_be_visible()
    screen.composer.press("Tab")
    screen.composer.press_sequentially("*please* :tada:")
    screen.composer.press("Enter")
    said = screen.message("Look at this @Ben please 🎉")
    expect(said).to_be_visible()
    expect(said.get_by_text("please", exact=True)).to_have_css("font-weight", re.compile("^[6-9]00$"))
    screen.workplace.slack.say(BEN, SUPPORT, "Looking, @ana")
    expect(screen.message("Looking, @Ana")).to_be_visible()


def test_a_second_line_may_be_sent_while_the_first_is_under_way_and_an_answer_be_dismissed(screen: Screen) -> None:
    screen.types("/ticket list")
    screen.types("/tag help")
    expect(screen.message("Open tickets: none.")).to_be_visible()
    expect(screen.messages).to_have_count(2)
    screen.message("Open tickets: none.").get_by_role("button", name="Dismiss message").click()
    expect(screen.messages).to_have_count(1)


def test_a_word_that_is_no_command_is_refused_where_it_was_typed(screen: Screen) -> None:
    screen.types("/tagg T-1")
    expect(screen.page.get_by_text("there is no such command")).to_be_visible()
