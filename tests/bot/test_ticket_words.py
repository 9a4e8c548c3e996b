"""`/ticket` through the desk: words that are forgiven, and those that are told what is wrong."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.actions import tag as tag_actions
from bot.actions import ticket as actions
from bot.blocks import refusals
from bot.blocks.kit import Message, Modal
from bot.commands import ticket as command
from bot.desk import FieldErrors, Submission
from domain import refusal
from domain.ticket import Priority, Status
from tests.bot.house import configured
from tests.bot.test_tag import ANA, BEN, CONFIG, Office
from tests.clock import MovableClock
from tests.together import at_once


@pytest.fixture
def office(engine: Engine, tmp_path: Path, clock: MovableClock) -> Office:
    return Office(engine, configured(tmp_path, CONFIG), clock)


def says(office: Office, text: str) -> str:
    answer = command.answer(office.desk(), text)
    assert isinstance(answer, Message), answer
    return answer.text


def refused(office: Office, text: str) -> str:
    with pytest.raises(refusal.Refusal) as told:
        command.answer(office.desk(), text)
    return refusals.sentence(told.value)


@pytest.mark.parametrize("words", ["1", "p1", "P1 because they are losing money"])
def test_a_priority_is_forgiven_its_form(office: Office, words: str) -> None:
    says(office, f"priority T-1 {words}")
    assert office.ticket().priority is Priority.P1


def test_a_list_is_named_by_its_first_word(office: Office) -> None:
    assert says(office, "list unas please") == "Unassigned tickets: 1–3 of 3"


def test_a_rating_counts_once_and_may_be_of_five(office: Office) -> None:
    says(office, "csat T-1 4/5")
    assert refused(office, "csat T-1 4") == "T-1 is already rated 4 of 5. Nothing changed."
    assert "1 to 5" in refused(office, "csat T-1 4.5")
    assert [event.kind for event in office.trail()] == ["rated"]


def test_the_person_may_come_before_the_ticket(office: Office) -> None:
    says(office, f"assign <@{BEN}|ben> T-1")
    assert office.ticket().assignee == BEN


def test_a_subject_is_one_line_as_it_was_typed(office: Office) -> None:
    says(office, "new <mailto:bob@a.example|bob@a.example>\ncannot \u202elog in")
    assert office.ticket(4).subject == "bob@a.example cannot log in"


def test_a_link_that_is_none_does_not_solve(office: Office) -> None:
    office.says("T-1 usability")
    assert "https://" in refused(office, "solve T-1 article notalink")
    assert office.ticket().status is Status.NEW


def test_what_was_said_of_the_next_customer_stands_in_the_window(office: Office) -> None:
    window = command.answer(office.desk(), "solve T-1 article <https://kb.example/1>")
    assert isinstance(window, Modal)
    fields = {block["block_id"]: block["element"] for block in window.view["blocks"] if block["type"] == "input"}
    assert fields["spared"]["initial_option"]["value"] == "article"
    assert fields["link"]["initial_value"] == "https://kb.example/1"


@pytest.mark.parametrize("verb", [verb for verb in command.FORMS if verb not in command.NEEDS_NO_TICKET])
def test_a_form_without_its_ticket_opens_a_window_with_a_readable_title(office: Office, verb: str) -> None:
    window = command.answer(office.desk(), verb)
    assert isinstance(window, Modal)
    title = window.view["title"]["text"]
    assert title not in ("Reply a ticket", "Pending a ticket", "Priority a ticket", "Csat a ticket")
    assert "…" not in title
    assert "submit" in window.view


def test_a_customer_who_writes_twice_on_a_closed_ticket_gets_one_follow_up(office: Office) -> None:
    closed = office.create("Old question", status=Status.CLOSED)
    says(office, f"customer {closed.number}")
    assert "(T-5 ·" in says(office, f"customer {closed.number}")
    assert office.ticket(5).customer_replies == 2


def test_two_who_hear_the_customer_at_once_start_one_follow_up(office: Office) -> None:
    for _ in range(5):
        closed = office.create("Old question", status=Status.CLOSED).number
        at_once(*[partial(says, office, f"customer {closed}")] * 3)
        assert office.ticket(closed + 1).customer_replies == 3
        assert office.create("The next").number == closed + 2


def test_nothing_to_undo_names_the_ticket_that_was_asked_about(office: Office) -> None:
    command.answer(office.desk(BEN), "take T-1")
    with pytest.raises(refusal.NothingToUndo) as told:
        command.answer(office.desk(BEN), "undo T-2")
    assert refusals.sentence(told.value).startswith("You changed nothing on T-2 in the last 15 minutes")


@pytest.mark.parametrize("category", ["gone", "usability/gone", ""])
def test_a_category_that_the_config_dropped_is_asked_for_anew(office: Office, category: str) -> None:
    solved = actions.solved(
        office.desk(), Submission({"number": 1, "version": 1}, {"category": category, "spared": "bug"})
    )
    was = {"category": None}
    tagged = tag_actions.submitted(office.desk(), Submission({"number": 1, "was": was}, {"category": category}))
    assert isinstance(solved, FieldErrors)
    assert isinstance(tagged, FieldErrors)
    assert office.trail() == []


def test_a_category_that_was_renamed_while_the_window_was_open_is_stored_by_its_new_name(office: Office) -> None:
    actions.solved(office.desk(ANA), Submission({"number": 1, "version": 1}, {"category": "bugs", "spared": "bug"}))
    assert office.ticket().category == "reliability"
