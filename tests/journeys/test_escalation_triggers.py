"""What the bot notices by itself: offered to who has the ticket, and a P0 handed on at once."""

from typing import Any

import pytest
from sqlalchemy import select

from db.handoffs import handoffs, offers
from tests.journeys.test_escalations import CHANNEL, ROUTES, ticket_of
from tests.workplace import ALERTS, ANA, BEN, L2, LEADS, Person, Workplace

ENTERPRISE = {"external_id": "acme", "name": "Acme", "tier": "enterprise", "arr": 84000}


@pytest.fixture
def config() -> str:
    """A team whose L2 has a route of its own."""
    return CHANNEL + ROUTES


def comes_in(workplace: Workplace, external_id: str = "HD-1", said: str = "first", **values: Any) -> None:
    known = {"external_id": external_id, "subject": "A question", "customer": ENTERPRISE, "priority": "P2"}
    assert workplace.ingest(known | values, f"{external_id}-{said}").status_code == 200


def dm(workplace: Workplace, person: str) -> Person:
    return workplace.person(person, workplace.slack.open_dm(person, "U0BOT"))


def cases(workplace: Workplace) -> list[Any]:
    return workplace.query(select(handoffs.c.trigger, handoffs.c.state, handoffs.c.opened_by))


def test_a_threat_to_leave_is_offered_to_the_assignee_who_hands_it_on_with_one_click(workplace: Workplace) -> None:
    comes_in(workplace)
    workplace.person(ANA).types("/ticket take 1")
    comes_in(workplace, subject="We are switching to a competitor", said="again")
    ana = dm(workplace, ANA)
    assert "84,000 a year" in ana.waits_for("Customer threatens to leave")
    assert "would be asked" in ana.reads()
    ana.clicks("Escalate")
    ana.waits_for("handed it on")
    assert cases(workplace) == [("leaving", "open", ANA)]
    workplace.person(BEN, L2).waits_for("is handed on")


def test_what_is_not_needed_is_not_offered_again(workplace: Workplace) -> None:
    comes_in(workplace, subject="Our lawyer will write to you")
    lead = workplace.person(ANA, LEADS)
    lead.waits_for("Legal threat or compliance")
    lead.clicks("Not needed")
    lead.waits_for("says it is not needed")
    workplace.person(ANA).types("/ticket take 1")
    workplace.pass_time(minutes=5)
    workplace.person(ANA).types("/ticket reply 1")
    workplace.goes_through_its_timetable()
    assert workplace.query(select(offers.c.trigger, offers.c.state)) == [("legal", "dismissed")]
    assert cases(workplace) == []


def test_a_p0_is_handed_on_at_once_without_asking(workplace: Workplace) -> None:
    comes_in(workplace, subject="All is down", priority="P0")
    workplace.person(BEN, L2).waits_for("P0 incident")
    assert cases(workplace) == [("p0", "open", "rethrow")]
    assert ticket_of(workplace) == ("escalated", "L3")
    workplace.person(ANA, ALERTS).waits_for("escalated")


def test_a_p0_that_a_person_opens_is_handed_on_with_it(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    assert "escalated" in ana.types("/ticket new P0 Nobody can log in for Acme")
    assert "waiting for L2, Engineering and Manager" in ana.clicks_until("Take", "took it")
    assert cases(workplace) == [("p0", "open", "rethrow")]


def test_a_p1_on_which_nothing_happens_is_offered_as_stuck(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P1 Reports do not load for Acme")
    ana.types("/ticket take 1")
    workplace.pass_time(minutes=29)
    ana.types("/ticket reply 1")
    workplace.pass_time(minutes=31)
    assert "30 minutes" in dm(workplace, ANA).waits_for("Stuck for over 30 minutes")


def test_the_third_ticket_on_the_same_matter_is_offered_and_no_other(workplace: Workplace) -> None:
    for number in range(1, 4):
        comes_in(workplace, f"HD-{number}", category="reliability", area="api", assignee_email=None)
    workplace.person(ANA, LEADS).waits_for("3 tickets of this customer")
    workplace.person(BEN).types("/ticket take 1")
    comes_in(workplace, "HD-4", category="reliability", area="api", assignee_email=None)
    workplace.goes_through_its_timetable()
    assert workplace.query(select(offers.c.number, offers.c.trigger)) == [(3, "repeated")]


def test_a_customer_who_asks_for_a_manager_gets_the_team_lead(workplace: Workplace) -> None:
    comes_in(workplace, subject="I want to speak to a manager")
    lead = workplace.person(ANA, LEADS)
    lead.waits_for("asks for a manager")
    lead.clicks("Escalate")
    lead.waits_for("handed it on")
    assert cases(workplace) == [("manager", "open", ANA)]
