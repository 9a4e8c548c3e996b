"""Which promise a ticket was given: ordered policies, their targets, and the calendar each counts on.

docs/SLA.md R7 and R8; the default numbers are those of the operating model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.calendars import ALWAYS, Calendar
from domain.sla_promise import Metric, Promise, Threshold
from domain.ticket import Priority


class Reopening(StrEnum):
    """What reopening a solved ticket does to its resolution clock (R14)."""

    RESUME = "resume"
    RESTART = "restart"
    FIRST_ONLY = "first_only"


@dataclass(frozen=True)
class Facts:
    """What policies ask about a ticket."""

    priority: str = Priority.P2
    customer_tier: str | None = None
    category: str | None = None
    area: str | None = None
    tags: frozenset[str] = frozenset()
    customer: str | None = None


@dataclass(frozen=True)
class Conditions:
    """For which tickets a policy is: each non-empty set must contain the ticket's value (any of its tags)."""

    priority: frozenset[str] = frozenset()
    customer_tier: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    area: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def hold_for(self, facts: Facts) -> bool:
        """Whether every condition holds."""
        return (
            (not self.priority or facts.priority in self.priority)
            and (not self.customer_tier or facts.customer_tier in self.customer_tier)
            and (not self.category or facts.category in self.category)
            and (not self.area or facts.area in self.area)
            and (not self.tags or not self.tags.isdisjoint(facts.tags))
        )


@dataclass(frozen=True)
class Policy:
    """Targets for the tickets its conditions hold for; a metric without a target is not measured.

    `calendar` names the calendar of all its clocks (None: the book's), `calendars` that of single metrics.
    """

    name: str
    conditions: Conditions
    targets: Mapping[Metric, timedelta]
    calendar: str | None = None
    calendars: Mapping[Metric, str] = field(default_factory=dict)
    warn: tuple[Threshold, ...] = (Threshold(share=0.8),)
    reopening: Reopening = Reopening.RESUME


@dataclass(frozen=True)
class PolicyBook:
    """One edition of the policies, first match wins, with the calendars they name.

    A customer's own calendar stands in for any other but `always`: a promise kept day and night is not
    weakened by office hours.
    """

    policies: tuple[Policy, ...]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar: str = "always"
    customer_calendars: Mapping[str, str] = field(default_factory=dict)
    _promises: dict[tuple[Any, ...], Promise] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        named = {self.calendar, *self.customer_calendars.values()}
        for policy in self.policies:
            named.update(policy.calendars.values(), [policy.calendar] if policy.calendar else [])
        if unknown := sorted(named - {*self.calendars, ALWAYS.name}):
            known = ", ".join(sorted({*self.calendars, ALWAYS.name}))
            raise ValueError(f"found calendar {unknown[0]!r}, allowed is one of {known}")

    def policy_for(self, facts: Facts) -> Policy | None:
        """The first policy that matches, or None: the ticket is unmeasured (R8)."""
        return next((policy for policy in self.policies if policy.conditions.hold_for(facts)), None)

    def promise(self, metric: Metric, facts: Facts, target: timedelta | None = None) -> Promise | None:
        """What is promised for a metric, or None. `target` overrides the policy's (a trigger's own time)."""
        policy = self.policy_for(facts)
        promised = policy and (target or policy.targets.get(metric))
        if not policy or not promised:
            return None
        calendar = self._calendar(policy, metric, facts)
        # The same promise is one object: what it says of itself is reckoned once, not for each ticket. A policy of the
        # team's own has one name for all priorities, each of which may warn at other times.
        which = (policy.name, metric, calendar.name, promised, policy.warn)
        if which not in self._promises:
            warn = policy.warn if metric.is_promise else ()
            self._promises[which] = Promise(promised, calendar, warn, policy.name)
        return self._promises[which]

    def calendar_named(self, name: str) -> Calendar:
        """This edition's calendar of that name; `always` is there unless it was redefined."""
        return ALWAYS if name == ALWAYS.name and name not in self.calendars else self.calendars[name]

    def edition_of(self, calendar: Calendar) -> Calendar:
        """This edition's calendar of the same name; the one given where there is none any more."""
        return self.calendars.get(calendar.name, calendar)

    def _calendar(self, policy: Policy, metric: Metric, facts: Facts) -> Calendar:
        written = policy.calendars.get(metric) or policy.calendar
        own = self.customer_calendars.get(facts.customer or "") if written != ALWAYS.name else None
        return self.calendar_named(own or written or self.calendar)


@dataclass(frozen=True)
class Editions:
    """The policy books over time: each applies from its instant on, the first also before it (R7)."""

    books: tuple[tuple[datetime, PolicyBook], ...]

    def at(self, moment: datetime) -> PolicyBook:
        """The book in force at an instant."""
        return self.books[self.number_at(moment) - 1][1]

    def number_at(self, moment: datetime) -> int:
        """The number, counted from one, of the book in force at an instant."""
        return max(1, sum(since <= moment for since, _ in self.books))


def minutes(*numbers: int) -> tuple[timedelta, ...]:
    """Several lengths of time in minutes."""
    return tuple(timedelta(minutes=n) for n in numbers)


_DEFAULTS = {
    Priority.P0: minutes(15, 4 * 60, 15),
    Priority.P1: minutes(60, 8 * 60, 4 * 60),
    Priority.P2: minutes(4 * 60, 24 * 60, 4 * 60),
    Priority.P3: minutes(24 * 60, 72 * 60, 4 * 60),
}


def default_targets(priority: Priority) -> dict[Metric, timedelta]:
    """The operating model's targets; next response is off until a team switches it on."""
    first, resolution, acknowledged = _DEFAULTS[priority]
    return {
        Metric.FIRST_RESPONSE: first,
        Metric.RESOLUTION: resolution,
        Metric.ESCALATION_ACK: acknowledged,
        Metric.PICKUP: timedelta(minutes=15),
        Metric.PENDING_WARNING: timedelta(hours=72),
        Metric.AUTO_CLOSE: timedelta(hours=48),
    }
