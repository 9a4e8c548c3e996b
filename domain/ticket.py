"""A ticket and what may happen to it: the status machine, taking, replying, undoing. Pure: time comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain import refusal


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ESCALATED = "escalated"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """P0 critical, P1 high, P2 normal, P3 low."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Tier(StrEnum):
    """Who works on it: L0 self-service, L1 front line, L2 specialist, L3 engineering."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


MOVES: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.OPEN, Status.ESCALATED, Status.SOLVED),
    Status.OPEN: (Status.PENDING, Status.ESCALATED, Status.SOLVED),
    Status.PENDING: (Status.OPEN, Status.ESCALATED, Status.SOLVED),
    Status.ESCALATED: (Status.OPEN, Status.PENDING, Status.SOLVED),
    Status.SOLVED: (Status.OPEN, Status.CLOSED),
    Status.CLOSED: (),
}
UNKNOWN_INSTANT = datetime.min.replace(tzinfo=UTC)
UNDO_REACHES_BACK = timedelta(minutes=15)
FINISHED = frozenset({Status.SOLVED, Status.CLOSED})
BOT = "rethrow"  # the actor of what nobody asked for
SPARED = ("article", "bug", "feature_request", "nothing")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One customer's problem, as stored; instants are aware UTC, people are Slack user ids."""

    number: int
    subject: str
    status: Status = Status.NEW
    priority: Priority = Priority.P2
    priority_reason: str = ""
    priority_by: str | None = None
    tier: Tier = Tier.L1
    created_at: datetime = UNKNOWN_INSTANT
    updated_at: datetime = UNKNOWN_INSTANT
    created_by: str = ""
    body: str = ""
    url: str | None = None
    external_id: str | None = None
    source: str = "slack"
    category: str | None = None
    subcategory: str | None = None
    area: str | None = None
    sentiment: str | None = None
    root_cause: str | None = None
    resolution_type: str | None = None
    spared: str | None = None
    spared_url: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    customer_tier: str | None = None
    requester_email: str | None = None
    assignee: str | None = None
    assignee_email: str | None = None
    tags: tuple[str, ...] = ()
    first_response_at: datetime | None = None
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    source_updated_at: datetime | None = None
    csat: int | None = None
    customer_replies: int = 0
    agent_replies: int = 0
    reopened: int = 0
    follow_up_of: int | None = None
    announced: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a ticket: the `kind` recorded in its audit trail and the new value of each field."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit trail: who did what, when it happened and was heard of, each field before and after."""

    event_id: int
    number: int
    at: datetime
    recorded_at: datetime
    actor: str
    kind: str
    fields: Mapping[str, tuple[Any, Any]]
    undoes: int | None = None
    undone: bool = False


def possible_moves(status: Status) -> tuple[Status, ...]:
    """The statuses a ticket may go to from `status`."""
    return MOVES[status]


def move(ticket: Ticket, to: Status, now: datetime) -> Change:
    """The change that brings `ticket` to `to`; raises MoveRefused, AlreadySo or CategoryMissing."""
    if ticket.status is to:
        raise refusal.AlreadySo(ticket.number, to.value, ticket.assignee)
    if to not in MOVES[ticket.status]:
        raise refusal.MoveRefused(ticket.number, ticket.status, to, possible_moves(ticket.status))
    if to is Status.SOLVED and ticket.category is None:
        raise refusal.CategoryMissing(ticket.number)
    return Change(_kind_of(ticket.status, to), {"status": to, **_stamps(ticket, to, now)})


def _kind_of(before: Status, to: Status) -> str:
    if to is Status.OPEN:
        return "reopened" if before is Status.SOLVED else "opened"
    return to.value


def _stamps(ticket: Ticket, to: Status, now: datetime) -> dict[str, Any]:
    """The instants and counts that a move to `to` sets."""
    if to is Status.SOLVED:
        return {"solved_at": now}
    if to is Status.CLOSED:
        return {"closed_at": now}
    if ticket.status is Status.SOLVED:
        return {"solved_at": None, "reopened": ticket.reopened + 1}
    return {}


def may_be_solved(ticket: Ticket) -> None:
    """Raise what stands in the way of solving it, a missing category aside."""
    if ticket.status is Status.SOLVED:
        raise refusal.AlreadySo(ticket.number, Status.SOLVED.value)
    if Status.SOLVED not in MOVES[ticket.status]:
        raise refusal.MoveRefused(ticket.number, ticket.status, Status.SOLVED, possible_moves(ticket.status))


def follow_up(closed: Ticket) -> dict[str, Any]:
    """The new ticket that a message on a closed one starts, linked to it."""
    return {
        "subject": closed.subject if closed.subject.startswith("Re: ") else f"Re: {closed.subject}",
        "status": Status.NEW,
        "priority": closed.priority,
        "priority_reason": f"as T-{closed.number}, which it follows",
        "customer_id": closed.customer_id,
        "requester_email": closed.requester_email,
        "follow_up_of": closed.number,
        "source": closed.source,
    }


def reopen(ticket: Ticket, now: datetime) -> Change:
    """Reopen a solved ticket; raises MoveRefused for any other."""
    if ticket.status is not Status.SOLVED:
        raise refusal.MoveRefused(ticket.number, ticket.status, "reopened", possible_moves(ticket.status))
    return move(ticket, Status.OPEN, now)


def solve(ticket: Ticket, now: datetime, spared: str | None = None, spared_url: str | None = None) -> Change:
    """Solve it, with how the next customer is spared the question (one of SPARED) and a link."""
    change = move(ticket, Status.SOLVED, now)
    return Change(change.kind, {**change.fields, "spared": spared, "spared_url": spared_url})


def take(ticket: Ticket, person: str) -> Change:
    """`person` takes an unassigned ticket; a new one is open from then on."""
    _must_live(ticket, "taken")
    if ticket.assignee == person:
        raise refusal.AlreadySo(ticket.number, "yours")
    if ticket.assignee is not None:
        raise refusal.TakenBySomebody(ticket.number, ticket.assignee)
    return Change("taken", _handed_to(ticket, person))


def assign(ticket: Ticket, person: str) -> Change:
    """Hand the ticket to `person`, whoever has it; a new one is open from then on."""
    _must_live(ticket, "assigned")
    if ticket.assignee == person:
        raise refusal.AlreadySo(ticket.number, "assigned to", person)
    return Change("assigned", _handed_to(ticket, person))


def _handed_to(ticket: Ticket, person: str) -> dict[str, Any]:
    picked_up = {"status": Status.OPEN} if ticket.status is Status.NEW else {}
    return {"assignee": person, **picked_up}


def reply(ticket: Ticket, person: str, now: datetime) -> Change:
    """The customer was answered by `person`; the first answer is the first response, and picks the ticket up."""
    _must_live(ticket, "replied to")
    fields: dict[str, Any] = {"agent_replies": ticket.agent_replies + 1}
    if ticket.first_response_at is None:
        fields["first_response_at"] = now
    if ticket.assignee is None:
        fields["assignee"] = person
    if ticket.status is Status.NEW:
        fields["status"] = Status.OPEN
    return Change("replied", fields)


def customer_wrote(ticket: Ticket) -> Change:
    """The customer wrote: a pending or solved ticket is open again. A closed one needs a follow-up instead."""
    fields: dict[str, Any] = {"customer_replies": ticket.customer_replies + 1}
    if ticket.status is Status.PENDING:
        fields["status"] = Status.OPEN
    if ticket.status is Status.SOLVED:
        fields |= {"status": Status.OPEN, "solved_at": None, "reopened": ticket.reopened + 1}
    return Change("customer_wrote", fields)


def prioritise(ticket: Ticket, priority: Priority, person: str) -> Change:
    """A person sets the priority, over whatever the rules said."""
    _must_live(ticket, "given another priority")
    if ticket.priority is priority:
        raise refusal.AlreadySo(ticket.number, priority.value)
    return Change("prioritised", {"priority": priority, "priority_by": person, "priority_reason": "set by a person"})


def rate(ticket: Ticket, csat: int) -> Change:
    """The customer's rating, 1 to 5; raises AlreadySo when it was that before."""
    if ticket.csat == csat:
        raise refusal.AlreadySo(ticket.number, f"rated {csat} of 5")
    return Change("rated", {"csat": csat})


def _must_live(ticket: Ticket, what: str) -> None:
    if ticket.status is Status.CLOSED:
        raise refusal.MoveRefused(ticket.number, ticket.status, what, ())


def undo(past: Event, ticket: Ticket, now: datetime) -> Change:
    """Put back what `past` changed; raises CannotUndo when it is too old or was changed again since."""
    if now - past.recorded_at > UNDO_REACHES_BACK:
        raise refusal.NothingToUndo(int(UNDO_REACHES_BACK.total_seconds() // 60))
    if past.kind == "created":
        raise refusal.CannotUndo(ticket.number, "a ticket's number stays once it is given")
    changed_again = [name for name, (_, after) in past.fields.items() if getattr(ticket, name) != after]
    if changed_again:
        raise refusal.CannotUndo(ticket.number, f"{', '.join(sorted(changed_again))} changed again since")
    return Change("undone", {name: before for name, (before, _) in past.fields.items()})
