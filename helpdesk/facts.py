"""What a helpdesk's word about a ticket changes in ours. Pure: it is told now, and only says what to write.

What a helpdesk says is a fact, not a request: any status is taken as it is. Each change is dated by when it
happened, so that late news and imported history give the same trail as news in time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from domain.priority import Assessment
from domain.ticket import FINISHED, Change, Priority, Status, Ticket
from helpdesk.payload import SaidTicket
from helpdesk.standing import Standing

NO_SUBJECT = "(no subject)"
SAID = "set in the helpdesk"
KINDS = {
    "csat": "rated",
    "priority": "prioritised",
    "category": "tagged",
    "subcategory": "tagged",
    "area": "tagged",
    "assignee_email": "assigned",
    "assignee": "assigned",
}
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """One word of a helpdesk about a ticket, with what its category, customer and assignee are here."""

    said: SaidTicket
    source: str
    category: str | None
    subcategory: str | None
    customer_id: str | None
    assignee: str | None = None

    @property
    def actor(self) -> str:
        """Who the trail says it was."""
        return f"helpdesk:{self.source}"

    def details(self) -> dict[str, Any]:
        """The fields that are simply as the helpdesk says."""
        said = self.said
        found = {
            "subject": said.subject or None,
            "body": said.body,
            "url": said.url,
            "customer_id": self.customer_id,
            "requester_email": said.requester_email,
            "assignee_email": said.assignee_email,
            "assignee": self.assignee,
            "tags": None if said.tags is None else tuple(said.tags),
            "category": self.category,
            "area": said.area,
            "csat": said.csat,
        }
        known = {name: value for name, value in found.items() if value is not None}
        # A category comes with its subcategory, or with the word that it has none.
        return known | ({"subcategory": self.subcategory} if self.category else {})


class Dated(NamedTuple):
    """A change and the instant it happened."""

    at: datetime
    change: Change


def first_values(news: News, assessment: Assessment | None, now: datetime) -> dict[str, Any]:
    """A new ticket as it was born; `assessment` is its priority where the helpdesk gives none."""
    said = news.said
    by_rules = assessment is not None and said.priority is None
    return {
        "subject": NO_SUBJECT,
        **news.details(),
        "external_id": said.external_id,
        "source": news.source,
        "status": Status.NEW,
        "priority": assessment.priority if assessment and by_rules else said.priority or Priority.P2,
        "priority_reason": assessment.reason if assessment and by_rules else SAID,
        "priority_by": None if by_rules else news.actor,
        "created_at": min(_instants(said), default=now) if said.created_at is None else said.created_at,
        "source_updated_at": said.updated_at,
        "customer_replies": said.customer_replies or 0,
        "agent_replies": said.agent_replies or 0,
    }


def since_birth(said: SaidTicket, now: datetime) -> list[Dated]:
    """What has happened to a new ticket already: first reply, solved, closed, each at its instant."""
    heard = said.updated_at or max(_instants(said), default=now)
    reached = said.status or _implied(said)
    milestones = []
    if said.first_response_at is not None:
        heard = max(heard, said.first_response_at)
        fields: dict[str, Any] = {"first_response_at": said.first_response_at}
        if reached is not Status.NEW:
            fields["status"] = Status.OPEN
        milestones.append(Dated(said.first_response_at, Change("replied", fields)))
    now_at = Status.OPEN if said.first_response_at and reached is not Status.NEW else Status.NEW
    return milestones + list(_steps(now_at, reached, said, heard, reopened=0))


def changes(
    ticket: Ticket, news: News, now: datetime, keep: frozenset[str] = NOTHING, since: Standing | None = None
) -> list[Dated]:
    """What the news changes in a ticket we have, in the order it happened; fields in `keep` stay as they are.

    `since` says how long the ticket has stood as it does. What was heard of late moves it from then on, not before:
    so its trail, in the order in which things happened, ends with the status that it has.
    """
    stood = since or Standing()
    said, heard = _told_since(stood.reopened_at, news.said), news.said.updated_at or now
    found = list(_detail_changes(ticket, news, heard, keep))
    for step in (_replied, _customer_wrote):
        for dated in step(_after(ticket, found), said, heard, keep):
            moved = "status" in dated.change.fields
            found.append(dated._replace(at=stood.at_earliest(dated.at)) if moved else dated)
            stood = Standing(found[-1].at, stood.reopened_at) if moved else stood
    return [*found, *_moved(_after(ticket, found), said, stood.at_earliest(heard), keep)]


def _told_since(reopened_at: datetime | None, said: SaidTicket) -> SaidTicket:
    """What was said, without ends from before it was opened again, of which a helpdesk may go on telling."""
    ends = {name: getattr(said, name) for name in ("solved_at", "closed_at")}
    old = [name for name, at in ends.items() if at is not None and reopened_at is not None and at < reopened_at]
    return said.model_copy(update=dict.fromkeys(old)) if old else said


def starts_follow_up(ticket: Ticket, said: SaidTicket) -> bool:
    """Whether the customer wrote on a closed ticket, which stays closed."""
    grown = (said.customer_replies or 0) > ticket.customer_replies
    return grown and ticket.status is Status.CLOSED and said.status in (None, Status.CLOSED)


def is_older(ticket: Ticket, said: SaidTicket) -> bool:
    """Whether something newer was heard about the ticket already."""
    known = ticket.source_updated_at
    return known is not None and said.updated_at is not None and said.updated_at < known


def is_newer(ticket: Ticket, said: SaidTicket) -> bool:
    """Whether the news says of itself that it is newer than what was heard before."""
    known = ticket.source_updated_at
    return said.updated_at is not None and (known is None or said.updated_at > known)


def _instants(said: SaidTicket) -> list[datetime]:
    known = (said.created_at, said.first_response_at, said.solved_at, said.closed_at, said.updated_at)
    return [instant for instant in known if instant is not None]


def _implied(said: SaidTicket) -> Status:
    """The status that the instants speak of, where none is given."""
    if said.closed_at is not None:
        return Status.CLOSED
    if said.solved_at is not None:
        return Status.SOLVED
    return Status.OPEN if said.first_response_at is not None else Status.NEW


def _after(ticket: Ticket, found: list[Dated]) -> Ticket:
    fields: dict[str, Any] = {}
    for dated in found:
        fields |= dated.change.fields
    return replace(ticket, **fields) if fields else ticket


def _detail_changes(ticket: Ticket, news: News, heard: datetime, keep: frozenset[str]) -> Iterator[Dated]:
    by_kind: dict[str, dict[str, Any]] = {}
    for name, value in news.details().items():
        if getattr(ticket, name) != value and name not in keep:
            by_kind.setdefault(KINDS.get(name, "updated"), {})[name] = value
    priority = news.said.priority
    if priority is not None and priority is not ticket.priority and "priority" not in keep:
        by_kind["prioritised"] = {"priority": priority, "priority_by": news.actor, "priority_reason": SAID}
    for kind, fields in by_kind.items():
        yield Dated(heard, Change(kind, fields))


def _replied(ticket: Ticket, said: SaidTicket, heard: datetime, keep: frozenset[str]) -> Iterator[Dated]:
    """The first reply is the earliest one heard of; a grown count without its instant was replied when heard."""
    fields: dict[str, Any] = {}
    if (said.agent_replies or 0) > ticket.agent_replies:
        fields["agent_replies"] = said.agent_replies
    first = said.first_response_at or (heard if fields and ticket.first_response_at is None else None)
    if first is not None and (ticket.first_response_at is None or first < ticket.first_response_at):
        fields["first_response_at"] = first
    if fields and ticket.status is Status.NEW and said.status is not Status.NEW and "status" not in keep:
        fields["status"] = Status.OPEN
    if fields:
        yield Dated(fields.get("first_response_at", heard), Change("replied", fields))


def _customer_wrote(ticket: Ticket, said: SaidTicket, heard: datetime, keep: frozenset[str]) -> Iterator[Dated]:
    """The customer wrote; where the helpdesk does not say what became of the status, our own rule does."""
    if (said.customer_replies or 0) <= ticket.customer_replies:
        return
    fields: dict[str, Any] = {"customer_replies": said.customer_replies}
    if said.status is None and "status" not in keep and ticket.status in (Status.PENDING, Status.SOLVED):
        fields |= {"status": Status.OPEN, **_unfinished(ticket.status, ticket.reopened)}
    yield Dated(heard, Change("customer_wrote", fields))


def _moved(ticket: Ticket, said: SaidTicket, heard: datetime, keep: frozenset[str]) -> Iterator[Dated]:
    """The status as the helpdesk has it now, and corrected instants of what was finished already."""
    if "status" in keep:
        return
    reached = said.status or _finished_since(ticket, said)
    yield from _steps(ticket.status, reached, said, heard, ticket.reopened)
    corrected = {
        name: value
        for name, value in _finishing_instants(ticket, said, reached).items()
        if getattr(ticket, name) != value
    }
    if corrected:
        yield Dated(heard, Change("updated", corrected))


def _finished_since(ticket: Ticket, said: SaidTicket) -> Status:
    """Without a status: an instant of finishing that is news speaks for itself."""
    if said.closed_at is not None and ticket.closed_at is None and ticket.reopened == 0:
        return Status.CLOSED
    first_solved = said.solved_at is not None and ticket.solved_at is None and ticket.reopened == 0
    return Status.SOLVED if first_solved and ticket.status not in FINISHED else ticket.status


def _finishing_instants(ticket: Ticket, said: SaidTicket, reached: Status) -> Mapping[str, datetime]:
    """Instants to correct on a ticket that was, and stays, where it is."""
    if reached is not ticket.status or reached not in FINISHED:
        return {}
    found = {"solved_at": said.solved_at, "closed_at": said.closed_at if reached is Status.CLOSED else None}
    return {name: instant for name, instant in found.items() if instant is not None}


def _steps(before: Status, reached: Status, said: SaidTicket, heard: datetime, reopened: int) -> Iterator[Dated]:
    """The moves from one status to another; closed is always solved first, as clocks stop at solved."""
    if before is reached:
        return
    if reached not in FINISHED:
        kind = "reopened" if before in FINISHED and reached is Status.OPEN else _KIND_OF_MOVE[reached]
        yield Dated(heard, Change(kind, {"status": reached, **_unfinished(before, reopened)}))
        return
    solved = said.solved_at or (said.closed_at if reached is Status.CLOSED else None) or heard
    if before is not Status.SOLVED:
        lost = {"closed_at": None} if before is Status.CLOSED else {}
        at = heard if before is Status.CLOSED else solved
        yield Dated(at, Change("solved", {"status": Status.SOLVED, "solved_at": solved, **lost}))
    if reached is Status.CLOSED:
        closed = max(said.closed_at or heard, solved)
        yield Dated(closed, Change("closed", {"status": Status.CLOSED, "closed_at": closed}))


_KIND_OF_MOVE = {status: status.value for status in Status} | {Status.OPEN: "opened"}


def _unfinished(before: Status, reopened: int) -> dict[str, Any]:
    """What else changes when a finished ticket is not finished any more."""
    if before not in FINISHED:
        return {}
    return {"solved_at": None, "reopened": reopened + 1} | ({"closed_at": None} if before is Status.CLOSED else {})
