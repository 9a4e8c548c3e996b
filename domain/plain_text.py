"""Text for a place that has one line."""

import re
from typing import Any

# Control characters, and those that turn the direction of all that follows on the line.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text on one line, without what cannot be seen."""
    return " ".join(_UNSEEN.sub("", text).split())


def storable(value: Any) -> Any:
    """Text, or JSON that holds text, without what no database keeps: NUL goes, half a surrogate pair becomes `�`."""
    if isinstance(value, str):
        return _UNSTORABLE.sub(lambda found: "" if found[0] == "\0" else "\ufffd", value)
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list) else value
