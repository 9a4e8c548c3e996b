"""Who is told of a review, each alone: the agent, and where it matters the leads and the reviewer.

What has scores in it is drawn when it is sent: neither the outbox nor an export has them. Keys are logged and shown to
administrators, so they name the ticket and the people, and not what was given.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from bot.blocks import review_shares as share_blocks
from bot.blocks import reviews as blocks
from bot.blocks.kit import Message
from bot.settings import Settings
from db import outbox, review_shares, reviews, tickets
from domain.qa_review import Review
from domain.scorecard import BANDED
from domain.ticket import Ticket

FOR_AGENT, TALK, REPLY = "review:agent", "review:talk", "review:reply"


def key_of(review: Review) -> str:
    """What the outbox keys of a review begin with."""
    return f"review:T-{review.number}:{review.agent}"


def agent_key(review: Review, version: int) -> str:
    """The outbox key of what the agent is shown."""
    return f"{key_of(review)}:{version}"


def note_key(review: Review, occasion: str, whom: str) -> str:
    """The outbox key of what a lead or the reviewer is told, without saying what for."""
    return f"{key_of(review)}:note:{_veiled(occasion)}:{whom}"


def _veiled(occasion: str) -> str:
    return sha256(occasion.encode()).hexdigest()[:8]


def share_key(reviewer: str, scheduled_at: datetime) -> str:
    """The outbox key of a reviewer's share."""
    return f"review:share:{scheduled_at:%Y-%m-%dT%H:%MZ}:{reviewer}"


def tell_agent(connection: Connection, workspace_id: str, review: Review, now: datetime) -> None:
    """Show the agent the review; an earlier version's message says that it was revised."""
    drawn = outbox.drawn(FOR_AGENT)
    outbox.owe(connection, workspace_id, agent_key(review, review.version), review.agent, drawn, now)
    if review.version > 1:
        outbox.owe_edit(connection, workspace_id, agent_key(review, review.version - 1), drawn, now)


def tell_leads(connection: Connection, workspace_id: str, review: Review, settings: Settings, now: datetime) -> None:
    """Tell the leads when a talk is due this week, once; a revision that says otherwise is shown in its place."""
    drawn = outbox.drawn(TALK)
    for lead in _others(settings.team.leads, review.agent, review.reviewer):
        key = note_key(review, TALK, lead)
        known = outbox.owe_edit(connection, workspace_id, key, drawn, now)
        if review.band is BANDED[-1] and not known:
            outbox.owe(connection, workspace_id, key, lead, drawn, now)


def tell_reply(
    connection: Connection, workspace_id: str, review: Review, place: int, settings: Settings, now: datetime
) -> None:
    """Pass the agent's reply on to the reviewer and the leads."""
    for whom in _others((review.reviewer, *settings.team.leads), review.agent):
        key = note_key(review, f"reply {place}", whom)
        outbox.owe(connection, workspace_id, key, whom, outbox.drawn(REPLY), now)


def _others(people: Iterable[str], *but: str) -> list[str]:
    return [one for one in dict.fromkeys(people) if one not in but]


def tell_share(
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


def _for_agent(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    review, ticket = _of_key(connection, workspace_id, key)
    if key != agent_key(review, review.version):
        return blocks.replaced(review)
    return blocks.for_agent(review, ticket, settings.slack.prefix)


def _talk(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    review, ticket = _of_key(connection, workspace_id, key)
    urgent = review.band is BANDED[-1]
    return blocks.immediate(review, ticket, settings.slack.prefix) if urgent else blocks.no_longer(review, ticket)


def _reply(connection: Connection, workspace_id: str, key: str, settings: Settings) -> Message:
    review, ticket = _of_key(connection, workspace_id, key)
    veiled, reader = key.split(":")[4:6]
    replies = reviews.replies_to(connection, workspace_id, review.number, review.agent)
    said = next(one for one in replies if _veiled(f"reply {one.place}") == veiled)
    return blocks.reply_for_others(review, ticket, said.text, reader, settings.slack.prefix)


def _of_key(connection: Connection, workspace_id: str, key: str) -> tuple[Review, Ticket]:
    """The review that an outbox key is about, as it holds now, and its ticket."""
    _, shown, agent, *_ = key.split(":")
    number = int(shown.removeprefix("T-"))
    ticket = tickets.find(connection, workspace_id, number)
    assert ticket is not None
    return reviews.versions(connection, workspace_id, number, agent)[-1], ticket


DRAWN: Mapping[str, Callable[[Connection, str, str, Settings], Message]] = {
    FOR_AGENT: _for_agent,
    TALK: _talk,
    REPLY: _reply,
}
