"""A calibration's rules: who may vote, when it is nudged, extended and closed, and until when it runs. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.digest_window import WEEKDAYS
from domain.wall_time import opening_instant

QUORUM = 3
RUNS_FOR, LONGEST = timedelta(days=2), timedelta(days=31)
EXTENDED_BY = timedelta(days=1)
LAST_CALL = timedelta(hours=1)
DEFAULT_TIME = "17:00"

_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH = re.compile(r"(\d{1,3})\s*(m|h|d)")


class State(StrEnum):
    """Where a calibration stands."""

    PREVIEW = "preview"
    OPEN = "open"
    CLOSED = "closed"
    TOO_FEW = "too_few"
    CANCELLED = "cancelled"


ENDED = (State.CLOSED, State.TOO_FEW)


class Step(StrEnum):
    """What happens next by itself."""

    HALF = "half"
    LAST_CALL = "last_call"
    END = "end"


class How(StrEnum):
    """What closed it."""

    TIME = "time"
    ALL_VOTED = "all"
    LEAD = "lead"


class Verdict(StrEnum):
    """What an ending comes to."""

    CLOSE = "close"
    EXTEND = "extend"
    TOO_FEW = "too_few"


class NotATime(ValueError):
    """The words after `until` name no instant ahead."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The next step and when it is due."""

    step: Step
    at: datetime


def planned(start: datetime, until: datetime) -> Plan:
    """The first step of a calibration that runs from `start`, or is extended there: half time."""
    return Plan(Step.HALF, start + (until - start) / 2)


def after(step: Step, until: datetime, now: datetime) -> Plan:
    """What follows a step: half time, an hour before the end, the end. What is past already is skipped."""
    if step is Step.HALF and until - LAST_CALL > now:
        return Plan(Step.LAST_CALL, until - LAST_CALL)
    return Plan(Step.END, until)


def verdict(voted: int, quorum: int, extended: bool) -> Verdict:
    """What an ending comes to: closed with a quorum; without one extended once, then closed as too few."""
    if voted >= quorum:
        return Verdict.CLOSE
    return Verdict.TOO_FEW if extended else Verdict.EXTEND


def extension(until: datetime, now: datetime, by: timedelta = EXTENDED_BY) -> datetime:
    """Until when it runs once extended: at least `by` from now, and never shorter than it was."""
    return max(until, now + by)


def may_score(person: str, handled_by: Collection[str]) -> bool:
    """Whether a reviewer may score a ticket: not one they handled themselves."""
    return person not in handled_by


def until(words: str, now: datetime, zone: str) -> datetime:
    """The instant meant by `tomorrow 17:00`, `friday`, `fri 9:30`, `16:00`, `2026-03-27 12:00` or `2d`, in UTC.

    Days and times are those of `zone`; a day alone means 17:00. Raises NotATime for anything else, for what is past,
    and for more than a month ahead.
    """
    said = words.casefold().split()
    length = _LENGTH.fullmatch("".join(said))
    found = now + _span(length) if length else _wall(said, now, zone)
    if not now < found <= now + LONGEST:
        raise NotATime(words)
    return found


def _span(length: re.Match[str]) -> timedelta:
    return int(length[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[length[2]]


def _wall(said: list[str], now: datetime, zone: str) -> datetime:
    words = [word for word in said if word not in ("at", "on")]
    timed = _TIME.fullmatch(words[-1]) if words else None
    named = words[:-1] if timed else words
    if len(named) > 1 or not words:
        raise NotATime(" ".join(said))
    hours, minutes = (int(timed[1]), int(timed[2])) if timed else map(int, DEFAULT_TIME.split(":"))
    if hours > 23 or minutes > 59:
        raise NotATime(" ".join(said))
    word = named[0] if named else "today"
    day = _day(word, now.astimezone(ZoneInfo(zone)).date())
    found = opening_instant(ZoneInfo(zone), day, hours * 60 + minutes)
    if found <= now and word[:3] in WEEKDAYS:  # Friday, said on Friday evening, is the next one
        return opening_instant(ZoneInfo(zone), day + timedelta(days=7), hours * 60 + minutes)
    return found


def _day(word: str, today: date) -> date:
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if _DATE.fullmatch(word):
        try:
            day = date.fromisoformat(word)
        except ValueError as error:
            raise NotATime(word) from error
        if not -1 <= (day - today).days <= LONGEST.days + 1:  # the ends of the calendar are no instants in every zone
            raise NotATime(word)
        return day
    weekday = word[:3]
    whole = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if weekday not in WEEKDAYS or not whole[WEEKDAYS.index(weekday)].startswith(word):
        raise NotATime(word)
    return today + timedelta(days=(WEEKDAYS.index(weekday) - today.weekday()) % 7)


def latest_monthly(now: datetime, weekday: str, time: str, zone: str) -> datetime:
    """The latest instant up to `now` at which the first such weekday of a month reads `time`, UTC."""
    first = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    due = _first(first, weekday, time, zone)
    return due if due <= now else _first((first - timedelta(days=1)).replace(day=1), weekday, time, zone)


def next_monthly(now: datetime, weekday: str, time: str, zone: str) -> datetime:
    """The first such instant after `now`, UTC."""
    first = now.astimezone(ZoneInfo(zone)).date().replace(day=1)
    due = _first(first, weekday, time, zone)
    return due if due > now else _first((first + timedelta(days=31)).replace(day=1), weekday, time, zone)


def _first(month: date, weekday: str, time: str, zone: str) -> datetime:
    day = month + timedelta(days=(WEEKDAYS.index(weekday) - month.weekday()) % 7)
    hours, minutes = time.split(":")
    return opening_instant(ZoneInfo(zone), day, int(hours) * 60 + int(minutes))


def in_zone(instant: datetime, zone: str) -> str:
    """An instant as `until` takes it: `2026-03-27 17:00`."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
