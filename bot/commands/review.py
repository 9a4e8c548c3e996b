"""`/review`: score how a ticket was handled, see what is yours to review, read a review."""

from bot.blocks import help as help_blocks
from bot.blocks import unclear
from bot.blocks.kit import Message, Modal
from bot.commands.forms import ticket_or_word
from bot.desk import Desk
from bot.reviews import looking, scoring
from domain.command_words import match

FORMS = ("queue", "show", "help")


def answer(desk: Desk, text: str) -> Message | Modal:
    """`T-12`, `queue`, `show T-12` or `help`; without words a reviewer's queue."""
    word, _, rest = text.strip().partition(" ")
    form = match(word, FORMS) if word else _by_itself(desk)
    if form == "help":
        desk.must_be_allowed("/review help")
        return help_blocks.review(desk.settings.slack.prefix)
    if form == "queue":
        desk.must_be_allowed("/review queue")
        return looking.queue(desk)
    if form == "show":
        return looking.show(desk, _named(rest))
    desk.must_be_allowed("/review T-12")
    with ticket_or_word(form, "/review", rest):
        return scoring.window(desk, word)


def _by_itself(desk: Desk) -> str:
    return "queue" if desk.person in desk.settings.team.reviewers else "help"


def _named(words: str) -> str:
    if not words.strip():
        raise unclear.review_of_which()
    return words.split()[0]
