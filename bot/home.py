"""What a person's Home tab shows, asked of the database."""

from typing import Any

from bot.blocks import home as blocks
from bot.desk import Desk
from db import sla_board, tickets

ROWS = 10


def view(desk: Desk) -> dict[str, Any]:
    """The Home tab of who is asking."""
    with desk.reading() as connection:
        mine, total = tickets.listed(connection, desk.workspace_id, "mine", desk.person, offset=0, limit=ROWS)
        _, unassigned = tickets.listed(connection, desk.workspace_id, "unassigned", desk.person, offset=0, limit=1)
        breached = sla_board.breached(connection, desk.workspace_id, desk.now(), 1).total
    return blocks.view(mine, total, unassigned, breached, desk.settings.slack.prefix)
