"""The ISO weeks of a zone, and when a weekly post is due. Pure: now comes in."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.wall_time import opening_instant

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


class NotAWeek(ValueError):
    """What was given names no ISO week."""


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week of a zone: from its first Monday's midnight up to the next one's, in UTC (docs/SLA.md R23)."""

    monday: date
    zone: str

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: `2026-W12`."""
        year, week, _ = self.monday.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def start(self) -> datetime:
        """Its first instant, UTC."""
        return opening_instant(ZoneInfo(self.zone), self.monday, 0)

    @property
    def end(self) -> datetime:
        """The first instant after it, UTC; a week with a clock change is an hour longer or shorter."""
        return opening_instant(ZoneInfo(self.zone), self.monday + timedelta(days=7), 0)

    @property
    def days(self) -> list[datetime]:
        """The first instant of each of its days, and the first after it."""
        zone = ZoneInfo(self.zone)
        return [opening_instant(zone, self.monday + timedelta(days=day), 0) for day in range(8)]

    def before(self, weeks: int = 1) -> "Week":
        """The week that many weeks earlier."""
        return Week(self.monday - timedelta(weeks=weeks), self.zone)


def week_named(text: str, zone: str) -> Week:
    """The week `2026-W12`; raises NotAWeek for what is none, as 2026-W54."""
    found = _WEEK.fullmatch(text.strip())
    try:
        if found is None:
            raise NotAWeek(text)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError as error:
        raise NotAWeek(text) from error
    if not 1971 <= monday.year <= 2199:
        raise NotAWeek(text)
    return Week(monday, zone)


def week_of(instant: datetime, zone: str) -> Week:
    """The week an instant lies in."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    return Week(day - timedelta(days=day.weekday()), zone)


def last_whole_week(now: datetime, zone: str) -> Week:
    """The latest week that is over."""
    return week_of(now, zone).before()


def latest_weekly(now: datetime, weekday: str, time: str, zone: str) -> datetime:
    """The latest instant up to `now` at which a post of every `weekday` at `time` (09:00) was due, UTC."""
    this = week_of(now, zone).monday + timedelta(days=WEEKDAYS.index(weekday))
    due = _at(this, time, zone)
    return due if due <= now else _at(this - timedelta(days=7), time, zone)


def next_weekly(now: datetime, weekday: str, time: str, zone: str) -> datetime:
    """The first instant after `now` at which it is due, UTC."""
    this = week_of(now, zone).monday + timedelta(days=WEEKDAYS.index(weekday))
    due = _at(this, time, zone)
    return due if due > now else _at(this + timedelta(days=7), time, zone)


def latest_daily(now: datetime, time: str, zone: str) -> datetime:
    """The latest instant up to `now` at which a post of every day at `time` was due, UTC."""
    today = now.astimezone(ZoneInfo(zone)).date()
    due = _at(today, time, zone)
    return due if due <= now else _at(today - timedelta(days=1), time, zone)


def next_daily(now: datetime, time: str, zone: str) -> datetime:
    """The first instant after `now` at which it is due, UTC."""
    today = now.astimezone(ZoneInfo(zone)).date()
    due = _at(today, time, zone)
    return due if due > now else _at(today + timedelta(days=1), time, zone)


def _at(day: date, time: str, zone: str) -> datetime:
    hours, minutes = time.split(":")
    return opening_instant(ZoneInfo(zone), day, int(hours) * 60 + int(minutes))
