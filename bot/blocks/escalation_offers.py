"""A trigger that the bot noticed, offered to whoever has the ticket."""

from bot.blocks import kit
from bot.blocks.escalations import names
from bot.blocks.kit import Message
from bot.blocks.tickets import title
from bot.blocks.words import span
from domain.escalation import MATRIX, Trigger, time_to_answer
from domain.escalation_triggers import Likely
from domain.ticket import Ticket
from domain.ticket_reference import shown


def offer(ticket: Ticket, likely: Likely) -> Message:
    """What was noticed, why, who would be asked; with one click to hand it on and one to leave it."""
    rule, within = MATRIX[likely.trigger], span(time_to_answer(likely.trigger, ticket.priority))
    text = (
        f"🧭 *{title(ticket, 80)}* may need a handoff: *{rule.label}*, because {kit.escape(likely.why)}.\n"
        f"{names(rule.targets)} would be asked, to answer within {within}."
    )
    value = f"{ticket.number}:{likely.trigger.value}"
    buttons = kit.actions(
        kit.button("Escalate", "escalation_offer_taken", value, style="primary"),
        kit.button("Fill in…", "ticket_escalate", str(ticket.number)),
        kit.button("Not needed", "escalation_offer_dismissed", value),
    )
    return Message(f"🧭 {shown(ticket.number)} may need a handoff: {rule.label}", [kit.section(text), buttons])


def decided(ticket: Ticket, trigger: Trigger, state: str, by: str) -> Message:
    """The same message once it is decided."""
    what = "handed it on" if state == "taken" else "says it is not needed"
    text = f"🧭 {title(ticket, 80)}: {MATRIX[trigger].label}. {kit.person(by)} {what}."
    return kit.paragraph(text)


def dismissed(ticket: Ticket) -> Message:
    """To whoever said it is not needed."""
    return Message(f"Noted: no handoff of {shown(ticket.number)} for that, and it is not offered again.")
