"""A clock explained to people: whatever fractions of seconds there are, what is shown adds up to the second."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import sla as blocks
from domain.calendars import ALWAYS
from domain.sla_clock import Clock, Pause, Stretch
from domain.sla_explain import explain
from domain.sla_promise import Metric, Promise
from domain.ticket import Ticket

START = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
TARGET = timedelta(hours=4)
MICROS = st.integers(0, 3_599_999_999).map(lambda number: timedelta(microseconds=number))
UNITS = {"h": 3600, "min": 60, "s": 1}


def seconds(told: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+) (h|min|s)\b", told))


def test_a_target_of_24_hours_on_a_calendar_of_shorter_days_is_never_called_a_day() -> None:
    assert blocks.length(timedelta(hours=24)) == "24 h"
    assert blocks.length(timedelta(hours=51, minutes=5, seconds=9)) == "51 h 5 min 9 s"


@given(st.tuples(MICROS, MICROS, MICROS, MICROS))
def test_used_left_and_every_interval_add_up_to_the_target_to_the_second(gaps: tuple[timedelta, ...]) -> None:
    start = START + gaps[0]
    paused = start + gaps[1] + timedelta(microseconds=1)
    resumed = paused + gaps[2] + timedelta(microseconds=1)
    clock = Clock(
        Metric.RESOLUTION,
        start,
        Promise(TARGET, ALWAYS, (), "P0"),
        stretches=(Stretch(start, ALWAYS),),
        pauses=(Pause(paused, resumed, "pending"),),
    )
    shown = blocks.explained(Ticket(1, "A question"), [explain(clock, resumed + gaps[3])], [1]).blocks
    summary, steps = shown[2]["text"]["text"], shown[3]["elements"][0]["text"]
    used, left = re.findall(r"used ([^·]+) · left ([^\n]+)", summary)[0]
    assert seconds(used) + seconds(left) == TARGET.total_seconds()
    counted = [line.rsplit(">", 1)[1] for line in steps.splitlines() if line.endswith(("counted", "to come"))]
    assert sum(seconds(line) for line in counted) == TARGET.total_seconds()
