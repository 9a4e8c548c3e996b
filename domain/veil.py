"""Names taken out of what people wrote, so that reviewers judge a ticket and not a person. Pure."""

import re
from collections.abc import Iterable

CUSTOMER, PERSON, ADDRESS = "[customer]", "[name]", "[address]"
LEAST = 3  # letters; a shorter name would take ordinary words with it
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


def veiled(text: str, customers: Iterable[str | None] = (), people: Iterable[str | None] = ()) -> str:
    """`text` without mail addresses, mentions, and the names given, as whole words in any case."""
    found = _MENTION.sub(PERSON, _ADDRESS.sub(ADDRESS, text))
    for names, instead in ((customers, CUSTOMER), (people, PERSON)):
        for name in sorted({name.strip() for name in names if name}, key=len, reverse=True):
            if len(name) >= LEAST:
                found = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, found, flags=re.IGNORECASE)
    return found
