"""The published cases of SLA.md, and others worked by hand: edges, clock changes, refusals."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.business_hours import (
    ALWAYS,
    Calendar,
    NaiveInstant,
    NoWorkingTime,
    TargetNotPositive,
    YearOutOfRange,
    due,
    elapsed,
    is_open,
    next_opening,
    open_intervals,
)
from domain.opening_hours import WEEKDAYS, calendar_from_config

LONDON, NEW_YORK, KOLKATA = "Europe/London", "America/New_York", "Asia/Kolkata"


def office(zone: str = LONDON, *hours: str, holidays: Sequence[str] = ()) -> Calendar:
    week = {day: list(hours or ("09:00-17:00",)) for day in WEEKDAYS[:5]}
    return calendar_from_config("office", zone, week, holidays)


def weekly(zone: str, **hours: list[str]) -> Calendar:
    return calendar_from_config("weekly", zone, hours)


def local(text: str, zone: str = LONDON, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


C95 = office()
NIGHT = weekly(NEW_YORK, sat=["22:00-06:00"])
SPLIT = office(LONDON, "09:00-12:00", "13:00-17:00")
CASES = {
    "B1": (C95, local("2026-03-06T16:30"), 60, local("2026-03-09T09:30")),
    "B2": (C95, local("2026-03-06T16:00"), 120, local("2026-03-09T10:00")),
    "B4": (ALWAYS, local("2026-03-06T16:30"), 240, local("2026-03-06T20:30")),
    "B5": (C95, local("2026-03-06T17:00"), 480, local("2026-03-09T17:00")),
    "B10": (C95, local("2026-03-06T16:55"), 1440, local("2026-03-11T16:55")),
    "B11": (C95, local("2026-03-06T16:00"), 60, local("2026-03-06T17:00")),
    "B14": (office(holidays=["2026-03-09"]), local("2026-03-06T16:30"), 60, local("2026-03-10T09:30")),
    "B15": (SPLIT, local("2026-03-09T11:30"), 60, local("2026-03-09T13:30")),
    "T2": (
        office(KOLKATA, "09:30-18:30"),
        local("2026-03-06T18:00", KOLKATA),
        90,
        local("2026-03-09T10:30", KOLKATA),
    ),
    "D1": (ALWAYS, local("2026-03-07T23:00", NEW_YORK), 240, datetime(2026, 3, 8, 8, tzinfo=UTC)),
    "D3": (
        office(NEW_YORK),
        local("2026-03-06T16:30", NEW_YORK),
        60,
        datetime(2026, 3, 9, 13, 30, tzinfo=UTC),
    ),
    "D6": (NIGHT, local("2026-03-07T22:00", NEW_YORK), 300, local("2026-03-08T04:00", NEW_YORK)),
    "D8": (C95, local("2026-03-27T16:30"), 60, datetime(2026, 3, 30, 8, 30, tzinfo=UTC)),
    # Worked by hand.
    "a start before opening waits for it": (
        C95, local("2026-03-06T07:00"), 60, local("2026-03-06T10:00"),
    ),
    "a weekend start waits for Monday": (C95, local("2026-03-07T12:00"), 1, local("2026-03-09T09:01")),
    "a second before closing": (
        C95, local("2026-03-06T16:59:59"), 1, local("2026-03-09T09:00:59"),
    ),
    "a split shift's first close is a close": (
        SPLIT, local("2026-03-09T11:00"), 60, local("2026-03-09T12:00"),
    ),
    "overlapping windows count once": (
        office(LONDON, "09:00-12:00", "11:00-14:00"),
        local("2026-03-09T09:00"), 300, local("2026-03-09T14:00"),
    ),
    "24:00 closes at midnight": (
        office(LONDON, "20:00-24:00"), local("2026-03-09T23:00"), 90, local("2026-03-10T20:30"),
    ),
    "the last second of a year": (
        C95, local("2026-12-31T16:30"), 60, local("2027-01-01T09:30"),
    ),
    "a minute a week, thirty years of it": (
        weekly(LONDON, mon=["09:00-09:01"]), local("2026-03-09T09:00"), 1566, local("2056-03-06T09:01"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_due_of_the_published_cases(case: str) -> None:
    calendar, start, target, expected = CASES[case]
    assert due(calendar, start, minutes(target)) == expected
    assert due(calendar, start, minutes(target)).tzinfo is UTC
    assert elapsed(calendar, start, expected) == minutes(target)


@pytest.mark.parametrize(
    ("saturday", "hours"),
    [("2026-03-07", 7), ("2026-03-14", 8), ("2026-10-31", 9)],
    ids=["spring", "ordinary", "autumn"],
)
def test_a_night_shift_is_an_hour_short_in_spring_and_long_in_autumn(saturday: str, hours: int) -> None:
    start = local(f"{saturday}T12:00", NEW_YORK)
    assert elapsed(NIGHT, start, start + timedelta(days=2)) == timedelta(hours=hours)


def test_always_never_gains_or_loses() -> None:
    for start in (local("2026-03-28T12:00"), local("2026-10-24T12:00")):
        day = timedelta(hours=24)
        assert due(ALWAYS, start, day) == start.astimezone(UTC) + day


def test_a_window_inside_the_skipped_hour_is_empty() -> None:
    sundays = weekly(LONDON, sun=["01:15-01:45"])
    assert next_opening(sundays, local("2026-03-29T00:00")) == local("2026-04-05T01:15")


def test_a_skipped_opening_time_is_the_jump() -> None:
    sundays = weekly(LONDON, sun=["01:30-04:00"])
    assert next_opening(sundays, local("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert elapsed(sundays, local("2026-03-29T00:00"), local("2026-03-30T00:00")) == minutes(120)


def test_a_repeated_time_opens_at_its_first_reading_and_closes_at_its_last() -> None:
    sundays = weekly(LONDON, sun=["01:30-01:45"])
    assert list(open_intervals(sundays, local("2026-10-25T00:00"), local("2026-10-26T00:00"))) == [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 45, tzinfo=UTC))
    ]


def test_a_day_the_zone_skipped_has_no_working_time() -> None:
    everyday = calendar_from_config("apia", "Pacific/Apia", {day: ["09:00-17:00"] for day in WEEKDAYS})
    start, end = local("2011-12-29T00:00", "Pacific/Apia"), local("2012-01-01T00:00", "Pacific/Apia")
    assert elapsed(everyday, start, end) == timedelta(hours=16)


def test_a_night_shift_belongs_to_the_day_it_opens_on_holidays_included() -> None:
    nights = calendar_from_config("nights", LONDON, {day: ["22:00-06:00"] for day in WEEKDAYS}, holidays=["2026-03-10"])
    assert is_open(nights, local("2026-03-10T05:59"))
    assert not is_open(nights, local("2026-03-10T22:30"))
    assert not is_open(nights, local("2026-03-11T03:00"))
    assert is_open(nights, local("2026-03-11T22:00"))


def test_a_date_may_carry_its_own_windows() -> None:
    eve = calendar_from_config("eve", LONDON, {"thu": ["09:00-17:00"]}, ["2026-12-24"], {"2026-12-24": ["09:00-12:00"]})
    assert elapsed(eve, local("2026-12-24T00:00"), local("2026-12-25T00:00")) == minutes(180)


def test_holidays_may_be_named_year_by_year_and_are_asked_once() -> None:
    asked = []

    def christmas(year: int) -> set[date]:
        asked.append(year)
        return {date(year, 12, 25)}

    calendar = calendar_from_config("gb", LONDON, {"fri": ["09:00-17:00"]}, holidays_in=christmas)
    assert next_opening(calendar, local("2026-12-25T09:00")) == local("2027-01-01T09:00")
    assert len(asked) == len(set(asked))


def test_a_closing_instant_is_closed_and_an_opening_one_is_open() -> None:
    assert is_open(C95, local("2026-03-06T09:00"))
    assert not is_open(C95, local("2026-03-06T17:00"))
    assert next_opening(C95, local("2026-03-06T17:00")) == local("2026-03-09T09:00")
    assert next_opening(C95, local("2026-03-06T16:59")) == local("2026-03-06T16:59")


def test_intervals_over_new_year_are_one() -> None:
    start, end = datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    assert list(open_intervals(ALWAYS, start, end)) == [(start, end)]


def test_a_start_in_another_zone_is_the_same_instant() -> None:
    start = local("2026-03-06T16:30")
    assert due(C95, start.astimezone(ZoneInfo("Asia/Tokyo")), minutes(60)) == local("2026-03-09T09:30")


NAIVE = datetime(2026, 3, 6, 16, 30)  # noqa: DTZ001
Asking = Callable[[], object]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: due(C95, NAIVE, minutes(60)),
        lambda: elapsed(C95, NAIVE, NAIVE),
        lambda: is_open(C95, NAIVE),
        lambda: next_opening(C95, NAIVE),
    ],
)
def test_naive_instants_are_refused(ask: Asking) -> None:
    with pytest.raises(NaiveInstant):
        ask()


@pytest.mark.parametrize("target", [timedelta(), timedelta(seconds=-1)])
def test_a_target_of_zero_or_less_is_refused(target: timedelta) -> None:
    with pytest.raises(TargetNotPositive):
        due(C95, local("2026-03-06T16:30"), target)


EMPTY: Mapping[str, object] = {}
NEVER = calendar_from_config("never", LONDON, EMPTY)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: due(NEVER, local("2026-03-06T16:30"), minutes(1)),
        lambda: next_opening(NEVER, local("2026-03-06T16:30")),
    ],
)
def test_a_calendar_without_working_time_is_refused_with_its_name(ask: Asking) -> None:
    with pytest.raises(NoWorkingTime, match="'never' has no working time in the 366 days"):
        ask()


def test_no_working_time_is_none_elapsed() -> None:
    assert elapsed(NEVER, local("2026-03-06T16:30"), local("2028-03-06T16:30")) == timedelta()


def test_working_time_that_runs_out_is_refused_once_it_has() -> None:
    once = calendar_from_config("once", LONDON, EMPTY, dates={"2026-06-01": ["09:00-10:00"]})
    assert due(once, local("2026-03-06T00:00"), minutes(60)) == local("2026-06-01T10:00")
    with pytest.raises(NoWorkingTime):
        due(once, local("2026-03-06T00:00"), minutes(61))
    with pytest.raises(NoWorkingTime):
        due(once, local("2025-05-31T00:00"), minutes(60))


def test_the_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        elapsed(C95, local("2026-03-06T16:30"), local("2026-03-06T16:00"))


def test_a_year_no_ticket_has_is_refused() -> None:
    with pytest.raises(YearOutOfRange):
        due(C95, datetime(1, 1, 1, tzinfo=UTC), minutes(1))
