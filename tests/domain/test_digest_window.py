"""ISO weeks of a zone, and when a weekly post was last due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digest_window import (
    NotAWeek,
    last_whole_week,
    latest_daily,
    latest_weekly,
    next_weekly,
    week_named,
    week_of,
)

ZONES = st.sampled_from(
    ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Africa/Cairo"]
)
INSTANTS = st.integers(0, 15 * 366 * 86400).map(
    lambda later: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=later)
)


def test_a_week_with_a_clock_change_is_an_hour_off() -> None:
    spring, autumn = week_named("2026-W13", "Europe/London"), week_named("2026-W43", "Europe/London")
    assert spring.end - spring.start == timedelta(days=7, hours=-1)
    assert autumn.end - autumn.start == timedelta(days=7, hours=1)
    assert spring.end == datetime(2026, 3, 29, 23, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-W54", "2026-W00", "2025-W53", "W12", "2026-12", "", "0001-W01", "9999-W52"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(NotAWeek):
        week_named(text, "UTC")


@given(INSTANTS, ZONES)
def test_every_instant_lies_in_one_week_and_weeks_follow_on(at: datetime, zone: str) -> None:
    week = week_of(at, zone)
    assert week.start <= at < week.end
    assert week.before().end == week.start
    assert week_named(week.name, zone) == week
    assert last_whole_week(at, zone).end == week.start
    assert (week.days[0], week.days[-1], len(week.days)) == (week.start, week.end, 8)


@given(INSTANTS, ZONES, st.sampled_from(["mon", "wed", "sun"]), st.sampled_from(["00:00", "01:30", "02:30", "09:00"]))
def test_what_was_due_last_is_past_and_what_is_next_is_ahead(at: datetime, zone: str, day: str, time: str) -> None:
    last, following = latest_weekly(at, day, time, zone), next_weekly(at, day, time, zone)
    assert last <= at < following
    assert timedelta(days=6, hours=22) <= following - last <= timedelta(days=7, hours=2)
    assert latest_weekly(last, day, time, zone) == last
    assert at - timedelta(hours=26) < latest_daily(at, time, zone) <= at
