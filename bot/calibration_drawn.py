"""What is told of a calibration to one person alone, drawn when it is sent: neither the outbox nor an export has it."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from bot import calibrated
from bot.blocks import calibration_preview as previews
from bot.blocks import calibration_results as results
from bot.blocks.kit import Message
from bot.settings import Settings
from db import calibrations, tickets
from domain.calibration import Session
from domain.calibration_result import leanings

LEANING, OPENED = "calibration:leaning", "calibration:opened"


def leaning(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    """How a reviewer leans, in `calibration:3:leaning:U0BEN` and in those that had ended by then."""
    session, person = _named(connection, workspace_id, key)
    before = calibrated.past(connection, workspace_id, session.ended_at)
    found = calibrated.result(connection, workspace_id, session)
    return results.leaning(session, leanings(found, person), calibrated.leanings_before(before, person))


def opened(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    """What opened by itself and why, for the lead in `calibration:3:opened:U0LEAD`."""
    session, _ = _named(connection, workspace_id, key)
    numbers = [item.number for item in session.items]
    found = {one.number: one for one in tickets.numbered(connection, workspace_id, numbers)}
    return previews.opened_by_itself(session, found)


def _named(connection: Connection, workspace_id: str, key: str) -> tuple[Session, str]:
    """The calibration and the person of an outbox key; raises LookupError where there is none."""
    _, number, _, person = key.split(":")
    session = calibrations.numbered(connection, workspace_id, int(number))
    if session is None:
        raise LookupError(key)
    return session, person


DRAWN: Mapping[str, Callable[[Connection, str, str, Settings], Message]] = {LEANING: leaning, OPENED: opened}
