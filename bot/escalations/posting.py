"""The posts of a handoff: one thread in the first target's channel, links from the others, edited in place."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import escalations as blocks
from bot.blocks.kit import Message
from bot.escalations import routing
from bot.settings import Settings
from db import handoffs, outbox
from db.outbox import Urgency
from domain.escalation import Case, Way, bounces
from domain.ticket import Priority, Ticket


def key_of(case: Case) -> str:
    """The outbox key of a case's post."""
    return f"{handoffs.POST_KEY}{case.case_id}"


def link_key(case: Case, channel: str) -> str:
    """The outbox key of the link that leads to the thread from another channel."""
    return f"{key_of(case)}:link:{channel}"


def post(
    connection: Connection, workspace_id: str, case: Case, ticket: Ticket, ways: list[Way], settings: Settings,
    now: datetime,
) -> None:  # fmt: skip
    """Owe the case's post to the first channel, and a link to each other one."""
    urgency = Urgency.ALERT if ticket.priority is Priority.P0 else Urgency.ORDINARY
    payload = rendered(connection, workspace_id, case, ticket, settings).payload()
    outbox.owe(connection, workspace_id, key_of(case), case.channel, payload, now, urgency=urgency)
    for at, part in enumerate(blocks.all_tried(case), start=1):
        say(connection, workspace_id, case, f"tried:{at}", part, now)
    for channel in linked_channels(case, settings):
        link(connection, workspace_id, case, ticket, channel, ways, now)


def link(
    connection: Connection, workspace_id: str, case: Case, ticket: Ticket, channel: str, ways: list[Way],
    now: datetime,
) -> None:  # fmt: skip
    """Owe a channel its link to the thread, with who is asked there."""
    here = [way for way in ways if way.channel == channel]
    payload = blocks.elsewhere(case, ticket, here, None).payload()
    outbox.owe(connection, workspace_id, link_key(case, channel), channel, payload, now)


def rendered(connection: Connection, workspace_id: str, case: Case, ticket: Ticket, settings: Settings) -> Message:
    """The case's post as things are now."""
    history = handoffs.of_ticket(connection, workspace_id, case.number)
    return blocks.post(case, ticket, bounces(history), mentions(case.asked, settings))


def mentions(targets: tuple[str, ...], settings: Settings) -> Mapping[str, str | None]:
    """Who is mentioned for each target."""
    known = routing.routes(settings)
    return {target: known[target][1] if target in known else None for target in targets}


def linked_channels(case: Case, settings: Settings) -> list[str]:
    """The channels that only link to the thread."""
    channels = [_channel_of(target, settings) for target in case.asked]
    return [channel for channel in dict.fromkeys(channels) if channel is not None and channel != case.channel]


def refresh(
    connection: Connection, workspace_id: str, case: Case, ticket: Ticket, settings: Settings, now: datetime
) -> None:
    """Owe edits that show the case as it is now, in every channel that has it."""
    payload = rendered(connection, workspace_id, case, ticket, settings).payload()
    outbox.owe_edit(connection, workspace_id, key_of(case), payload, now)
    refresh_links(connection, workspace_id, case, ticket, settings, now)


def refresh_links(
    connection: Connection, workspace_id: str, case: Case, ticket: Ticket, settings: Settings, now: datetime
) -> None:
    """Owe edits of the links: where the thread is by now, and what became of the case."""
    thread = outbox.find(connection, workspace_id, key_of(case))
    where = (thread["sent_channel"], thread["sent_ts"]) if thread and thread["sent_ts"] else None
    named = mentions(case.asked, settings)
    for channel in linked_channels(case, settings):
        here = [
            Way(target, channel, named[target]) for target in case.asked if _channel_of(target, settings) == channel
        ]
        payload = blocks.elsewhere(case, ticket, here, where).payload()
        outbox.owe_edit(connection, workspace_id, link_key(case, channel), payload, now)


def _channel_of(target: str, settings: Settings) -> str | None:
    """The channel of a target's route, else that of handoffs without one."""
    known = routing.routes(settings)
    return known[target][0] if target in known else settings.channels.escalations


def say(connection: Connection, workspace_id: str, case: Case, occasion: str, message: Message, now: datetime) -> None:
    """Owe a line in the case's thread; `occasion` tells it from the others."""
    key = f"{key_of(case)}:{occasion}"
    outbox.owe(
        connection, workspace_id, key, case.channel, message.payload(), now,
        reply_to=key_of(case), urgency=Urgency.ALERT,
    )  # fmt: skip


def tell_owner(connection: Connection, workspace_id: str, case: Case, ticket: Ticket, by: str, now: datetime) -> None:
    """Owe the assignee, or else whoever asked, a direct message about what became of the case."""
    whom = ticket.assignee or case.opened_by
    if whom == by or whom[:1] not in "UW":
        return
    key = f"{key_of(case)}:told:{case.generation}"
    outbox.owe(connection, workspace_id, key, whom, blocks.told(case, ticket).payload(), now)
