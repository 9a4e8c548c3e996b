"""A helpdesk's event is applied once: the ticket, its customer, its trail and what is announced, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from db import customers, events, mirrors, received, tickets
from domain import ticket as rules_of_tickets
from domain.priority import Assessment, PriorityRules, assess
from domain.taxonomy import Taxonomy
from domain.ticket import FINISHED, Event, Priority, Ticket
from helpdesk import facts, generic
from helpdesk.facts import Dated, News
from helpdesk.payload import BadBody as BadBody
from helpdesk.payload import SaidTicket, TicketEvent, customer_id_of, placed
from helpdesk.standing import standing_of

Announce = Callable[[Connection, Ticket], object]
KeepMany = Callable[[Connection, Sequence[int]], object]
PARSERS: dict[str, Callable[[bytes], TicketEvent]] = {"generic": generic.parse}
URGENT = frozenset({Priority.P0, Priority.P1})
REPEATABLE = frozenset({"priority", "category", "subcategory", "area", "assignee"})
TRIES = 5
NOBODY: Mapping[str, str] = MappingProxyType({})


class UnknownSource(LookupError):
    """No helpdesk of this name is spoken to here."""


class Outcome(StrEnum):
    """What an intake did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Intake:
    """What every intake of a workspace needs: its rules, the present instant, and whom to tell.

    `announce` hears of an urgent ticket that was made, `refresh` of one that changed, `keep` of both, so that its
    clocks follow (`keep_many` of the numbers of many that were made); `people` says which member
    a mail address belongs to, in lower case.
    """

    workspace_id: str
    source: str
    taxonomy: Taxonomy
    rules: PriorityRules
    now: datetime
    announce: Announce = lambda connection, ticket: None
    refresh: Announce = lambda connection, ticket: None
    keep: Announce = lambda connection, ticket: None
    keep_many: KeepMany = lambda connection, numbers: None
    people: Mapping[str, str] = field(default_factory=dict)

    def news(self, said: SaidTicket, prefix: str = "") -> News:
        """What was said, with its category and customer as they are known here; raises BadBody."""
        category, subcategory = placed(said, self.taxonomy, prefix)
        assignee = self.people.get((said.assignee_email or "").lower())
        return News(said, self.source, category, subcategory, customer_id_of(said, prefix), assignee)

    def assessment(self, news: News, known_tier: str | None) -> Assessment | None:
        """The priority by the rules, where the helpdesk gives none."""
        said = news.said
        if said.priority is not None:
            return None
        tier = (said.customer.tier if said.customer else None) or known_tier
        category = news.subcategory or news.category
        return assess(f"{said.subject or ''}\n{said.body or ''}", category, tier, self.rules)


def receive(
    connection: Connection,
    workspace_id: str,
    source: str,
    body: bytes,
    now: datetime,
    taxonomy: Taxonomy,
    rules: PriorityRules,
    announce: Announce,
    refresh: Announce = lambda connection, ticket: None,
    people: Mapping[str, str] = NOBODY,
    keep: Announce = lambda connection, ticket: None,
) -> int:
    """Apply one verified event and say its ticket's number; a second copy changes nothing and says the same.

    Raises BadBody, and UnknownSource for a helpdesk nobody speaks for.
    """
    if source not in PARSERS:
        raise UnknownSource(source)
    event = PARSERS[source](body)
    intake = Intake(workspace_id, source, taxonomy, rules, now, announce, refresh, keep, people=people)
    news = intake.news(event.ticket, "ticket.")
    mirrors.hold(connection, workspace_id)
    key = f"{source}:{event.event_id}"
    earlier = received.answer_to(connection, workspace_id, key)
    if earlier is not None:
        return int(earlier["ticket"])
    number, _ = upsert(connection, intake, news)
    received.remember(connection, workspace_id, key, now, {"ticket": number})
    return number


def upsert(connection: Connection, intake: Intake, news: News, *, respect_people: bool = False) -> tuple[int, Outcome]:
    """Create or change the ticket that the news is about; the caller holds the workspace.

    With `respect_people` (a file read again) what is no newer than what we have leaves alone what people changed.
    """
    found = tickets.find_external(connection, intake.workspace_id, news.said.external_id)
    if found is None:
        return _create(connection, intake, news), Outcome.NEW
    if facts.is_older(found, news.said):
        return found.number, Outcome.UNCHANGED
    _save_customer(connection, intake, news)
    if facts.starts_follow_up(found, news.said):
        _follow_up(connection, intake, found, news)
    changed = _change(connection, intake, found, news, respect_people and not facts.is_newer(found, news.said))
    if facts.is_newer(found, news.said) and news.said.updated_at is not None:
        mirrors.heard(connection, intake.workspace_id, {found.number: news.said.updated_at})
    return found.number, Outcome.CHANGED if changed else Outcome.UNCHANGED


def _create(connection: Connection, intake: Intake, news: News) -> int:
    known = customers.find(connection, intake.workspace_id, news.customer_id) if news.customer_id else None
    _save_customer(connection, intake, news)
    values = facts.first_values(news, intake.assessment(news, known.tier if known else None), intake.now)
    made = tickets.create(
        connection, intake.workspace_id, values, actor=news.actor, at=values["created_at"], now=intake.now
    )
    lived = _write(connection, intake, made, facts.since_birth(news.said, intake.now), news.actor)
    assert lived is not None, "nobody else can see it yet"
    intake.keep(connection, lived)
    _announce(connection, intake, lived)
    return lived.number


def _save_customer(connection: Connection, intake: Intake, news: News) -> None:
    customer = news.said.customer
    if customer is not None and news.customer_id is not None:
        before = customers.find(connection, intake.workspace_id, news.customer_id)
        known = {"name": customer.name, "tier": customer.tier, "arr": customer.arr}
        customers.save(connection, intake.workspace_id, news.customer_id, **known)
        if before is not None and customer.tier not in (None, before.tier):
            _tier_changed(connection, intake, news, news.customer_id, before.tier)


def _tier_changed(connection: Connection, intake: Intake, news: News, customer_id: str, before: str | None) -> None:
    """Another plan may be promised something else: it is in the trail of each open ticket, and clocks follow."""
    numbers = [one.number for one in tickets.unfinished_of_customer(connection, intake.workspace_id, customer_id)]
    # Before their clocks, as everybody does: else this and whoever is changing one of them could wait for each other.
    tickets.hold(connection, intake.workspace_id, numbers)
    for theirs in tickets.numbered(connection, intake.workspace_id, numbers):
        events.record(
            connection, intake.workspace_id, theirs.number,
            kind="tier_changed", actor=news.actor, at=news.said.updated_at or intake.now, recorded_at=intake.now,
            fields={"customer_tier": (before, theirs.customer_tier)},
        )  # fmt: skip
        intake.keep(connection, theirs)


def _announce(connection: Connection, intake: Intake, made: Ticket) -> None:
    if made.priority in URGENT and made.status not in FINISHED:
        intake.announce(connection, made)


def _change(connection: Connection, intake: Intake, found: Ticket, news: News, all_of_people: bool) -> bool:
    """Write what is new; whether anything was."""
    return _apply(
        connection, intake, found, lambda now: _planned(connection, intake, now, news, all_of_people), news.actor
    )


def _apply(
    connection: Connection, intake: Intake, found: Ticket, plan: Callable[[Ticket], list[Dated]], actor: str
) -> bool:
    """Write what is planned for a ticket, whether anything was; when somebody changes it meanwhile, plan anew."""
    current: Ticket | None = found
    for _ in range(TRIES):
        assert current is not None
        planned = plan(current)
        written = _write(connection, intake, current, planned, actor)
        if written is not None:
            if planned:
                intake.keep(connection, written)
                intake.refresh(connection, written)
            return bool(planned)
        current = tickets.find(connection, intake.workspace_id, found.number)
    raise TimeoutError(f"T-{found.number} was changed by others {TRIES} times in a row")


def _planned(connection: Connection, intake: Intake, current: Ticket, news: News, all_of_people: bool) -> list[Dated]:
    planned = facts.changes(current, news, intake.now)
    if not planned or current.version == 1:
        return planned
    trail = events.of_ticket(connection, intake.workspace_id, current.number)
    keep = _changed_by_people(trail) if all_of_people else _repeated(trail, news)
    return facts.changes(current, news, intake.now, keep, standing_of(trail))


def _write(connection: Connection, intake: Intake, current: Ticket, planned: list[Dated], actor: str) -> Ticket | None:
    """The ticket with all the changes written; None as soon as one finds the ticket changed by somebody else."""
    for dated in planned:
        written = tickets.apply(
            connection, intake.workspace_id, current, dated.change, actor=actor, at=dated.at, now=intake.now
        )
        if not written:
            return None
        current = tickets.with_change(current, dated.change, intake.now)
    return current


def _follow_up(connection: Connection, intake: Intake, closed: Ticket, news: News) -> None:
    """A message on a closed ticket: it goes to the follow-up that is not closed yet, or starts one."""
    heard = news.said.updated_at or intake.now
    number = mirrors.follow_up_of(connection, intake.workspace_id, closed)
    follower = tickets.find(connection, intake.workspace_id, number) if number is not None else None
    if follower is not None:
        _apply(connection, intake, follower, lambda now: _written_on(connection, intake, now, heard), news.actor)
        return
    values = rules_of_tickets.follow_up(closed) | {"customer_replies": 1, "url": closed.url, "created_at": heard}
    made = tickets.create(connection, intake.workspace_id, values, actor=news.actor, at=heard, now=intake.now)
    intake.keep(connection, made)
    _announce(connection, intake, made)


def _written_on(connection: Connection, intake: Intake, follower: Ticket, heard: datetime) -> list[Dated]:
    stood = standing_of(events.of_ticket(connection, intake.workspace_id, follower.number))
    return [Dated(stood.at_earliest(heard), rules_of_tickets.customer_wrote(follower))]


def _by_people(event: Event) -> bool:
    return not event.actor.startswith("helpdesk:")


def _changed_by_people(trail: list[Event]) -> frozenset[str]:
    """The fields that somebody other than a helpdesk has changed."""
    return frozenset(name for event in trail if _by_people(event) for name in event.fields)


def _repeated(trail: list[Event], news: News) -> frozenset[str]:
    """Fields that a person changed since, of which the helpdesk only says again what it said before."""
    said = news.details() | {"priority": news.said.priority}
    before: dict[str, Any] = {}
    for event in trail:
        for name in REPEATABLE & event.fields.keys():
            if not _by_people(event):
                before.pop(name, None)
            elif name != "priority" or str(event.fields.get("priority_by", ("", ""))[0]).startswith("helpdesk:"):
                before.setdefault(name, event.fields[name][0])
    return frozenset(name for name, value in before.items() if name in said and said[name] == value)
