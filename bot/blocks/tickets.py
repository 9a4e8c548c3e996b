"""A ticket as people see it: the card, the one-line answers, the list."""

from collections.abc import Sequence

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.words import command
from domain.taxonomy import path
from domain.ticket import BOT, MOVES, Event, Status, Ticket
from domain.ticket_reference import shown

PRIORITY_SIGN = {"P0": "🔴", "P1": "🟠", "P2": "🔵", "P3": "⚪"}
STATUS_SIGN = {"new": "🆕", "open": "📂", "pending": "⏳", "escalated": "🚀", "solved": "✅", "closed": "🔒"}
SPARED_WORDS = {
    "article": "an article was written",
    "bug": "a bug was filed",
    "feature_request": "a feature was requested",
    "nothing": "nothing was done yet",
}
BODY_SHOWN = 1200
PAGE = 8


def label(ticket: Ticket, most: int = 150) -> str:
    """`T-12 · Subject`; escaped."""
    return kit.escape(f"{shown(ticket.number)} · {kit.clip(ticket.subject, most)}")


def title(ticket: Ticket, most: int = 150) -> str:
    """The same, linked to the helpdesk where there is one."""
    plain = f"{shown(ticket.number)} · {kit.clip(ticket.subject, most)}"
    return kit.link(ticket.url, plain) if ticket.url else label(ticket, most)


def customer(ticket: Ticket) -> str:
    """The customer's name and tier, escaped."""
    if ticket.customer_name is None:
        return "unknown"
    tier = f" ({ticket.customer_tier})" if ticket.customer_tier else ""
    return kit.escape(f"{kit.clip(ticket.customer_name, 80)}{tier}")


def category(ticket: Ticket) -> str:
    """`usability/setup · api`, or what to do about its absence."""
    if ticket.category is None:
        return "_none yet_"
    area = f" · {ticket.area}" if ticket.area else ""
    return kit.escape(f"{path(ticket.category, ticket.subcategory)}{area}")


def assignee(ticket: Ticket) -> str:
    """Who has it."""
    if ticket.assignee is None and ticket.assignee_email:
        return kit.escape(ticket.assignee_email)
    return kit.person(ticket.assignee)


def facts(ticket: Ticket) -> list[str]:
    """The card's short facts."""
    reason = f"\n_{kit.escape(ticket.priority_reason)}_" if ticket.priority_reason else ""
    answered = kit.when(ticket.first_response_at) if ticket.first_response_at else "_not yet_"
    return [
        f"*Status*\n{STATUS_SIGN[ticket.status]} {ticket.status}",
        f"*Priority*\n{PRIORITY_SIGN[ticket.priority]} {ticket.priority}{reason}",
        f"*Customer*\n{customer(ticket)}",
        f"*Assignee*\n{assignee(ticket)}",
        f"*Category*\n{category(ticket)}",
        f"*Came in*\n{kit.when(ticket.created_at)}",
        f"*First response*\n{answered}",
        *_rarer_facts(ticket),
    ]


def _rarer_facts(ticket: Ticket) -> list[str]:
    spared = SPARED_WORDS.get(ticket.spared or "", "")
    if spared and ticket.spared_url:
        spared = kit.link(ticket.spared_url, spared)
    rarer = {
        "Solved": kit.when(ticket.solved_at) if ticket.solved_at else "",
        "The next customer": spared,
        "Rating": f"{ticket.csat} of 5" if ticket.csat else "",
        "Follows": shown(ticket.follow_up_of) if ticket.follow_up_of else "",
    }
    return [f"*{name}*\n{value}" for name, value in rarer.items() if value]


def buttons(ticket: Ticket) -> list[Block]:
    """What can be done with it now, one row of buttons; each names the version of the ticket that was seen."""
    seen = f"{ticket.number}:{ticket.version}"
    offered = []
    if ticket.status is not Status.CLOSED:
        if ticket.assignee is None:
            offered.append(kit.button("Take", "ticket_take", seen, style="primary"))
        offered.append(kit.button("Reply sent", "ticket_reply", seen))
    if ticket.status is not Status.ESCALATED and Status.ESCALATED in MOVES[ticket.status]:
        offered.append(kit.button("Escalate…", "ticket_escalate", seen))
    offered += [
        kit.button(label, f"ticket_{to}", seen)
        for to, label in {Status.PENDING: "Pending", Status.SOLVED: "Solve…", Status.CLOSED: "Close"}.items()
        if to in MOVES[ticket.status]
    ]
    if ticket.status in (Status.PENDING, Status.SOLVED):
        offered.append(kit.button("Reopen" if ticket.status is Status.SOLVED else "Open", "ticket_open", seen))
    return [kit.actions(*offered)] if offered else []


def card(ticket: Ticket, trail: Sequence[Event] = (), note: str = "", more: Sequence[Block] = ()) -> Message:
    """The whole ticket, with its buttons, `more` that belongs to it, and the last things that happened."""
    blocks = [kit.section(f"*{title(ticket)}*")]
    if note:
        blocks.insert(0, kit.context(note))
    if ticket.body:
        blocks.append(kit.section(kit.escape(kit.clip(ticket.body, BODY_SHOWN))))
    blocks.append(kit.fields(facts(ticket)))
    blocks += more
    blocks += buttons(ticket)
    if trail:
        blocks.append(kit.context("\n".join(happened(event) for event in list(trail)[-4:])))
    return Message(
        f"{shown(ticket.number)} · {ticket.status} · {ticket.priority} · {kit.escape(ticket.subject)}", blocks
    )


def happened(event: Event) -> str:
    """One line of the trail."""
    undone = " (undone)" if event.undone else ""
    return f"{kit.when(event.at)}  {actor(event.actor)} {did(event.kind, event.fields)}{undone}"


def actor(who: str) -> str:
    """Who did it: a person, or the helpdesk the ticket is mirrored from."""
    source, _, name = who.partition(":")
    if source == "helpdesk":
        return "the helpdesk" if name == "generic" else kit.escape(f"the helpdesk ({name})")
    return {"import": "an import", BOT: "Rethrow"}.get(who) or kit.person(who)


DID = {
    "created": "opened it",
    "taken": "took it",
    "replied": "answered the customer",
    "customer_wrote": "noted that the customer wrote",
    "opened": "moved it to open",
    "reopened": "reopened it",
    "pending": "moved it to pending",
    "escalated": "escalated it",
    "solved": "solved it",
    "closed": "closed it",
    "undone": "undid a change",
    "waived": "excused a breach",
    "no_reply_needed": "noted that no reply is needed",
    "tier_changed": "said that the customer has another plan",
    "recomputed": "put its clocks under the new config",
    "new": "set it back to new",
    "handed_off": "handed it on",
    "acknowledged": "acknowledged the handoff",
    "handoff_ended": "ended the handoff",
    "retiered": "put it back to its tier",
    "declined": "declined the handoff",
    "handed_back": "handed it back with an answer",
    "resolved": "resolved the handoff and solved it",
    "reviewed": "reviewed it",
    "updated": "corrected its details",
    "judged": "said whether its handoff could have been avoided",
    "forgotten": "removed the customer's words from it",
}


def did(kind: str, fields: object) -> str:
    """What somebody did, as the rest of a sentence that starts with who."""
    if kind in DID:
        return DID[kind]
    after = {name: pair[1] for name, pair in fields.items()} if isinstance(fields, dict) else {}
    if kind == "assigned":
        return f"assigned it to {kit.person(after.get('assignee') or after.get('assignee_email'))}"
    if kind == "prioritised":
        return f"made it {after.get('priority')}"
    if kind == "rated":
        return f"recorded a rating of {after.get('csat')}"
    told = [kit.escape(str(after[name])) for name in ("category", "subcategory", "area") if after.get(name)]
    return f"{kit.escape(kind)} it {' · '.join(told)}".rstrip()


def listing(filter_: str, found: Sequence[Ticket], total: int, page: int, prefix: str) -> Message:
    """One page of a list; `page` counts from 0. Who has nothing is told where to find something."""
    name = {"mine": "Your open tickets", "open": "Open tickets"}.get(filter_, f"{filter_.capitalize()} tickets")
    if not found:
        cheer = "" if filter_ == "solved" else " 🎉"
        next_ = f"`{command(prefix, 'ticket')} list unassigned` shows what nobody has taken."
        more = [kit.context(next_)] if filter_ == "mine" else []
        return Message(f"{name}: none.", [kit.section(f"*{name}*: none.{cheer}"), *more])
    first = page * PAGE + 1
    headline = f"{name}: {first}–{first + len(found) - 1} of {total}"
    blocks = [kit.section(f"*{headline}*"), *(_row(ticket) for ticket in found)]
    turn = []
    if page:
        turn.append(kit.button("← Previous", "ticket_list_previous", f"{filter_}:{page - 1}"))
    if first + len(found) - 1 < total:
        turn.append(kit.button("Next →", "ticket_list_next", f"{filter_}:{page + 1}"))
    return Message(headline, [*blocks, *([kit.actions(*turn)] if turn else [])])


def _row(ticket: Ticket) -> Block:
    whose = [customer(ticket)] if ticket.customer_name else []
    facts_line = " · ".join(
        [
            f"{STATUS_SIGN[ticket.status]} {ticket.status}",
            *whose,
            assignee(ticket),
            f"came in {kit.when(ticket.created_at)}",
        ]
    )
    text = f"{PRIORITY_SIGN[ticket.priority]} *{title(ticket, 80)}*\n{facts_line}"
    return kit.section(text, kit.button("Show", "ticket_show", str(ticket.number)))
