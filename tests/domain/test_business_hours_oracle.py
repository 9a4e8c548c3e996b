"""Working time against a minute-by-minute walk of the wall clock, in many zones, around clock changes.

RETHROW_CASES=10000 makes the random run as long as the one in CI.
"""

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.business_hours import Calendar, Window, due, elapsed, is_open, next_opening
from tests.domain.minute_walk import MINUTE, Hours, Walk, count_until, walk

CASES = int(os.environ.get("RETHROW_CASES", "700"))
DAYS = 10
ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Gaza",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
    "UTC",
)
YEARS = (2022, 2026)
SKIPPED_DAY = ("Pacific/Apia", date(2011, 12, 30))


@lru_cache
def interesting_days(zone: str) -> tuple[date, ...]:
    """The days on which the zone changes its clock in the sampled years, and one New Year."""
    found = [date(2026, 1, 1), *(day for skipping, day in [SKIPPED_DAY] if skipping == zone)]
    for year in YEARS:
        for n in range(366):
            day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n)
            if offset(zone, day) != offset(zone, day + timedelta(days=1)):
                found.append(day.date())
    return tuple(found)


def offset(zone: str, at: datetime) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


@st.composite
def windows(draw: st.DrawFn) -> Hours:
    """Any window, with many edges in the small hours, where clocks change."""
    opens = draw(st.one_of(st.integers(0, 1439), st.sampled_from([0, 30, 60, 90, 120, 150, 180, 540, 1320])))
    length = draw(st.one_of(st.integers(1, 1440), st.sampled_from([1, 30, 60, 480, 1440])))
    return opens, min(opens + length, opens + 1440)


days_of_hours = st.lists(windows(), max_size=3).map(tuple)
weeks = st.lists(days_of_hours, min_size=7, max_size=7).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Walk, Calendar, bytearray]:
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(interesting_days(zone)))
    days = walk(zone, change - timedelta(days=DAYS // 2), DAYS)
    week: Sequence[Sequence[Hours]] = draw(weeks)
    special = draw(st.dictionaries(st.integers(-3, 4), days_of_hours, max_size=2))
    own = {change + timedelta(days=n): hours for n, hours in special.items()}
    dates = (change + timedelta(days=n) for n in range(-DAYS, DAYS))
    hours_on = {day: own.get(day, week[day.weekday()]) for day in dates}
    calendar = Calendar(
        "random",
        zone,
        tuple(tuple(Window(*w) for w in hours) for hours in week),
        {day: tuple(Window(*w) for w in hours) for day, hours in own.items()},
    )
    return days, calendar, days.open_minutes(hours_on)


# The walk cannot see beyond its ends: a window cut there would look different, so questions stay inside.
MARGIN = 2 * 1440


@settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
@given(world=worlds(), data=st.data())
def test_due_and_elapsed_agree_with_a_walk_of_the_wall_clock(
    world: tuple[Walk, Calendar, bytearray], data: st.DataObject
) -> None:
    days, calendar, working = world
    begin = data.draw(st.integers(MARGIN, days.minutes - 2 * MARGIN))
    target = data.draw(st.one_of(st.integers(1, 600), st.integers(1, 8000)))
    end = count_until(working[: days.minutes - MARGIN], begin, target)
    start = days.at(begin)
    last = days.minutes - MARGIN
    assert elapsed(calendar, start, days.at(last)) == sum(working[begin:last]) * MINUTE
    if end is not None:
        assert due(calendar, start, target * MINUTE) == days.at(end)
        assert elapsed(calendar, start, days.at(end)) == target * MINUTE
        assert next_opening(calendar, start) == days.at(working.index(1, begin))
    assert is_open(calendar, start) == bool(working[begin])


FIRST = datetime(2025, 6, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(), timedelta(days=730)).map(lambda since: FIRST + since)
targets = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))
OFFICES = [Calendar("office", zone, ((Window(540, 1020),),) * 5 + ((), (Window(1320, 1800),))) for zone in ZONES]


@settings(max_examples=300)
@given(st.sampled_from(OFFICES), instants, targets)
def test_what_is_due_after_n_has_worked_n(calendar: Calendar, start: datetime, n: timedelta) -> None:
    assert elapsed(calendar, start, due(calendar, start, n)) == n


@settings(max_examples=300)
@given(st.sampled_from(OFFICES), instants, instants, targets, targets)
def test_due_is_monotonic_in_start_and_target(
    calendar: Calendar, one: datetime, other: datetime, n: timedelta, m: timedelta
) -> None:
    assert due(calendar, min(one, other), n) <= due(calendar, max(one, other), n)
    assert (due(calendar, one, n) < due(calendar, one, m)) == (n < m)


@settings(max_examples=300)
@given(st.sampled_from(OFFICES), st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_elapsed_adds_up_over_any_split(calendar: Calendar, three: list[datetime]) -> None:
    start, middle, end = three
    parts = elapsed(calendar, start, middle) + elapsed(calendar, middle, end)
    assert elapsed(calendar, start, end) == parts
