"""Names taken out of what people wrote, so that reviewers judge a ticket and not a person. Pure."""

import re
from collections.abc import Iterable

CUSTOMER, PERSON, ADDRESS = "[customer]", "[name]", "[address]"
LEAST, LEAST_IN_HOST = 3, 4  # letters; a shorter name would take ordinary words with it
# Each begins only where a word begins, so that the time it takes grows with the text and not with its square.
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOST = re.compile(r"(?<![\w.-])[\w.-]*[\w-]")
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


def veiled(text: str, customers: Iterable[str | None] = (), people: Iterable[str | None] = ()) -> str:
    """`text` without mail addresses, mentions, customers' host names, and the names given, as words in any case."""
    found = _MENTION.sub(PERSON, _ADDRESS.sub(ADDRESS, text))
    known = [name for name in customers if name]
    for customer in known:
        found = _without_hosts(found, re.sub(r"[^a-z0-9]", "", customer.casefold()))
    for names, instead in ((known, CUSTOMER), (people, PERSON)):
        for name in sorted({name.strip() for name in names if name}, key=len, reverse=True):
            if len(name) >= LEAST:
                found = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, found, flags=re.IGNORECASE)
    return found


def _without_hosts(text: str, name: str) -> str:
    """Without host names, such as `mail.acme.example`, that have a customer's name in them."""
    if len(name) < LEAST_IN_HOST:
        return text

    def unless_theirs(found: re.Match[str]) -> str:
        _, named, after = found[0].casefold().partition(name)
        return ADDRESS if named and "." in after else found[0]

    return _HOST.sub(unless_theirs, text)
