"""What the short review of a day is made of."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk import House
from db import clocks, session, tickets
from domain.business_hours import next_opening
from domain.daily_review import DailyReview, Promise
from domain.wall_time import opening_instant

SHOWN = 5
SOON = timedelta(hours=12)


def review_of(house: House, workspace_id: str, zone: str) -> DailyReview:
    """The day that it is in the digest's zone, as things stand now."""
    now = house.clock.now()
    today = now.astimezone(ZoneInfo(zone)).date()
    midnight = opening_instant(ZoneInfo(zone), today + timedelta(days=1), 0)
    with session.reading(house.engine) as connection:
        broken_total = clocks.count_unfinished(connection, workspace_id, now)
        total = clocks.count_unfinished(connection, workspace_id, midnight)
        broken = clocks.unfinished(connection, workspace_id, now, limit=SHOWN)
        today_due = clocks.unfinished(connection, workspace_id, midnight, offset=broken_total, limit=SHOWN)
        numbers = {one.number for one in (*broken, *today_due)}
        named = {one.number: one for one in tickets.numbered(connection, workspace_id, sorted(numbers))}
        _, unassigned = tickets.listed(connection, workspace_id, "unassigned", "", offset=0, limit=1)

    def told(one: clocks.StoredClock) -> Promise:
        ticket = named[one.number]
        return Promise(one.number, ticket.subject, one.metric, one.due_at or now, ticket.assignee)

    return DailyReview(
        today,
        tuple(map(told, broken)),
        broken_total,
        tuple(map(told, today_due)),
        total - broken_total,
        unassigned,
    )


def is_working_day(house: House, scheduled: datetime) -> bool:
    """Whether the team's calendar opens within half a day of a scheduled instant."""
    calendar = house.settings.calendars[house.settings.sla.calendar]
    return next_opening(calendar, scheduled) - scheduled < SOON
