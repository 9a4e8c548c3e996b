"""What is handed on now, and what was before."""

from bot.blocks import escalation_lists as blocks
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.escalations import knowing
from db import handoffs, tickets


def listing(desk: Desk) -> Message:
    """Every case that runs, those due first at the head: whose turn it is, and the time left."""
    now = desk.now()
    with desk.reading() as connection:
        cases = handoffs.all_running(connection, desk.workspace_id, blocks.LISTED)
        total = handoffs.how_many_running(connection, desk.workspace_id)
        numbers = [case.number for case in cases]
        found = {one.number: one for one in tickets.numbered(connection, desk.workspace_id, numbers)}
    return blocks.listing([(case, found[case.number]) for case in cases], total, now)


def history(desk: Desk, reference: str) -> Message:
    """Every handoff of a ticket, with what became of it and how much of its target each tier used."""
    now = desk.now()
    with desk.reading() as connection:
        found = desk.ticket(connection, reference)
        cases = handoffs.of_ticket(connection, desk.workspace_id, found.number)
        folded = desk.house.keeper.folded(connection, desk.workspace_id, [found], now)[0]
    return blocks.history(found, cases, knowing.shares(folded, now), knowing.target(folded))
