"""What whoever changed a ticket is told, in one line with Undo beside it."""

from bot.blocks import kit
from bot.blocks.kit import Message
from bot.blocks.tickets import PRIORITY_SIGN, category, did, label
from domain.ticket import Event, Ticket
from domain.ticket_reference import shown


def done(ticket: Ticket, sentence: str, undo: bool = True) -> Message:
    """A change confirmed in one line, with Undo beside it. The sentence is already escaped."""
    text = f"{sentence}  ({label(ticket, 60)})"
    accessory = kit.button("Undo", "ticket_undo", str(ticket.number)) if undo else None
    return Message(text, [kit.section(text, accessory)])


def taken(ticket: Ticket) -> Message:
    """It is the sender's."""
    return done(ticket, "🙋 Yours now.")


def assigned(ticket: Ticket) -> Message:
    """It is somebody's."""
    return done(ticket, f"👉 Assigned to {kit.person(ticket.assignee)}.")


def replied(ticket: Ticket) -> Message:
    """The customer was answered."""
    if ticket.agent_replies == 1:
        return done(ticket, "💬 First response noted.")
    return done(ticket, f"💬 Reply noted, {ticket.agent_replies} so far.")


def customer_noted(ticket: Ticket, next_response: str | None) -> Message:
    """The customer wrote; where an answer is promised, `next_response` names the clock that may be called off."""
    noted = done(ticket, f"✍️ Noted: the customer wrote. The ticket is *{ticket.status}*.")
    if next_response is None:
        return noted
    thanks = kit.button("No reply needed", "sla_no_reply", next_response)
    return Message(noted.text, [*noted.blocks, kit.actions(thanks)])


def waiting(ticket: Ticket) -> Message:
    """It is pending."""
    return done(ticket, "⏳ Pending: waiting for the customer.")


def opened(ticket: Ticket) -> Message:
    """It is open."""
    return done(ticket, "📂 Open.")


def solved(ticket: Ticket) -> Message:
    """It is solved, as what."""
    return done(ticket, f"✅ Solved as {category(ticket)}.")


def closed(ticket: Ticket) -> Message:
    """It is closed."""
    return done(ticket, "🔒 Closed.")


def reopened(ticket: Ticket) -> Message:
    """It is open again."""
    return done(ticket, "📂 Reopened.")


def prioritised(ticket: Ticket) -> Message:
    """It has another priority."""
    return done(ticket, f"{PRIORITY_SIGN[ticket.priority]} It is *{ticket.priority}* now.")


def rated(ticket: Ticket) -> Message:
    """The customer's rating is recorded."""
    return done(ticket, f"⭐ Rated {ticket.csat} of 5.")


def clicked(ticket: Ticket, event: Event) -> Message:
    """A button under a post did what `event` records."""
    return done(ticket, f"✅ You {did(event.kind, event.fields)}.")


def undone(ticket: Ticket, event: Event) -> Message:
    """What `event` records was taken back; an undo is not undone."""
    return done(ticket, f"↩️ Undone: you {did(event.kind, event.fields)}.", undo=False)


def created(ticket: Ticket) -> str:
    """The note above the card of a new ticket."""
    return f"{shown(ticket.number)} is created."


def follows(ticket: Ticket, closed: Ticket) -> str:
    """The note above the card of a ticket that follows a closed one."""
    return f"{shown(closed.number)} is closed: {shown(ticket.number)} follows it."
