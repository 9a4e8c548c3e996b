"""`/tag` through the desk: what people type, click and choose, and what is stored."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.actions import tag as actions
from bot.blocks.kit import Message, Modal
from bot.commands import ticket as ticket_command
from bot.commands.tag import tag
from bot.desk import Click, Desk, FieldErrors, House, Replace, Submission
from bot.settings import Settings
from db import events, tickets, workspaces
from db.session import reading, writing
from domain import refusal
from domain.ticket import Change, Event, Status, Ticket
from tests.bot.house import configured
from tests.clock import MovableClock
from tests.together import at_once

W, ANA, BEN = "T0TEST", "U0ANA", "U0BEN"
CONFIG = """
[taxonomy]
areas = ["dashboard", "api", "billing"]
renamed = { bugs = "reliability" }
"""
CLASSIC = '[taxonomy]\nuse = "classic"\nareas = ["api", "billing"]\n'


class Office:
    """A house with a few tickets in it, and who sits at the desk."""

    def __init__(self, engine: Engine, settings: Settings, clock: MovableClock) -> None:
        self.engine, self.clock = engine, clock
        self.house = House(engine, settings, clock)
        with writing(engine) as connection:
            workspaces.remember(connection, W, "Test", clock.now())
            for subject in ("Cannot log in", "<!here> & dark mode", "Slow"):
                self._create(connection, subject)

    def _create(self, connection: Any, subject: str, **more: Any) -> Ticket:
        now = self.clock.now()
        values = {"subject": subject, "status": Status.NEW, "priority": "P2"} | more
        return tickets.create(connection, W, values, actor=ANA, at=now, now=now)

    def create(self, subject: str, **more: Any) -> Ticket:
        with writing(self.engine) as connection:
            return self._create(connection, subject, **more)

    def desk(self, person: str = ANA, delivery: str | None = None) -> Desk:
        return Desk(self.house, W, person, delivery)

    def says(self, text: str, person: str = ANA, delivery: str | None = None) -> Message:
        answer = tag(self.desk(person, delivery), text)
        assert isinstance(answer, Message), answer
        return answer

    def opens(self, text: str) -> dict[str, Any]:
        answer = tag(self.desk(), text)
        assert isinstance(answer, Modal), answer
        return answer.view

    def ticket(self, number: int = 1) -> Ticket:
        with reading(self.engine) as connection:
            found = tickets.find(connection, W, number)
        assert found is not None
        return found

    def trail(self, number: int = 1) -> list[Event]:
        with reading(self.engine) as connection:
            return [one for one in events.of_ticket(connection, W, number) if one.kind != "created"]


@pytest.fixture
def office(engine: Engine, tmp_path: Path, clock: MovableClock) -> Office:
    return Office(engine, configured(tmp_path, CONFIG), clock)


@pytest.fixture
def classic(engine: Engine, tmp_path: Path, clock: MovableClock) -> Office:
    return Office(engine, configured(tmp_path, CLASSIC), clock)


def pressable(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        yield from (one for one in elements if one["type"] == "button")


def click(office: Office, message: Message, label: str, person: str = ANA) -> Any:
    pressed = next(one for one in pressable(message) if one["text"]["text"] == label)
    action = actions.ACTIONS[pressed["action_id"]]
    return action(office.desk(person), Click(pressed["action_id"], pressed["value"]))


def labels(message: Message) -> list[str]:
    return [one["text"]["text"] for one in pressable(message)]


@pytest.mark.parametrize("reference", ["T-1", "t1", "#1", "1", "t-1"])
def test_one_line_tags_a_ticket_and_says_what_it_was(office: Office, reference: str) -> None:
    assert "Category: none → *usability*" in office.says(f"{reference} usability").text
    assert office.ticket().category == "usability"


def test_a_ticket_may_be_named_by_its_helpdesk_id(office: Office) -> None:
    office.create("From the helpdesk", external_id="ZD-77")
    office.says("ZD-77 reliability")
    assert office.ticket(4).category == "reliability"


def test_the_ticket_may_come_after_the_words(office: Office) -> None:
    office.says("usability api T-2")
    assert (office.ticket(2).category, office.ticket(2).area) == ("usability", "api")


def test_everything_at_once(office: Office) -> None:
    answer = office.says("T-1 api Functional sentiment:neg root: missing feature resolution:product change")
    stored = office.ticket()
    assert (stored.category, stored.area, stored.sentiment) == ("functional", "api", "negative")
    assert (stored.root_cause, stored.resolution_type) == ("missing_feature", "product_change")
    assert "Root cause: none → *missing_feature*" in answer.text


def test_tagging_again_keeps_what_it_was_before(office: Office, clock: MovableClock) -> None:
    office.says("T-1 usability api")
    clock.move(minutes=1)
    answer = office.says("T-1 reliability", BEN)
    assert "Category: usability → *reliability*" in answer.text
    assert "Area" not in answer.text
    assert [(one.kind, one.actor, dict(one.fields)) for one in office.trail()] == [
        ("tagged", ANA, {"category": (None, "usability"), "area": (None, "api")}),
        ("tagged", BEN, {"category": ("usability", "reliability")}),
    ]


def test_the_same_tag_again_says_that_nothing_changed(office: Office) -> None:
    office.says("T-1 usability api")
    answer = office.says("T-1 usability")
    assert "Nothing changed: it is tagged *usability · api* already" in answer.text
    assert labels(answer) == []
    assert len(office.trail()) == 1


def test_a_tag_can_be_undone_with_the_button_beside_it(office: Office) -> None:
    answer = office.says("T-1 usability")
    assert labels(answer) == ["Undo"]
    ticket_command.undo(office.desk(), next(pressable(answer))["value"])
    assert office.ticket().category is None


def test_the_same_delivery_twice_tags_once_and_answers_the_same(office: Office) -> None:
    first = office.says("T-1 usability", delivery="slack:1")
    assert office.says("T-1 usability", delivery="slack:1").text == first.text
    assert len(office.trail()) == 1


def test_a_closed_ticket_may_be_tagged(office: Office, clock: MovableClock) -> None:
    office.says("T-1 usability")
    with writing(office.engine) as connection:
        done = Change("closed", {"status": Status.CLOSED})
        tickets.apply(connection, W, office.ticket(), done, actor=ANA, at=clock.now())
    office.says("T-1 abuse")
    assert office.ticket().category == "abuse"


def test_an_area_can_be_taken_away(office: Office) -> None:
    office.says("T-1 usability api")
    assert "Area: api → *none*" in office.says("T-1 area:none").text
    assert office.ticket().area is None


def test_several_tickets_at_once(office: Office) -> None:
    office.says("T-2 usability")
    answer = office.says("T-1, T-2 3 usability")
    assert answer.text.splitlines() == [
        "🏷️ Tagged 2 of 3 tickets",
        "T-1  Category: none → *usability*",
        "T-2  was *usability* already",
        "T-3  Category: none → *usability*",
    ]
    assert [office.ticket(number).category for number in (1, 2, 3)] == ["usability"] * 3


def test_several_tickets_are_tagged_all_or_none(office: Office) -> None:
    with pytest.raises(refusal.UnknownTicket):
        office.says("T-1 T-99 usability")
    assert office.ticket().category is None
    with pytest.raises(refusal.NotUnderstood):
        office.says(" ".join(f"T-{n}" for n in range(1, 30)) + " usability")


def test_a_near_miss_is_asked_back_and_one_click_answers(office: Office) -> None:
    asked = office.says("T-1 usabilty api")
    assert "there is no `usabilty`. Did you mean *usability*?" in asked.text
    assert "`/tag T-1 usability api`" in asked.text
    assert labels(asked) == ["usability", "All choices…"]
    assert office.ticket().category is None
    answer = click(office, asked, "usability")
    assert isinstance(answer, Replace)
    assert "none → *usability*" in answer.message.text
    assert (office.ticket().category, office.ticket().area) == ("usability", "api")


def test_an_ambiguous_prefix_lists_what_it_can_mean(office: Office) -> None:
    asked = office.says("T-1 d")
    assert "`d` can mean 2 things" in asked.text
    assert labels(asked) == ["Category: deliverability", "Area: dashboard", "All choices…"]
    click(office, asked, "Area: dashboard")
    assert office.ticket().area == "dashboard"


def test_an_unknown_word_is_answered_with_the_words_there_are(office: Office) -> None:
    answer = office.says("T-1 zzz<!here>")
    assert "`zzz&lt;!here&gt;` is no category, area or other tag" in answer.text
    assert "reliability, usability, functional" in answer.text
    assert "dashboard, api, billing" in answer.text
    assert "`area:qqqq` is no area" in office.says("T-1 area:qqqq").text
    view = click(office, answer, "All choices…").view
    assert view["title"]["text"] == "Tag T-1"


def test_commands_in_answers_carry_the_prefix(engine: Engine, tmp_path: Path, clock: MovableClock) -> None:
    office = Office(engine, configured(tmp_path, '[slack]\nprefix = "sup-"\n'), clock)
    assert "`/sup-tag T-1 usability`" in office.says("T-1 usabilty").text
    assert "`/sup-tag T-12 reliability`" in office.says("help").text


def test_no_words_open_a_window_filled_in_with_what_is_known(office: Office) -> None:
    office.says("T-2 usability api negative")
    view = office.opens("T-2")
    chosen = {
        block["block_id"]: block["element"].get("initial_option", {}).get("value")
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert chosen == {
        "category": "usability",
        "area": "api",
        "sentiment": "negative",
        "root_cause": None,
        "resolution_type": None,
    }
    assert "&lt;!here&gt; &amp; dark mode" in view["blocks"][0]["text"]["text"]


def test_the_window_offers_each_subcategory_under_its_category(classic: Office) -> None:
    element = classic.opens("T-1")["blocks"][1]["element"]
    groups = {one["label"]["text"]: [option["value"] for option in one["options"]] for one in element["option_groups"]}
    assert groups["onboarding"] == [
        "onboarding",
        "onboarding/setup",
        "onboarding/migration",
        "onboarding/training",
        "onboarding/documentation",
    ]


def submit(office: Office, view: dict[str, Any], person: str = ANA, **chosen: str | None) -> Any:
    about = json.loads(view["private_metadata"])
    values = {
        block["block_id"]: block["element"].get("initial_option", {}).get("value")
        for block in view["blocks"]
        if block["type"] == "input"
    }
    view_function = actions.VIEWS[view["callback_id"]]
    return view_function(office.desk(person), Submission(about, values | chosen))


def test_the_window_writes_what_was_changed_in_it(office: Office) -> None:
    office.says("T-1 usability api")
    answer = submit(office, office.opens("T-1"), category="reliability", area=None, sentiment="urgent")
    assert isinstance(answer, Message)
    assert "Category: usability → *reliability* · Area: api → *none* · Sentiment: none → *urgent*" in answer.text


def test_a_category_chosen_without_its_subcategory_drops_it_in_words_it_stays(classic: Office) -> None:
    classic.says("T-1 bug")
    classic.says("T-1 product")
    assert classic.ticket().subcategory == "bug"
    submit(classic, classic.opens("T-1"), category="product")
    assert (classic.ticket().category, classic.ticket().subcategory) == ("product", None)


def test_another_category_does_not_keep_the_old_subcategory(classic: Office) -> None:
    classic.says("T-1 product/bug")
    classic.says("T-1 feedback")
    assert (classic.ticket().category, classic.ticket().subcategory) == ("feedback", None)


def test_a_window_does_not_overwrite_what_somebody_tagged_meanwhile(office: Office) -> None:
    view = office.opens("T-1")
    office.says("T-1 abuse api", BEN)
    with pytest.raises(refusal.ChangedMeanwhile) as told:
        submit(office, view, category="usability")
    assert told.value.actor == BEN
    assert office.ticket().category == "abuse"


def test_a_window_and_somebody_else_may_each_change_another_field(office: Office) -> None:
    office.says("T-1 abuse")
    view = office.opens("T-1")
    office.says("T-1 api", BEN)
    submit(office, view, sentiment="neutral")
    assert (office.ticket().category, office.ticket().area, office.ticket().sentiment) == ("abuse", "api", "neutral")


def test_a_window_without_a_category_is_shown_its_error(office: Office) -> None:
    assert isinstance(submit(office, office.opens("T-1")), FieldErrors)


def test_what_a_ticket_was_tagged_once_stays_choosable(office: Office) -> None:
    office.create("Old", category="bugs", area="mobile")
    blocks = office.opens("T-4")["blocks"]
    assert blocks[1]["element"]["initial_option"]["text"]["text"] == "bugs (no longer used)"
    assert blocks[2]["element"]["initial_option"]["value"] == "mobile"
    submit(office, office.opens("T-4"), sentiment="positive")
    assert office.ticket(4).category == "bugs"


def test_a_window_keeps_what_is_too_long_for_a_menu(office: Office) -> None:
    office.create("Imported", category="usability", area="x" * 300)
    submit(office, office.opens("T-4"), sentiment="positive")
    assert (office.ticket(4).area, office.ticket(4).sentiment) == ("x" * 300, "positive")


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP"])
def test_help_says_what_it_can_do(office: Office, text: str) -> None:
    answer = office.says(text)
    assert "`/tag T-12 reliability`" in answer.text
    assert "report [7d, 30d, 90d]" in answer.text
    assert "reliability" in answer.text


def test_help_shows_categories_that_there_are(engine: Engine, tmp_path: Path, clock: MovableClock) -> None:
    office = Office(engine, configured(tmp_path, CLASSIC), clock)
    shown = office.says("help").text
    assert "`/tag T-12 account api`" in shown
    assert "usability" not in shown


def test_report_may_be_shortened(office: Office) -> None:
    assert office.says("rep 7d").text.startswith("Why customers wrote: the last 7 days")


def test_an_unknown_ticket_is_refused(office: Office) -> None:
    for text in ("T-99 usability", "T-99", "nonsense usability"):
        with pytest.raises(refusal.UnknownTicket):
            tag(office.desk(), text)


def test_the_report_shows_shares_areas_and_what_moved(office: Office, clock: MovableClock) -> None:
    office.says("T-1 T-2 usability api")
    clock.move(days=31)
    for subject, category in [("a", "reliability"), ("b", "bugs"), ("c", "usability"), ("d", None)]:
        office.create(subject, category=category, area="api" if category else None)
    clock.move(hours=1)
    answer = office.says("report")
    table = next(block for block in answer.blocks if block["type"] == "table")
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert rows == [
        ["Category", "Tickets", "Share", "Before", "Moved", "api", "no area"],
        ["reliability", "2", "50 %", "0 %", "▲ 50", "2", "·"],
        ["usability", "1", "25 %", "67 %", "▼ 42", "1", "·"],
        ["untagged", "1", "25 %", "33 %", "▼ 8", "·", "1"],
        ["All", "4", "100 %", "100 %", " ", "3", "1"],
    ]
    assert "▲ *reliability* rose from 0 % to 50 % of all (0 → 2 tickets)" in answer.text
    assert "1 ticket is still untagged: `/tag T-12 …` mends that" in answer.text
    assert "shares jump about" in answer.text
    assert "reliability: 2 (50 %), before 0 (0 %)" in answer.text
    assert [block["type"] for block in answer.blocks].count("table") == 1


def test_an_empty_period_is_said_and_another_is_a_click_away(office: Office, clock: MovableClock) -> None:
    clock.move(days=8)
    answer = office.says("report 7d")
    assert "No ticket came in during the last 7 days; 3 came in during the 7 days before." in answer.text
    assert labels(answer) == ["30 days", "90 days"]
    longer = click(office, answer, "90 days")
    assert "nothing before to compare with" in longer.message.text
    clock.move(days=300)
    assert "nor in as long before" in office.says("report 30 days").text


def test_a_period_that_is_not_offered_is_refused(office: Office) -> None:
    with pytest.raises(refusal.NotUnderstood, match="7d, 30d or 90d"):
        office.says("report 5w")


def test_a_report_of_very_many_categories_keeps_to_slacks_limits(office: Office, clock: MovableClock) -> None:
    with writing(office.engine) as connection:
        for n in range(150):
            office._create(connection, "x", category=f"category_{'x' * 60}_{n:03}", area=f"area_{'y' * 60}_{n % 40}")
    clock.move(seconds=1)
    answer = office.says("report 7d")
    table = next(block for block in answer.blocks if block["type"] == "table")
    assert len(table["rows"]) == 34
    assert len(table["rows"][0]) <= 20
    assert sum(len(cell["text"]) for row in table["rows"] for cell in row) <= 10_000
    assert table["rows"][-3][0]["text"] == "120 more"
    assert len(answer.text) <= 3000


def test_two_who_tag_the_same_tickets_in_another_order_do_not_wait_for_each_other(office: Office) -> None:
    numbers = [office.create(f"Question {at}").number for at in range(12)]
    there, back = (" ".join(f"T-{one}" for one in order) for order in (numbers, numbers[::-1]))
    for words in ("usability", "reliability", "functional"):
        at_once(
            partial(office.says, f"{there} {words} api", ANA),
            partial(office.says, f"{back} {words} dashboard", BEN),
        )
        assert {office.ticket(one).category for one in numbers} == {words}
        assert len({office.ticket(one).area for one in numbers}) == 1
