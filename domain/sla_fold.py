"""The clocks of a ticket as a fold over its events (docs/SLA.md R7, R9-R15, R18).

The fold never reads the wall clock: the same events and the same editions of the policies give the same
clocks, in whatever order the events were heard.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.business_hours import in_utc
from domain.sla_changes import ended, paused, promised_anew, reopened, resumed
from domain.sla_clock import Clock, Ending, Stretch
from domain.sla_events import Event, Kind, in_order
from domain.sla_policy import Editions, Facts, PolicyBook, Reopening
from domain.sla_promise import Metric
from domain.ticket import FINISHED, Status


@dataclass(frozen=True)
class TicketClocks:
    """Every clock a ticket had, in the order they started, and the policy it is under now.

    `policy` is None for an unmeasured ticket: it is reported as such, never as kept (R8).
    """

    clocks: tuple[Clock, ...]
    facts: Facts
    status: Status | None
    policy: str | None

    def latest(self, metric: Metric) -> Clock | None:
        """The newest clock of a metric, or None."""
        return next((clock for clock in reversed(self.clocks) if clock.metric is metric), None)


def fold(events: Iterable[Event], editions: Editions) -> TicketClocks:
    """The clocks that these events of one ticket leave behind; without a creation there are none."""
    story = _Story(editions)
    for event in in_order(events):
        story.hear(event)
    policy = story.book.policy_for(story.facts)
    promised = tuple(clock for clock in story.clocks if clock.stretches)
    return TicketClocks(promised, story.facts, story.status, policy.name if policy else None)


@dataclass
class _Story:
    editions: Editions
    facts: Facts = field(default_factory=Facts)
    status: Status | None = None
    created_at: datetime | None = None
    called_off: bool = False
    replied: bool = False
    unanswered_since: datetime | None = None
    clocks: list[Clock] = field(default_factory=list)
    edition: int = 1

    @property
    def book(self) -> PolicyBook:
        """The edition that holds since the last event."""
        return self.editions.books[self.edition - 1][1]

    def hear(self, event: Event) -> None:
        at = in_utc(event.at)
        # A source whose clock runs behind may date an event before the creation: it counts from there.
        at = max(at, self.created_at) if self.created_at else at
        terms = self.terms()
        self.edition = self.editions.number_at(at)
        if event.facts:
            self.facts = replace(self.facts, **_as_facts(event.facts))
        if self.called_off or (self.created_at is None and event.kind is not Kind.CREATED):
            return
        promised = bool(self.clocks)  # what starts only now starts under the present terms
        if handle := _HANDLERS.get(event.kind):
            handle(self, event, at)
        if promised and terms != self.terms():
            self.change(lambda c: c.ended_at is None, lambda c: self.under_present_terms(c, at))

    def terms(self) -> tuple[int, Facts, bool]:
        """What promises depend on; a reopened clock was last promised something before it was solved."""
        return self.edition, self.facts, self.status in FINISHED

    def under_present_terms(self, clock: Clock, at: datetime) -> Clock:
        return replace(promised_anew(clock, self.book, self.facts, at), edition=self.edition)

    def change(self, which: Callable[[Clock], bool], how: Callable[[Clock], Clock]) -> None:
        self.clocks = [how(clock) if which(clock) else clock for clock in self.clocks]

    def start(self, metric: Metric, at: datetime, event: Event | None = None) -> None:
        own, handoff = (event.target, event.handoff) if event else (None, "")
        promise = self.book.promise(metric, self.facts, own)
        stretches = (Stretch(at, promise.calendar),) if promise else ()
        cycle = 1 + self.count(metric)
        self.clocks.append(
            Clock(
                metric, at, promise, cycle,
                stretches=stretches, handoff=handoff, own_target=own, edition=self.edition,
            )
        )  # fmt: skip

    def end(self, metric: Metric, at: datetime, ending: Ending, handoff: str = "") -> None:
        self.change(
            lambda c: c.metric is metric and c.ended_at is None and handoff in ("", c.handoff),
            lambda c: ended(c, at, ending),
        )

    def count(self, metric: Metric) -> int:
        return sum(clock.metric is metric for clock in self.clocks)

    def running(self, metric: Metric) -> bool:
        return any(clock.metric is metric and clock.ended_at is None for clock in self.clocks)

    def move(self, to: Status, at: datetime) -> None:
        """The ticket changes status; what leaving the old and entering the new one do to its clocks."""
        old, self.status = self.status, to
        if old is to:
            return
        if old is Status.NEW:
            self.end(Metric.PICKUP, at, Ending.FULFILLED)
        if old is Status.PENDING:
            self.leave_pending(at)
        if old in FINISHED and to not in FINISHED:
            self.reopen(at)
        if to in FINISHED and old not in FINISHED:
            self.solve(at)
        self.enter(to, at)

    def enter(self, status: Status, at: datetime) -> None:
        if status is Status.PENDING:
            self.change(_is_running_resolution, lambda c: paused(c, at))
            self.start(Metric.PENDING_WARNING, at)
        elif status is Status.SOLVED:
            self.start(Metric.AUTO_CLOSE, at)
        elif status is Status.CLOSED:
            self.end(Metric.AUTO_CLOSE, at, Ending.FULFILLED)

    def leave_pending(self, at: datetime) -> None:
        self.change(lambda c: c.paused, lambda c: resumed(c, at))
        self.end(Metric.PENDING_WARNING, at, Ending.CANCELLED)

    def solve(self, at: datetime) -> None:
        self.end(Metric.RESOLUTION, at, Ending.FULFILLED)
        for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE):
            self.end(metric, at, Ending.LEFT)
        self.end(Metric.ESCALATION_ACK, at, Ending.CANCELLED)
        self.unanswered_since = None

    def reopen(self, at: datetime) -> None:
        self.end(Metric.AUTO_CLOSE, at, Ending.CANCELLED)
        policy = self.book.policy_for(self.facts)
        mode = policy.reopening if policy else Reopening.RESUME
        if mode is Reopening.RESTART:
            self.start(Metric.RESOLUTION, at)
        elif mode is Reopening.RESUME:
            last = self.count(Metric.RESOLUTION)
            self.change(lambda c: c.metric is Metric.RESOLUTION and c.cycle == last, lambda c: reopened(c, at))
        if self.unanswered_since is not None:
            self.start(Metric.NEXT_RESPONSE, self.unanswered_since)
            self.unanswered_since = None


def _created(story: _Story, event: Event, at: datetime) -> None:
    if story.created_at is not None:
        return
    story.created_at = at
    story.status = Status.NEW
    if not event.by_agent:
        story.start(Metric.FIRST_RESPONSE, at)
    story.start(Metric.RESOLUTION, at)
    born = event.status or Status.NEW
    if born is Status.NEW and not event.assigned:
        story.start(Metric.PICKUP, at)
    story.move(born, at)


def _customer_wrote(story: _Story, event: Event, at: datetime) -> None:
    if story.status is Status.PENDING and not event.stays:
        story.move(Status.OPEN, at)
    if story.count(Metric.FIRST_RESPONSE) == 0:
        story.start(Metric.FIRST_RESPONSE, at)
    elif story.replied and story.status in FINISHED:
        story.unanswered_since = story.unanswered_since or at
    elif story.replied and not story.running(Metric.NEXT_RESPONSE):
        story.start(Metric.NEXT_RESPONSE, at)


def _replied(story: _Story, _event: Event, at: datetime) -> None:
    story.replied = story.count(Metric.FIRST_RESPONSE) > 0
    story.unanswered_since = None
    story.end(Metric.FIRST_RESPONSE, at, Ending.FULFILLED)
    story.end(Metric.NEXT_RESPONSE, at, Ending.FULFILLED)


def _needs_no_reply(story: _Story, _event: Event, at: datetime) -> None:
    story.unanswered_since = None
    story.end(Metric.NEXT_RESPONSE, at, Ending.CANCELLED)


def _moved(story: _Story, event: Event, at: datetime) -> None:
    if event.status is not None and not (story.status in FINISHED and _says_nothing_of_the_end(event)):
        story.move(event.status, at)


def _says_nothing_of_the_end(event: Event) -> bool:
    """Whether a move leaves a finished ticket as it is: it was made unaware of the end, or only dates it."""
    unaware = event.before is not None and event.before not in FINISHED and event.status is not Status.CLOSED
    return unaware or event.before is event.status


def _called_off(story: _Story, _event: Event, at: datetime) -> None:
    story.called_off = True
    story.change(lambda c: True, lambda c: ended(c, c.ended_at or at, Ending.CANCELLED))


_HANDLERS: Mapping[Kind, Callable[[_Story, Event, datetime], None]] = {
    Kind.CREATED: _created,
    Kind.ASSIGNED: lambda story, _, at: story.end(Metric.PICKUP, at, Ending.FULFILLED),
    Kind.CUSTOMER_MESSAGE: _customer_wrote,
    Kind.AGENT_REPLY: _replied,
    Kind.NO_REPLY_NEEDED: _needs_no_reply,
    Kind.STATUS_CHANGED: _moved,
    Kind.HANDED_OFF: lambda story, event, at: story.start(Metric.ESCALATION_ACK, at, event),
    Kind.ACKNOWLEDGED: lambda story, event, at: story.end(Metric.ESCALATION_ACK, at, Ending.FULFILLED, event.handoff),
    Kind.HANDOFF_ENDED: lambda story, event, at: story.end(Metric.ESCALATION_ACK, at, Ending.CANCELLED, event.handoff),
    Kind.MERGED: _called_off,
    Kind.DELETED: _called_off,
    Kind.SPAM: _called_off,
}


def _is_running_resolution(clock: Clock) -> bool:
    return clock.metric is Metric.RESOLUTION and clock.ended_at is None


def _as_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: frozenset(value) if name == "tags" else value for name, value in facts.items()}
