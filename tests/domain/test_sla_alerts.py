"""When alerts are due, which one is posted after downtime, and what silences them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.sla_alerts import alert_due, moments, next_moment
from domain.sla_clock import Clock
from domain.sla_events import Event, Kind
from domain.sla_promise import Metric, Threshold
from tests.domain.sla_story import (
    at,
    clocks,
    created,
    event,
    minutes,
    opened,
    pending,
    policy,
    priority,
    resolution,
    solved,
)

WARNING = "warn:80%"


def hour_from_friday(*events: Event) -> Clock:
    return resolution([created("fri 16:30"), *events], P3=60)


def with_warnings(clock: Clock, *warn: Threshold) -> Clock:
    assert clock.promise is not None
    return replace(clock, promise=replace(clock.promise, warn=warn))


def test_w1_a_warning_at_80_percent_counts_working_time() -> None:
    first = next_moment(hour_from_friday())
    assert first is not None
    assert (first.label, first.at) == (WARNING, at("mon 9:18"))


def test_w6_after_downtime_only_the_breach_is_posted_and_the_warning_skipped() -> None:
    alert = alert_due(hour_from_friday(), at("mon 10:05"))
    assert alert is not None
    assert (alert.moment.label, alert.moment.at, alert.late) == ("breach", at("mon 9:30"), minutes(35))
    assert [skipped.label for skipped in alert.skipped] == [WARNING]


def test_each_threshold_alerts_once() -> None:
    clock = hour_from_friday()
    assert alert_due(clock, at("mon 9:17")) is None
    warned = alert_due(clock, at("mon 9:18"))
    assert warned is not None
    assert (warned.moment.label, warned.late, warned.skipped) == (WARNING, timedelta(), ())
    assert alert_due(clock, at("mon 9:29"), {WARNING}) is None
    breached = alert_due(clock, at("mon 9:30"), {WARNING})
    assert breached is not None
    assert (breached.moment.label, breached.skipped) == ("breach", ())
    assert alert_due(clock, at("tue 9:30"), {WARNING, "breach"}) is None
    assert next_moment(clock, {WARNING, "breach"}) is None


def test_a_lower_threshold_is_not_posted_after_a_higher_one() -> None:
    clock = hour_from_friday()
    assert next_moment(clock, {"breach"}) is None
    several = with_warnings(clock, Threshold(share=0.5), Threshold(share=0.8))
    following = next_moment(several, {WARNING})
    assert following is not None
    assert following.label == "breach"


def test_several_thresholds_on_the_clocks_own_calendar() -> None:
    warn = Threshold(before=minutes(45)), Threshold(share=0.8), Threshold(before=minutes(60))
    crossed = moments(with_warnings(hour_from_friday(), *warn))
    assert [(moment.label, moment.at) for moment in crossed] == [
        ("warn:45m", at("fri 16:45")),
        (WARNING, at("mon 9:18")),
        ("breach", at("mon 9:30")),
    ]


@pytest.mark.parametrize("quiet", [solved("mon 9:25"), solved("mon 9:30"), pending("mon 9:25")])
def test_fulfilled_or_paused_before_it_is_due_no_alert(quiet: Event) -> None:
    clock = hour_from_friday(quiet)
    assert alert_due(clock, at("tue 9:00")) is None
    assert next_moment(clock) is None


def test_resuming_plans_the_alerts_again() -> None:
    clock = hour_from_friday(pending("fri 16:45"), opened("mon 12:00"))
    assert [moment.at for moment in moments(clock)] == [at("mon 12:33"), at("mon 12:45")]


@pytest.mark.parametrize("late", [solved("mon 9:40"), pending("mon 9:40")])
def test_a_breach_while_the_bot_was_down_is_told_though_the_clock_no_longer_runs(late: Event) -> None:
    alert = alert_due(hour_from_friday(late), at("mon 10:05"))
    assert alert is not None
    assert (alert.moment.label, alert.late) == ("breach", minutes(35))


def test_a_ticket_solved_without_a_reply_alerts_no_more() -> None:
    (clock,) = clocks([created("mon 9:00"), solved("mon 12:00")], policy("P3", first_response=60)).clocks
    assert alert_due(clock, at("mon 12:00")) is None


def test_a_called_off_clock_alerts_no_more() -> None:
    assert alert_due(hour_from_friday(event(Kind.SPAM, "mon 12:00")), at("mon 12:00")) is None


def test_c1_a_breach_by_a_change_is_late_from_when_it_was_applied() -> None:
    clock = resolution([created("mon 9:00"), priority("mon 11:00", "P1")], P3=480, P1=60)
    alert = alert_due(clock, at("mon 11:00:02"))
    assert alert is not None
    assert (alert.moment.at, alert.applied_at) == (at("mon 10:00"), at("mon 11:00"))
    assert alert.late == timedelta(seconds=2)


def test_c3_a_superseded_breach_alerts_anew_under_another_key() -> None:
    events = [created("mon 9:00", "P1"), priority("mon 10:30", "P3")]
    before = resolution(events[:1], P1=60, P3=480)
    after = resolution(events, P1=60, P3=480)
    assert before.alert_cycle != after.alert_cycle
    assert [moment.at for moment in moments(after)] == [at("mon 15:24"), at("mon 17:00")]


def test_a_timer_says_once_that_it_is_time() -> None:
    events = [created("mon 9:00"), solved("mon 9:00")]
    (clock,) = clocks(events, policy("P3", auto_close=60)).clocks
    assert [moment.label for moment in moments(clock)] == ["breach"]
    done = clocks([*events, event(Kind.STATUS_CHANGED, "mon 10:01", status="closed")], policy("P3", auto_close=60))
    closed = done.latest(Metric.AUTO_CLOSE)
    assert closed is not None
    assert alert_due(closed, at("mon 10:02")) is None
