"""A made-up history: tickets that people move at random over some weeks, through the same doors as in life."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.desk import Desk, House
from bot.settings import Settings
from db import events, session, tickets, workspaces
from domain import ticket as rules
from domain.refusal import Refusal
from domain.ticket import Change, Priority, Status, Ticket
from tests.clock import MovableClock

W = "T1"
BEGINS = datetime(2026, 3, 9, tzinfo=UTC)
CATEGORIES = ("reliability", "usability", "functional", "billing_fault")
AREAS = ("api", "dashboard", None)
SENTIMENTS = ("positive", "negative", "urgent", None)


@dataclass
class History:
    """Makes it. `undone` are events that were taken back."""

    engine: Engine
    clock: MovableClock
    seed: int
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.pick = random.Random(self.seed)
        self.house = House(self.engine, self.settings, self.clock)

    def live(self, count: int, days: int = 24) -> "History":
        """So many tickets, each with a life of its own, told in the order in which things happened."""
        with session.writing(self.engine) as connection:
            workspaces.remember(connection, W, W, BEGINS)
            moments = [(self._moment(days), number) for number in range(1, count + 1)]
            for at, number in sorted(moments):
                self._born(connection, at)
                _ = number
            steps = sorted((self._moment(days + 10), self.pick.randint(1, count)) for _ in range(count * 7))
            for at, number in steps:
                found = tickets.find(connection, W, number)
                assert found is not None
                if at > found.created_at:
                    self._step(connection, found, at)
        return self

    def _moment(self, days: int) -> datetime:
        return BEGINS + timedelta(minutes=self.pick.randrange(days * 1440), microseconds=self.pick.randrange(3))

    def _born(self, connection: Connection, at: datetime) -> None:
        values = {
            "subject": "x", "status": Status.NEW, "priority": self.pick.choice(list(Priority)), "created_at": at,
            "category": self.pick.choice(CATEGORIES), "area": self.pick.choice(AREAS),
            "sentiment": self.pick.choice(SENTIMENTS),
        }  # fmt: skip
        made = tickets.create(connection, W, values, actor="U1", at=at, now=at)
        self.house.keeper.keep(connection, W, [made], at)

    def _step(self, connection: Connection, found: Ticket, at: datetime) -> None:
        person = self.pick.choice(("U1", "U2", "U3"))
        choices = (
            lambda: rules.reply(found, person, at),
            lambda: rules.move(found, Status.SOLVED, at),
            lambda: rules.move(found, Status.SOLVED, at),
            lambda: rules.move(found, Status.ESCALATED, at),
            lambda: rules.move(found, Status.PENDING, at),
            lambda: rules.reopen(found, at),
            lambda: rules.customer_wrote(found),
            lambda: rules.move(found, Status.CLOSED, at),
            lambda: rules.rate(found, self.pick.randint(1, 5)),
            lambda: self._undone(connection, found, at),
        )
        try:
            change = self.pick.choice(choices)()
        except Refusal:
            return
        if change is not None:
            self._apply(connection, found, change, person, at)

    def _undone(self, connection: Connection, found: Ticket, at: datetime) -> Change | None:
        """A change, and its undoing a minute later."""
        for change in (rules.reopen, lambda one, when: rules.move(one, Status.ESCALATED, when)):
            try:
                made = change(found, at)
            except Refusal:
                continue
            changed = self._apply(connection, found, made, "U1", at)
            last = events.last_of_ticket(connection, W, found.number)
            assert last is not None
            later = at + timedelta(minutes=1)
            back = rules.undo(last, changed, later)
            events.mark_undone(connection, W, last.event_id)
            self._apply(connection, changed, back, "U1", later)
            return None
        return None

    def _apply(self, connection: Connection, found: Ticket, change: Change, person: str, at: datetime) -> Ticket:
        self.clock.set(at)
        return Desk(self.house, W, person).change(connection, found, change, at)
