"""What comes after a command is a form's word, forgiven as all words are, or else names a ticket."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain import refusal
from domain.command_words import Unclear


@contextmanager
def ticket_or_word(form: str | Unclear, command: str, rest: str) -> Iterator[None]:
    """Do what a ticket was named for; a word that names none is asked back where it is near a form's (UnknownWord)."""
    try:
        yield
    except refusal.UnknownTicket:
        if isinstance(form, Unclear) and form.meant:
            raise refusal.UnknownWord(form.word, form.meant, command, rest) from None
        raise
