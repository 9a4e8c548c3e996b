"""What is pointed at stays under the pointer while messages come in; and which day it is."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import APIResponse, Locator, Route, expect

from tests.browser.screen import Screen
from tests.waiting import wait_until
from tests.workplace import BEN, SUPPORT, Json

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def button(label: str) -> Json:
    made = {"type": "button", "action_id": label, "text": {"type": "plain_text", "text": label}, "value": label}
    return {"type": "actions", "elements": [made]}


def top(seen: Locator) -> float:
    box = seen.bounding_box()
    assert box is not None
    return box["y"]


def fills(screen: Screen) -> None:
    """More messages than the window holds, each with its button."""
    screen.workplace.slack.app(rate=None)
    for number in range(12):
        screen.post(button(f"Old{number}"))
    expect(screen.button("Old11")).to_be_in_viewport()


def pressed(screen: Screen) -> list[str]:
    """The buttons that the app was told of."""
    told = [str(one["request"]) for one in screen.workplace.slack.log() if one["kind"] == "action"]
    return [label for one in told for label in re.findall(r"\b(?:Old|New)\d+\b", one.split("actions", 1)[1])]


def test_a_click_hits_what_was_aimed_at_while_messages_arrive(screen: Screen) -> None:
    fills(screen)
    aimed = screen.button("Old11")
    aimed.hover()
    before = top(aimed)
    for number in range(3):
        screen.post(button(f"New{number}"))
        expect(screen.button(f"New{number}")).to_be_attached()
        assert top(aimed) == before
    expect(screen.page.get_by_role("button", name="Latest messages")).to_be_visible()
    screen.page.mouse.down()
    screen.page.mouse.up()
    wait_until(lambda: pressed(screen), "the app is told of a click")
    expect(aimed).not_to_have_attribute("aria-busy", "true")
    assert set(pressed(screen)) == {"Old11"}
    screen.page.mouse.move(5, 5)
    expect(screen.button("New2")).to_be_in_viewport()


@pytest.mark.parametrize("label", ["Old8", "Old11"])
def test_a_message_that_grows_does_not_move_what_is_aimed_at(screen: Screen, label: str) -> None:
    fills(screen)
    aimed = screen.button(label)
    aimed.hover()
    before = top(aimed)
    between = screen.workplace.slack.messages(BEN, SUPPORT)[-2]
    screen.workplace.slack.say(BEN, SUPPORT, "In the thread", thread_ts=between["ts"])
    expect(screen.messages.nth(10).get_by_role("button", name="1 reply")).to_be_attached()
    assert top(aimed) == before


def test_older_messages_stay_when_an_answer_that_was_asked_for_before_them_comes_late(screen: Screen) -> None:
    for number in range(70):
        screen.workplace.slack.say(BEN, SUPPORT, f"Said {number}.")
    expect(screen.message("Said 69.")).to_be_visible()
    held: list[Route] = []
    screen.page.route(re.compile(r"/sandbox/messages.*limit=60"), lambda route: held.append(route))
    screen.workplace.slack.say(BEN, SUPPORT, "The newest.")
    wait_until(lambda: screen.page.evaluate("1") and held, "the page asks for what is new")
    screen.page.get_by_role("button", name="Show older messages").click()
    expect(screen.message("Said 0.")).to_be_visible()
    with screen.page.expect_response(re.compile("limit=60")):
        held[0].continue_()
    screen.page.unroute_all()
    expect(screen.message("The newest.")).to_be_visible()
    screen.workplace.slack.say(BEN, SUPPORT, "And one more.")
    expect(screen.message("And one more.")).to_be_visible()
    expect(screen.message("Said 0.")).to_be_attached()


def test_an_answer_that_comes_late_does_not_undo_a_newer_one(screen: Screen) -> None:
    held: list[tuple[Route, APIResponse]] = []
    screen.page.route(re.compile("/sandbox/messages"), lambda route: held.append((route, route.fetch())), times=1)

    def asks() -> bool:
        screen.workplace.slack.say(BEN, SUPPORT, "One more.")  # again, as a page that just opened may not listen yet
        screen.page.wait_for_timeout(100)
        return bool(held)

    wait_until(asks, "the page asks for what is new")
    screen.workplace.slack.say(BEN, SUPPORT, "The third.")
    expect(screen.message("The third.")).to_be_visible()
    route, late = held[0]
    with screen.page.expect_response(re.compile("/sandbox/messages")):
        route.fulfill(response=late)
    screen.page.evaluate("new Promise((done) => setTimeout(done))")  # the page has taken it
    expect(screen.message("The third.")).to_be_visible()


def test_a_channel_is_at_its_end_also_beside_a_thread_that_is_open_from_the_start(screen: Screen) -> None:
    long = "A sentence that needs more lines beside a thread than it needs without. " * 4
    said = [screen.workplace.slack.say(BEN, SUPPORT, f"{long} {number}.") for number in range(20)]
    screen.workplace.slack.say(BEN, SUPPORT, "In the thread.", thread_ts=said[0]["ts"])
    for _ in range(3):
        screen.page.goto(f"{screen.workplace.slack.base_url}/archives/{SUPPORT}?as=U0ANA&thread_ts={said[0]['ts']}")
        pane = screen.page.get_by_role("complementary", name="Thread")
        expect(pane.get_by_text("In the thread.")).to_be_visible()
        expect(screen.message(" 19.")).to_be_in_viewport(ratio=1)
        expect(screen.page.get_by_role("button", name="Latest messages")).to_have_count(0)


def test_a_time_of_another_day_has_its_date_where_no_line_between_the_days_tells_it(screen: Screen) -> None:
    slack = screen.workplace.slack
    slack.clock((NOON - datetime.now(UTC)).total_seconds())
    root = slack.say(BEN, SUPPORT, "Asked")["ts"]
    slack.say(BEN, SUPPORT, "Answered", thread_ts=root)
    summary = screen.messages.last.get_by_role("button", name="1 reply")
    expect(summary).to_contain_text("Last reply 12:00 PM")
    slack.clock((NOON - datetime.now(UTC)).total_seconds() + 86_400)
    expect(summary).to_contain_text("Last reply yesterday at 12:00 PM")
    slack.clock((NOON - datetime.now(UTC)).total_seconds() + 10 * 86_400)
    expect(summary).to_contain_text("Last reply Mar 5, 2031 at 12:00 PM")
    summary.click()
    replies = screen.page.get_by_role("complementary", name="Thread").get_by_role("article")
    expect(replies.first).to_contain_text("Mar 5, 2031 at 12:00 PM")
    expect(replies.last).to_contain_text("Mar 5, 2031 at 12:00 PM")


def test_today_is_a_day_of_the_workspace_and_not_of_the_browser(screen: Screen) -> None:
    move = screen.workplace.slack.clock
    move((NOON - datetime.now(UTC)).total_seconds())
    unix = int(NOON.timestamp())
    shown = {"type": "mrkdwn", "text": f"Due <!date^{unix}^{{date_short_pretty}} at {{time}}|then>"}
    screen.post({"type": "section", "text": shown})
    expect(screen.message("Due Today at 12:00 PM")).to_be_visible()
    expect(screen.page.get_by_role("separator").get_by_text("Today")).to_be_visible()
    move((NOON - datetime.now(UTC)).total_seconds() + 86_400)
    expect(screen.message("Due Yesterday at 12:00 PM")).to_be_visible()
    expect(screen.page.get_by_role("separator").get_by_text("Yesterday")).to_be_visible()
    screen.page.reload()
    expect(screen.message("Due Yesterday at 12:00 PM")).to_be_visible()
    move(0)
    expect(screen.message("Due Mar 5, 2031 at 12:00 PM")).to_be_visible()
