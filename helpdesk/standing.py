"""Since when a ticket stands as it does, by its trail. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.ticket import FINISHED, Event


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a ticket stands as it does: when it was last moved, and last opened again; None where it never was."""

    moved_at: datetime | None = None
    reopened_at: datetime | None = None

    def at_earliest(self, at: datetime) -> datetime:
        """When it can have been moved since: then, or at the last move where that is later."""
        return at if self.moved_at is None else max(at, self.moved_at)


def standing_of(trail: Iterable[Event]) -> Standing:
    """Since when a ticket stands as it does, by its trail; what was undone never happened."""
    lasting = [line for line in trail if "status" in line.fields and not line.undone and line.undoes is None]
    moves = [(line.at, *line.fields["status"]) for line in lasting]
    again = [at for at, before, after in moves if before in FINISHED and after not in FINISHED]
    return Standing(max((at for at, _, _ in moves), default=None), max(again, default=None))
