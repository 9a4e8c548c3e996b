"""Buttons whose value is old, forged or another ticket's: a sentence, never an apology, and nothing changes."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.desk import Click, Replace
from bot.listeners import ACTIONS
from domain import refusal
from domain.ticket import Priority, Status
from tests.bot.house import configured
from tests.bot.test_tag import CONFIG, Office
from tests.clock import MovableClock

LONG = "9" * 30
VALUES = ("abc:xyz", "", "1:xyz", f"1:{LONG}", LONG, "mine:-1", f"mine:{LONG}", "<!channel>:1", "-1", "٣:٣", "a b")
ASKED = [name for name in ACTIONS if name.startswith(("ticket_", "tag_", "escalation_"))]


@pytest.fixture
def office(engine: Engine, tmp_path: Path, clock: MovableClock) -> Office:
    return Office(engine, configured(tmp_path, CONFIG), clock)


@pytest.mark.parametrize("action_id", ASKED)
def test_a_value_that_means_nothing_is_answered_with_a_sentence(office: Office, action_id: str) -> None:
    before = [office.ticket(number) for number in (1, 2, 3)]
    for value in VALUES:
        with suppress(refusal.Refusal):
            ACTIONS[action_id](office.desk(), Click(action_id, value))
    assert [office.ticket(number) for number in (1, 2, 3)] == before


def test_a_page_that_is_gone_is_answered_with_the_last_there_is(office: Office) -> None:
    for number in range(7):
        office.create(f"Question {number}", priority=Priority.P3)
    turned = ACTIONS["ticket_list_next"](office.desk(), Click("ticket_list_next", "open:4"))
    assert isinstance(turned, Replace)
    assert turned.message.text == "Open tickets: 9–10 of 10"


def test_a_button_on_a_card_from_before_ones_own_last_change_does_what_it_says(office: Office) -> None:
    number = office.create("Receipts arrive late").number
    seen = f"{number}:{office.ticket(number).version}"
    desk = office.desk()
    ACTIONS["ticket_take"](desk, Click("ticket_take", seen))
    ACTIONS["ticket_reply"](desk, Click("ticket_reply", seen))
    assert office.ticket(number).agent_replies == 1
    ACTIONS["ticket_pending"](desk, Click("ticket_pending", seen))
    assert office.ticket(number).status is Status.PENDING


@pytest.mark.parametrize("action_id", ["ticket_take", "ticket_reply", "ticket_pending"])
def test_the_second_click_of_two_shows_the_card_and_changes_nothing(office: Office, action_id: str) -> None:
    number = office.create("Receipts arrive late", status=Status.OPEN).number
    seen = f"{number}:{office.ticket(number).version}"
    ACTIONS[action_id](office.desk(), Click(action_id, seen))
    after = office.ticket(number)
    again = ACTIONS[action_id](office.desk(), Click(action_id, seen))
    assert isinstance(again, Replace)
    assert office.ticket(number) == after
