"""The auditor: stored clocks against a new fold of each trail; what differs is mended and logged."""

from datetime import datetime

import structlog

from bot.desk import House
from db import clocks, session, tickets
from domain.ticket import Ticket

log = structlog.get_logger(__name__)
BATCH = 100


def audit(house: House, workspace_id: str, batch: int = BATCH) -> int:
    """Bring every ticket's clocks up to date, in bounded batches; how many tickets had wrong ones.

    It takes in what has no clocks yet: tickets from before there were any, and finished ones that were imported.
    Nobody is held up by the looking: only what has to be written is looked at again in a transaction of its own.
    """
    mended, after = 0, 0
    while True:
        with session.reading(house.engine) as connection:
            numbers = clocks.to_audit(connection, workspace_id, after, batch)
            found = tickets.numbered(connection, workspace_id, numbers)
            known = clocks.with_clocks(connection, workspace_id, numbers)
            wrong = house.keeper.differing(
                connection, workspace_id, [t for t in found if t.number in known], _now(house)
            )
        if not numbers:
            break
        after = numbers[-1]
        _take_in(house, workspace_id, [number for number in numbers if number not in known])
        for ticket in wrong:
            mended += _mend(house, workspace_id, ticket)
    if mended:
        log.warning("sla.audited", mended=mended)
    return mended


def _take_in(house: House, workspace_id: str, numbers: list[int]) -> None:
    if numbers:
        with session.writing(house.engine) as connection:
            house.keeper.take_in(connection, workspace_id, numbers, _now(house))


def _mend(house: House, workspace_id: str, ticket: Ticket) -> bool:
    with session.writing(house.engine) as connection:
        tickets.hold(connection, workspace_id, [ticket.number])
        found = tickets.numbered(connection, workspace_id, [ticket.number])
        if not house.keeper.differing(connection, workspace_id, found, _now(house)):
            return False
        house.keeper.keep(connection, workspace_id, found, _now(house))
    log.warning("sla.mended", ticket=ticket.number)
    return True


def recompute(house: House, workspace_id: str, batch: int = BATCH) -> int:
    """Put running clocks under the present config, and record on each ticket that this was done (R7); how many."""
    done, after = 0, 0
    while True:
        with session.writing(house.engine) as connection:
            numbers = clocks.running_after(connection, workspace_id, after, batch)
            if not numbers:
                return done
            tickets.hold(connection, workspace_id, numbers)
            found = tickets.numbered(connection, workspace_id, numbers)
            done += sum(house.keeper.recompute(connection, workspace_id, one, _now(house)) for one in found)
        after = numbers[-1]


def _now(house: House) -> datetime:
    return house.clock.now()
