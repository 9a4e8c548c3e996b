"""Text for a place that has one line."""

import re

# Control characters, and those that turn the direction of all that follows on the line.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text on one line, without what cannot be seen."""
    return " ".join(_UNSEEN.sub("", text).split())
