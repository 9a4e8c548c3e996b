"""Tagging tickets: what a line of words, a guess that was clicked and a window come down to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.blocks import category_report as report_blocks
from bot.blocks import tagging as blocks
from bot.blocks import unclear
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from db import category_report, tickets
from domain import tag_words, tagging
from domain.category_report import report as added_up
from domain.tag_words import Understood, Unknown
from domain.taxonomy import Taxonomy, path, split
from domain.ticket import Ticket
from domain.ticket_reference import parse as number_of

TICKETS_AT_ONCE = 20


def read(text: str) -> tuple[list[str], str]:
    """The tickets that a line names, in front or else anywhere, and its other words."""
    words = text.replace(",", " ").split()
    ahead = 0
    while ahead < len(words) and number_of(words[ahead]) is not None:
        ahead += 1
    if ahead:
        return words[:ahead], " ".join(words[ahead:])
    later = [word for word in words[1:] if number_of(word) is not None and not word.isdigit()]
    if later:
        return later, " ".join(word for word in words if word not in later)
    return words[:1], " ".join(words[1:])


def example(desk: Desk) -> str:
    """A category that there is."""
    return next(iter(desk.settings.taxonomy().categories))


def tag_by_words(desk: Desk, references: Sequence[str], words: str) -> Message:
    """Tag the tickets with what `words` say, all or none; what is not clear is asked back and changes nothing."""
    if len(set(references)) > TICKETS_AT_ONCE:
        raise unclear.too_many_to_tag(TICKETS_AT_ONCE, example(desk))
    taxonomy = desk.settings.taxonomy()
    found = tag_words.parse(words, taxonomy)
    if isinstance(found, Understood):
        return apply(desk, references, found.wanted)
    if isinstance(found, Unknown):
        return blocks.unknown(found, references, taxonomy)
    return blocks.asked_back(found, references, desk.settings.slack.prefix)


def apply(desk: Desk, references: Sequence[str], wanted: Mapping[str, str | None]) -> Message:
    """Tag the tickets, in one transaction, with one audit event each; a ticket that has it all stays as it is."""

    def work(connection: Connection, now: datetime) -> Message:
        if len(references) == 1:
            before = desk.ticket(connection, references[0])
            after = retag(desk, connection, before, wanted, now)
            return blocks.unchanged(before) if after is before else blocks.tagged(before, after)
        numbers = list(dict.fromkeys(desk.ticket(connection, one).number for one in references))
        # Held in one order, whatever order they are named in: else two people could wait for each other.
        tickets.hold(connection, desk.workspace_id, numbers)
        named = {one.number: one for one in tickets.numbered(connection, desk.workspace_id, numbers)}
        changes = [(named[one], retag(desk, connection, named[one], wanted, now)) for one in numbers]
        return blocks.tagged_many(changes, desk.settings.slack.prefix)

    return desk.once(work)


def retag(
    desk: Desk, connection: Connection, ticket: Ticket, wanted: Mapping[str, str | None], now: datetime
) -> Ticket:
    """The ticket with what is wanted, written; the very same when that changes nothing."""
    change = tagging.tag(ticket, wanted)
    return ticket if change is None else desk.change(connection, ticket, change, now)


def today(taxonomy: Taxonomy, chosen: str) -> str | None:
    """The category that was chosen in a window, by today's name; None when the config dropped it in the meantime."""
    category, subcategory = taxonomy.current(*split(chosen))
    return path(category, subcategory) if taxonomy.has(category, subcategory) else None


def window(desk: Desk, reference: str) -> Modal:
    """The window that asks for everything a tag can say."""
    with desk.reading() as connection:
        ticket = desk.ticket(connection, reference)
    return blocks.window(ticket, desk.settings.taxonomy())


def report(desk: Desk, days: int) -> Message:
    """The tickets that came in during the last `days` times 24 hours, by category and area, against those before."""
    end = desk.now()
    start = end - timedelta(days=days)
    taxonomy = desk.settings.taxonomy()
    with desk.reading() as connection:
        found = added_up(category_report.counts(connection, desk.workspace_id, start, end, taxonomy))
    return report_blocks.report(found, taxonomy, start, end, desk.settings.slack.prefix)
