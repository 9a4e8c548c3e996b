"""What the alerts channel reads when a critical ticket comes in."""

from bot.blocks import kit
from bot.blocks.kit import Message
from bot.blocks.tickets import PRIORITY_SIGN, buttons, facts, title
from domain.ticket import FINISHED, Ticket


def announcement(ticket: Ticket) -> Message:
    """The post about a P0 or P1 ticket, as the ticket is now."""
    sign = "✅" if ticket.status in FINISHED else PRIORITY_SIGN[ticket.priority]
    headline = f"{sign} {ticket.priority} came in: {title(ticket)}"
    excerpt = [kit.section(kit.quote(kit.escape(kit.clip(ticket.body, 300))))] if ticket.body.strip() else []
    blocks = [kit.section(f"*{headline}*"), *excerpt, kit.fields(facts(ticket)), *buttons(ticket)]
    return Message(headline, blocks)
