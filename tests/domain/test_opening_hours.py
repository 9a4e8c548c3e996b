"""Calendars as they are written in the config, and how a wrong one is refused."""

from collections.abc import Mapping
from datetime import date

import pytest

from domain.business_hours import Window
from domain.opening_hours import WrongHours, WrongValue, calendar_from_config, format_hours, parse_hours


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-17:00", Window(540, 1020)),
        ("9:00 – 17:00", Window(540, 1020)),
        ("00:00-24:00", Window(0, 1440)),
        ("22:00-06:00", Window(1320, 1800)),
        ("22:00-00:00", Window(1320, 1440)),
    ],
)
def test_hours_are_read(text: str, window: Window) -> None:
    assert parse_hours(text) == window
    assert parse_hours(format_hours(window)) == window


@pytest.mark.parametrize(
    "text", ["", "9-17", "09:00", "09:60-17:00", "24:00-06:00", "09:00-24:01", "09:00-09:00", "25:00-26:00"]
)
def test_wrong_hours_say_what_was_found_and_what_is_allowed(text: str) -> None:
    with pytest.raises(WrongHours, match=r"found .* allowed is HH:MM-HH:MM"):
        parse_hours(text)


WRONG: list[tuple[str, dict[str, object]]] = [
    ("calendars.office.hours.mon[0]", {"hours": {"mon": ["9-17"]}}),
    ("calendars.office.hours.tue[1]", {"hours": {"tue": ["09:00-12:00", 5]}}),
    ("calendars.office.hours.mon", {"hours": {"mon": "09:00-17:00"}}),
    ("calendars.office.hours.monday", {"hours": {"monday": []}}),
    ("calendars.office.timezone", {"timezone": "Europe/Atlantis"}),
    ("calendars.office.timezone", {"timezone": "../etc/passwd"}),
    ("calendars.office.timezone", {"timezone": ""}),
    ("calendars.office.holidays[1]", {"holidays": ["2026-12-25", "25.12.2026"]}),
    ("calendars.office.dates.soon", {"dates": {"soon": []}}),
    ("calendars.office.dates.2026-12-24[0]", {"dates": {"2026-12-24": ["nine"]}}),
]


@pytest.mark.parametrize(("path", "change"), WRONG)
def test_a_wrong_value_is_refused_with_its_path(path: str, change: Mapping[str, object]) -> None:
    config: dict[str, object] = {"timezone": "Europe/London", "hours": {}, **change}
    with pytest.raises(WrongValue) as refused:
        calendar_from_config("office", **config)  # type: ignore[arg-type]
    assert refused.value.path == path
    assert str(refused.value).startswith(f"{path}: found ")


def test_toml_dates_are_taken_as_they_are() -> None:
    calendar = calendar_from_config("office", "Europe/London", {}, holidays=[date(2026, 12, 25)])
    assert calendar.dates == {date(2026, 12, 25): ()}
