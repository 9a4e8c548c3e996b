"""Who is told of a review, each alone: the agent, and where it matters the leads and the reviewer."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from bot.blocks import review_shares as share_blocks
from bot.blocks import reviews as blocks
from bot.settings import Settings
from db import outbox, review_shares, tickets
from domain.qa_review import Review
from domain.scorecard import BANDED
from domain.ticket import Ticket


def key_of(review: Review) -> str:
    """What the outbox keys of a review begin with."""
    return f"review:T-{review.number}:{review.agent}"


def agent_key(review: Review, version: int) -> str:
    """The outbox key of what the agent is shown."""
    return f"{key_of(review)}:{version}"


def note_key(review: Review, occasion: str, whom: str) -> str:
    """The outbox key of what a lead or the reviewer is told. Keys are logged, so it does not say what for."""
    return f"{key_of(review)}:note:{sha256(occasion.encode()).hexdigest()[:8]}:{whom}"


def share_key(reviewer: str, scheduled_at: datetime) -> str:
    """The outbox key of a reviewer's share."""
    return f"review:share:{scheduled_at:%Y-%m-%dT%H:%MZ}:{reviewer}"


def agent(
    connection: Connection, workspace_id: str, review: Review, ticket: Ticket, settings: Settings, now: datetime
) -> None:
    """Show the agent the review; an earlier version's message says that it was revised."""
    payload = blocks.for_agent(review, ticket, settings.slack.prefix).payload()
    outbox.owe(connection, workspace_id, agent_key(review, review.version), review.agent, payload, now)
    if review.version > 1:
        earlier = agent_key(review, review.version - 1)
        outbox.owe_edit(connection, workspace_id, earlier, blocks.replaced(review).payload(), now)


def leads_of_urgency(
    connection: Connection, workspace_id: str, review: Review, ticket: Ticket, settings: Settings, now: datetime
) -> None:
    """Tell the leads when a talk is due this week, once; a revision that says otherwise takes it back."""
    urgent = review.band is BANDED[-1]
    message = blocks.immediate(review, ticket, settings.slack.prefix) if urgent else blocks.no_longer(review, ticket)
    for lead in _others(settings.team.leads, review.agent, review.reviewer):
        key = note_key(review, "talk", lead)
        known = outbox.owe_edit(connection, workspace_id, key, message.payload(), now)
        if urgent and not known:
            outbox.owe(connection, workspace_id, key, lead, message.payload(), now)


def reply(
    connection: Connection, workspace_id: str, review: Review, ticket: Ticket, text: str, place: int,
    settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """Pass the agent's reply on to the reviewer and the leads."""
    payload = blocks.reply_for_others(review, ticket, text).payload()
    for whom in _others((review.reviewer, *settings.team.leads), review.agent):
        outbox.owe(connection, workspace_id, note_key(review, f"reply {place}", whom), whom, payload, now)


def share(
    connection: Connection, workspace_id: str, reviewer: str, scheduled_at: datetime, settings: Settings, now: datetime
) -> None:
    """Owe a reviewer their share of a draw, or an edit that shows what is done."""
    theirs = review_shares.of_draw(connection, workspace_id, reviewer, scheduled_at)
    if not theirs:
        return
    found = {one.number: one for one in tickets.numbered(connection, workspace_id, [s.number for s in theirs])}
    payload = share_blocks.weekly(theirs, found, settings.slack.prefix).payload()
    key = share_key(reviewer, scheduled_at)
    if not outbox.owe_edit(connection, workspace_id, key, payload, now):
        outbox.owe(connection, workspace_id, key, reviewer, payload, now)


def _others(people: Iterable[str], *but: str) -> list[str]:
    return [one for one in dict.fromkeys(people) if one not in but]
