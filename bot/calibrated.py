"""Results of calibrations that closed, computed anew from their votes each time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from db import calibrations, votes
from domain.agreement import Estimate
from domain.calibration import Session
from domain.calibration_result import Result, leanings, result_of, sealed
from domain.calibration_rules import State
from domain.scorecard import DIMENSIONS

LOOKS_BACK = 20  # calibrations


def result(connection: Connection, workspace_id: str, session: Session) -> Result:
    """What a calibration found; one that closed as too few found nothing. Raises Sealed while it is open."""
    numbers = [item.number for item in session.items]
    if session.state is State.TOO_FEW:
        return sealed(numbers, DIMENSIONS)
    given = votes.of_session(connection, workspace_id, session)
    return result_of(numbers, session.reviewers, given, DIMENSIONS)


def past(
    connection: Connection, workspace_id: str, before: datetime | None = None, most: int = LOOKS_BACK
) -> list[tuple[Session, Result]]:
    """The latest that closed with a result, the oldest of them first; with `before`, those that ended earlier."""
    found = calibrations.closed(connection, workspace_id, before, most)
    return [(one, result(connection, workspace_id, one)) for one in found]


def leanings_before(past: Sequence[tuple[Session, Result]], person: str) -> list[tuple[int, Mapping[str, Estimate]]]:
    """How a reviewer leaned in each calibration that they took part in, with its number."""
    return [(session.number or 0, leanings(found, person)) for session, found in past if person in found.reviewers]
