"""What buttons carry in their value, read with care: a message may be older than the bot that answers it."""

import re

from domain import refusal

_WHOLE = re.compile(r"[0-9]{1,9}")


def whole(text: str) -> int:
    """A whole number; raises StaleButton for anything else."""
    if not _WHOLE.fullmatch(text):
        raise refusal.StaleButton(text)
    return int(text)
