"""Scoring a ticket's handling: the window, the draft that is kept, and what was given, each version of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot import review_posts
from bot.blocks import review_windows as windows
from bot.blocks import reviews as blocks
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from bot.reviews import looking
from db import events, review_drafts, review_shares, reviews, tickets
from domain import refusal
from domain.qa_review import Review, agent_at_solve, everybody_who_had, is_finished
from domain.ticket import Ticket
from domain.ticket_reference import shown


def window(desk: Desk, reference: str) -> Modal:
    """The scorecard of a ticket, with what the reviewer typed or gave before; raises what stands in the way."""
    with desk.reading() as connection:
        ticket, agent = _to_review(connection, desk, reference)
        before = _own(connection, desk, ticket.number, agent)
        draft = review_drafts.of_reviewer(connection, desk.workspace_id, ticket.number, agent, desk.person)
    return windows.score(ticket, agent, before, draft)


def keep_draft(desk: Desk, number: int, agent: str, typed: Mapping[str, str]) -> Modal:
    """Keep what was typed so far, and show the window again, which says so."""
    with desk.writing() as connection:
        ticket = _still_to_review(connection, desk, number, agent)
        before = _own(connection, desk, number, agent)
        review_drafts.keep(connection, desk.workspace_id, number, agent, desk.person, typed, desk.now())
    return windows.score(ticket, agent, before, typed, just_saved=True)


def _to_review(connection: Connection, desk: Desk, reference: str) -> tuple[Ticket, str]:
    """The ticket and whose work on it is reviewed."""
    ticket = desk.ticket(connection, reference)
    if not is_finished(ticket):
        raise refusal.NotFinished(ticket.number, ticket.status)
    trail = events.of_ticket(connection, desk.workspace_id, ticket.number)
    agent = agent_at_solve(ticket, trail)
    if agent is None:
        raise refusal.NobodyToReview(ticket.number)
    if desk.person in everybody_who_had(ticket, trail):
        raise refusal.OwnTicket(ticket.number)
    return ticket, agent


def _still_to_review(connection: Connection, desk: Desk, number: int, agent: str) -> Ticket:
    """The ticket, while it is this agent's work; StaleButton once it was opened again and solved by somebody else."""
    ticket, now_of = _to_review(connection, desk, shown(number))
    if now_of != agent:
        raise refusal.StaleButton
    return ticket


def _own(connection: Connection, desk: Desk, number: int, agent: str) -> Review | None:
    """The version that holds, where there is one; raises ReviewedBySomebody when it is another reviewer's."""
    versions = reviews.versions(connection, desk.workspace_id, number, agent)
    if versions and versions[-1].reviewer != desk.person:
        raise refusal.ReviewedBySomebody(number, versions[-1].reviewer)
    return versions[-1] if versions else None


def submit(desk: Desk, number: int, agent: str, points: Mapping[str, int], comments: Mapping[str, str]) -> Message:
    """Keep a version of the review, and tell whom it concerns."""

    def work(connection: Connection, now: datetime) -> Message:
        tickets.hold(connection, desk.workspace_id, [number])  # of two at once, the other one sees the first's
        _still_to_review(connection, desk, number, agent)
        before = _own(connection, desk, number, agent)
        if before is not None and (before.points, before.comments) == (points, comments):
            raise refusal.AlreadySo(number, "reviewed just so")
        review = Review(number, agent, desk.person, before.version + 1 if before else 1, points, now, comments)
        reviews.keep(connection, desk.workspace_id, review)
        review_drafts.drop(connection, desk.workspace_id, number, agent, desk.person)
        _record_and_tell(connection, desk, review, now)
        return blocks.saved(review, len(looking.open_of(connection, desk.workspace_id, desk.person)))

    return desk.once(work)


def _record_and_tell(connection: Connection, desk: Desk, review: Review, now: datetime) -> None:
    # The ticket's trail is there for all to read, so it says that there was a review, never what it gave.
    workspace, settings = desk.workspace_id, desk.settings
    events.record(connection, workspace, review.number, kind="reviewed", actor=desk.person, at=now, fields={})
    review_posts.tell_agent(connection, workspace, review, now)
    review_posts.tell_leads(connection, workspace, review, settings, now)
    if (share := review_shares.of_ticket(connection, workspace, review.number, review.agent)) is not None:
        review_posts.tell_share(connection, workspace, *share, settings, now)
