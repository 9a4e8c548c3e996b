"""Who pays what is owed to Slack, and how it ended. Every step is an UPDATE that names what it was decided on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, null, or_, select, text, update

from db import slack_pace
from db.outbox import EDIT, PARKED, UNSETTLED, State, outbox
from db.slack_pace import SLACK, pace
from db.types import Instant

LAPSES_AFTER = timedelta(seconds=60)  # well over the time a call to Slack may take
LETS_OTHERS_PASS_AFTER = 5  # failures; until then a row that is tried again keeps its lane waiting


@dataclass(frozen=True, slots=True)
class Due:
    """The row to attend to next, as it was seen."""

    outbox_id: int
    key: str
    method: str
    channel: str
    state: str
    attempts: int
    claimed_by: str | None
    claimed_at: datetime | None
    again_at: datetime | None
    not_before: datetime
    resend_if_unsure: bool
    parent: str | None
    parent_id: int | None
    parent_state: str | None
    parent_channel: str | None
    parent_ts: str | None
    full_at: datetime | None

    @property
    def orphaned(self) -> bool:
        """What it answers or edits will not arrive unless a person does something."""
        return self.parent is not None and self.parent_state in (None, State.PARKED)

    @property
    def is_edit(self) -> bool:
        """Whether it changes a post rather than being one."""
        return self.method == EDIT


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until the claim lapses: what to send, and the name under which it is settled."""

    due: Due
    token: str
    attempts: int
    revision: int
    payload: dict[str, Any]


def next_due(connection: Connection, workspace_id: str, now: datetime) -> Due | None:
    """The most urgent row that may be attended to now; None when all there is must wait."""
    line = _lines(workspace_id, now)
    parent = outbox.alias("parent")
    answers = and_(parent.c.workspace_id == workspace_id, parent.c.key == line.c.parent)
    spent = and_(pace.c.workspace_id == workspace_id, pace.c.method == line.c.method, pace.c.channel == line.c.channel)
    wanted = (
        select(
            *(column for column in line.c if column.name not in ("place", "urgency")),
            parent.c.outbox_id.label("parent_id"),
            parent.c.state.label("parent_state"),
            parent.c.sent_channel.label("parent_channel"),
            parent.c.sent_ts.label("parent_ts"),
            pace.c.full_at,
        )
        .select_from(line.outerjoin(parent, answers).outerjoin(pace, spent))
        .where(line.c.place == 1, or_(line.c.again_at.is_(None), line.c.again_at <= now))
        .where(or_(line.c.state != State.OWED, pace.c.full_at.is_(None), pace.c.full_at <= now + SLACK))
        .where(or_(parent.c.state.is_(None), parent.c.state.in_((State.SENT, State.PARKED))))
        .order_by(line.c.urgency, line.c.outbox_id)
        .limit(1)
    )
    row = connection.execute(wanted).mappings().first()
    return None if row is None else Due(**row)


def _lines(workspace_id: str, now: datetime) -> Any:
    """What is unsettled, each with its place in its lane: what is in flight first, then urgency, then age."""
    owed = outbox.c.state == State.OWED
    passed = and_(owed, outbox.c.attempts >= LETS_OTHERS_PASS_AFTER, outbox.c.again_at > now)
    order = (case((owed, 1), else_=0), outbox.c.urgency, outbox.c.outbox_id)
    seen = (
        "outbox_id key method channel state attempts claimed_by claimed_at again_at not_before resend_if_unsure urgency"
    )
    return (
        select(
            *(outbox.c[name] for name in seen.split()),
            func.coalesce(outbox.c.reply_to, outbox.c.edits).label("parent"),
            func.row_number().over(partition_by=outbox.c.lane, order_by=order).label("place"),
        )
        .where(outbox.c.workspace_id == workspace_id, text(UNSETTLED), outbox.c.not_before <= now)
        .where(~func.coalesce(passed, literal(False)))
        .subquery("line")
    )


def claim(connection: Connection, workspace_id: str, due: Due, token: str, now: datetime) -> Claim | None:
    """Make an owed row ours under the name `token`; None when another process was faster.

    Raises IntegrityError when another process has meanwhile claimed a different row of the same lane. Whoever
    gets None or the error rolls back, so that no room is spent.
    """
    free = (
        select(outbox.c.outbox_id)
        .where(_this(workspace_id, due), outbox.c.state == State.OWED, outbox.c.attempts == due.attempts)
        .with_for_update(skip_locked=True)
    )
    taking = (
        update(outbox)
        .where(outbox.c.workspace_id == workspace_id, outbox.c.outbox_id.in_(free.scalar_subquery()))
        .values(
            state=State.CLAIMED.value,
            claimed_by=token,
            claimed_at=now,
            again_at=now + LAPSES_AFTER,
            attempts=outbox.c.attempts + 1,
        )
        .returning(outbox.c.attempts, outbox.c.revision, outbox.c.payload)
    )
    row = connection.execute(taking).first()
    if row is None or not slack_pace.spend(connection, workspace_id, due.method, due.channel, due.full_at, now):
        return None
    return Claim(due, token, row.attempts, row.revision, row.payload)


def settle_sent(
    connection: Connection, workspace_id: str, claim: Claim, channel: str | None, ts: str | None, now: datetime
) -> bool:
    """It is there. Even a claim that was given up for lost may say so, as long as nobody claimed the row again."""
    mine = and_(_this(workspace_id, claim.due), outbox.c.claimed_by == claim.token)
    return _sent(connection, and_(mine, text(UNSETTLED)), claim.revision, channel, ts, now)


def settle_found(connection: Connection, workspace_id: str, due: Due, channel: str, ts: str, now: datetime) -> bool:
    """It was looked for, and it is there."""
    return _sent(connection, _as_seen(workspace_id, due), None, channel, ts, now)


def _sent(
    connection: Connection,
    which: ColumnElement[bool],
    revision: int | None,
    channel: str | None,
    ts: str | None,
    now: datetime,
) -> bool:
    # A newer rendering came in while the older was on its way: it is owed in its turn.
    newer = outbox.c.revision != (outbox.c.revision if revision is None else revision)
    values = {
        "state": case((newer, State.OWED.value), else_=State.SENT.value),
        "attempts": case((newer, 0), else_=outbox.c.attempts),
        "again_at": None,
        "reason": None,
        "detail": None,
        "sent_channel": channel,
        "sent_ts": ts,
        "settled_at": case((newer, null()), else_=literal(now, Instant())),
    }
    return connection.execute(update(outbox).where(which).values(values)).rowcount == 1


def settle_owed(connection: Connection, workspace_id: str, which: Due | Claim, again_at: datetime, reason: str) -> bool:
    """It is not there, and is owed again from `again_at` on."""
    values = {"state": State.OWED.value, "again_at": again_at, "reason": reason}
    return _settle(connection, workspace_id, which, values)


def settle_unsure(
    connection: Connection, workspace_id: str, which: Due | Claim, again_at: datetime, reason: str
) -> bool:
    """Nobody knows; somebody looks at `again_at`."""
    values = {"state": State.UNSURE.value, "again_at": again_at, "reason": reason}
    return _settle(connection, workspace_id, which, values)


def settle_parked(
    connection: Connection, workspace_id: str, which: Due | Claim, reason: str, detail: str | None, now: datetime
) -> bool:
    """It cannot be delivered until a person does something."""
    values = {
        "state": State.PARKED.value,
        "again_at": None,
        "reason": reason,
        "detail": detail,
        "settled_at": now,
    }
    return _settle(connection, workspace_id, which, values)


def _settle(connection: Connection, workspace_id: str, which: Due | Claim, values: dict[str, Any]) -> bool:
    if isinstance(which, Claim):
        mine = and_(_this(workspace_id, which.due), outbox.c.claimed_by == which.token)
        unchanged = and_(mine, outbox.c.state == State.CLAIMED)
    else:
        unchanged = _as_seen(workspace_id, which)
    return connection.execute(update(outbox).where(unchanged).values(values)).rowcount == 1


def _this(workspace_id: str, due: Due) -> ColumnElement[bool]:
    return and_(outbox.c.workspace_id == workspace_id, outbox.c.outbox_id == due.outbox_id)


def _as_seen(workspace_id: str, due: Due) -> ColumnElement[bool]:
    again = outbox.c.again_at.is_(None) if due.again_at is None else outbox.c.again_at == due.again_at
    return and_(_this(workspace_id, due), outbox.c.state == due.state, outbox.c.attempts == due.attempts, again)


def any_parked_for(connection: Connection, workspace_id: str, reasons: frozenset[str]) -> bool:
    """Whether something is parked for one of these reasons."""
    parked = select(outbox.c.outbox_id).where(
        outbox.c.workspace_id == workspace_id, text(PARKED), outbox.c.reason.in_(reasons)
    )
    return connection.execute(parked.limit(1)).first() is not None
