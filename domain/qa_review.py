"""A review of how one ticket was handled: whose it is, and who may read it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.scorecard import Band, band_of, total
from domain.ticket import FINISHED, Event, Status, Ticket


@dataclass(frozen=True, slots=True)
class Review:
    """One version of a review: of `agent`, by `reviewer`, with points and comments by dimension."""

    number: int
    agent: str
    reviewer: str
    version: int
    points: Mapping[str, int]
    at: datetime
    comments: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Of 100."""
        return total(self.points)

    @property
    def band(self) -> Band:
        """The band its total lies in."""
        return band_of(self.total)


@dataclass(frozen=True, slots=True)
class Reply:
    """An agent's reply to a version of their review; `place` counts from 1."""

    place: int
    version: int
    text: str
    at: datetime


def agent_at_solve(ticket: Ticket, trail: Sequence[Event]) -> str | None:
    """Who had the ticket when it was last solved, whoever was given it since; None where nobody had.

    `trail` is its audit trail in order. A ticket that came in solved, as by an import, was its assignee's.
    """
    later = trail[_last_solved(trail) + 1 :]
    given_on = next((line for line in later if "assignee" in line.fields), None)
    who: str | None = ticket.assignee if given_on is None else given_on.fields["assignee"][0]
    return who


def _last_solved(trail: Sequence[Event]) -> int:
    """The place of the last line that solved it; the end of the trail where none did."""
    solved = [at for at, line in enumerate(trail) if _after(line, "status") == Status.SOLVED]
    return solved[-1] if solved else len(trail)


def _after(line: Event, name: str) -> Any:
    return line.fields.get(name, (None, None))[1]


def everybody_who_had(ticket: Ticket, trail: Sequence[Event]) -> set[str]:
    """All who had the ticket at some time."""
    had = {who for line in trail for who in line.fields.get("assignee", ()) if who}
    return had | ({ticket.assignee} if ticket.assignee else set())


def rated_since(trail: Sequence[Event], since: datetime) -> bool:
    """Whether a customer's rating was heard of since then; one that came with an imported ticket is none."""
    return any(line.recorded_at >= since and _after(line, "csat") is not None for line in trail)


def is_finished(ticket: Ticket) -> bool:
    """Whether there is something to review: it is solved or closed."""
    return ticket.status in FINISHED
