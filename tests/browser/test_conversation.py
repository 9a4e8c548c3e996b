"""Channels as people talk in them: threads, what is unread, what was edited."""

import base64
import re

from playwright.sync_api import FilePayload, expect

from tests.browser.screen import Screen
from tests.workplace import ALERTS, BEN, SUPPORT

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEADLINE = {"type": "header", "text": {"type": "plain_text", "text": "A headline"}}


def test_a_reply_is_written_and_read_in_the_thread_pane(screen: Screen) -> None:
    screen.types("Has anybody seen this?")
    asked = screen.message("Has anybody seen this?")
    asked.hover()
    asked.get_by_role("button", name="Reply in thread").click()
    pane = screen.page.get_by_role("complementary", name="Thread")
    pane.get_by_role("combobox", name="Reply").fill("I have")
    pane.get_by_role("combobox", name="Reply").press("Enter")
    expect(pane.get_by_role("article")).to_have_text([re.compile("Has anybody"), re.compile("I have")])
    expect(asked.get_by_role("button", name="1 reply")).to_be_visible()
    root = screen.workplace.slack.messages(BEN, SUPPORT)[0]["ts"]
    screen.workplace.slack.say(BEN, SUPPORT, "So have I", thread_ts=root)
    expect(pane.get_by_role("article").last).to_contain_text("So have I")
    expect(asked.get_by_role("button", name="2 replies")).to_be_visible()
    expect(screen.messages).to_have_count(1)
    screen.page.reload()
    expect(pane.get_by_role("article").last).to_contain_text("So have I")
    pane.get_by_role("button", name="Close thread").click()
    expect(pane).to_have_count(0)
    screen.page.reload()
    expect(asked).to_be_visible()
    expect(pane).to_have_count(0)


def test_what_only_one_sees_is_no_reply(screen: Screen) -> None:
    screen.types("Has anybody seen this?")
    asked = screen.message("Has anybody seen this?")
    asked.hover()
    asked.get_by_role("button", name="Reply in thread").click()
    pane = screen.page.get_by_role("complementary", name="Thread")
    root = screen.workplace.slack.messages(BEN, SUPPORT)[0]["ts"]
    screen.api("chat.postEphemeral", channel=SUPPORT, user="U0ANA", text="Psst", thread_ts=root)
    expect(pane.get_by_role("article").last).to_contain_text("Psst")
    expect(pane.get_by_role("separator").filter(has_text="repl")).to_have_count(0)
    screen.workplace.slack.say(BEN, SUPPORT, "I have", thread_ts=root)
    expect(pane.get_by_role("separator").filter(has_text="1 reply")).to_be_visible()


def test_a_deleted_message_keeps_its_thread_until_the_last_reply_goes(screen: Screen) -> None:
    slack = screen.workplace.slack
    root = screen.api("chat.postMessage", channel=SUPPORT, text="Posted too early")["ts"]
    reply = slack.say(BEN, SUPPORT, "Too early indeed", thread_ts=root)["ts"]
    screen.api("chat.delete", channel=SUPPORT, ts=root)
    left = screen.message("This message was deleted.")
    expect(left).to_have_accessible_name(re.compile("^A deleted message,"))
    expect(left.get_by_role("button", name="Add reaction")).to_have_count(0)
    left.get_by_role("button", name="1 reply").click()
    pane = screen.page.get_by_role("complementary", name="Thread")
    expect(pane.get_by_role("article")).to_have_text([re.compile("was deleted"), re.compile("Too early indeed")])
    slack.delete(BEN, SUPPORT, reply)
    expect(screen.messages).to_have_count(0)
    expect(pane).to_have_count(0)


def test_what_is_deleted_before_it_was_read_is_no_longer_unread(screen: Screen) -> None:
    slack = screen.workplace.slack
    gone, buried = (slack.say(BEN, ALERTS, "Something is on fire")["ts"] for _ in range(2))
    slack.say(BEN, ALERTS, "Where?", thread_ts=buried)
    expect(screen.channel("alerts").get_by_label("2 unread")).to_be_visible()
    slack.delete(BEN, ALERTS, gone)
    expect(screen.channel("alerts").get_by_label("1 unread")).to_be_visible()
    slack.delete(BEN, ALERTS, buried)
    expect(screen.channel("alerts").get_by_label("unread")).to_have_count(0)


def test_another_channel_is_marked_unread_until_it_is_opened(screen: Screen) -> None:
    expect(screen.channel("alerts").get_by_label("unread")).to_have_count(0)
    screen.workplace.slack.say(BEN, ALERTS, "Something is on fire")
    expect(screen.channel("alerts").get_by_label("1 unread")).to_be_visible()
    expect(screen.page).to_have_title(re.compile(r"^\(1\)"))
    screen.channel("alerts").click()
    expect(screen.message("Something is on fire")).to_be_visible()
    expect(screen.channel("alerts").get_by_label("unread")).to_have_count(0)
    expect(screen.channel("support").get_by_label("unread")).to_have_count(0)


def test_an_edited_message_changes_where_it_stands_and_says_so(screen: Screen) -> None:
    posted = screen.api("chat.postMessage", channel=SUPPORT, text="The sum is 4")
    screen.types("Is it?")
    expect(screen.messages).to_have_count(2)
    expect(screen.page.get_by_text("(edited)")).to_have_count(0)
    screen.api("chat.update", channel=SUPPORT, ts=posted["ts"], text="The sum is 5")
    expect(screen.messages.first).to_contain_text("The sum is 5")
    expect(screen.messages.first.get_by_text("(edited)")).to_be_visible()
    expect(screen.message("The sum is 4")).to_have_count(0)
    screen.api("chat.delete", channel=SUPPORT, ts=posted["ts"])
    expect(screen.messages).to_have_count(1)


def test_somebody_corrects_what_they_said(screen: Screen) -> None:
    screen.types("The sum is 4, says https://sums.example.com.")
    screen.messages.last.hover()
    screen.messages.last.get_by_role("button", name="Edit message").click()
    box = screen.messages.last.get_by_role("textbox", name="Edit message")
    expect(box).to_have_value("The sum is 4, says https://sums.example.com.")
    box.fill("The sum is 5")
    box.press("Enter")
    expect(screen.message("The sum is 5").get_by_text("(edited)")).to_be_visible()
    expect(screen.messages).to_have_count(1)


def test_a_picture_and_another_file_come_with_a_message(screen: Screen) -> None:
    with screen.page.expect_file_chooser() as chooser:
        screen.page.get_by_role("button", name="Attach files").click()
    picture: FilePayload = {"name": "pixel.png", "mimeType": "image/png", "buffer": PIXEL}
    notes: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"as said"}
    chooser.value.set_files([picture, notes])
    screen.types("Have a look")
    said = screen.message("Have a look")
    expect(said.get_by_role("img", name="pixel.png")).to_have_js_property("naturalWidth", 1)
    with screen.page.expect_download() as download:
        said.get_by_role("link", name="notes.txt").click()
    assert download.value.path().read_bytes() == b"as said"


def test_the_home_tab_shows_what_the_bot_published_for_this_person(screen: Screen) -> None:
    screen.workplace.slack.app(events=[])  # the bot would publish its own as soon as it hears that somebody looks
    screen.api("views.publish", user_id="U0ANA", view={"type": "home", "blocks": [HEADLINE]})
    screen.page.get_by_role("navigation", name="Channels and people").get_by_role("button", name="Rethrow").click()
    home = screen.page.get_by_role("main", name="Rethrow Home")
    expect(home.get_by_text("A headline")).to_be_visible()
    screen.becomes("Ben")
    expect(home).to_be_visible()
    expect(home.get_by_text("A headline")).to_have_count(0)


def test_a_channel_s_name_and_slack_s_own_permalinks_are_followed_within_the_page(screen: Screen) -> None:
    said = screen.workplace.slack.say(BEN, ALERTS, "The one that is meant")
    point = said["ts"].replace(".", "")
    link = f"<https://slack.com/archives/{ALERTS}/p{point}|the thread>"
    screen.api("chat.postMessage", channel=SUPPORT, text=f"Look into <#{ALERTS}>, or into {link}")
    for name in ("#alerts", "the thread"):
        screen.messages.last.get_by_role("link", name=name, exact=True).click()
        expect(screen.message("The one that is meant")).to_be_visible()
        screen.channel("support").click()
        expect(screen.message("Look into")).to_be_visible()
    assert len(screen.page.context.pages) == 1


def test_nothing_that_a_message_names_is_fetched_from_elsewhere(screen: Screen) -> None:
    screen.workplace.slack.app(rate=None)
    away = "elsewhere.example/picture.png"
    screen.post({"type": "markdown", "text": f"Before ![a picture](https://{away}) after"})
    for address in (f"https://{away}", f"//{away}", f"/\\{away}"):
        screen.post({"type": "image", "image_url": address, "alt_text": f"at {address}"})
    expect(screen.page.get_by_role("link", name="a picture")).to_have_attribute("href", f"https://{away}")
    expect(screen.page.get_by_role("img", name=re.compile("^at "))).to_have_count(3)
    expect(screen.page.locator(".message img")).to_have_count(0)


def test_a_permalink_leads_to_its_message(screen: Screen) -> None:
    said = screen.workplace.slack.say(BEN, SUPPORT, "The one that is meant")
    for number in range(30):
        screen.workplace.slack.say(BEN, SUPPORT, f"Another {number}")
    point = said["ts"].replace(".", "")
    screen.page.goto(f"{screen.workplace.slack.base_url}/archives/{SUPPORT}/p{point}?as=U0ANA")
    expect(screen.message("The one that is meant")).to_be_in_viewport()
