"""A ticket's audit trail as the events that its clocks are folded from (docs/SLA.md R7, R10-R12, R18)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.sla_events import Event, Kind
from domain.sla_policy import Editions
from domain.ticket import Event as Line
from domain.ticket import Ticket

# Fields of a ticket that are facts of a policy, by the fact's name.
FACTS: Mapping[str, str] = {
    "priority": "priority",
    "category": "category",
    "area": "area",
    "tags": "tags",
    "customer": "customer_id",
    "customer_tier": "customer_tier",
}
ALWAYS_WATCHED = frozenset(
    {
        "status",
        "assignee",
        "assignee_email",
        "first_response_at",
        "agent_replies",
        "customer_replies",
        "priority",
        "solved_at",
    }
)
# Lines of the trail that are themselves what a clock hears of, whatever fields they have.
HANDED = frozenset({Kind.HANDED_OFF, Kind.ACKNOWLEDGED, Kind.HANDOFF_ENDED})
SPOKEN = frozenset({Kind.RECOMPUTED, Kind.NO_REPLY_NEEDED, Kind.MERGED, Kind.DELETED, Kind.SPAM})


def watched(editions: Editions) -> frozenset[str]:
    """The fields of a ticket whose change can move a clock; category, area and tags only where a policy asks."""
    asked = set(ALWAYS_WATCHED)
    for _, book in editions.books:
        for policy in book.policies:
            conditions = policy.conditions
            asked |= {name for name in ("category", "area", "tags") if getattr(conditions, name)}
            asked |= {"customer_id", "customer_tier"} if conditions.customer_tier else set()
        asked |= {"customer_id"} if book.customer_calendars else set()
    return frozenset(asked)


def heard(ticket: Ticket, trail: Sequence[Line], fields: frozenset[str]) -> list[Event]:
    """What the clocks of `ticket` hear of; `fields` are those whose change counts (see `watched`).

    A change that was undone, and its undoing, never happened. A ticket that came with answers whose time nobody
    knows is not measured for its first response.
    """
    lasting = [line for line in trail if not line.undone and line.undoes is None]
    return [event for line in lasting for event in _of(line, ticket, lasting, fields)]


def _of(line: Line, ticket: Ticket, trail: Sequence[Line], fields: frozenset[str]) -> Iterator[Event]:
    number, at = line.event_id, line.at
    after = {name: pair[1] for name, pair in line.fields.items()}
    if line.kind == Kind.CREATED.value:
        yield _created(line, ticket, trail)
        return
    if line.kind in HANDED:
        own = after.get("target")
        target = timedelta(microseconds=own) if own else None
        yield Event(Kind(line.kind), at, number, handoff=after.get("handoff") or "", target=target)
    if line.kind in SPOKEN:
        yield Event(Kind(line.kind), at, number)
    if facts := {fact: after[name] for fact, name in FACTS.items() if name in after and name in fields}:
        yield Event(Kind.FACTS_CHANGED, at, number, facts=_plain(facts))
    if after.get("assignee") or after.get("assignee_email"):
        yield Event(Kind.ASSIGNED, at, number)
    if _grew(line, "customer_replies"):
        # A line says what became of the status; a helpdesk may say that the ticket is pending all the same.
        yield Event(Kind.CUSTOMER_MESSAGE, at, number, stays="status" not in after)
    if _grew(line, "agent_replies") or after.get("first_response_at"):
        yield Event(Kind.AGENT_REPLY, after.get("first_response_at") or at, number)
    if "status" in after:
        yield Event(Kind.STATUS_CHANGED, at, number, status=after["status"], before=line.fields["status"][0])
    elif isinstance(after.get("solved_at"), datetime):
        yield Event(Kind.STATUS_CHANGED, after["solved_at"], number, status="solved", before="solved")  # type: ignore[arg-type]


def _created(line: Line, ticket: Ticket, trail: Sequence[Line]) -> Event:
    born = {fact: _first(name, ticket, trail) for fact, name in FACTS.items()}
    answered = _first("agent_replies", ticket, trail) > 0 and _first("first_response_at", ticket, trail) is None
    dated = any(other.fields.get("first_response_at", (None, None))[1] for other in trail)
    assigned = any(_first(name, ticket, trail) for name in ("assignee", "assignee_email"))
    return Event(
        Kind.CREATED,
        line.at,
        line.event_id,
        facts=_plain(born),
        status=line.fields.get("status", (None, "new"))[1],
        by_agent=answered and not dated,
        assigned=assigned,
    )


def _first(name: str, ticket: Ticket, trail: Sequence[Line]) -> Any:
    """A field as the ticket was born with it: what the first recorded change of it replaced."""
    changes = [line for line in trail if name in line.fields and line.kind != Kind.CREATED.value]
    return min(changes, key=lambda line: line.event_id).fields[name][0] if changes else getattr(ticket, name)


def _grew(line: Line, name: str) -> bool:
    before, after = line.fields.get(name, (0, 0))
    return (after or 0) > (before or 0)


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Priorities as words; no tags as none."""
    return {
        name: tuple(value or ()) if name == "tags" else str(value) if name == "priority" else value
        for name, value in facts.items()
    }
