"""`/escalate`: hand a ticket on with its context, list what is handed on, look back."""

from bot.blocks import escalation_windows as windows
from bot.blocks import help as help_blocks
from bot.blocks import unclear
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from bot.escalations import opening, reading


def answer(desk: Desk, text: str) -> Message | Modal:
    """`T-12 [reason]`, `list`, `history T-12`, `help`; without words, a window asks for the ticket."""
    first, _, rest = text.strip().partition(" ")
    word = first.casefold()
    known = {"": "/escalate", "help": "/escalate help", "list": "/escalate list", "history": "/escalate history"}
    desk.must_be_allowed(known.get(word, "/escalate T-12"))
    if not word:
        return windows.which()
    if word == "help":
        return help_blocks.escalate(desk.settings.slack.prefix)
    if word == "list":
        return reading.listing(desk)
    if word == "history":
        if not rest.strip():
            raise unclear.handoffs_of_which()
        return reading.history(desk, rest.split()[0])
    return opening.window(desk, first, rest.strip())
