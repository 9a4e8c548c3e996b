"""Calendars as people write them in `rethrow.toml`, read and refused with the place that is wrong."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from domain.calendars import DAY_MINUTES, Calendar, Window

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALLOWED_HOURS = "HH:MM-HH:MM, such as 09:00-17:00; 24:00 may close, and a close before the open is on the next day"
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-\u2013]\s*([0-9]{1,2}):([0-9]{2})")


class WrongHours(ValueError):
    """Hours that cannot be read; says what was found and what is allowed."""


class WrongValue(ValueError):
    """A wrong value in the config: `path` says where, `found` what, `allowed` what could stand there."""

    def __init__(self, path: str, found: object, allowed: str) -> None:
        self.path, self.found, self.allowed = path, found, allowed
        super().__init__(f"{path}: found {found!r}, allowed is {allowed}")


def parse_hours(text: str) -> Window:
    """`09:00-17:00` as a window; `22:00-06:00` ends the next day. Raises WrongHours (a ValueError)."""
    written = _HOURS.fullmatch(text.strip()) if isinstance(text, str) else None
    if written is None:
        raise _wrong_hours(text)
    opens, closes = _minutes(text, written[1], written[2]), _minutes(text, written[3], written[4])
    if opens in (closes, DAY_MINUTES):
        raise _wrong_hours(text)
    return Window(opens, closes if closes > opens else closes + DAY_MINUTES)


def format_hours(window: Window) -> str:
    """The text that `parse_hours` reads back as the same window."""
    closes = window.closes if window.closes <= DAY_MINUTES else window.closes - DAY_MINUTES
    return f"{_clock_text(window.opens)}-{_clock_text(closes)}"


def calendar_from_config(
    name: str,
    timezone: object,
    hours: Mapping[str, object],
    holidays: Sequence[object] = (),
    dates: Mapping[str, object] | None = None,
    holidays_in: Callable[[int], Collection[date]] | None = None,
) -> Calendar:
    """One `[calendars.NAME]` table as a Calendar.

    `hours` maps mon..sun to lists of `HH:MM-HH:MM`, `holidays` lists ISO dates, `dates` maps an ISO date to
    its own hours, and `holidays_in` names a country's holidays by year. Raises WrongValue with the path of
    the first wrong value (`calendars.office.hours.mon[0]`).
    """
    at = f"calendars.{name}"
    if wrong := [day for day in hours if day not in WEEKDAYS]:
        raise WrongValue(f"{at}.hours.{wrong[0]}", wrong[0], "one of " + ", ".join(WEEKDAYS))
    week = tuple(_windows(f"{at}.hours.{day}", hours.get(day, ())) for day in WEEKDAYS)
    own = {_date(f"{at}.holidays[{i}]", day): () for i, day in enumerate(holidays)}
    special = {
        _date(f"{at}.dates.{day}", day): _windows(f"{at}.dates.{day}", texts) for day, texts in (dates or {}).items()
    }
    try:
        return Calendar(name, str(timezone), week, {**own, **special}, holidays_in)
    except ValueError as error:
        zones = "an IANA time zone such as Europe/London"
        raise WrongValue(f"{at}.timezone", timezone, zones) from error


def _windows(path: str, texts: object) -> tuple[Window, ...]:
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise WrongValue(path, texts, f"a list of {ALLOWED_HOURS}")
    return tuple(_window(f"{path}[{i}]", text) for i, text in enumerate(texts))


def _window(path: str, text: str) -> Window:
    try:
        return parse_hours(text)
    except WrongHours as error:
        raise WrongValue(path, text, ALLOWED_HOURS) from error


def _date(path: str, found: object) -> date:
    try:
        return found if type(found) is date else date.fromisoformat(str(found))
    except ValueError as error:
        raise WrongValue(path, found, "a date such as 2026-12-25") from error


def _minutes(text: str, hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > DAY_MINUTES:
        raise _wrong_hours(text)
    return minutes


def _clock_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _wrong_hours(text: object) -> WrongHours:
    return WrongHours(f"found {text!r}, allowed is {ALLOWED_HOURS}")
