"""The desk: what a listener is lent. Sessions, the clock, the settings, and who is asking."""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot import announcements
from bot.blocks.kit import Message, Modal
from bot.clock import Clock
from bot.keeping import Keeper
from bot.metrics import Meters
from bot.settings import Settings
from db import events, received, session, tickets
from domain import refusal, roles
from domain.ticket import Change, Ticket
from domain.ticket_reference import parse as parse_reference


@dataclass(frozen=True, slots=True)
class House:
    """What every desk of a running bot shares. `at` hears the name of each point where the process could die."""

    engine: Engine
    settings: Settings
    clock: Clock
    wake: Callable[[], None] = lambda: None  # tells delivery that something is owed
    home: str | None = None  # the workspace the bot's token is for; requests of others are refused
    at: Callable[[str], None] = lambda point: None
    meters: Meters = field(default_factory=Meters)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        """The clocks are kept by the settings' promises."""
        object.__setattr__(self, "keeper", Keeper(self.settings))


@dataclass(frozen=True, slots=True)
class Desk:
    """One request's view of the house. `delivery` names the request, so that a second copy does nothing."""

    house: House
    workspace_id: str
    person: str
    delivery: str | None = None
    channel: str | None = None

    @property
    def settings(self) -> Settings:
        """The validated configuration."""
        return self.house.settings

    def must_be_allowed(self, name: str, concerned: Collection[str] = ()) -> None:
        """Raise NotAllowed unless whoever asks may do `name`, a line of domain/roles.py.

        `concerned` has those of the thing that the line speaks of: who was invited, or whose work was reviewed.
        """
        roles.must_be_allowed(name, self.person, self._team(), concerned)

    def is_allowed(self, name: str, concerned: Collection[str] = ()) -> bool:
        """Whether `must_be_allowed` would let whoever asks."""
        return roles.is_allowed(name, self.person, self._team(), concerned)

    def _team(self) -> roles.Team:
        return roles.Team(self.settings.team.leads, self.settings.team.reviewers)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.house.clock.now()

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only transaction."""
        return session.reading(self.house.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A read-write transaction."""
        return session.writing(self.house.engine)

    def once(self, work: Callable[[Connection, datetime], Message]) -> Message:
        """Do `work` in one transaction and remember its answer, which a second copy of the delivery gets again."""
        try:
            with self.writing() as connection:
                answer = self._answer_and_remember(connection, work)
        except (IntegrityError, refusal.Refusal):
            answer = self._earlier_answer_or_raise()
        self.house.wake()
        return answer

    def _answer_and_remember(self, connection: Connection, work: Callable[[Connection, datetime], Message]) -> Message:
        now = self.now()
        answer = work(connection, now)
        if self.delivery is not None:
            received.remember(connection, self.workspace_id, self.delivery, now, answer.payload())
        return answer

    def _earlier_answer_or_raise(self) -> Message:
        # A second copy does its work in vain: it is refused, or cannot be remembered, and is rolled back whole.
        # Copies are rare, so this costs less than looking for an earlier answer each time.
        if self.delivery is not None:
            with self.reading() as connection:
                earlier = received.answer_to(connection, self.workspace_id, self.delivery)
            if earlier is not None:
                return Message(earlier["text"], earlier.get("blocks", []))
        raise

    def ticket(self, connection: Connection, reference: str) -> Ticket:
        """The ticket meant by `T-12`, `t12`, `#12`, `12` or an external id; raises UnknownTicket."""
        number = parse_reference(reference)
        found = tickets.find(connection, self.workspace_id, number) if number is not None else None
        found = found or tickets.find_external(connection, self.workspace_id, reference.strip())
        if found is None:
            raise refusal.UnknownTicket(reference)
        return found

    def change(
        self, connection: Connection, ticket: Ticket, change: Change, now: datetime, undoes: int | None = None
    ) -> Ticket:
        """Write the change with its audit event, the clocks it moves and what it makes owed; the ticket as it is now.

        Raises ChangedMeanwhile, with what happened, when somebody else was faster.
        """
        if not tickets.apply(connection, self.workspace_id, ticket, change, actor=self.person, at=now, undoes=undoes):
            raise self.changed_meanwhile(connection, ticket.number)
        changed = tickets.with_change(ticket, change, now)
        keeper = self.house.keeper
        if keeper.moved_by(connection, self.workspace_id, change.fields):
            keeper.keep(connection, self.workspace_id, [changed], now)
        announcements.refresh(connection, self.workspace_id, changed, now)
        return changed

    def changed_meanwhile(self, connection: Connection, number: int) -> refusal.ChangedMeanwhile:
        """What happened to a ticket that is no longer as it was seen."""
        last = events.last_of_ticket(connection, self.workspace_id, number)
        assert last is not None
        return refusal.ChangedMeanwhile(number, last.actor, last.kind, {k: list(v) for k, v in last.fields.items()})


@dataclass(frozen=True, slots=True)
class Click:
    """A button pressed or an option chosen: `value` is the button's or option's value.

    `replaces` says that the message belongs to the person alone, so that the answer may take its place; a post
    that everybody sees is edited by delivery instead. `window` is the window the button stands in, as it is filled
    in so far; a Modal as the answer then takes its place.
    """

    action_id: str
    value: str
    replaces: bool = True
    window: "Submission | None" = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A modal submitted: `values` maps block ids to what was entered, `about` is what the modal was opened with.

    `replaces` says that the answer may take the place of the message the modal was opened from.
    """

    about: dict[str, Any]
    values: dict[str, Any]
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """The answer takes the place of the message that was clicked."""

    message: Message
    aside: Message | None = None


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong in a modal, by block id."""

    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer beyond the acknowledgement."""


Answer = Message | Modal | Replace | FieldErrors | Nothing
Command = Callable[[Desk, str], Message | Modal]
Action = Callable[[Desk, Click], Answer]
View = Callable[[Desk, Submission], Answer]
