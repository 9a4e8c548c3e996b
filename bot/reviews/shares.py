"""The weekly draw: which finished tickets are reviewed and by whom, once for each week whatever restarts."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot import review_posts
from bot.blocks import review_shares as blocks
from bot.desk import House
from db import digests, events, outbox, review_shares, session, tickets
from db.review_shares import Draw
from domain.digest_window import last_whole_week, latest_weekly
from domain.qa_review import agent_at_solve, everybody_who_had, rated_since
from domain.review_plan import Handled, Pick, Share, picked, spread
from domain.ticket import Event, Ticket
from domain.wall_time import opening_instant

log = structlog.get_logger(__name__)
NAME = "review:shares"  # among the digests, whose rows keep each scheduled time to one draw
CATCHES_UP = timedelta(weeks=4)
BATCH = 500


def sweep(house: House, workspace_id: str) -> bool:
    """Draw the last whole week's reviews when that is due and was not done yet."""
    qa, now = house.settings.qa, house.clock.now()
    if not qa.weekly or not house.settings.team.reviewers:
        return False
    scheduled = latest_weekly(now, qa.day, qa.time, house.settings.qa_zone)
    with session.reading(house.engine) as connection:
        if not digests.is_owed(connection, workspace_id, NAME, scheduled):
            return False
    if not draw(house, workspace_id, scheduled):
        return False
    log.info("reviews.drawn", scheduled=f"{scheduled:%Y-%m-%d}")
    return True


def draw(house: House, workspace_id: str, scheduled: datetime) -> bool:
    """Draw, and owe each reviewer their share; False when another process did, or it was done before."""
    week = last_whole_week(scheduled, house.settings.qa_zone)
    with session.reading(house.engine) as connection:
        since = _since(connection, workspace_id, week.start, week.end)
        handled = _handled(connection, workspace_id, since, week.end)
        started = _first_days(connection, house, workspace_id, sorted({one.agent for one in handled}))
        abandoned = review_shares.abandoned(connection, workspace_id, house.settings.team.reviewers)
        again = _given_again(connection, workspace_id, abandoned)
    settings, now = house.settings, house.clock.now()
    made = Draw(scheduled, since, week.end, secrets.token_hex(16), settings.team.reviewers)
    picks = picked(handled, started, made.seed, settings.qa.rates)
    given = spread([*picks, *again], made.reviewers, made.seed)
    with session.writing(house.engine) as connection:
        if not digests.make(connection, workspace_id, NAME, scheduled, f"reviews of {week.name}", now):
            return False
        review_shares.take_back(connection, workspace_id, abandoned)
        review_shares.keep_draw(connection, workspace_id, made, given.shares)
        for reviewer in made.reviewers:
            review_posts.tell_share(connection, workspace_id, reviewer, scheduled, settings, now)
        _tell_left_over(connection, house, workspace_id, scheduled, given.left_over)
    house.wake()
    return True


def _since(connection: Connection, workspace_id: str, start: datetime, end: datetime) -> datetime:
    """Where the draw before ended, so that weeks of downtime are made up for; else the week's start."""
    last = review_shares.last_draw(connection, workspace_id)
    return start if last is None else max(last.until, end - CATCHES_UP)


def _handled(connection: Connection, workspace_id: str, since: datetime, until: datetime) -> list[Handled]:
    """What the draw is made from; left out is what was reviewed or drawn before, and what nobody had."""
    found = review_shares.finished_between(connection, workspace_id, since, until)
    numbers = [ticket.number for ticket in found]
    escalated = review_shares.escalated_among(connection, workspace_id, numbers)
    known = review_shares.shared_before(connection, workspace_id, numbers)
    handled = []
    for at in range(0, len(found), BATCH):
        batch = found[at : at + BATCH]
        trails = events.of_tickets(connection, workspace_id, [ticket.number for ticket in batch])
        for ticket in batch:
            trail = trails[ticket.number]
            one = _one(ticket, trail, ticket.number in escalated, since)
            if one is not None and (one.number, one.agent) not in known:
                handled.append(one)
    return handled


def _given_again(connection: Connection, workspace_id: str, abandoned: Sequence[Share]) -> list[Pick]:
    """What reviewers left undone who are none any more, for the others; a ticket that is kept no more is let go."""
    numbers = [share.number for share in abandoned]
    trails = events.of_tickets(connection, workspace_id, numbers) if numbers else {}
    found = {one.number: one for one in tickets.numbered(connection, workspace_id, numbers)}
    return [
        Pick(one.number, one.agent, one.reasons, frozenset(everybody_who_had(found[one.number], trails[one.number])))
        for one in abandoned
        if one.number in found
    ]


def _one(ticket: Ticket, trail: Sequence[Event], escalated: bool, since: datetime) -> Handled | None:
    """What the draw needs to know; None where nobody had it, or it was solved earlier and not rated since."""
    agent, solved_at = agent_at_solve(ticket, trail), ticket.solved_at or ticket.updated_at
    earlier = solved_at < since
    if agent is None or (earlier and not rated_since(trail, since)):
        return None
    had = frozenset(everybody_who_had(ticket, trail))
    return Handled(ticket.number, agent, solved_at, had, escalated, ticket.csat, earlier)


def _first_days(
    connection: Connection, house: House, workspace_id: str, agents: Sequence[str]
) -> Mapping[str, datetime]:
    """Every agent's first day: as the settings say, else when the first ticket they have came in."""
    zone = ZoneInfo(house.settings.qa_zone)
    told = {agent: opening_instant(zone, day, 0) for agent, day in house.settings.qa.started.items()}
    known = review_shares.first_tickets(connection, workspace_id, agents)
    return {agent: house.clock.now() for agent in agents} | known | told


def _tell_left_over(
    connection: Connection, house: House, workspace_id: str, scheduled: datetime, picks: Sequence[Pick]
) -> None:
    if not picks:
        return
    payload, now = blocks.left_over(picks, house.settings.slack.prefix).payload(), house.clock.now()
    for lead in house.settings.team.leads:
        key = f"review:left_over:{scheduled:%Y-%m-%dT%H:%MZ}:{lead}"
        outbox.owe(connection, workspace_id, key, lead, payload, now)
