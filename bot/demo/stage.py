"""Where the made-up team plays the past: its database, and a clock that stands where the play puts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.database import opened
from bot.desk import Desk, House
from bot.settings import Settings
from db import session, workspaces


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

    def desk(self, person: str) -> Desk:
        """What a member of the team works at."""
        return Desk(self.house, self.workspace_id, person)


@contextmanager
def stage(settings: Settings, begins: datetime, seed: int) -> Iterator[Stage]:
    """A stage in the demo's database, the clock at `begins`."""
    engine = opened(settings.database_url)
    clock = Past(begins)
    with session.reading(engine) as connection:
        (workspace_id,) = workspaces.all_ids(connection)
    yield Stage(House(engine, settings, clock), workspace_id, clock, Random(seed))
    engine.dispose()
