"""The weekly draw of tickets to review: its seed, each reviewer's share, and what a draw is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, Index, and_, delete, func, insert, or_, select, text
from sqlmodel import Field, SQLModel

from db.events import ESCALATED, events
from db.reviews import reviews
from db.tickets import numbered, tickets
from db.types import Instant
from domain.review_plan import BAD_RATING, Pick, Reason, Share
from domain.ticket import FINISHED, Ticket

RATED_WITHIN = timedelta(days=60)  # how long after its solution a bad rating brings a ticket to review


class ReviewDrawRow(SQLModel, table=True):
    """A week's draw: tickets solved from `since` to `until`, and the seed that it can be worked out again from."""

    __tablename__ = "review_draw"

    workspace_id: str = Field(primary_key=True)
    scheduled_at: datetime = Field(primary_key=True, sa_type=Instant)
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    seed: str
    reviewers: list[str] = Field(sa_type=JSON)


class ReviewShareRow(SQLModel, table=True):
    """A ticket that a reviewer is to review, by which draw and why."""

    __tablename__ = "review_share"
    __table_args__ = (Index("review_share_of_reviewer", "workspace_id", "reviewer", "scheduled_at", "number"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    scheduled_at: datetime = Field(sa_type=Instant)
    reviewer: str
    reasons: list[str] = Field(sa_type=JSON)


draws = SQLModel.metadata.tables["review_draw"]
shares = SQLModel.metadata.tables["review_share"]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a draw was made of."""

    scheduled_at: datetime
    since: datetime
    until: datetime
    seed: str
    reviewers: tuple[str, ...]


def keep_draw(connection: Connection, workspace_id: str, draw: Draw, given: Mapping[str, Sequence[Pick]]) -> None:
    """Store a draw and what it gave to whom."""
    row = {
        "workspace_id": workspace_id, "scheduled_at": draw.scheduled_at, "since": draw.since, "until": draw.until,
        "seed": draw.seed, "reviewers": list(draw.reviewers),
    }  # fmt: skip
    connection.execute(insert(draws).values(row))
    rows = [
        {
            "workspace_id": workspace_id, "number": pick.number, "agent": pick.agent,
            "scheduled_at": draw.scheduled_at, "reviewer": reviewer, "reasons": [one.value for one in pick.reasons],
        }
        for reviewer, picks in given.items()
        for pick in picks
    ]  # fmt: skip
    if rows:
        connection.execute(insert(shares), rows)


def abandoned(connection: Connection, workspace_id: str, reviewers: Sequence[str]) -> list[Share]:
    """What is in the shares of people who are no reviewers any more, and has no review."""
    wanted = select(shares).where(
        shares.c.workspace_id == workspace_id, shares.c.reviewer.not_in(reviewers), _no_review()
    )
    return [_share(row, done=False) for row in connection.execute(wanted.order_by(shares.c.number))]


def take_back(connection: Connection, workspace_id: str, given: Sequence[Share]) -> None:
    """Take tickets out of the shares that they are in."""
    for one in given:
        this = (shares.c.number == one.number, shares.c.agent == one.agent)
        connection.execute(delete(shares).where(shares.c.workspace_id == workspace_id, *this))


def last_draw(connection: Connection, workspace_id: str) -> Draw | None:
    """The latest draw; None before the first one."""
    wanted = select(draws).where(draws.c.workspace_id == workspace_id)
    row = connection.execute(wanted.order_by(draws.c.scheduled_at.desc()).limit(1)).first()
    return None if row is None else Draw(row.scheduled_at, row.since, row.until, row.seed, tuple(row.reviewers))


def finished_between(connection: Connection, workspace_id: str, since: datetime, until: datetime) -> list[Ticket]:
    """Tickets solved in this time, and earlier ones with a bad rating that changed since; by number."""
    rated_late = and_(tickets.c.csat <= BAD_RATING, tickets.c.updated_at >= since)
    wanted = select(tickets.c.number).where(
        tickets.c.workspace_id == workspace_id,
        tickets.c.solved_at >= since - RATED_WITHIN,
        tickets.c.solved_at < until,
        or_(tickets.c.solved_at >= since, rated_late),
        tickets.c.status.in_([status.value for status in FINISHED]),
    )
    numbers = list(connection.scalars(wanted.order_by(tickets.c.number)))
    return [one for batch in _batches(numbers) for one in numbered(connection, workspace_id, batch)]


def escalated_among(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> set[int]:
    """Those of these tickets that were ever escalated."""
    ever = select(events.c.number).distinct().where(events.c.workspace_id == workspace_id, text(ESCALATED))
    ever = ever.where(events.c.undone.is_(False))
    return {
        number for batch in _batches(numbers) for number in connection.scalars(ever.where(events.c.number.in_(batch)))
    }


def shared_before(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> set[tuple[int, str]]:
    """The (ticket, agent) among these tickets that are in somebody's share, or were reviewed without being in one."""
    found: set[tuple[int, str]] = set()
    for batch in _batches(numbers):
        for table in (shares, reviews):
            known = select(table.c.number, table.c.agent).where(table.c.workspace_id == workspace_id)
            found |= {(row.number, row.agent) for row in connection.execute(known.where(table.c.number.in_(batch)))}
    return found


def first_tickets(connection: Connection, workspace_id: str, agents: Sequence[str]) -> dict[str, datetime]:
    """When the first ticket that each agent has came in."""
    first = select(tickets.c.assignee, func.min(tickets.c.created_at).label("at"))
    first = first.where(tickets.c.workspace_id == workspace_id, tickets.c.assignee.in_(agents))
    return {row.assignee: row.at for row in connection.execute(first.group_by(tickets.c.assignee))}


def open_of(connection: Connection, workspace_id: str, reviewer: str) -> list[Share]:
    """What a reviewer has still to review, the oldest draw first."""
    return [one for one in _of(connection, workspace_id, reviewer, _no_review()) if not one.done]


def of_draw(connection: Connection, workspace_id: str, reviewer: str, scheduled_at: datetime) -> list[Share]:
    """A reviewer's whole share of one draw."""
    return _of(connection, workspace_id, reviewer, shares.c.scheduled_at == scheduled_at)


def of_ticket(connection: Connection, workspace_id: str, number: int, agent: str) -> tuple[str, datetime] | None:
    """The reviewer in whose share a ticket is, and the draw's time; None where it is in nobody's."""
    wanted = select(shares.c.reviewer, shares.c.scheduled_at).where(
        shares.c.workspace_id == workspace_id, shares.c.number == number, shares.c.agent == agent
    )
    row = connection.execute(wanted).first()
    return None if row is None else (row.reviewer, row.scheduled_at)


def _review_of_share() -> Any:
    return (
        select(reviews.c.number)
        .where(
            reviews.c.workspace_id == shares.c.workspace_id,
            reviews.c.number == shares.c.number,
            reviews.c.agent == shares.c.agent,
        )
        .exists()
    )


def _no_review() -> Any:
    return ~_review_of_share()


def _of(connection: Connection, workspace_id: str, reviewer: str, *more: Any) -> list[Share]:
    wanted = select(shares, _review_of_share().label("done"))
    wanted = wanted.where(shares.c.workspace_id == workspace_id, shares.c.reviewer == reviewer, *more)
    found = connection.execute(wanted.order_by(shares.c.scheduled_at, shares.c.number))
    return [_share(row, done=bool(row.done)) for row in found]


def _share(row: Any, done: bool) -> Share:
    return Share(row.number, row.agent, row.scheduled_at, tuple(map(Reason, row.reasons)), done)


def _batches(numbers: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [numbers[at : at + size] for at in range(0, len(numbers), size)]
