"""Votes of a calibration: one row a ticket and reviewer, with the draft, and rubric notes that came of it.

Until the close only its owner is told what a row holds: ask `of_person`, or `scored`, which tells no scores.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Index, insert, select
from sqlmodel import Field, SQLModel

from db.calibrations import calibrations
from db.outbox import inserting
from db.types import BigId, Instant
from domain.calibration import Note, Session, Vote
from domain.calibration_rules import State


class VoteRow(SQLModel, table=True):
    """`draft` is what was typed and not submitted, as typed; `scores` are None until something was submitted."""

    __tablename__ = "calibration_vote"

    workspace_id: str = Field(primary_key=True)
    session_id: int = Field(primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    draft: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    scores: dict[str, int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    comments: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    revision: int = 0
    saved_at: datetime = Field(sa_type=Instant)


class RubricNoteRow(SQLModel, table=True):
    """What was agreed a dimension means, by whom and on which ticket."""

    __tablename__ = "rubric_note"
    __table_args__ = (Index("rubric_note_of", "workspace_id", "dimension", "note_id"),)

    workspace_id: str
    note_id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    session_id: int = Field(sa_type=BigId)
    number: int
    dimension: str
    text: str
    written_by: str
    at: datetime = Field(sa_type=Instant)


votes = SQLModel.metadata.tables["calibration_vote"]
notes_log = SQLModel.metadata.tables["rubric_note"]


class Sealed(Exception):
    """Votes of a calibration that is not closed were asked for."""


def of_person(
    connection: Connection, workspace_id: str, session_id: int, number: int, person: str
) -> tuple[Vote | None, Mapping[str, str] | None]:
    """What a reviewer gave a ticket, and their draft, where they have any."""
    wanted = _of(workspace_id, session_id).where(votes.c.number == number, votes.c.person == person)
    row = connection.execute(wanted).first()
    return (None, None) if row is None else (_vote(row), row.draft)


def scored(connection: Connection, workspace_id: str, session_id: int) -> dict[str, set[int]]:
    """Which tickets each reviewer has scored; not what they gave."""
    wanted = select(votes.c.person, votes.c.number).where(
        votes.c.workspace_id == workspace_id, votes.c.session_id == session_id, votes.c.revision > 0
    )
    found: dict[str, set[int]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.person, set()).add(row.number)
    return found


def of_session(connection: Connection, workspace_id: str, session: Session) -> list[Vote]:
    """All votes of a calibration that closed with a result; raises Sealed for any other."""
    if session.state is not State.CLOSED:
        raise Sealed(session.session_id)
    wanted = _of(workspace_id, session.session_id).where(votes.c.revision > 0)
    found = [_vote(row) for row in connection.execute(wanted.order_by(votes.c.number, votes.c.person))]
    return [vote for vote in found if vote is not None]


def keep_draft(
    connection: Connection,
    workspace_id: str,
    session_id: int,
    number: int,
    person: str,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep what was typed so far; what was submitted before stays as it is."""
    _put(connection, _key(workspace_id, session_id, number, person), {"draft": dict(typed), "saved_at": now})


def submit(connection: Connection, workspace_id: str, session_id: int, vote: Vote, now: datetime) -> int:
    """Keep a vote in place of the draft and of any earlier vote; which revision it is, from 1 on."""
    key = _key(workspace_id, session_id, vote.number, vote.person)
    said = {"scores": dict(vote.scores), "comments": dict(vote.comments), "draft": None, "saved_at": now}
    return _put(connection, key, said, revisions=1)


def _put(connection: Connection, key: dict[str, Any], said: dict[str, Any], revisions: int = 0) -> int:
    insertion = inserting(connection, votes).values(key | said | {"revision": revisions})
    put = insertion.on_conflict_do_update(
        index_elements=list(key), set_=said | {"revision": votes.c.revision + revisions}
    )
    return connection.scalar(put.returning(votes.c.revision)) or 0


def note(
    connection: Connection,
    workspace_id: str,
    session: Session,
    number: int,
    dimension: str,
    text: str,
    by: str,
    now: datetime,
) -> int:
    """Keep a rubric note in the log; its number there."""
    row = {"workspace_id": workspace_id, "session_id": session.session_id, "number": number, "at": now}
    insertion = insert(notes_log).values(row | {"dimension": dimension, "text": text, "written_by": by})
    return connection.scalar(insertion.returning(notes_log.c.note_id)) or 0


def notes(connection: Connection, workspace_id: str, most: int = 100) -> list[Note]:
    """The latest rubric notes, the newest first."""
    same = (notes_log.c.workspace_id == calibrations.c.workspace_id) & (
        notes_log.c.session_id == calibrations.c.session_id
    )
    wanted = select(notes_log, calibrations.c.number.label("calibration")).select_from(
        notes_log.join(calibrations, same)
    )
    wanted = wanted.where(notes_log.c.workspace_id == workspace_id).order_by(notes_log.c.note_id.desc()).limit(most)
    return [
        Note(row.dimension, row.text, row.written_by, row.calibration, row.number) for row in connection.execute(wanted)
    ]


def _of(workspace_id: str, session_id: int) -> Any:
    return select(votes).where(votes.c.workspace_id == workspace_id, votes.c.session_id == session_id)


def _key(workspace_id: str, session_id: int, number: int, person: str) -> dict[str, Any]:
    return {"workspace_id": workspace_id, "session_id": session_id, "number": number, "person": person}


def _vote(row: Any) -> Vote | None:
    if row.scores is None:
        return None
    return Vote(row.number, row.person, row.scores, row.comments or {})
