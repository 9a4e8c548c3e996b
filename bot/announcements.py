"""A critical ticket that came in is announced in the alerts channel, and its post follows the ticket."""

from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import announcements as blocks
from bot.settings import Settings
from db import outbox, tickets
from db.outbox import Urgency
from domain.ticket import Priority, Ticket

ANNOUNCED = frozenset({Priority.P0, Priority.P1})


def key_of(number: int) -> str:
    """The outbox key of a ticket's announcement."""
    return f"ticket:T-{number}:announced"


def announce(connection: Connection, workspace_id: str, ticket: Ticket, settings: Settings, now: datetime) -> bool:
    """Owe the alerts channel a post about a P0 or P1 that came in; False when there is nothing to announce."""
    channel = settings.channels.alerts
    if channel is None or ticket.priority not in ANNOUNCED or ticket.announced:
        return False
    urgency = Urgency.ALERT if ticket.priority is Priority.P0 else Urgency.ORDINARY
    payload = blocks.announcement(ticket).payload()
    outbox.owe(connection, workspace_id, key_of(ticket.number), channel, payload, now, urgency=urgency)
    tickets.mark_announced(connection, workspace_id, ticket.number)
    return True


def refresh(connection: Connection, workspace_id: str, ticket: Ticket, now: datetime) -> None:
    """Owe an edit that shows the ticket as it is now, where it was announced."""
    if ticket.announced:
        outbox.owe_edit(connection, workspace_id, key_of(ticket.number), blocks.announcement(ticket).payload(), now)
