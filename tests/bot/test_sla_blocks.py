"""A clock explained to people: whatever fractions of seconds there are, what is shown adds up to the second."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import sla as blocks
from bot.blocks.kit import MESSAGE_TEXT_MAX
from domain.calendars import ALWAYS, Calendar, Window
from domain.sla_clock import Clock, Ending, Pause, Stretch
from domain.sla_explain import explain
from domain.sla_promise import Metric, Promise
from domain.ticket import Ticket
from slack_sandbox.blockkit.surfaces import check_message_blocks, text_of

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
    shown = blocks.explained(Ticket(1, "A question"), [explain(clock, resumed + gaps[3])]).blocks
    summary, steps = shown[2]["text"]["text"], shown[3]["elements"][0]["text"]
    used, left = re.findall(r"used ([^·]+) · left ([^\n]+)", summary)[0]
    assert seconds(used) + seconds(left) == TARGET.total_seconds()
    counted = [line.rsplit(">", 1)[1] for line in steps.splitlines() if line.endswith(("counted", "to come"))]
    assert sum(seconds(line) for line in counted) == TARGET.total_seconds()


def of_hours(number: int, ended: int | None = None) -> Clock:
    """A clock of 72 hours that counts five half hours a day, the ticket's `number`th of its kind."""
    half_hours = tuple(Window(hour * 60, hour * 60 + 30) for hour in range(9, 14))
    calendar = Calendar("short hours", "Europe/London", (half_hours,) * 7)
    return Clock(
        Metric.NEXT_RESPONSE,
        START,
        Promise(timedelta(hours=72), calendar, (), "P2"),
        number,
        stretches=(Stretch(START, calendar),),
        ended_at=START + timedelta(days=ended) if ended else None,
        ending=Ending.FULFILLED if ended else None,
    )


def test_a_sum_of_many_intervals_is_cut_in_its_middle_and_still_adds_up() -> None:
    shown = blocks.explained(Ticket(1, "A question"), [explain(of_hours(1), START + timedelta(days=20))]).blocks
    *steps, total = shown[3]["elements"][0]["text"].splitlines()
    assert total == "*= 72 h*"
    (cut,) = [line for line in steps if line.startswith("…")]
    assert len(steps) > 10
    counted = [line.rsplit(">", 1)[1] for line in steps if line.endswith(("counted", "to come"))]
    assert sum(seconds(line) for line in [*counted, cut.partition(",")[2]]) == 72 * 3600


def test_the_clocks_of_a_long_story_fit_in_a_message_and_those_that_run_are_among_them() -> None:
    clocks = [of_hours(1), *(of_hours(number, ended=9) for number in range(2, 40))]
    message = blocks.explained(Ticket(1, "A question"), [explain(one, START + timedelta(days=20)) for one in clocks])
    texts = [text_of(block) for block in message.blocks]
    check_message_blocks(message.blocks)
    assert sum(map(len, texts)) <= MESSAGE_TEXT_MAX
    assert "27 earlier clocks that are over are left out." in texts[0]
    heads = [text.splitlines()[0] for text in texts if "Next response" in text]
    assert (heads[0], heads[1], heads[-1]) == (
        "🟢 *Next response*: running",
        "✅ *Next response* (cycle 29): kept",
        "✅ *Next response* (cycle 39): kept",
    )
    assert sum("*= " in text for text in texts) == len(heads)
