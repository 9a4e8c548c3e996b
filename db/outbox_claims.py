"""Who pays what is owed to Slack, and how it ended. Every step is an UPDATE that names what it was decided on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    update,
)

from db import slack_pace
from db.outbox import EDIT, IN_FLIGHT, PARKED, UNSETTLED, State, outbox
from db.slack_pace import SLACK, pace
from db.types import Instant

LAPSES_AFTER = timedelta(seconds=30)  # well over the time a call to Slack may take
LETS_OTHERS_PASS_AFTER = 5  # failures; until then a row that is tried again keeps its lane waiting
_WORKSPACE = bindparam("workspace", type_=String())
_NOW = bindparam("now", type_=Instant())
_ROOM = bindparam("room", type_=Instant())
_SEEN = (
    "outbox_id",
    "key",
    "method",
    "channel",
    "state",
    "attempts",
    "claimed_at",
    "again_at",
    "reason",
    "not_before",
    "resend_if_unsure",
)


@dataclass(frozen=True, slots=True)
class Due:
    """The row to attend to next, as it was seen."""

    outbox_id: int
    key: str
    method: str
    channel: str
    state: str
    attempts: int
    claimed_at: datetime | None
    again_at: datetime | None
    reason: str | None
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


def _next_due() -> Select[Any]:
    head = _heads()
    parent = outbox.alias("parent")
    above = func.coalesce(outbox.c.reply_to, outbox.c.edits)
    answers = and_(parent.c.workspace_id == _WORKSPACE, parent.c.key == above)
    room = and_(pace.c.workspace_id == _WORKSPACE, pace.c.method == outbox.c.method, pace.c.channel == outbox.c.channel)
    return (
        select(
            *(outbox.c[name] for name in _SEEN),
            above.label("parent"),
            parent.c.outbox_id.label("parent_id"),
            parent.c.state.label("parent_state"),
            parent.c.sent_channel.label("parent_channel"),
            parent.c.sent_ts.label("parent_ts"),
            pace.c.full_at,
        )
        .select_from(head.join(outbox, outbox.c.outbox_id == head.c.outbox_id))
        .outerjoin(parent, answers)
        .outerjoin(pace, room)
        .where(outbox.c.workspace_id == _WORKSPACE, or_(outbox.c.again_at.is_(None), outbox.c.again_at <= _NOW))
        .where(or_(outbox.c.state != State.OWED, pace.c.full_at.is_(None), pace.c.full_at <= _ROOM))
        .where(or_(parent.c.state.is_(None), parent.c.state.in_((State.SENT, State.PARKED))))
        .order_by(outbox.c.urgency, outbox.c.outbox_id)
        .limit(1)
    )


def _heads() -> Any:
    """The row each lane waits for: the one in flight, else the most urgent and oldest that is owed.

    Goes from lane to lane through the index, so a long queue in one channel costs no more than a short one.
    """
    lane = _lanes()
    rows = outbox.alias("rows")
    of_lane = and_(rows.c.workspace_id == _WORKSPACE, rows.c.lane == lane.c.name)
    in_flight = select(rows.c.outbox_id).where(of_lane, text(IN_FLIGHT))
    passed = and_(rows.c.attempts >= LETS_OTHERS_PASS_AFTER, rows.c.again_at.is_not(None), rows.c.again_at > _NOW)
    owed = (
        select(rows.c.outbox_id)
        .where(of_lane, text(UNSETTLED), rows.c.not_before <= _NOW, not_(passed))
        .order_by(rows.c.urgency, rows.c.outbox_id)
        .limit(1)
    )
    first = [one.correlate(lane).scalar_subquery() for one in (in_flight, owed)]
    return select(func.coalesce(*first).label("outbox_id")).where(lane.c.name.is_not(None)).subquery("head")


def _lanes() -> CTE:
    """The lanes in which something waits."""
    rows = outbox.alias("waiting")
    names = select(func.min(rows.c.lane).label("name")).where(rows.c.workspace_id == _WORKSPACE, text(UNSETTLED))
    lane = names.cte("lane", recursive=True)
    following = names.where(rows.c.lane > lane.c.name).correlate(lane).scalar_subquery()
    return lane.union_all(select(following).where(lane.c.name.is_not(None)))


_NEXT_DUE = _next_due()


def next_due(connection: Connection, workspace_id: str, now: datetime) -> Due | None:
    """The most urgent row that may be attended to now; None when all there is must wait."""
    values = {"workspace": workspace_id, "now": now, "room": now + SLACK}
    row = connection.execute(_NEXT_DUE, values).mappings().first()
    return None if row is None else Due(**row)


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
        .where(outbox.c.workspace_id == workspace_id, outbox.c.outbox_id == free.scalar_subquery())
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


def settle_plainer(
    connection: Connection, workspace_id: str, claim: Claim, payload: dict[str, Any], reason: str
) -> bool:
    """Its blocks were refused: it is owed at once in plainer ones, unless a newer rendering has come in meanwhile."""
    same = outbox.c.revision == claim.revision
    values = {
        "state": State.OWED.value,
        "again_at": None,
        "reason": reason,
        "payload": case((same, literal(payload, JSON())), else_=outbox.c.payload),
    }
    return _settle(connection, workspace_id, claim, values)


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


def orphan_claims(connection: Connection, workspace_id: str, lapse_at: datetime) -> int:
    """Let every claim lapse at `lapse_at`: whoever made them is known to be gone. Says how many there were."""
    claimed = (outbox.c.workspace_id == workspace_id) & (outbox.c.state == State.CLAIMED)
    lapsing = update(outbox).where(claimed, text(IN_FLIGHT)).values(again_at=lapse_at)
    return connection.execute(lapsing).rowcount


def any_parked_for(connection: Connection, workspace_id: str, reasons: frozenset[str]) -> bool:
    """Whether something is parked for one of these reasons."""
    parked = select(outbox.c.outbox_id).where(
        outbox.c.workspace_id == workspace_id, text(PARKED), outbox.c.reason.in_(reasons)
    )
    return connection.execute(parked.limit(1)).first() is not None
