"""`/ticket`: open, show, list, move, answer, rate and undo."""

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot import ticketing
from bot.blocks import help as help_blocks
from bot.blocks import kit, ticket_windows, unclear
from bot.blocks import ticket_answers as answers
from bot.blocks.kit import Message, Modal
from bot.desk import Answer, Desk, Submission
from db import clocks, customers, mirrors
from domain import refusal, ticket
from domain.command_words import Unclear, match
from domain.sla_promise import Metric
from domain.ticket import Priority, Status, Ticket
from domain.ticket_reference import shown

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
NEEDS_NO_TICKET = ("new", "list", "undo")
MORE = {"assign": "person", "priority": "priority", "csat": "csat"}
Form = Callable[[Desk, str], Message | Modal]


def answer(desk: Desk, text: str) -> Message | Modal:
    """`/ticket …`: the first word says which form is meant; without words, what is yours."""
    verb, _, rest = text.strip().partition(" ")
    if not verb:
        desk.must_be_allowed("/ticket")
        return listing(desk, "mine")
    if verb.casefold() == "help":
        desk.must_be_allowed("/ticket help")
        return help_blocks.ticket(desk.settings.slack.prefix)
    meant = match(verb, FORMS)
    if isinstance(meant, Unclear):
        raise refusal.UnknownWord(verb, meant.meant, "/ticket", rest)
    desk.must_be_allowed(f"/ticket {meant}")
    words = _ticket_first(rest.strip()) if meant == "assign" else rest.strip()
    return _missing(meant, words) or FORMS[meant](desk, words)


def _ticket_first(words: str) -> str:
    """`@ben T-12` as `T-12 @ben`."""
    found = PERSON.match(words)
    return f"{words[found.end() :].strip()} {found[0]}".strip() if found else words


def _missing(verb: str, rest: str) -> Modal | None:
    """The window that asks for what a form lacks; None when all is there."""
    reference, _, words = rest.partition(" ")
    lacks_more = verb in MORE and not words.strip()
    if verb in NEEDS_NO_TICKET or (reference and not lacks_more):
        return None
    return ticket_windows.missing(verb, reference, MORE.get(verb))


def completed(desk: Desk, submission: Submission) -> Answer:
    """What a form lacked was filled in: do as if it had been typed."""
    values = submission.values
    more = next((values[name] for name in MORE.values() if values.get(name)), "")
    more = f"<@{more}>" if values.get("person") else more
    return answer(desk, f"{submission.about['verb']} {(values['ticket'] or '').strip()} {more}".strip())


def new(desk: Desk, text: str) -> Message | Modal:
    """`new [P0–P3] subject [for customer]`: a ticket at once; without a subject, a window that asks for it."""
    priority, subject = _leading_priority(kit.one_line(kit.as_typed(text)))
    if not subject:
        return ticket_windows.new_ticket(priority=priority)
    with desk.reading() as connection:
        subject, customer = _for_customer(connection, desk.workspace_id, subject)
    return ticketing.create(desk, subject, customer=customer, priority=priority)


def _leading_priority(text: str) -> tuple[str | None, str]:
    first, _, rest = text.partition(" ")
    return (first.upper(), rest.strip()) if first.upper() in Priority.__members__ else (None, text)


def _for_customer(connection: Connection, workspace_id: str, text: str) -> tuple[str, str | None]:
    """Split `… for Acme`: what follows the last "for" is a customer when it is known, or written like a name."""
    subject, found, name = text.rpartition(" for ")
    name = name.strip().strip("\"'“”")
    if not found or not subject.strip() or not name:
        return text, None
    known = customers.find_named(connection, workspace_id, name)
    if known is not None:
        return subject.strip(), known.name
    return (subject.strip(), name) if name[0].isupper() and len(name.split()) <= 4 else (text, None)


def show(desk: Desk, text: str) -> Message:
    """`show T-12`: the card."""
    return ticketing.show(desk, text.split()[0])


def listing(desk: Desk, text: str) -> Message:
    """`list [filter]`: the first page."""
    meant = match(text.split()[0] if text else "open", ticketing.FILTERS)
    if isinstance(meant, Unclear):
        raise refusal.UnknownWord(text, meant.meant or ticketing.FILTERS, "/ticket list", "")
    return ticketing.page(desk, meant, 0)


def _changing(decide: Callable[[Desk, Ticket, str, datetime], ticket.Change], say: Callable[[Ticket], Message]) -> Form:
    """A form `VERB T-12 …` that changes the ticket: how to decide, and what to answer."""

    def form(desk: Desk, text: str) -> Message:
        reference, _, words = text.partition(" ")

        def work(connection: Connection, now: datetime) -> Message:
            found = desk.ticket(connection, reference)
            changed = desk.change(connection, found, decide(desk, found, words.strip(), now), now)
            return say(changed)

        return desk.once(work)

    return form


def _whom(desk: Desk, found: Ticket, words: str, now: datetime) -> ticket.Change:
    named = PERSON.search(words)
    if words.casefold() in ("me", "myself"):
        return ticket.assign(found, desk.person)
    if named is None:
        raise unclear.assign_to_whom(found.number)
    return ticket.assign(found, named.group(1))


def _which_priority(desk: Desk, found: Ticket, words: str, now: datetime) -> ticket.Change:
    named = words.split()[0].upper()
    named = f"P{named}" if named.isdigit() else named
    if named not in Priority.__members__:
        raise unclear.which_priority(found.number)
    return ticket.prioritise(found, Priority(named), desk.person)


def _which_rating(desk: Desk, found: Ticket, words: str, now: datetime) -> ticket.Change:
    words = words.removesuffix("/5").strip()
    if words not in ("1", "2", "3", "4", "5"):
        raise unclear.which_rating(found.number)
    return ticket.rate(found, int(words))


def customer_wrote(desk: Desk, text: str) -> Message:
    """`customer T-12`: the customer wrote; on a closed ticket this goes to a follow-up that is linked to it."""
    reference = text.split()[0]

    def work(connection: Connection, now: datetime) -> Message:
        found = desk.ticket(connection, reference)
        if found.status is Status.CLOSED:
            mirrors.hold(connection, desk.workspace_id)  # somebody else, or the helpdesk, may hear of it as well
            following = mirrors.follow_up_of(connection, desk.workspace_id, found)
            if following is None:
                return ticketing.follow_up(desk, connection, found, now)
            found = desk.ticket(connection, shown(following))
        changed = desk.change(connection, found, ticket.customer_wrote(found), now)
        return answers.customer_noted(changed, _next_response(connection, desk, changed))

    return desk.once(work)


def _next_response(connection: Connection, desk: Desk, found: Ticket) -> str | None:
    """The clock that runs on the ticket's next answer, as its buttons name it."""
    running = [
        clock
        for clock in clocks.of_tickets(connection, desk.workspace_id, [found.number])
        if clock.metric == Metric.NEXT_RESPONSE and clock.ended_at is None
    ]
    return f"{found.number}:{running[-1].metric}:{running[-1].cycle}" if running else None


def solve(desk: Desk, text: str) -> Message | Modal:
    """`solve T-12 [article|bug|feature|nothing] [link]`: at once when all is said, else a window that asks for it."""
    reference = text.split()[0]
    spared, link = _spared(text.split()[1:])
    with desk.reading() as connection:
        found = desk.ticket(connection, reference)
    if found.category is None or spared is None:
        ticket.may_be_solved(found)
        return ticket_windows.solve(found, desk.settings.taxonomy(), spared, link)

    def work(connection: Connection, now: datetime) -> Message:
        seen = desk.ticket(connection, reference)
        changed = desk.change(connection, seen, ticket.solve(seen, now, spared, link), now)
        return answers.solved(changed)

    return desk.once(work)


def _spared(words: list[str]) -> tuple[str | None, str | None]:
    if not words:
        return None, None
    meant = match(words[0], ticket.SPARED)
    link = words[1].strip("<>").split("|")[0] if words[1:] else None
    if link and not kit.is_link(link):
        raise unclear.no_link()
    return (None if isinstance(meant, Unclear) else meant), link


def undo(desk: Desk, text: str) -> Message:
    """`undo [T-12]`: take back the sender's last change, of the last 15 minutes."""
    return ticketing.undo(desk, text.split()[0] if text else None)


def _move(to: Status) -> Callable[[Desk, Ticket, str, datetime], ticket.Change]:
    return lambda desk, found, words, now: ticket.move(found, to, now)


FORMS: dict[str, Form] = {
    "new": new,
    "show": show,
    "list": listing,
    "take": _changing(lambda desk, found, words, now: ticket.take(found, desk.person), answers.taken),
    "assign": _changing(_whom, answers.assigned),
    "reply": _changing(lambda desk, found, words, now: ticket.reply(found, desk.person, now), answers.replied),
    "customer": customer_wrote,
    "pending": _changing(_move(Status.PENDING), answers.waiting),
    "open": _changing(_move(Status.OPEN), answers.opened),
    "solve": solve,
    "close": _changing(_move(Status.CLOSED), answers.closed),
    "reopen": _changing(lambda desk, found, words, now: ticket.reopen(found, now), answers.reopened),
    "priority": _changing(_which_priority, answers.prioritised),
    "csat": _changing(_which_rating, answers.rated),
    "undo": undo,
}
