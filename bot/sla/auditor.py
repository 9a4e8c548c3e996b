"""The auditor: stored clocks against a new fold of each trail; what differs is mended and logged."""

import structlog

from bot.desk import House
from db import clocks, session, tickets

log = structlog.get_logger(__name__)
BATCH = 200


def audit(house: House, workspace_id: str, batch: int = BATCH) -> int:
    """Bring every ticket's clocks up to date in bounded batches, each its own transaction; how many were not.

    It takes in what has no clocks yet: tickets from before there were any, and finished ones that were imported.
    """
    mended, after = 0, 0
    while True:
        with session.writing(house.engine) as connection:
            numbers = clocks.to_audit(connection, workspace_id, after, batch)
            if not numbers:
                break
            found = tickets.numbered(connection, workspace_id, numbers)
            known = clocks.with_clocks(connection, workspace_id, numbers)
            now = house.clock.now()
            fresh = [ticket for ticket in found if ticket.number not in known]
            house.keeper.keep_many(connection, workspace_id, fresh, now)
            for ticket in found:
                if ticket.number in known and house.keeper.mend(connection, workspace_id, ticket, now):
                    log.warning("sla.mended", ticket=ticket.number)
                    mended += 1
        after = numbers[-1]
    if mended:
        log.warning("sla.audited", mended=mended)
    return mended


def recompute(house: House, workspace_id: str, batch: int = BATCH) -> int:
    """Put running clocks under the present config, and record on each ticket that this was done (R7); how many."""
    done, after = 0, 0
    while True:
        with session.writing(house.engine) as connection:
            numbers = clocks.running_after(connection, workspace_id, after, batch)
            if not numbers:
                return done
            now = house.clock.now()
            for found in tickets.numbered(connection, workspace_id, numbers):
                done += house.keeper.recompute(connection, workspace_id, found, now)
        after = numbers[-1]
