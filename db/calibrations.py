"""Calibrations: a row each, one for each of its tickets, and a trail of what happened. Votes are in `db.votes`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, func, insert, select, text, update
from sqlmodel import Field, SQLModel

from db.types import BigId, Instant
from db.workspaces import next_ticket_numbers
from domain.calibration import Item, Session
from domain.calibration_choice import Chosen
from domain.calibration_rules import How, State, Step

# In words, not as parameters: only so does SQLite see that a partial index covers a query.
OPEN = "state = 'open'"


class CalibrationRow(SQLModel, table=True):
    """One calibration; `domain.calibration.Session` says what the columns mean."""

    __tablename__ = "calibration"
    __table_args__ = (
        Index("calibration_by_number", "workspace_id", "number", unique=True),
        Index("calibration_open", "workspace_id", "next_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("calibration_ended", "workspace_id", "ended_at"),
    )

    workspace_id: str
    session_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    number: int | None = None
    state: str
    channel: str
    created_by: str
    created_at: datetime = Field(sa_type=Instant)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    quorum: int
    reviewers: list[str] = Field(sa_type=JSON)
    extended: bool = False
    scheduled: bool = False
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    next_what: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_how: str | None = None
    ended_by: str | None = None
    generation: int = 1


class CalibrationTicketRow(SQLModel, table=True):
    """One ticket of a calibration, and the score that was agreed on after the close."""

    __tablename__ = "calibration_ticket"
    __table_args__ = (Index("calibration_of_ticket", "workspace_id", "number"),)

    workspace_id: str = Field(primary_key=True)
    session_id: int = Field(primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    place: int
    kind: str
    signs: list[Any] = Field(sa_type=JSON)
    handled_by: list[str] = Field(sa_type=JSON)
    agreed: dict[str, int] | None = Field(default=None, sa_type=JSON)
    agreed_by: str | None = None
    agreed_at: datetime | None = Field(default=None, sa_type=Instant)


class CalibrationEventRow(SQLModel, table=True):
    """One line of a calibration's trail: that somebody voted is in it, never what."""

    __tablename__ = "calibration_event"
    __table_args__ = (Index("event_of_calibration", "workspace_id", "session_id"),)

    workspace_id: str
    event_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    session_id: int = Field(sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    actor: str
    kind: str
    number: int | None = None


calibrations = SQLModel.metadata.tables["calibration"]
tickets_of = SQLModel.metadata.tables["calibration_ticket"]
trail = SQLModel.metadata.tables["calibration_event"]


def create(
    connection: Connection,
    workspace_id: str,
    values: Mapping[str, Any],
    chosen: Sequence[tuple[Chosen, Sequence[str]]],
    now: datetime,
) -> Session:
    """Store a calibration as a preview: `values` as in Session, each ticket with those who handled it."""
    row = _plain(values) | {"workspace_id": workspace_id, "state": State.PREVIEW.value, "created_at": now}
    known = {"extended": False, "scheduled": False, "generation": 1}
    session_id = connection.scalar(insert(calibrations).values(known | row).returning(calibrations.c.session_id)) or 0
    _put_tickets(connection, workspace_id, session_id, chosen)
    return _there(connection, workspace_id, session_id)


def _put_tickets(
    connection: Connection, workspace_id: str, session_id: int, chosen: Sequence[tuple[Chosen, Sequence[str]]]
) -> None:
    rows = [
        {
            "workspace_id": workspace_id, "session_id": session_id, "number": one.number, "place": place,
            "kind": one.kind.value, "signs": [list(sign) for sign in one.signs], "handled_by": list(handled_by),
        }
        for place, (one, handled_by) in enumerate(chosen)
    ]  # fmt: skip
    connection.execute(insert(tickets_of), rows)


def _there(connection: Connection, workspace_id: str, session_id: int) -> Session:
    stored = find(connection, workspace_id, session_id)
    assert stored is not None
    return stored


def next_number(connection: Connection, workspace_id: str) -> int:
    """The number of the next calibration to be opened; the workspace is held until the transaction ends."""
    next_ticket_numbers(connection, workspace_id, 0)
    highest = select(func.max(calibrations.c.number)).where(calibrations.c.workspace_id == workspace_id)
    return (connection.scalar(highest) or 0) + 1


def change(connection: Connection, workspace_id: str, session: Session, **values: Any) -> Session | None:
    """The calibration with `values`, one generation on; None, nothing written, when it is no longer as it was seen."""
    seen = (
        calibrations.c.workspace_id == workspace_id,
        calibrations.c.session_id == session.session_id,
        calibrations.c.state == session.state.value,
        calibrations.c.generation == session.generation,
    )
    written = _plain(values) | {"generation": session.generation + 1}
    if connection.execute(update(calibrations).where(*seen).values(written)).rowcount != 1:
        return None
    return _there(connection, workspace_id, session.session_id)


def hold(connection: Connection, workspace_id: str, session_id: int) -> Session | None:
    """The calibration, which nobody else changes or votes in until the transaction ends."""
    held = update(calibrations).where(
        calibrations.c.workspace_id == workspace_id, calibrations.c.session_id == session_id
    )
    connection.execute(held.values(generation=calibrations.c.generation))
    return find(connection, workspace_id, session_id)


def find(connection: Connection, workspace_id: str, session_id: int) -> Session | None:
    """The calibration with this id, or None."""
    found = _sessions(connection, workspace_id, calibrations.c.session_id == session_id)
    return found[0] if found else None


def newest(connection: Connection, workspace_id: str) -> int:
    """The id of the calibration, or preview, that was made last; 0 where there is none."""
    latest = select(func.max(calibrations.c.session_id)).where(calibrations.c.workspace_id == workspace_id)
    return connection.scalar(latest) or 0


def numbered(connection: Connection, workspace_id: str, number: int) -> Session | None:
    """The calibration that people call by this number, or None."""
    found = _sessions(connection, workspace_id, calibrations.c.number == number)
    return found[0] if found else None


def running(connection: Connection, workspace_id: str) -> list[Session]:
    """Those that are open, the oldest first."""
    return _sessions(connection, workspace_id, text(OPEN))


def opened(connection: Connection, workspace_id: str) -> list[Session]:
    """Every calibration that was ever opened, the oldest first."""
    return _sessions(connection, workspace_id, calibrations.c.number.is_not(None))


def closed(connection: Connection, workspace_id: str, before: datetime | None = None, most: int = 20) -> list[Session]:
    """The latest that closed with a result, the oldest of them first; with `before`, only those that ended earlier."""
    wanted = [calibrations.c.state == State.CLOSED.value]
    wanted += [calibrations.c.ended_at < before] if before is not None else []
    return _sessions(connection, workspace_id, *wanted)[-most:]


def calibrated_before(connection: Connection, workspace_id: str) -> set[int]:
    """The tickets that were part of a calibration which was opened."""
    same = (tickets_of.c.workspace_id == calibrations.c.workspace_id) & (
        tickets_of.c.session_id == calibrations.c.session_id
    )
    wanted = select(tickets_of.c.number).select_from(tickets_of.join(calibrations, same))
    was_opened = calibrations.c.number.is_not(None)
    return set(connection.scalars(wanted.where(tickets_of.c.workspace_id == workspace_id, was_opened)))


def replace_tickets(
    connection: Connection, workspace_id: str, session: Session, chosen: Sequence[tuple[Chosen, Sequence[str]]]
) -> Session:
    """A preview with other tickets."""
    theirs = (tickets_of.c.workspace_id == workspace_id) & (tickets_of.c.session_id == session.session_id)
    connection.execute(tickets_of.delete().where(theirs))
    _put_tickets(connection, workspace_id, session.session_id, chosen)
    return _there(connection, workspace_id, session.session_id)


def agree(
    connection: Connection,
    workspace_id: str,
    session: Session,
    number: int,
    scores: Mapping[str, int],
    person: str,
    now: datetime,
) -> Session:
    """Keep the score that was agreed on; a later one takes its place."""
    row = (
        tickets_of.c.workspace_id == workspace_id,
        tickets_of.c.session_id == session.session_id,
        tickets_of.c.number == number,
    )
    said = {"agreed": dict(scores), "agreed_by": person, "agreed_at": now}
    connection.execute(update(tickets_of).where(*row).values(said))
    return _there(connection, workspace_id, session.session_id)


def record(
    connection: Connection,
    workspace_id: str,
    session: Session,
    kind: str,
    actor: str,
    now: datetime,
    number: int | None = None,
) -> None:
    """A line of the calibration's trail."""
    row = {"workspace_id": workspace_id, "session_id": session.session_id, "at": now, "actor": actor}
    connection.execute(insert(trail).values(row | {"kind": kind, "number": number}))


def _sessions(connection: Connection, workspace_id: str, *conditions: Any) -> list[Session]:
    wanted = select(calibrations).where(calibrations.c.workspace_id == workspace_id, *conditions)
    rows = list(connection.execute(wanted.order_by(calibrations.c.session_id)))
    if not rows:
        return []
    items = _items(connection, workspace_id, [row.session_id for row in rows])
    return [replace(_session(row), items=tuple(items.get(row.session_id, ()))) for row in rows]


def _items(connection: Connection, workspace_id: str, ids: Sequence[int]) -> dict[int, list[Item]]:
    wanted = select(tickets_of).where(tickets_of.c.workspace_id == workspace_id, tickets_of.c.session_id.in_(ids))
    found: dict[int, list[Item]] = {}
    for row in connection.execute(wanted.order_by(tickets_of.c.session_id, tickets_of.c.place)):
        signs = tuple((name, value) for name, value in row.signs)
        item = Item(row.number, row.kind, signs, tuple(row.handled_by), row.agreed, row.agreed_by)
        found.setdefault(row.session_id, []).append(item)
    return found


def _session(row: Any) -> Session:
    values = dict(row._mapping)
    for unneeded in ("workspace_id", "created_at"):
        del values[unneeded]
    kinds = {"state": State, "next_what": Step, "ended_how": How}
    values |= {name: kind(values[name]) for name, kind in kinds.items() if values[name] is not None}
    return Session(**(values | {"reviewers": tuple(values["reviewers"])}))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a calibration as the columns take them."""
    plain = {name: list(value) if name == "reviewers" else value for name, value in values.items()}
    enums = ("state", "next_what", "ended_how")
    return {n: str(value) if n in enums and value is not None else value for n, value in plain.items()}
