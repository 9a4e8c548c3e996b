"""Short words for telling what happened to a ticket, in London time, on C95 unless said otherwise."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from domain.business_hours import Calendar
from domain.opening_hours import WEEKDAYS, calendar_from_config
from domain.sla_clock import Clock
from domain.sla_events import Event, Kind
from domain.sla_fold import TicketClocks, fold
from domain.sla_policy import Conditions, Editions, Policy, PolicyBook, Reopening
from domain.sla_promise import Metric, Threshold
from domain.ticket import Status

LONDON = ZoneInfo("Europe/London")
C95 = calendar_from_config("office", "Europe/London", {day: ["09:00-17:00"] for day in WEEKDAYS[:5]})
WARN_AT_80 = (Threshold(share=0.8),)
DAWN_OF_TIME = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = {"fri": 6, "sat": 7, "sun": 8, "mon": 9, "tue": 10, "wed": 11, "thu": 12}
_numbers = count(1)


def at(text: str) -> datetime:
    """`mon 10:30` in the week of the published cases: Friday is 6 March 2026."""
    day, time = text.lower().split()
    hour, minute, second = (int(part) for part in f"{time}:0".split(":")[:3])
    return datetime(2026, 3, _DAYS[day], hour, minute, second, tzinfo=LONDON)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def event(kind: Kind, when: str | datetime, **more: Any) -> Event:
    instant = at(when) if isinstance(when, str) else when
    return Event(kind, instant, next(_numbers), **more)


def created(when: str, priority: str = "P3", **more: Any) -> Event:
    return event(Kind.CREATED, when, facts={"priority": priority}, **more)


def moved(when: str, to: Status) -> Event:
    return event(Kind.STATUS_CHANGED, when, status=to)


def pending(when: str) -> Event:
    return moved(when, Status.PENDING)


def opened(when: str) -> Event:
    return moved(when, Status.OPEN)


def solved(when: str) -> Event:
    return moved(when, Status.SOLVED)


def customer(when: str) -> Event:
    return event(Kind.CUSTOMER_MESSAGE, when)


def replied(when: str) -> Event:
    return event(Kind.AGENT_REPLY, when)


def priority(when: str, to: str) -> Event:
    return event(Kind.FACTS_CHANGED, when, facts={"priority": to})


def policy(name: str, calendar: str | None = None, **targets: float) -> Policy:
    """A policy for one priority, its targets in minutes by the name of the metric."""
    return Policy(
        name,
        Conditions(priority=frozenset({name})),
        {Metric(metric): minutes(target) for metric, target in targets.items()},
        calendar,
    )


def book(*policies: Policy, calendar: Calendar = C95) -> PolicyBook:
    return PolicyBook(policies, {"office": calendar}, "office")


def since_ever(the_book: PolicyBook) -> Editions:
    return Editions(((DAWN_OF_TIME, the_book),))


def clocks(events: Iterable[Event], *policies: Policy) -> TicketClocks:
    return fold(events, since_ever(book(*policies)))


def resolution(events: Iterable[Event], **targets: float) -> Clock:
    """The resolution clock of a ticket, its target in minutes for each priority (`P3=480`)."""
    policies = [policy(name, resolution=target) for name, target in targets.items()]
    clock = clocks(events, *policies).latest(Metric.RESOLUTION)
    assert clock is not None
    return clock


def with_reopening(mode: Reopening, target: float) -> Policy:
    conditions = Conditions()
    targets: Mapping[Metric, timedelta] = {Metric.RESOLUTION: minutes(target)}
    return Policy("any", conditions, targets, reopening=mode)
