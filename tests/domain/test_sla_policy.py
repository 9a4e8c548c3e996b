"""Which policy matches, on which calendar it counts, and what a change or an edit does to running clocks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.settings import Settings
from domain.business_hours import ALWAYS
from domain.opening_hours import calendar_from_config
from domain.sla_clock import State, read
from domain.sla_events import Kind
from domain.sla_fold import fold
from domain.sla_policy import (
    Conditions,
    Editions,
    Facts,
    Policy,
    PolicyBook,
    default_targets,
)
from domain.sla_promise import BREACH, Metric, Threshold, WrongThreshold, parse_threshold
from domain.ticket import Priority
from tests.domain.sla_story import (
    C95,
    DAWN_OF_TIME,
    at,
    book,
    clocks,
    created,
    event,
    minutes,
    opened,
    policy,
    priority,
    resolution,
    since_ever,
)

ANY = Conditions()
DEFAULTS = Settings().policy_book


@pytest.mark.parametrize(
    ("level", "first", "whole"),
    [("P0", "0:15", "4:00"), ("P1", "1:00", "8:00"), ("P2", "4:00", "24:00"), ("P3", "24:00", "72:00")],
)
def test_the_operating_models_targets_hold_without_a_config(level: str, first: str, whole: str) -> None:
    def promised(metric: Metric) -> timedelta | None:
        promise = DEFAULTS.promise(metric, Facts(priority=level))
        assert promise is None or promise.calendar == ALWAYS
        return promise.target if promise else None

    def length(text: str) -> timedelta:
        hours, mins = text.split(":")
        return timedelta(hours=int(hours), minutes=int(mins))

    assert promised(Metric.FIRST_RESPONSE) == length(first)
    assert promised(Metric.RESOLUTION) == length(whole)
    assert promised(Metric.PICKUP) == minutes(15)
    assert promised(Metric.ESCALATION_ACK) == minutes(15 if level == "P0" else 240)
    assert promised(Metric.PENDING_WARNING) == timedelta(hours=72)
    assert promised(Metric.AUTO_CLOSE) == timedelta(hours=48)
    assert promised(Metric.NEXT_RESPONSE) is None


def test_p0_runs_on_always_whatever_the_rest_runs_on() -> None:
    office = PolicyBook(DEFAULTS.policies, {"office": C95}, "office")
    calendars = [office.promise(Metric.RESOLUTION, Facts(priority=p)) for p in Priority]
    assert [promise and promise.calendar.name for promise in calendars] == ["always"] + ["office"] * 3


def test_the_first_policy_that_matches_wins() -> None:
    vip = Policy("vip", Conditions(customer_tier=frozenset({"enterprise"})), {Metric.RESOLUTION: minutes(30)})
    rules = PolicyBook((vip, *DEFAULTS.policies))
    matched = rules.policy_for(Facts(priority="P1", customer_tier="enterprise"))
    otherwise = rules.policy_for(Facts(priority="P1", customer_tier="free"))
    assert (matched and matched.name, otherwise and otherwise.name) == ("vip", "P1")
    assert rules.promise(Metric.FIRST_RESPONSE, Facts(customer_tier="enterprise")) is None


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        (Conditions(), True),
        (Conditions(priority=frozenset({"P1", "P2"})), True),
        (Conditions(priority=frozenset({"P0"})), False),
        (Conditions(category=frozenset({"reliability"}), area=frozenset({"api"})), True),
        (Conditions(category=frozenset({"reliability"}), area=frozenset({"billing"})), False),
        (Conditions(tags=frozenset({"vip", "beta"})), True),
        (Conditions(tags=frozenset({"beta"})), False),
        (Conditions(customer_tier=frozenset({"pro"})), False),
    ],
)
def test_all_conditions_must_hold_each_for_one_of_its_values(conditions: Conditions, holds: bool) -> None:
    facts = Facts("P1", None, "reliability", "api", frozenset({"vip", "emea"}))
    assert conditions.hold_for(facts) is holds


def test_a_customer_may_have_a_calendar_of_their_own_but_p0_stays_always() -> None:
    tokyo = calendar_from_config("tokyo", "Asia/Tokyo", {"mon": ["09:00-17:00"]})
    calendars = {"office": C95, "tokyo": tokyo}
    rules = PolicyBook(DEFAULTS.policies, calendars, "office", {"acme": "tokyo"})

    def calendar(level: str, customer: str) -> str | None:
        promise = rules.promise(Metric.RESOLUTION, Facts(priority=level, customer=customer))
        return promise.calendar.name if promise else None

    assert calendar("P2", "acme") == "tokyo"
    assert calendar("P2", "other") == "office"
    assert calendar("P0", "acme") == "always"


def test_a_single_metric_may_have_a_calendar_of_its_own() -> None:
    rule = Policy("any", ANY, default_targets(Priority.P2), "office", {Metric.AUTO_CLOSE: "always"})
    rules = book(rule)
    auto_close, pickup = (rules.promise(m, Facts()) for m in (Metric.AUTO_CLOSE, Metric.PICKUP))
    assert (auto_close and auto_close.calendar.name, pickup and pickup.calendar.name) == ("always", "office")


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="found calendar 'ofice', allowed is one of always, office"):
        book(policy("P1", "ofice", resolution=60))


def test_a_ticket_no_policy_matches_is_unmeasured_and_has_no_clock() -> None:
    told = clocks([created("mon 9:00", "P3")], policy("P1", resolution=60))
    assert (told.policy, told.clocks) == (None, ())


def test_a_change_to_no_policy_calls_the_clock_off_and_back_brings_it_back() -> None:
    events = [created("mon 9:00", "P1"), priority("mon 9:20", "P3")]
    off = resolution(events, P1=60)
    assert read(off, at("mon 9:30")).state is State.CANCELLED
    back = resolution([*events, priority("mon 9:40", "P1")], P1=60)
    assert read(back, at("mon 9:40")).due_at == at("mon 10:00")


def test_measured_late_it_counts_from_the_start() -> None:
    clock = resolution([created("mon 9:00", "P3"), priority("mon 9:30", "P1")], P1=60)
    assert read(clock, at("mon 9:30")).due_at == at("mon 10:00")


def test_another_calendar_counts_from_the_change_on_and_the_time_used_is_kept() -> None:
    rules = policy("P3", resolution=480), policy("P0", "always", resolution=240)
    (clock,) = clocks([created("fri 16:00"), priority("sat 10:00", "P0")], *rules).clocks
    assert read(clock, at("sat 10:00")).used == minutes(60)
    assert read(clock, at("sat 10:00")).due_at == at("sat 13:00")
    (down,) = clocks([created("fri 16:00", "P0"), priority("fri 18:00", "P3")], *rules).clocks
    assert read(down, at("sat 9:00")).used == minutes(120)
    assert read(down, at("sat 9:00")).due_at == at("mon 15:00")


def test_a_change_while_pending_counts_when_it_resumes() -> None:
    rules = policy("P3", resolution=480), policy("P0", "always", resolution=240)
    events = [created("fri 16:00"), event(Kind.STATUS_CHANGED, "fri 16:30", status="pending")]
    events = [*events, priority("fri 16:40", "P0"), opened("sat 9:00")]
    (clock,) = clocks(events, *rules).clocks
    assert read(clock, at("sat 9:00")).due_at == at("sat 12:30")


def test_a_changed_category_may_change_the_policy() -> None:
    urgent = Policy("outage", Conditions(category=frozenset({"reliability"})), {Metric.RESOLUTION: minutes(120)})
    events = [created("mon 9:00"), event(Kind.FACTS_CHANGED, "mon 9:30", facts={"category": "reliability"})]
    told = clocks(events, urgent, policy("P3", resolution=480))
    assert (told.policy, read(told.clocks[0], at("mon 9:30")).due_at) == ("outage", at("mon 11:00"))


def test_a_finished_clock_is_not_judged_again() -> None:
    events = [created("mon 9:00"), event(Kind.AGENT_REPLY, "mon 11:00"), priority("mon 12:00", "P1")]
    (clock,) = clocks(events, policy("P3", first_response=480), policy("P1", first_response=60)).clocks
    assert read(clock, at("tue 9:00")).state is State.KEPT


OLD, NEW = book(policy("P3", resolution=480)), book(policy("P3", resolution=240))
EDITED = Editions(((DAWN_OF_TIME, OLD), (at("mon 10:00"), NEW)))


@pytest.mark.parametrize(
    ("later", "due_at"),
    [([], "mon 17:00"), (["customer_message"], "mon 13:00"), (["recomputed"], "mon 13:00")],
    ids=["nothing", "an event", "a recompute"],
)
def test_an_edit_waits_for_an_event_or_a_recompute(later: list[str], due_at: str) -> None:
    events = [created("mon 9:00"), *(event(Kind(kind), "mon 11:00") for kind in later)]
    (clock,) = fold(events, EDITED).clocks
    assert read(clock, at("mon 11:00")).due_at == at(due_at)


def test_an_edit_applies_to_clocks_started_after_it() -> None:
    (clock,) = fold([created("mon 10:00")], EDITED).clocks
    assert read(clock, at("mon 10:00")).due_at == at("mon 14:00")


def test_an_event_from_before_an_edit_is_heard_under_the_old_edition() -> None:
    (clock,) = fold([created("mon 9:00"), event(Kind.CUSTOMER_MESSAGE, "mon 9:59")], EDITED).clocks
    assert read(clock, at("mon 11:00")).due_at == at("mon 17:00")


def test_a_mended_calendar_counts_throughout_once_it_is_applied() -> None:
    holiday = replace(C95, dates={at("mon 0:00").date(): ()})
    rule = policy("P3", resolution=480)
    editions = Editions(((DAWN_OF_TIME, book(rule)), (at("tue 9:00"), book(rule, calendar=holiday))))
    (clock,) = fold([created("mon 9:00"), event(Kind.RECOMPUTED, "tue 9:00")], editions).clocks
    assert read(clock, at("tue 9:00")).due_at == at("tue 17:00")
    assert clock.superseded == (at("mon 17:00"),)


def test_folding_without_a_config_needs_no_calendar() -> None:
    told = fold([created("sat 9:00", "P0")], since_ever(DEFAULTS))
    due = {clock.metric: read(clock, at("sat 9:00")).due_at for clock in told.clocks}
    assert due[Metric.FIRST_RESPONSE] == at("sat 9:15")
    assert due[Metric.RESOLUTION] == at("sat 13:00")


@pytest.mark.parametrize(
    ("written", "threshold", "label"),
    [
        (0.8, Threshold(share=0.8), "warn:80%"),
        ("50%", Threshold(share=0.5), "warn:50%"),
        ("30m", Threshold(before=minutes(30)), "warn:30m"),
    ],
)
def test_thresholds_are_shares_or_times_before_due(written: float | str, threshold: Threshold, label: str) -> None:
    assert parse_threshold(written) == threshold
    assert parse_threshold(written).label == label
    assert BREACH.label == "breach"


@pytest.mark.parametrize("written", [0, 1, 1.5, -0.1, float("nan"), "80", "0%", "100%", "%", "soon"])
def test_a_wrong_threshold_is_refused(written: float | str) -> None:
    with pytest.raises(WrongThreshold, match="allowed is a share"):
        parse_threshold(written)
