"""From `[sla]` to the book of promises that the clocks are counted by."""

from collections.abc import Mapping
from datetime import timedelta

from bot.settings_sections import PolicyTable, Sla, Targets
from domain.calendars import ALWAYS, Calendar
from domain.sla_policy import Conditions, Policy, PolicyBook, default_targets
from domain.sla_promise import Metric
from domain.ticket import Priority


class UnknownCalendar(ValueError):
    """A calendar is named that the file does not have: where, which, and which there are."""

    def __init__(self, path: str, found: str, known: Mapping[str, Calendar]) -> None:
        self.path, self.found, self.allowed = path, found, f"one of {', '.join(sorted(known))}"
        super().__init__(f"{path}: {found}")


def policy_book(sla: Sla, calendars: Mapping[str, Calendar]) -> PolicyBook:
    """The team's own policies in their order, then one a priority. Raises UnknownCalendar."""
    for path, name in _named(sla):
        if name not in calendars:
            raise UnknownCalendar(path, name, calendars)
    own = [_own(sla, table, priority) for table in sla.policies for priority in table.priority or tuple(Priority)]
    return PolicyBook((*own, *(_of(sla, p) for p in Priority)), calendars, sla.calendar, sla.customer_calendars)


def _named(sla: Sla) -> list[tuple[str, str]]:
    """Every place that names a calendar, with the name."""
    places: list[tuple[str, str | None]] = [("sla.calendar", sla.calendar)]
    places += [(f"sla.{p}.calendar", getattr(sla, p).calendar) for p in Priority]
    places += [(f"sla.policies[{i}].calendar", table.calendar) for i, table in enumerate(sla.policies)]
    places += [(f"sla.customer_calendars.{who}", name) for who, name in sla.customer_calendars.items()]
    return [(path, name) for path, name in places if name is not None]


def _of(sla: Sla, priority: Priority) -> Policy:
    table: Targets = getattr(sla, priority)
    return Policy(
        name=priority.value,
        conditions=Conditions(priority=frozenset({priority})),
        targets=_targets(sla, priority),
        calendar=table.calendar or (ALWAYS.name if priority is Priority.P0 else None),
        warn=table.warn_at or sla.warn_at,
        reopening=table.reopening or sla.reopening,
    )


def _own(sla: Sla, table: PolicyTable, priority: Priority) -> Policy:
    """One policy for one of its priorities: what it does not say is as that priority has it."""
    base = _of(sla, priority)
    return Policy(
        name=table.name,
        conditions=Conditions(
            priority=frozenset({priority}),
            customer_tier=frozenset(table.customer_tier),
            category=frozenset(table.category),
            area=frozenset(table.area),
            tags=frozenset(table.tags),
        ),
        targets={**base.targets, **_written(table)},
        calendar=table.calendar or base.calendar,
        warn=table.warn_at or base.warn,
        reopening=table.reopening or base.reopening,
    )


def _targets(sla: Sla, priority: Priority) -> dict[Metric, timedelta]:
    for_all = _written(sla)
    if priority is Priority.P0:
        # A P0 escalation keeps its own short time unless [sla.P0] itself says otherwise.
        for_all.pop(Metric.ESCALATION_ACK, None)
    return {**default_targets(priority), **for_all, **_written(getattr(sla, priority))}


def _written(table: Sla | Targets) -> dict[Metric, timedelta]:
    return {m: value for m in Metric if (value := getattr(table, m.value, None)) is not None}
