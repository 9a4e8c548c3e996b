"""What tagging a ticket changes. Pure. Any ticket may be tagged, a closed one too: reports look back."""

from collections.abc import Mapping

from domain.tag_vocabulary import CATEGORY
from domain.taxonomy import split
from domain.ticket import Change, Ticket


def tag(ticket: Ticket, wanted: Mapping[str, str | None]) -> Change | None:
    """The change that gives `ticket` what is `wanted` (slot to value, a category as a path), or None.

    A category named without a subcategory keeps the one the ticket has in it.
    """
    asked = {slot: value for slot, value in wanted.items() if slot != CATEGORY}
    named = wanted.get(CATEGORY)
    if named is not None:
        category, subcategory = split(named)
        kept = ticket.subcategory if ticket.category == category else None
        asked = {"category": category, "subcategory": subcategory or kept} | asked
    changed = {name: value for name, value in asked.items() if getattr(ticket, name) != value}
    return Change("tagged", changed) if changed else None
