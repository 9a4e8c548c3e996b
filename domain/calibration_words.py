"""What a lead types after `/calibrate start`: people, tickets, and until when, in any order but the time last. Pure."""

import re
from dataclasses import dataclass

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_UNTIL = re.compile(r"(?:^|\s)until\s+(.+)$", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"@\S+|<!subteam[^>]*>")


class NotAMember(ValueError):
    """A name that Slack did not recognise as a member's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a lead asked for; what is empty is chosen for them."""

    reviewers: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    until: str = ""


def parse(text: str) -> Asked:
    """`@ana @ben T-1 T-2 until tomorrow 17:00` in its parts; raises NotAMember for a name that is only text."""
    found = _UNTIL.search(text)
    before = text[: found.start()] if found else text
    people = tuple(_PERSON.findall(before))
    rest = _PERSON.sub(" ", before)
    if name := _NAME.search(rest):
        raise NotAMember(name[0])
    return Asked(people, tickets_in(rest), found[1].strip() if found else "")


def tickets_in(text: str) -> tuple[str, ...]:
    """The ticket references of a list with spaces or commas."""
    return tuple(word for word in re.split(r"[\s,;]+", text) if word)
