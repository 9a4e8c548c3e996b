"""Durations as they are written in the config."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duration import LONGEST, WrongDuration, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90m", timedelta(minutes=90)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(hours=48)),
        (" 15 M ", timedelta(minutes=15)),
    ],
)
def test_a_duration_is_minutes_hours_or_days_of_24_hours(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", ["", "4", "h", "0m", "-4h", "1.5h", "4 hours", "1h30m", "99999d", "٤h"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(WrongDuration, match="allowed is"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=90), "90m"),
        (timedelta(hours=4), "4h"),
        (timedelta(hours=24), "24h"),
        (timedelta(hours=72), "3d"),
    ],
)
def test_the_shortest_text_is_written(length: timedelta, text: str) -> None:
    assert format_duration(length) == text


@given(st.integers(1, LONGEST // timedelta(minutes=1)))
def test_what_is_written_reads_back(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize("length", [timedelta(), timedelta(seconds=90), timedelta(minutes=-1)])
def test_a_length_that_could_not_be_read_back_is_not_written(length: timedelta) -> None:
    with pytest.raises(WrongDuration):
        format_duration(length)
