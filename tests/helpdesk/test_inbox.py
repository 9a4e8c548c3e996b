"""What a helpdesk says of a ticket becomes ours: once, dated by when it happened, and never over a person's head."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db import tickets
from db.session import writing
from domain import ticket as rules
from domain.ticket import Change, Priority, Status
from helpdesk.inbox import BadBody, UnknownSource, receive
from helpdesk.payload import SaidTicket
from tests.databases import engine_at
from tests.helpdesk.desk import WORKSPACE, Helpdesk, at, instant
from tests.waiting import wait_until

ACME = {"external_id": "c1", "name": "Acme", "tier": "enterprise", "arr": 50_000}


def test_a_ticket_comes_in_with_all_that_is_said(desk: Helpdesk) -> None:
    number = desk.says(
        subject="Cannot export",
        body="It is broken",
        url="https://desk.example.com/1",
        priority="P2",
        status="new",
        customer=ACME,
        requester_email="ana@acme.example",
        assignee_email="bo@us.example",
        tags=["export", "csv"],
        category="technical/data_export",
        area="dashboard",
        created_at="2026-03-09T11:00:00+02:00",
        updated_at=at(1),
        customer_replies=1,
    )
    ticket = desk.ticket(number)
    assert (number, ticket.subject, ticket.external_id, ticket.source) == (1, "Cannot export", "Z1", "generic")
    assert (ticket.category, ticket.subcategory, ticket.area) == ("technical", "data_export", "dashboard")
    assert (ticket.customer_name, ticket.customer_tier, ticket.tags) == ("Acme", "enterprise", ("export", "csv"))
    assert (ticket.created_at, ticket.source_updated_at) == (instant(0), instant(1))
    assert (ticket.priority, ticket.priority_reason) == (Priority.P2, "set in the helpdesk")
    [created] = desk.trail()
    assert (created.kind, created.actor, created.at, created.recorded_at) == (
        "created",
        "helpdesk:generic",
        instant(0),
        desk.now,
    )


def test_the_same_event_again_changes_nothing(desk: Helpdesk) -> None:
    first = desk.says(event_id="same", subject="One")
    before = desk.everything()
    assert desk.says(event_id="same", subject="Another") == first
    assert desk.everything() == before


def test_older_news_changes_nothing_not_even_the_customer(desk: Helpdesk) -> None:
    desk.says(subject="New", updated_at=at(2), customer=ACME)
    before = desk.everything()
    assert desk.says(subject="Old", status="solved", updated_at=at(1), customer={**ACME, "tier": "free"}) == 1
    assert desk.everything() == before


def test_what_was_heard_last_counts_even_if_it_said_nothing_new(desk: Helpdesk) -> None:
    desk.says(subject="A", updated_at=at(1))
    desk.says(subject="A", updated_at=at(3))
    desk.says(subject="B", updated_at=at(2))
    assert desk.ticket().subject == "A"
    assert desk.kinds() == ["created"]


def test_numbers_follow_each_other(desk: Helpdesk) -> None:
    assert [desk.says(name) for name in ("a", "b", "a", "c")] == [1, 2, 1, 3]
    with pytest.raises(BadBody):
        desk.says("d", csat=9)
    assert desk.says("e") == 4


def test_a_ticket_without_a_priority_gets_one_with_the_reason(desk: Helpdesk) -> None:
    desk.says(subject="The site is down")
    assert desk.ticket().priority is Priority.P0
    assert desk.ticket().priority_reason == '"down" in the text'
    desk.says("Z2", subject="A question", customer=ACME)
    desk.says("Z3", subject="A question", customer={"external_id": "c1"})
    assert [desk.ticket(number).priority for number in (2, 3)] == [Priority.P1, Priority.P1]


def test_urgent_tickets_that_come_in_are_announced_once(desk: Helpdesk) -> None:
    desk.says("a", priority="P0")
    desk.says("a", priority="P0", subject="more")
    desk.says("b", priority="P2")
    desk.says("c", subject="it is broken")
    desk.says("d", priority="P0", status="closed")
    assert desk.announced == [1, 3]
    assert desk.refreshed == [1]


def test_history_is_told_by_milestones_at_their_instants(desk: Helpdesk) -> None:
    desk.says(
        status="closed",
        created_at=at(0),
        first_response_at=at(1),
        solved_at=at(5),
        closed_at=at(53),
        updated_at=at(60),
    )
    assert [(event.kind, event.at) for event in desk.trail()] == [
        ("created", instant(0)),
        ("replied", instant(1)),
        ("solved", instant(5)),
        ("closed", instant(53)),
    ]
    assert [event.fields["status"] for event in desk.trail()] == [
        (None, "new"),
        ("new", "open"),
        ("open", "solved"),
        ("solved", "closed"),
    ]
    ticket = desk.ticket()
    assert (ticket.first_response_at, ticket.solved_at, ticket.closed_at) == (instant(1), instant(5), instant(53))


@pytest.mark.parametrize("after", list(Status))
@pytest.mark.parametrize("before", list(Status))
def test_any_status_is_taken_as_it_is(desk: Helpdesk, before: Status, after: Status) -> None:
    desk.says(status=before.value, updated_at=at(1))
    desk.says(status=after.value, updated_at=at(2))
    ticket = desk.ticket()
    assert ticket.status is after
    assert (ticket.solved_at is not None) == (after in rules.FINISHED)
    assert (ticket.closed_at is not None) == (after is Status.CLOSED)
    assert desk.trail()[-1].at == (
        instant(1 if before is after else 2) if before != "new" or after != "new" else desk.trail()[0].at
    )


def test_reopening_is_counted_and_clears_the_end(desk: Helpdesk) -> None:
    desk.says(status="closed", solved_at=at(1), closed_at=at(2), updated_at=at(2))
    desk.says(status="open", updated_at=at(3))
    ticket = desk.ticket()
    assert (ticket.reopened, ticket.solved_at, ticket.closed_at) == (1, None, None)
    assert desk.kinds()[-1] == "reopened"


def test_replies_are_counted_and_the_first_one_dated(desk: Helpdesk) -> None:
    desk.says(created_at=at(0), updated_at=at(0))
    desk.says(agent_replies=1, updated_at=at(2))
    assert (desk.ticket().first_response_at, desk.ticket().status) == (instant(2), Status.OPEN)
    desk.says(agent_replies=1, first_response_at=at(1), updated_at=at(3))
    assert desk.ticket().first_response_at == instant(1)
    desk.says(agent_replies=0, first_response_at=at(2), updated_at=at(4))
    assert (desk.ticket().first_response_at, desk.ticket().agent_replies) == (instant(1), 1)


@pytest.mark.parametrize("waiting", ["pending", "solved"])
def test_the_customer_writing_opens_it_again(desk: Helpdesk, waiting: str) -> None:
    desk.says(status=waiting, customer_replies=1, updated_at=at(1))
    desk.says(customer_replies=2, updated_at=at(2))
    assert desk.ticket().status is Status.OPEN
    assert desk.kinds()[-1] == "customer_wrote"


def test_a_message_on_a_closed_ticket_starts_a_follow_up(desk: Helpdesk) -> None:
    desk.says(subject="Login", status="closed", priority="P1", customer=ACME, customer_replies=1, updated_at=at(1))
    assert desk.says(customer_replies=2, status="closed", updated_at=at(9)) == 1
    follower = desk.ticket(2)
    assert (follower.follow_up_of, follower.status, follower.customer_id) == (1, Status.NEW, "c1")
    assert (follower.created_at, follower.subject) == (instant(9), "Re: Login")
    assert desk.ticket(1).status is Status.CLOSED
    assert desk.announced == [2]
    desk.says(customer_replies=3, updated_at=at(10))
    assert desk.numbers() == [1, 2]
    assert desk.ticket(2).customer_replies == 2


def test_a_message_is_heard_though_somebody_moves_the_follow_up_at_the_same_moment(postgresql_url: str) -> None:
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine_at(postgresql_url) as engine, ThreadPoolExecutor(1) as helpdesk:
        desk = Helpdesk(engine)
        desk.says(subject="Login", status="closed", customer=ACME, customer_replies=1, updated_at=at(1))
        desk.says(customer_replies=2, updated_at=at(9))
        with writing(engine) as connection:
            taken = rules.take(desk.ticket(2), "U0ANA")
            assert tickets.apply(connection, WORKSPACE, desk.ticket(2), taken, actor="U0ANA", at=desk.now)
            told = helpdesk.submit(desk.says, customer_replies=3, updated_at=at(10))
            with engine.connect() as looking:
                wait_until(lambda: looking.scalar(waits), "the helpdesk waits for Ana")
        told.result(60)
        assert (desk.ticket(2).assignee, desk.ticket(2).customer_replies) == ("U0ANA", 2)


def test_a_priority_set_by_a_person_stays_unless_the_helpdesk_says_something_new(desk: Helpdesk) -> None:
    desk.says(subject="hello")
    desk.person_changes(1, rules.prioritise(desk.ticket(), Priority.P0, "U0ANA"))
    desk.says(subject="hello again", updated_at=at(1))
    assert desk.ticket().priority is Priority.P0
    desk.says(priority="P3", updated_at=at(2))
    assert desk.ticket().priority is Priority.P3
    desk.person_changes(1, rules.prioritise(desk.ticket(), Priority.P1, "U0ANA"))
    desk.says(priority="P3", csat=5, updated_at=at(3))
    assert (desk.ticket().priority, desk.ticket().csat) == (Priority.P1, 5)
    desk.says(priority="P2", updated_at=at(4))
    assert desk.ticket().priority is Priority.P2


def test_a_tag_by_a_person_is_not_undone_by_a_repetition(desk: Helpdesk) -> None:
    desk.says(category="account/login")
    desk.person_changes(1, Change("tagged", {"category": "product", "subcategory": "bug"}))
    desk.says(category="account/login", updated_at=at(1))
    assert (desk.ticket().category, desk.ticket().subcategory) == ("product", "bug")
    desk.says(category="technical", updated_at=at(2))
    assert (desk.ticket().category, desk.ticket().subcategory) == ("technical", None)


def test_what_is_absent_or_null_leaves_things_as_they_are(desk: Helpdesk) -> None:
    desk.says(subject="A", body="b", csat=4, tags=["x"], status="open", category="product", updated_at=at(1))
    before = desk.ticket()
    desk.says(subject=None, body=None, csat=None, tags=None, status=None, category=None, customer=None)
    assert desk.ticket() == before


def test_the_assignee_is_the_member_with_that_address(desk: Helpdesk) -> None:
    desk.people = {"bo@us.example": "U0BO", "cy@us.example": "U0CY"}
    desk.says(assignee_email="Bo@us.example")
    assert desk.ticket().assignee == "U0BO"
    desk.person_changes(1, rules.assign(desk.ticket(), "U0ANA"))
    desk.says(assignee_email="Bo@us.example", updated_at=at(1))
    assert desk.ticket().assignee == "U0ANA"
    desk.says(assignee_email="cy@us.example", updated_at=at(2))
    assert desk.ticket().assignee == "U0CY"
    desk.says(assignee_email="stranger@us.example", updated_at=at(3))
    assert desk.ticket().assignee_email == "stranger@us.example"


def test_a_ticket_may_be_older_than_what_we_know(desk: Helpdesk) -> None:
    desk.says(created_at=at(-1000), updated_at=at(-900))
    assert desk.ticket().created_at == instant(0) - timedelta(hours=1000)


GOOD = {"event_id": "e", "type": "ticket.upsert", "ticket": {"external_id": "Z"}}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_id": None}, "ticket.external_id"),
        ({"external_id": "  "}, "ticket.external_id"),
        ({"external_id": 7}, "ticket.external_id"),
        ({"external_id": "x" * 201}, "ticket.external_id"),
        ({"priority": "P4"}, "ticket.priority"),
        ({"status": "done"}, "ticket.status"),
        ({"customer": {"tier": "gold", "name": "A"}}, "ticket.customer.tier"),
        ({"customer": {"tier": "pro"}}, "ticket.customer.external_id"),
        ({"customer": {"name": "A", "arr": "12"}}, "ticket.customer.arr"),
        ({"customer": {"name": "A", "arr": -1}}, "ticket.customer.arr"),
        ({"customer": "Acme"}, "ticket.customer"),
        ({"category": "nonsense"}, "ticket.category"),
        ({"category": "account/bug"}, "ticket.category"),
        ({"category": "/"}, "ticket.category"),
        ({"created_at": "2026-03-09T09:00:00"}, "ticket.created_at"),
        ({"created_at": "1773046800"}, "ticket.created_at"),
        ({"created_at": 1773046800}, "ticket.created_at"),
        ({"solved_at": "0001-01-01T00:00:00+14:00"}, "ticket.solved_at"),
        ({"solved_at": "9999-12-31T23:59:59-14:00"}, "ticket.solved_at"),
        ({"updated_at": "yesterday"}, "ticket.updated_at"),
        ({"csat": 0}, "ticket.csat"),
        ({"csat": 6}, "ticket.csat"),
        ({"csat": True}, "ticket.csat"),
        ({"csat": "5"}, "ticket.csat"),
        ({"customer_replies": -1}, "ticket.customer_replies"),
        ({"agent_replies": 10**30}, "ticket.agent_replies"),
        ({"tags": "a,b"}, "ticket.tags"),
        ({"tags": [1]}, "ticket.tags.0"),
        ({"url": "javascript:alert(1)"}, "ticket.url"),
        ({"requester_email": "nobody"}, "ticket.requester_email"),
        ({"body": "x" * 100_001}, "ticket.body"),
    ],
)
def test_a_bad_body_names_the_field_and_changes_nothing(desk: Helpdesk, change: Any, field: str) -> None:
    with pytest.raises(BadBody) as refused:
        desk.sends({**GOOD, "ticket": {"external_id": "Z", **change}})
    assert refused.value.field == field
    assert refused.value.problem
    assert desk.numbers() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b"[" * 100_000, "body"),
        (b'{"event_id": "\\ud800"}', "body"),
        (b'{"event_id": "e", "type": "ticket.deleted", "ticket": {"external_id": "Z"}}', "type"),
        (b'{"event_id": "", "type": "ticket.upsert", "ticket": {"external_id": "Z"}}', "event_id"),
        (b'{"event_id": "e", "type": "ticket.upsert"}', "ticket"),
    ],
)
def test_a_body_that_is_no_event_is_refused(desk: Helpdesk, body: bytes, field: str) -> None:
    with pytest.raises(BadBody) as refused:
        desk.sends(body)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"url": "javascript:alert(1)"}, "address"), ({"requester_email": "bob"}, "mail address"),
     ({"category": "a\nb"}, "one line")],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words_and_not_as_a_pattern(desk: Helpdesk, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(BadBody) as told:
        desk.says(**wrong)
    assert words in told.value.problem
    assert "^" not in told.value.problem


def test_odd_characters_are_stored(desk: Helpdesk) -> None:
    desk.says("Zürich/№ 7", subject="نص <!channel> 🎉", body="a\x00b\u202e")
    assert (desk.ticket().subject, desk.ticket().body) == ("نص <!channel> 🎉", "ab\u202e")


def test_a_source_nobody_speaks_for_is_unknown(desk: Helpdesk) -> None:
    with desk.engine.begin() as connection, pytest.raises(UnknownSource):
        receive(connection, "T0HELP", "other", b"{}", desk.now, *[None] * 3)  # type: ignore[arg-type]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*SaidTicket.model_fields, "other"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ticket=st.dictionaries(FIELDS, JSON, max_size=4), whole=JSON, as_ticket=st.booleans())
def test_any_json_is_taken_in_or_refused_by_its_field(
    desk: Helpdesk, ticket: dict[str, Any], whole: Any, as_ticket: bool
) -> None:
    body = {**GOOD, "event_id": repr(ticket)[:200], "ticket": {"external_id": "Z", **ticket}} if as_ticket else whole
    told = ""
    try:
        number = desk.sends(json.dumps(body).encode())
    except BadBody as refused:
        number, told = 0, refused.field and refused.problem
    assert number or told
