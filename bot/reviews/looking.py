"""What waits for a reviewer, and a review shown to those who may read it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import review_shares as share_blocks
from bot.blocks import reviews as blocks
from bot.blocks.kit import Message
from bot.desk import Desk
from db import events, review_shares, reviews, tickets
from domain import refusal
from domain.digest_window import next_weekly
from domain.qa_review import agent_at_solve, is_finished
from domain.review_plan import Share


def queue(desk: Desk) -> Message:
    """The reviewer's open share."""
    with desk.reading() as connection:
        theirs = open_of(connection, desk.workspace_id, desk.person)
        numbers = [share.number for share in theirs]
        found = {one.number: one for one in tickets.numbered(connection, desk.workspace_id, numbers)}
    return share_blocks.queue(theirs, found, _following(desk), desk.settings.slack.prefix)


def _following(desk: Desk) -> datetime | None:
    qa = desk.settings.qa
    return next_weekly(desk.now(), qa.day, qa.time, desk.settings.qa_zone) if qa.weekly else None


def open_of(connection: Connection, workspace_id: str, reviewer: str) -> Sequence[Share]:
    """What a reviewer has still to do; a ticket that was opened again waits for its next end, and whose that is."""
    theirs = review_shares.open_of(connection, workspace_id, reviewer)
    numbers = [share.number for share in theirs]
    trails = events.of_tickets(connection, workspace_id, numbers) if numbers else {}
    agents = {
        one.number: agent_at_solve(one, trails[one.number])
        for one in tickets.numbered(connection, workspace_id, numbers)
        if is_finished(one)
    }
    return [share for share in theirs if agents.get(share.number) == share.agent]


def show(desk: Desk, reference: str) -> Message:
    """The reviews of a ticket that the one who asks may read; raises NoReviewForYou where there is none."""
    workspace = desk.workspace_id
    with desk.reading() as connection:
        ticket = desk.ticket(connection, reference)
        allowed = [
            review
            for review in reviews.of_ticket(connection, workspace, ticket.number)
            if desk.is_allowed("/review show", (review.agent, review.reviewer))
        ]
        if not allowed:
            raise refusal.NoReviewForYou(ticket.number)
        held = [
            (
                reviews.versions(connection, workspace, ticket.number, one.agent),
                reviews.replies_to(connection, workspace, ticket.number, one.agent),
            )
            for one in allowed
        ]
    return blocks.whole(held, ticket, desk.person)
