"""The books compared: what the database says was owed and done, and what stands in Slack."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from bot.clock import Clock
from bot.desk import House
from bot.settings import Settings
from bot.sla.auditor import audit
from db import due_clocks, handoffs, outbox, session
from db.events import events
from db.outbox import State
from db.tickets import tickets
from slack_sandbox.client import Sandbox
from tests.bots import Bot, Town
from tests.waiting import wait_until
from tests.workplace import ANA, BEN, CLEO, DORA, EVE, LEAD, TEAM, settings_for

PEOPLE = (ANA, BEN, CLEO, DORA, EVE, LEAD)
TOLD = ("status", "priority", "assignee", "category", "subject", "tier")


@dataclass
class Books:
    """A database that bots use, looked at from outside."""

    engine: Engine
    slack: Sandbox

    def rows(self) -> list[Any]:
        """Everything that was ever owed."""
        with session.reading(self.engine) as connection:
            wanted = select(outbox.outbox).where(outbox.outbox.c.workspace_id == TEAM)
            return list(connection.execute(wanted.order_by(outbox.outbox.c.outbox_id)).mappings())

    def keys(self, start: str = "") -> list[str]:
        """The occasions of the posts whose key begins so."""
        return [row["key"] for row in self.rows() if row["method"] == outbox.POST and row["key"].startswith(start)]

    def unsettled(self) -> list[tuple[str, str, str | None]]:
        """What is not paid: key, state, reason."""
        return [(row["key"], row["state"], row["reason"]) for row in self.rows() if row["state"] != State.SENT]

    def is_idle(self, now: datetime) -> bool:
        """Whether everything is paid and no sweep has anything to do."""
        with session.reading(self.engine) as connection:
            waiting = due_clocks.due(connection, TEAM, now, 1) or handoffs.due(connection, TEAM, now, 1)
        return not waiting and not self.unsettled()

    def stands_in_slack(self) -> Counter[tuple[int, str]]:
        """How often each post stands in Slack, by the mark in its metadata, wherever anybody sees it."""
        seen = {}
        for person in PEOPLE:
            for channel in self.slack.channels(person):
                for message in self._messages(person, channel["id"]):
                    mark = (message.get("metadata") or {}).get("event_payload") or {}
                    if mark.get("key"):
                        seen[channel["id"], message["ts"]] = (mark["id"], mark["key"])
        return Counter(seen.values())

    def _messages(self, person: str, channel: str) -> Iterator[dict[str, Any]]:
        for message in self.slack.messages(person, channel, limit=1000):
            yield message
            if message.get("reply_count"):
                yield from self.slack.messages(person, channel, thread_ts=message["ts"], limit=1000)[1:]

    def trails_that_do_not_end_where_their_ticket_is(self) -> list[tuple[int, str, Any, Any]]:
        """Ticket, field, what the trail says, what the ticket says; each trail begins with its creation, once."""
        wrong: list[tuple[int, str, Any, Any]] = []
        with session.reading(self.engine) as connection:
            lines = connection.execute(
                select(events).where(events.c.workspace_id == TEAM).order_by(events.c.event_id)
            ).mappings()
            story: dict[int, dict[str, Any]] = {}
            births: Counter[int] = Counter()
            for line in lines:
                births[line["number"]] += line["kind"] == "created"
                story.setdefault(line["number"], {}).update({k: v[1] for k, v in line["fields"].items()})
            found = connection.execute(select(tickets).where(tickets.c.workspace_id == TEAM)).mappings().all()
        for ticket in found:
            told = story.get(ticket["number"], {})
            wrong += [(ticket["number"], "created", births[ticket["number"]], 1)] * (births[ticket["number"]] != 1)
            wrong += [
                (ticket["number"], name, told[name], ticket[name])
                for name in TOLD
                if name in told and told[name] != ticket[name]
            ]
        return wrong

    def numbers(self) -> list[int]:
        """The numbers of all tickets, in order."""
        with session.reading(self.engine) as connection:
            wanted = select(tickets.c.number).where(tickets.c.workspace_id == TEAM)
            return list(connection.scalars(wanted.order_by(tickets.c.number)))

    def subjects(self) -> list[str]:
        """The subjects of all tickets."""
        with session.reading(self.engine) as connection:
            return list(connection.scalars(select(tickets.c.subject).where(tickets.c.workspace_id == TEAM)))

    def balance(self, settings: Settings, clock: Clock) -> None:
        """Everything owed was paid exactly once, every trail is whole, no number is missing, and nothing is to mend."""
        assert not self.unsettled(), self.unsettled()
        owed = {(row["outbox_id"], row["key"]): 1 for row in self.rows() if row["method"] == outbox.POST}
        stands = self.stands_in_slack()
        twice = {key: how_often for key, how_often in stands.items() if how_often != 1}
        assert not twice, f"posted twice: {twice}"
        assert not owed.keys() - stands.keys(), f"paid, but not in Slack: {owed.keys() - stands.keys()}"
        assert not stands.keys() - owed.keys(), f"in Slack, but never owed: {stands.keys() - owed.keys()}"
        assert self.trails_that_do_not_end_where_their_ticket_is() == []
        assert self.numbers() == list(range(1, len(self.numbers()) + 1))
        assert audit(House(self.engine, settings, clock), TEAM) == 0, "the auditor had something to mend"


@contextmanager
def books_of(here: Town) -> Iterator[Books]:
    """The books of a town's database."""
    engine = session.open_engine(here.database)
    yield Books(engine, here.slack)
    engine.dispose()


def settle(here: Town, books: Books, bots: Sequence[Bot], seconds: float = 90) -> None:
    """Run the bots, and let time pass, until they have nothing left to do; then they are stopped."""

    def idle() -> bool:
        if books.is_idle(here.clock.now()):
            return True
        if books.unsettled():
            here.pass_time(seconds=8)  # what is limited, unsure, or claimed by one that is dead comes due
        return False

    def finished() -> bool:
        for bot in bots:
            if bot.is_dead():
                bot.start()
        wait_until(idle, "nothing is left to do", seconds, books.unsettled)
        for bot in bots:
            bot.stop()
        return books.is_idle(here.clock.now())

    wait_until(finished, "nothing comes after", seconds, books.unsettled)


def configured(here: Town) -> Settings:
    """The settings the bots have."""
    return settings_for(here.folder, here.slack.base_url, here.database, here.config)
