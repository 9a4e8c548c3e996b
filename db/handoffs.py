"""Handoffs: one row an escalation, with all that travels along; and the triggers that were offered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Index,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from db.outbox import State, inserting, outbox
from db.tickets import tickets
from db.types import BigId, Instant
from domain.escalation import Case, CaseState, Handoff, Tried, Trigger
from domain.retry import CHANNEL_PROBLEMS
from domain.ticket import Status, Tier

POST_KEY = "handoff:"  # of the outbox: a case's post is handoff:<case_id>
# In words, not as parameters: only so does SQLite see that a partial index covers a query.
RUNNING = "state in ('open', 'acknowledged')"
PLANNED = "next_at is not null"
_MICROSECOND = timedelta(microseconds=1)


class HandoffRow(SQLModel, table=True):
    """One handoff; `domain.escalation.Case` and `Handoff` say what the columns mean.

    A ticket has one that runs at most. `linked` says that the links from other channels lead to its thread.
    """

    __tablename__ = "handoff"
    __table_args__ = (
        Index(
            "handoff_running",
            "workspace_id",
            "number",
            unique=True,
            sqlite_where=text(RUNNING),
            postgresql_where=text(RUNNING),
        ),
        Index("handoff_due", "workspace_id", "next_at", sqlite_where=text(PLANNED), postgresql_where=text(PLANNED)),
        Index("handoff_of_ticket", "workspace_id", "number", "case_id"),
        Index("handoff_ended", "workspace_id", "ended_at"),
    )

    workspace_id: str
    case_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: int
    trigger: str
    state: str
    generation: int = 1
    opened_by: str
    opened_at: datetime = Field(sa_type=Instant)
    within_us: int = Field(sa_type=BigInteger)
    due_at: datetime = Field(sa_type=Instant)
    moved_at: datetime = Field(sa_type=Instant)
    summary: str
    needed: str
    expected: str = ""
    urgent: str = ""
    sentiment: str | None = None
    tried: list[Any] = Field(sa_type=JSON)
    facts: dict[str, Any] = Field(sa_type=JSON)
    asked: list[str] = Field(sa_type=JSON)
    channel: str
    linked: bool = False
    tier_before: str
    rung: int = 0
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    next_what: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    answer: str = ""
    avoidable: bool | None = None
    avoided_by: str | None = None


class OfferRow(SQLModel, table=True):
    """A trigger that was noticed on a ticket, and what became of it: offered, dismissed, taken, or told to nobody."""

    __tablename__ = "handoff_offer"

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    trigger: str = Field(primary_key=True)
    state: str
    why: str = ""
    offered_to: str | None = None
    offered_at: datetime = Field(sa_type=Instant)
    answered_by: str | None = None


handoffs = SQLModel.metadata.tables["handoff"]
offers = SQLModel.metadata.tables["handoff_offer"]
RUNS = text(f"handoff.{RUNNING}")  # the same, where other tables have a state, too
HANDOFF_COLUMNS = ("trigger", "summary", "needed", "expected", "urgent", "sentiment", "tried")


def create(connection: Connection, workspace_id: str, case: Mapping[str, Any], handoff: Handoff) -> Case:
    """Store a new case; `case` holds the fields of Case beside its id and handoff."""
    values = _plain(case) | _plain({name: getattr(handoff, name) for name in HANDOFF_COLUMNS})
    row = (
        {"linked": False, "facts": {}, "generation": 1, "rung": 0, "answer": ""}
        | values
        | {"workspace_id": workspace_id}
    )
    case_id = connection.scalar(insert(handoffs).values(row).returning(handoffs.c.case_id))
    stored = find(connection, workspace_id, case_id or 0)
    assert stored is not None
    return stored


def find(connection: Connection, workspace_id: str, case_id: int) -> Case | None:
    """The case with this id, or None."""
    row = connection.execute(_of(workspace_id).where(handoffs.c.case_id == case_id)).first()
    return None if row is None else _case(row)


def running(connection: Connection, workspace_id: str, number: int) -> Case | None:
    """The ticket's case that runs, or None."""
    wanted = _of(workspace_id).where(handoffs.c.number == number, text(RUNNING))
    row = connection.execute(wanted).first()
    return None if row is None else _case(row)


def of_ticket(connection: Connection, workspace_id: str, number: int) -> list[Case]:
    """Every case of a ticket, the oldest first."""
    wanted = _of(workspace_id).where(handoffs.c.number == number).order_by(handoffs.c.case_id)
    return [_case(row) for row in connection.execute(wanted)]


def all_running(connection: Connection, workspace_id: str, most: int) -> list[Case]:
    """The cases that run, those due first at the head, at most `most`."""
    wanted = _of(workspace_id).where(text(RUNNING)).order_by(handoffs.c.due_at, handoffs.c.case_id)
    return [_case(row) for row in connection.execute(wanted.limit(most))]


def how_many_running(connection: Connection, workspace_id: str) -> int:
    """How many cases run."""
    counted = select(func.count()).select_from(handoffs).where(handoffs.c.workspace_id == workspace_id, text(RUNNING))
    return connection.scalar(counted) or 0


def due(connection: Connection, workspace_id: str, now: datetime, most: int) -> list[Case]:
    """The cases that somebody must look at by `now`, the earliest first."""
    wanted = _of(workspace_id).where(text(PLANNED), handoffs.c.next_at <= now)
    return [_case(row) for row in connection.execute(wanted.order_by(handoffs.c.next_at).limit(most))]


def stranded(connection: Connection, workspace_id: str, most: int) -> list[Case]:
    """Running cases whose ticket went on without them: nobody had heard them and it was moved, or it is solved."""
    same = and_(tickets.c.workspace_id == handoffs.c.workspace_id, tickets.c.number == handoffs.c.number)
    moved = tickets.c.status.in_((Status.NEW.value, Status.OPEN.value))
    unheard = and_(handoffs.c.state == CaseState.OPEN.value, moved)
    gone = or_(unheard, tickets.c.status.in_((Status.SOLVED.value, Status.CLOSED.value)))
    found = connection.execute(_of(workspace_id).join(tickets, same).where(RUNS, gone).limit(most))
    return [_case(row) for row in found]


def posted(connection: Connection, workspace_id: str, most: int) -> list[tuple[Case, str, str]]:
    """Cases whose thread is there by now while the links to it are not, with its channel and timestamp."""
    sent = and_(
        outbox.c.workspace_id == handoffs.c.workspace_id,
        outbox.c.key == POST_KEY + cast(handoffs.c.case_id, String),
        outbox.c.state == State.SENT.value,
    )
    wanted = _of(workspace_id).add_columns(outbox.c.sent_channel, outbox.c.sent_ts).join(outbox, sent)
    found = connection.execute(wanted.where(RUNS, handoffs.c.linked.is_(False)).limit(most))
    return [(_case(row), row.sent_channel, row.sent_ts) for row in found]


def unreachable(connection: Connection, workspace_id: str, most: int) -> list[tuple[Case, str]]:
    """Running cases whose post is parked because their channel takes none, with Slack's reason."""
    parked = and_(
        outbox.c.workspace_id == handoffs.c.workspace_id,
        outbox.c.key == POST_KEY + cast(handoffs.c.case_id, String),
        outbox.c.state == State.PARKED.value,
        outbox.c.reason.in_(CHANNEL_PROBLEMS),
    )
    wanted = _of(workspace_id).add_columns(outbox.c.reason.label("why_parked")).join(outbox, parked).where(RUNS)
    return [(_case(row), row.why_parked) for row in connection.execute(wanted.limit(most))]


def mark_linked(connection: Connection, workspace_id: str, case_id: int) -> bool:
    """Note that the links lead to the thread; False when that was noted before."""
    row = (handoffs.c.workspace_id == workspace_id) & (handoffs.c.case_id == case_id) & handoffs.c.linked.is_(False)
    return connection.execute(update(handoffs).where(row).values(linked=True)).rowcount == 1


def change(connection: Connection, workspace_id: str, case: Case, **values: Any) -> Case | None:
    """The case with `values`, one generation on; None, and nothing written, when it is not as `case` says any more."""
    seen = (
        handoffs.c.workspace_id == workspace_id,
        handoffs.c.case_id == case.case_id,
        handoffs.c.generation == case.generation,
    )
    written = _plain(values) | {"generation": case.generation + 1}
    if connection.execute(update(handoffs).where(*seen).values(written)).rowcount != 1:
        return None
    return find(connection, workspace_id, case.case_id)


def of_customer(connection: Connection, workspace_id: str, customer_id: str | None) -> int:
    """How many handoffs a customer's tickets had."""
    if customer_id is None:
        return 0
    same = and_(tickets.c.workspace_id == handoffs.c.workspace_id, tickets.c.number == handoffs.c.number)
    theirs = (handoffs.c.workspace_id == workspace_id, tickets.c.customer_id == customer_id)
    return connection.scalar(select(func.count()).select_from(handoffs.join(tickets, same)).where(*theirs)) or 0


def offer(connection: Connection, workspace_id: str, number: int, trigger: str, now: datetime, **values: Any) -> bool:
    """Note that a trigger was noticed; False when it was noted before. `values`: state, why, offered_to."""
    row = {"workspace_id": workspace_id, "number": number, "trigger": trigger, "offered_at": now} | values
    insertion = inserting(connection, offers).values(row).on_conflict_do_nothing()
    return connection.scalar(insertion.returning(offers.c.number)) is not None


def offered(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> set[tuple[int, str]]:
    """The ticket and trigger of each offer made for these tickets."""
    wanted = select(offers.c.number, offers.c.trigger).where(
        offers.c.workspace_id == workspace_id, offers.c.number.in_(numbers)
    )
    return {(row.number, row.trigger) for row in connection.execute(wanted)}


def offered_since(
    connection: Connection, workspace_id: str, numbers: Sequence[int], trigger: str, since: datetime
) -> bool:
    """Whether the trigger was offered on any of these tickets since then."""
    wanted = select(offers.c.number).where(
        offers.c.workspace_id == workspace_id,
        offers.c.number.in_(numbers),
        offers.c.trigger == trigger,
        offers.c.offered_at >= since,
    )
    return connection.execute(wanted.limit(1)).first() is not None


def answer_offer(connection: Connection, workspace_id: str, number: int, trigger: str, state: str, by: str) -> bool:
    """Note what became of an offer; False when that was decided before."""
    row = (offers.c.workspace_id == workspace_id, offers.c.number == number, offers.c.trigger == trigger)
    claim = update(offers).where(*row, offers.c.state == "offered").values(state=state, answered_by=by)
    return connection.execute(claim).rowcount == 1


def _of(workspace_id: str) -> Select[Any]:
    return select(handoffs).where(handoffs.c.workspace_id == workspace_id)


def _case(row: Any) -> Case:
    values = {name: value for name, value in row._mapping.items() if name in handoffs.c}
    carried = {name: values.pop(name) for name in HANDOFF_COLUMNS}
    tried = tuple(Tried(action, result) for action, result in carried.pop("tried"))
    handoff = Handoff(Trigger(carried.pop("trigger")), tried=tried, **carried)
    for unneeded in ("workspace_id", "linked"):
        del values[unneeded]
    values["within"] = values.pop("within_us") * _MICROSECOND
    values |= {"state": CaseState(values["state"]), "tier_before": Tier(values["tier_before"])}
    return Case(**(values | {"handoff": handoff, "asked": tuple(values["asked"])}))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a case as the columns take them."""
    plain = dict(values)
    if "within" in plain:
        plain["within_us"] = plain.pop("within") // _MICROSECOND
    if "tried" in plain:
        plain["tried"] = [[one.action, one.result] for one in plain["tried"]]
    if "asked" in plain:
        plain["asked"] = list(plain["asked"])
    return {name: str(value) if name in ("state", "trigger", "tier_before") else value for name, value in plain.items()}
