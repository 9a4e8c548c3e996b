"""A message that cannot be delivered is told to the leads, once for each reason and channel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import outbox as blocks
from db import outbox
from db.outbox_claims import Due
from domain.retry import Mend, mend


@dataclass(frozen=True, slots=True)
class Leads:
    """Who hears of what cannot be delivered: the leads' channel, else each of the leads."""

    channel: str | None = None
    people: tuple[str, ...] = ()

    def reached_at(self, broken: str) -> Iterator[str]:
        """Where to tell them that `broken` cannot be reached: somewhere else."""
        if self.channel is not None and self.channel != broken:
            yield self.channel
        else:
            yield from (person for person in self.people if person != broken)


def tell(
    connection: Connection, workspace_id: str, leads: Leads, due: Due, reason: str, detail: str | None, now: datetime
) -> None:
    """Owe the leads a note about a row that was just parked. A post that somebody deleted is not worth one."""
    if mend(reason) is Mend.NOTHING or reason == outbox.PARENT_PARKED:
        return
    note = blocks.parked_note(due.outbox_id, due.channel, reason, detail)
    for place in leads.reached_at(due.channel):
        key = f"parked:{reason}:{due.channel}" + ("" if place == leads.channel else f":{place}")
        outbox.owe(connection, workspace_id, key, place, note.payload(), now)
