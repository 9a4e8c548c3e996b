"""`/escalate`: hand a ticket on with its context, list what is handed on, look back."""

from bot.blocks import escalation_windows as windows
from bot.blocks import help as help_blocks
from bot.blocks import unclear
from bot.blocks.kit import Message, Modal
from bot.commands.forms import ticket_or_word
from bot.desk import Desk
from bot.escalations import opening, reading
from domain.command_words import Unclear, match

FORMS = ("list", "history", "help")


def answer(desk: Desk, text: str) -> Message | Modal:
    """`T-12 [reason]`, `list`, `history T-12`, `help`; without words, a window asks for the ticket."""
    word, _, rest = text.strip().partition(" ")
    if not word:
        desk.must_be_allowed("/escalate")
        return windows.which()
    form = match(word, FORMS)
    desk.must_be_allowed("/escalate T-12" if isinstance(form, Unclear) else f"/escalate {form}")
    if form == "help":
        return help_blocks.escalate(desk.settings.slack.prefix)
    if form == "list":
        return reading.listing(desk)
    if form == "history":
        if not rest.strip():
            raise unclear.handoffs_of_which()
        return reading.history(desk, rest.split()[0])
    with ticket_or_word(form, "/escalate", rest):
        return opening.window(desk, word, rest.strip())
