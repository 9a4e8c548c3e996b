"""The tickets that a calibration may be made of, with what is known of how they went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from db import calibrations, events, reviews
from db.clocks import clocks
from db.tickets import tickets
from domain.calibration_choice import REACHES_BACK, Candidate
from domain.ticket import FINISHED

MOST = 2000  # of the newest; no team reads further back to find five
COUNTED = ("first_response", "next_response", "resolution")


def solved_lately(connection: Connection, workspace_id: str, now: datetime) -> list[Candidate]:
    """The tickets solved in the last 30 days that were in no calibration yet, the newest first."""
    since = now - REACHES_BACK
    breached = (
        select(clocks.c.number, func.count().label("breached"))
        .where(
            clocks.c.workspace_id == workspace_id,
            clocks.c.breached_at >= since - REACHES_BACK,
            clocks.c.waived_at.is_(None),
            clocks.c.metric.in_(COUNTED),
        )
        .group_by(clocks.c.number)
        .subquery()
    )
    wanted = select(
        tickets.c.number, tickets.c.solved_at, tickets.c.assignee, tickets.c.assignee_email, tickets.c.csat,
        breached.c.breached,
    ).select_from(tickets.outerjoin(breached, breached.c.number == tickets.c.number))  # fmt: skip
    wanted = wanted.where(
        tickets.c.workspace_id == workspace_id,
        tickets.c.solved_at >= since,
        tickets.c.solved_at <= now,
        tickets.c.status.in_([status.value for status in FINISHED]),
    )
    used = calibrations.calibrated_before(connection, workspace_id)
    newest_first = wanted.order_by(tickets.c.solved_at.desc(), tickets.c.number).limit(MOST)
    found = [row for row in connection.execute(newest_first) if row.number not in used]
    scores = reviews.latest_totals(connection, workspace_id, [row.number for row in found])
    return [
        Candidate(
            row.number,
            row.solved_at,
            row.assignee or row.assignee_email,
            row.csat,
            scores.get(row.number),
            row.breached or 0,
        )
        for row in found
    ]


def handlers(connection: Connection, workspace_id: str, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Everybody who had each ticket at some time, by its trail and as it is now."""
    current = select(tickets.c.number, tickets.c.assignee).where(
        tickets.c.workspace_id == workspace_id, tickets.c.number.in_(numbers)
    )
    found: dict[int, list[str]] = {number: [] for number in numbers}
    for row in connection.execute(current):
        found[row.number] += [row.assignee] if row.assignee else []
    for number, trail in events.of_tickets(connection, workspace_id, numbers).items():
        for event in trail:
            found[number] += [one for one in event.fields.get("assignee", ()) if one]
    return {number: list(dict.fromkeys(people)) for number, people in found.items()}
