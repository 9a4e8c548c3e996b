"""`/calibrate`: reviewers score the same tickets, each alone, and then see how far they agree."""

from bot.blocks import help as help_blocks
from bot.blocks import unclear
from bot.blocks.kit import Message
from bot.calibrations import ending, looking, opening
from bot.desk import Desk
from domain import refusal
from domain.calibration_words import NotAMember, parse
from domain.command_words import Unclear, match

FORMS = ("start", "status", "close", "history", "help")


def answer(desk: Desk, text: str) -> Message:
    """`start [@reviewers…] [T-1 …] [until …]`, `status`, `close [N]`, `history` or `help`."""
    word, _, rest = text.strip().partition(" ")
    form = match(word or "help", FORMS)
    if isinstance(form, Unclear):
        raise refusal.UnknownWord(word, form.meant, "/calibrate", rest)
    desk.must_be_allowed(f"/calibrate {form}")
    if form == "start":
        return start(desk, rest)
    if form == "status":
        return looking.status(desk)
    if form == "close":
        return ending.by_lead(desk, _number(rest))
    if form == "history":
        return looking.history(desk)
    return help_blocks.calibrate(desk.settings.slack.prefix)


def start(desk: Desk, words: str) -> Message:
    """A preview, for the lead alone."""
    try:
        asked = parse(words)
    except NotAMember as error:
        raise unclear.not_a_member(str(error)) from error
    return opening.preview(desk, asked)


def _number(words: str) -> int | None:
    said = words.strip().lstrip("#")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        raise unclear.which_calibration()
    return int(said)
