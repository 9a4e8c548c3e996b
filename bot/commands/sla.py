"""`/sla`: what is breached and at risk, a ticket's clocks explained, the policy in force."""

from bot import promises
from bot.blocks import help as help_blocks
from bot.blocks import sla as blocks
from bot.blocks import unclear
from bot.blocks.kit import Message
from bot.commands.forms import ticket_or_word
from bot.desk import Desk
from db import events, sla_board
from domain import sla_trail
from domain.command_words import Unclear, match
from domain.sla_explain import explain
from domain.sla_fold import fold

FORMS = ("policy", "help")
BOARD_ROWS = 12


def answer(desk: Desk, text: str) -> Message:
    """`/sla`, `/sla T-12` or `/sla policy`."""
    words = text.split()
    if not words:
        desk.must_be_allowed("/sla")
        return board(desk)
    form = match(words[0], FORMS)
    desk.must_be_allowed("/sla T-12" if isinstance(form, Unclear) else f"/sla {form}")
    if form == "help":
        return help_blocks.sla(desk.settings.slack.prefix)
    if form == "policy":
        return blocks.policy(desk.settings.policy_book, desk.settings.calendars)
    if len(words) > 1:
        raise unclear.one_ticket_at_a_time(words[0])
    with ticket_or_word(form, "/sla", ""):
        return explained(desk, words[0])


def board(desk: Desk) -> Message:
    """What is breached and at risk now."""
    now = desk.now()
    with desk.reading() as connection:
        broken = sla_board.breached(connection, desk.workspace_id, now, BOARD_ROWS)
        risky = sla_board.at_risk(connection, desk.workspace_id, now, BOARD_ROWS)
    return blocks.board(broken.rows, broken.total, risky.rows, risky.total, now, desk.settings.slack.prefix)


def explained(desk: Desk, reference: str) -> Message:
    """Each clock of the ticket, with its arithmetic."""
    with desk.reading() as connection:
        ticket = desk.ticket(connection, reference)
        trail = events.of_ticket(connection, desk.workspace_id, ticket.number)
        force = promises.in_force(connection, desk.workspace_id, desk.settings)
    story = fold(sla_trail.heard(ticket, trail, force.watched), force.editions)
    return blocks.explained(ticket, [explain(clock, desk.now()) for clock in story.clocks])
