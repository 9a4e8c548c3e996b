"""What is known when a ticket is handed on: its customer, its clocks, what came before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock_plans import Folded
from bot.desk import House
from db import customers, handoffs, tickets
from domain.calendars import ALWAYS, Calendar
from domain.escalation_triggers import Known, alike
from domain.sla_clock import read
from domain.sla_promise import Metric
from domain.ticket import Ticket
from domain.tier_shares import tier_shares

LOOKED_AT = 100  # of a customer's latest tickets
SHOWN = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)


@dataclass(frozen=True, slots=True)
class Background:
    """What is known about a ticket: for the trigger, for the handoff's facts, and the calendar of its answer."""

    ticket: Ticket
    known: Known
    earlier: int
    used: tuple[tuple[str, timedelta, timedelta], ...]  # metric, used, target
    calendar: Calendar
    shares: dict[str, timedelta]


def background(connection: Connection, house: House, workspace_id: str, ticket: Ticket, now: datetime) -> Background:
    """All of it, as it is now."""
    folded = house.keeper.folded(connection, workspace_id, [ticket], now)[0]
    return Background(
        ticket,
        about_customer(connection, workspace_id, ticket, now),
        handoffs.of_customer(connection, workspace_id, ticket.customer_id),
        tuple(_used(folded, now)),
        calendar_of(connection, house, workspace_id, folded, now),
        shares(folded, now),
    )


def about_customer(connection: Connection, workspace_id: str, ticket: Ticket, now: datetime) -> Known:
    """The facts about the customer that triggers depend on."""
    if ticket.customer_id is None:
        return Known()
    customer = customers.find(connection, workspace_id, ticket.customer_id)
    theirs = tickets.of_customer(connection, workspace_id, ticket.customer_id, LOOKED_AT)
    ratings = [one.csat for one in theirs if one.csat is not None]
    others = [one.number for one in theirs if one.number != ticket.number]
    return Known(customer.arr if customer else None, alike(ticket, theirs, now), ratings, others)


def calendar_of(connection: Connection, house: House, workspace_id: str, folded: Folded, now: datetime) -> Calendar:
    """The calendar on which an answer is waited for; an unmeasured ticket's is always."""
    book = house.keeper.in_force(connection, workspace_id).editions.at(now)
    promise = book.promise(Metric.ESCALATION_ACK, folded.story.facts)
    return promise.calendar if promise else ALWAYS


def shares(folded: Folded, now: datetime) -> dict[str, timedelta]:
    """How much of the resolution target each tier has used."""
    clock = folded.story.latest(Metric.RESOLUTION)
    if clock is None:
        return {}
    return {tier.value: used for tier, used in tier_shares(clock, folded.trail, folded.ticket.tier, now).items()}


def _used(folded: Folded, now: datetime) -> list[tuple[str, timedelta, timedelta]]:
    """What the running clocks that are shown have used: metric, used, target."""
    return [
        (clock.metric.value, read(clock, now).used, clock.promise.target)
        for clock in folded.story.clocks
        if clock.ended_at is None and clock.metric in SHOWN and clock.promise is not None
    ]


def target(folded: Folded) -> timedelta | None:
    """The resolution target of a ticket, or None where none is promised."""
    clock = folded.story.latest(Metric.RESOLUTION)
    return clock.promise.target if clock and clock.promise else None
