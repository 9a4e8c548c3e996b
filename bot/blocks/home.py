"""The app's Home tab: what is yours, what is waiting, and what can be typed."""

from collections.abc import Sequence
from typing import Any

from bot.blocks import help as help_blocks
from bot.blocks import kit
from bot.blocks.tickets import PRIORITY_SIGN, STATUS_SIGN, customer, title
from domain.ticket import Ticket


def view(mine: Sequence[Ticket], mine_total: int, unassigned: int, breached: int, prefix: str) -> dict[str, Any]:
    """The tab as its owner sees it."""
    blocks = [
        kit.header("Your desk"),
        kit.fields([f"*Yours*\n{mine_total}", f"*Unassigned*\n{unassigned}", f"*Promises broken now*\n{breached}"]),
        kit.divider(),
        *([_row(ticket) for ticket in mine] or [kit.section("Nothing is yours at the moment. 🎉")]),
    ]
    if mine_total > len(mine):
        blocks.append(kit.context(f"The first {len(mine)} of {mine_total}; `/{prefix}ticket list mine` shows all."))
    blocks += [kit.divider(), kit.header("What you can type"), *_commands(prefix)]
    return {"type": "home", "blocks": blocks}


def _row(ticket: Ticket) -> kit.Block:
    whose = f" · {customer(ticket)}" if ticket.customer_name else ""
    line = f"{STATUS_SIGN[ticket.status]} {ticket.status}{whose} · came in {kit.when(ticket.created_at)}"
    return kit.section(f"{PRIORITY_SIGN[ticket.priority]} *{title(ticket, 80)}*\n{line}")


def _commands(prefix: str) -> list[kit.Block]:
    """The forms of each command, without their footnotes."""
    return [help_(prefix).blocks[0] for help_ in help_blocks.EVERY]
