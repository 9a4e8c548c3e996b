"""What may happen to a ticket, and what may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import refusal, ticket
from domain.ticket import Event, Priority, Status, Ticket
from domain.ticket_reference import parse

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
TICKET = Ticket(12, "Cannot log in", created_at=NOW, updated_at=NOW)
TAGGED = replace(TICKET, category="usability", status=Status.OPEN)


def at(status: Status) -> Ticket:
    return replace(TAGGED, status=status)


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        ("new", {"open", "escalated", "solved"}),
        ("open", {"pending", "escalated", "solved"}),
        ("pending", {"open", "escalated", "solved"}),
        ("escalated", {"open", "pending", "solved"}),
        ("solved", {"open", "closed"}),
        ("closed", set()),
    ],
)
def test_each_status_has_the_moves_of_the_operating_model_and_no_other(status: str, possible: set[str]) -> None:
    for to in Status:
        if to == status:
            continue
        if to in possible:
            assert ticket.move(at(Status(status)), to, NOW).fields["status"] is to
        else:
            with pytest.raises(refusal.MoveRefused) as refused:
                ticket.move(at(Status(status)), to, NOW)
            assert set(refused.value.possible) == possible


def test_moving_to_where_it_is_says_so() -> None:
    with pytest.raises(refusal.AlreadySo):
        ticket.move(at(Status.PENDING), Status.PENDING, NOW)


def test_no_ticket_is_solved_without_a_category() -> None:
    with pytest.raises(refusal.CategoryMissing):
        ticket.move(replace(TICKET, status=Status.OPEN), Status.SOLVED, NOW)


def test_solving_stamps_and_reopening_takes_the_stamp_back_and_counts() -> None:
    solved = ticket.solve(TAGGED, NOW, "article", "https://kb.example.com/7")
    assert solved.fields == {
        "status": Status.SOLVED, "solved_at": NOW, "spared": "article", "spared_url": "https://kb.example.com/7",
    }  # fmt: skip
    again = ticket.reopen(replace(at(Status.SOLVED), solved_at=NOW), NOW)
    assert again.kind == "reopened"
    assert again.fields == {"status": Status.OPEN, "solved_at": None, "reopened": 1}


def test_only_a_solved_ticket_is_reopened() -> None:
    with pytest.raises(refusal.MoveRefused):
        ticket.reopen(at(Status.PENDING), NOW)


def test_taking_a_new_ticket_opens_it() -> None:
    assert ticket.take(TICKET, "U0ANA").fields == {"assignee": "U0ANA", "status": Status.OPEN}


def test_a_ticket_of_somebody_else_is_not_taken_but_may_be_assigned() -> None:
    bens = replace(TAGGED, assignee="U0BEN")
    with pytest.raises(refusal.TakenBySomebody):
        ticket.take(bens, "U0ANA")
    assert ticket.assign(bens, "U0ANA").fields == {"assignee": "U0ANA"}


def test_the_first_answer_is_the_first_response_and_the_second_is_not() -> None:
    first = ticket.reply(TICKET, "U0ANA", NOW)
    assert first.fields["first_response_at"] == NOW
    assert first.fields["status"] is Status.OPEN
    answered = replace(TAGGED, first_response_at=NOW, agent_replies=1, assignee="U0ANA")
    assert ticket.reply(answered, "U0ANA", NOW + timedelta(hours=1)).fields == {"agent_replies": 2}


@pytest.mark.parametrize(("before", "after"), [("pending", "open"), ("solved", "open"), ("escalated", "escalated")])
def test_a_customer_who_writes_wakes_the_ticket(before: str, after: str) -> None:
    assert ticket.customer_wrote(at(Status(before))).fields.get("status", before) == after


def test_a_closed_ticket_is_left_alone() -> None:
    closed = at(Status.CLOSED)
    with pytest.raises(refusal.MoveRefused):
        ticket.take(closed, "U0ANA")
    with pytest.raises(refusal.MoveRefused):
        ticket.reply(closed, "U0ANA", NOW)
    with pytest.raises(refusal.MoveRefused):
        ticket.prioritise(closed, Priority.P1, "U0ANA")


def test_a_follow_up_is_new_and_linked_and_of_the_same_customer() -> None:
    follow_up = ticket.follow_up(replace(at(Status.CLOSED), customer_id="acme", priority=Priority.P1))
    assert follow_up["follow_up_of"] == 12
    assert follow_up["subject"] == "Re: Cannot log in"
    assert (follow_up["status"], follow_up["customer_id"], follow_up["priority"]) == ("new", "acme", "P1")


def event(kind: str, fields: dict[str, tuple[object, object]], at_: datetime = NOW) -> Event:
    return Event(7, 12, at_, at_, "U0ANA", kind, fields)


def test_an_undo_puts_back_what_was() -> None:
    past = event("pending", {"status": ("open", "pending")})
    assert ticket.undo(past, at(Status.PENDING), NOW + timedelta(minutes=14)).fields == {"status": "open"}


def test_an_undo_does_not_overwrite_what_came_after() -> None:
    past = event("pending", {"status": ("open", "pending")})
    with pytest.raises(refusal.CannotUndo):
        ticket.undo(past, at(Status.SOLVED), NOW)


def test_an_undo_reaches_fifteen_minutes_back() -> None:
    past = event("pending", {"status": ("open", "pending")})
    assert ticket.undo(past, at(Status.PENDING), NOW + timedelta(minutes=15))
    with pytest.raises(refusal.NothingToUndo):
        ticket.undo(past, at(Status.PENDING), NOW + timedelta(minutes=15, seconds=1))


def test_a_number_given_is_not_taken_back() -> None:
    with pytest.raises(refusal.CannotUndo):
        ticket.undo(event("created", {}), TICKET, NOW)


@pytest.mark.parametrize("written", ["T-12", "t-12", "T12", "t12", "#12", "12", " 12 ", "T-0012"])
def test_a_reference_is_understood_however_it_is_written(written: str) -> None:
    assert parse(written) == 12


@pytest.mark.parametrize("written", ["", "T-", "zd-12", "12a", "-12", "0", "T-0", "１２", "99999999999"])
def test_what_is_no_number_is_no_number(written: str) -> None:
    assert parse(written) is None
