"""Customers by their names: found however they are written, and created once."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from bot import ticketing
from db import customers, forgetting, mirrors, session, tickets
from domain.ticket import Ticket
from tests.db.plans import plans_of
from tests.promises import WORKSPACE, Team
from tests.together import at_once

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_people_who_write_of_a_new_customer_at_the_same_moment_create_one(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    at_once(*[lambda n=n: ticketing.create(team.desk(f"U{n}"), "Slow", customer="Acme") for n in range(6)])
    with session.reading(engine) as connection:
        assert list(connection.scalars(select(customers.customers.c.customer_id))) == ["acme"]
        assert len(tickets.of_customer(connection, WORKSPACE, "acme")) == 6


def test_of_customers_with_one_name_the_first_by_id_is_meant(engine: Engine) -> None:
    with session.writing(engine) as connection:
        for customer_id in ("c2", "c1", "c3"):
            customers.save(connection, WORKSPACE, customer_id, name="Acme")
        found = customers.find_named(connection, WORKSPACE, "Acme")
    assert found is not None
    assert found.customer_id == "c1"


def test_a_customer_to_be_forgotten_is_found_in_any_case_of_any_alphabet(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00", body="As ОБЛАКО and MÜLLER say")
    with session.writing(engine) as connection:
        customers.save(connection, WORKSPACE, "c1", name="Müller GmbH")
        customers.save(connection, WORKSPACE, "c2", name="Müller")
        customers.save(connection, WORKSPACE, "c3", name="Облако")
        for asked, meant in (("MÜLLER GMBH", "c1"), ("müller", "c2"), ("облако", "c3")):
            found = forgetting.whose(connection, WORKSPACE, asked)
            assert found is not None
            assert [one.customer_id for one in found.customers] == [meant]
            others = forgetting.elsewhere(connection, WORKSPACE, found)
            assert others == ([number] if meant != "c1" else [])


def test_a_customer_is_found_by_name_among_any_number(engine: Engine) -> None:
    [plan, _] = plans_of(engine, lambda connection: customers.find_named(connection, WORKSPACE, "Acme"), "customer")
    assert "customer_by_name" in plan


def test_a_follow_up_is_found_among_any_number_of_tickets_without_a_customer(engine: Engine) -> None:
    closed = Ticket(number=7, subject="Closed")
    [plan] = plans_of(engine, lambda connection: mirrors.follow_up_of(connection, WORKSPACE, closed), "ticket")
    assert "ticket_following" in plan
