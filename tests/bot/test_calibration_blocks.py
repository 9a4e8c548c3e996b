"""A calibration's messages and windows keep Slack's limits, whatever is scored, said and by how many."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import (
    calibration_history,
    calibration_preview,
    calibration_results,
    calibration_text,
    calibration_windows,
    calibrations,
)
from bot.blocks.calibration_windows import Standing
from bot.blocks.calibrations import Turnout
from bot.blocks.kit import MESSAGE_TEXT_MAX, Message, Modal
from domain.agreement import Estimate
from domain.calibration import Item, Note, Session, Vote
from domain.calibration_result import Result, leanings, result_of, sealed
from domain.calibration_rules import How, State, Step
from domain.scorecard import DIMENSIONS, SCORECARD, WrongPoints, read
from domain.ticket import Status, Ticket
from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view, text_of

STATES = (State.OPEN, State.CLOSED, State.TOO_FEW)
AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
TEXTS = st.sampled_from(["", "The link is wrong", "<!channel> & *bold*", "א" * 900, "👩‍👩‍👧‍👦" * 200, "a\nb " * 300])


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Session, list[Vote], dict[int, Ticket]]:
    people = tuple(f"U0P{at}" for at in range(draw(st.integers(2, 18))))
    numbers = range(1, draw(st.integers(1, 10)) + 1)
    agreed = draw(st.sampled_from([None, dict(DIMENSIONS)]))
    items = tuple(Item(one, "poor", (("csat", 1),), people[:1], agreed, "U0P1") for one in numbers)
    one = Session(
        3, 3, draw(st.sampled_from(STATES)), "C0QA", "U0LEAD", AT, 3, people, items, AT,
        extended=draw(st.booleans()), ended_at=AT, ended_how=draw(st.sampled_from(list(How))), ended_by="U0LEAD",
    )  # fmt: skip
    votes = [
        Vote(
            number,
            person,
            {name: draw(st.integers(0, most)) for name, most in DIMENSIONS.items()},
            {"accuracy": draw(TEXTS)},
        )
        for person in people[: draw(st.integers(0, len(people)))]
        for number in numbers
    ]
    text = draw(TEXTS)
    tickets = {
        n: Ticket(n, text or "x", Status.SOLVED, body=text * 3, customer_name="Acme", created_at=AT) for n in numbers
    }
    return one, votes, tickets


def fits(message: Message) -> None:
    assert message.text.strip()
    assert check_message_blocks(list(message.blocks)) == []
    assert sum(len(text_of(block)) for block in message.blocks) <= MESSAGE_TEXT_MAX


def fits_in_a_window(modal: Modal) -> None:
    assert check_view(modal.view) == []


@settings(max_examples=40)
@given(sessions())
def test_every_message_and_window_fits(given_: tuple[Session, list[Vote], dict[int, Ticket]]) -> None:
    one, votes, tickets = given_
    numbers, people = list(tickets), one.reviewers
    turnout = Turnout(people[:5], people[5:])
    found = result_of(numbers, people, votes, DIMENSIONS)
    fits(calibrations.session_post(one, turnout))
    fits(calibrations.extended(one, 1))
    fits(calibrations.nudge(one, Step.HALF, numbers))
    fits(calibrations.status([(one, turnout, numbers)] * 2, AT, ""))
    fits(calibrations.scored(one, 1, numbers, again=True))
    fits(calibration_preview.preview(one, tickets, "Europe/London"))
    fits(calibration_preview.opened_by_itself(one, tickets))
    fits_in_a_window(calibration_preview.window(one, "2026-03-20 17:00"))
    for at, item in enumerate(one.items):
        ticket = tickets[item.number]
        fits(calibrations.ticket_post(one, ticket, at + 1))
        fits(calibrations.too_few_post(one, ticket, at + 1))
        fits(calibration_results.ticket_post(one, item, ticket, at + 1, found.tickets[at], DIMENSIONS))
        notes = [Note("accuracy", ticket.subject, "U0P1", 2, 1)] * 5
        fits_in_a_window(calibration_windows.score(one, ticket, {"accuracy": "x"}, notes, Standing.DRAFT_AFTER_VOTE))
        fits_in_a_window(calibration_windows.agree(one, ticket, item.agreed))
        fits_in_a_window(calibration_windows.note(one, ticket, "accuracy"))
    fits(calibration_results.summary(one, found))
    fits(calibration_results.summary(one, sealed(numbers, DIMENSIONS)))
    for person in people:
        own = leanings(found, person)
        fits(calibration_results.leaning(one, own, [(1, own), (2, own)] * 9))
    for rich in (True, False):
        fits(calibration_history.history([(one, found)] * 30, "", rich))
    assert "alpha" in calibration_text.result(one, found)


def test_a_figure_never_reads_as_that_of_another_band() -> None:
    figures = [calibration_results.figure(Estimate(value, 5)) for value in (0.7968, 0.803, 0.664, -0.004, 0.849, None)]
    assert figures == ["0.797", "0.80", "0.66", "0.00", "0.85", "–"]


def test_points_are_whole_and_within_their_dimension() -> None:
    good = {name: f" {most} " for name, most in DIMENSIONS.items()}
    assert read(good) == dict(DIMENSIONS)
    for wrong in ("", "26", "-1", "1.5", "ten", "٣", "0x1"):
        with pytest.raises(WrongPoints) as refused:
            read(good | {"accuracy": wrong})
        assert dict(refused.value.problems) == {"accuracy": 25}


def test_bands_are_those_of_the_hundred_points() -> None:
    assert SCORECARD["accuracy"].bands() == [(23, 25), (19, 22), (15, 18), (0, 14)]
    assert SCORECARD["process"].bands() == [(18, 20), (15, 17), (12, 14), (0, 11)]
    assert SCORECARD["efficiency"].bands() == [(14, 15), (12, 13), (9, 11), (0, 8)]
    assert sum(DIMENSIONS.values()) == 100


def closed(number: int, month: int, apart: int) -> tuple[Session, Result]:
    """One that closed in a month: five tickets, two reviewers `apart` points apart on accuracy."""
    items = tuple(Item(one, "good") for one in range(1, 6))
    ended = datetime(2026, month, 5, tzinfo=UTC)
    one = Session(
        number, number, State.CLOSED, "C", "U0L", ended, 2, ("U0A", "U0B"), items, ended, ended_at=ended
    )  # fmt: skip
    votes = [
        Vote(item.number, who, {**DIMENSIONS, "accuracy": points})
        for item in items
        for who, points in (("U0A", item.number * 3), ("U0B", item.number * 3 - apart))
    ]
    return one, result_of([item.number for item in items], one.reviewers, votes, DIMENSIONS)


def test_the_weekly_review_tells_the_trend_by_month() -> None:
    told = calibration_history.trend([closed(1, 1, 2), closed(2, 2, 1), closed(3, 2, 0)])
    first, last = (f"{closed(1, 1, apart)[1].alpha.value:.2f}" for apart in (2, 0))
    assert f"Jan 2026 *{first}* → Feb 2026 *{last}*" in told
    assert "2 reviewers, 0 of 5 tickets to discuss" in told
    assert calibration_history.trend([]) == ""
