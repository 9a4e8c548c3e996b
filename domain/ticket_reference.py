"""How people write a ticket's number."""

import re

_NUMBER = re.compile(r"\s*(?:[tT]-?|#)?0*([1-9][0-9]{0,8})\s*")


def parse(reference: str) -> int | None:
    """The number meant by `T-12`, `t12`, `#12` or `12`; None where it is no number (an external id, perhaps)."""
    found = _NUMBER.fullmatch(reference)
    return int(found.group(1)) if found else None


def shown(number: int) -> str:
    """`T-12`."""
    return f"T-{number}"
