"""Where the made-up team plays the past: its database, its Slack, and a clock that stands where the play puts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from bot.database import opened
from bot.delivery import Worker
from bot.demo.neighbours import LocalSlack
from bot.desk import Desk, House
from bot.main import slack_client
from bot.settings import Settings
from db import outbox, session, workspaces
from db.slack_pace import BURST, EVERY

REST = EVERY * (BURST + 1)  # by then a channel surely takes a whole burst again
AT_MOST = timedelta(minutes=5)


@dataclass(slots=True)
class Past:
    """A clock that stands where it is put."""

    instant: datetime

    def now(self) -> datetime:
        """Where it stands."""
        return self.instant


@dataclass(frozen=True, slots=True)
class Stage:
    """The house as it was, and chance that falls the same way in every demo."""

    house: House
    workspace_id: str
    clock: Past
    random: Random
    slack: LocalSlack
    delivery: Worker

    def desk(self, person: str) -> Desk:
        """What a member of the team works at."""
        return Desk(self.house, self.workspace_id, person)

    def deliver(self) -> None:
        """Post what is owed by now, at the pace that Slack takes it in: the clock moves on by as long as that lasts.

        What cannot be posted is left to the bot.
        """
        begun, until = self.clock.instant, self.clock.instant + AT_MOST
        while self.clock.instant < until and self._owes(begun):
            self.slack.stands_at(self.clock.instant)
            self.delivery.turn()
            self.clock.instant += REST

    def _owes(self, by: datetime) -> bool:
        with session.reading(self.house.engine) as connection:
            return any(row["owed_at"] <= by for row in outbox.unsettled(connection, self.workspace_id, most=1000))


S = TypeVar("S", bound=Stage)


@contextmanager
def stage(play: type[S], settings: Settings, slack: LocalSlack, begins: datetime, seed: int) -> Iterator[S]:
    """The stage of a play in the demo's database, the clock at `begins`; at the end Slack is back in the present."""
    engine = opened(settings.database_url)
    clock = Past(begins)
    with session.reading(engine) as connection:
        (workspace_id,) = workspaces.all_ids(connection)
    delivery = Worker(engine, slack_client(settings), clock, settings, workspace_id)
    try:
        yield play(House(engine, settings, clock), workspace_id, clock, Random(seed), slack, delivery)
    finally:
        slack.stands_at(None)
        engine.dispose()
