"""The published clock cases of SLA.md, and what a clock says while it runs, is paused, late or called off."""

from datetime import timedelta

import pytest

from domain.business_hours import NaiveInstant
from domain.sla_clock import State, read
from domain.sla_events import Event, Kind
from domain.sla_policy import Reopening
from domain.sla_promise import Metric
from domain.ticket import Status
from tests.domain.sla_story import (
    at,
    clocks,
    created,
    customer,
    event,
    minutes,
    moved,
    opened,
    pending,
    policy,
    priority,
    replied,
    resolution,
    solved,
    with_reopening,
)


def test_p1_a_customers_reply_resumes_what_pending_paused() -> None:
    clock = resolution([created("mon 9:00"), pending("mon 10:30"), customer("tue 11:00")], P3=240)
    assert read(clock, at("tue 11:00")).used == minutes(90)
    assert read(clock, at("tue 11:00")).due_at == at("tue 13:30")


def test_p4_a_pause_over_the_weekend() -> None:
    clock = resolution([created("fri 16:30"), pending("fri 16:45"), opened("mon 9:15")], P3=60)
    assert read(clock, at("mon 9:15")).due_at == at("mon 10:00")


def test_p8_a_pause_that_ends_outside_hours() -> None:
    clock = resolution([created("fri 16:30"), pending("fri 16:45"), opened("sat 11:00")], P3=60)
    assert read(clock, at("sat 11:00")).due_at == at("mon 9:45")


def test_c1_raised_after_the_new_target_passed_it_is_breached_where_it_would_have_been() -> None:
    clock = resolution([created("mon 9:00"), priority("mon 11:00", "P1")], P3=480, P1=60)
    reading = read(clock, at("mon 11:00"))
    assert (reading.state, reading.breached_at) == (State.BREACHED, at("mon 10:00"))
    assert reading.applied_at == at("mon 11:00")
    assert clock.round == 1


def test_c2_raised_in_time_it_keeps_the_time_used() -> None:
    clock = resolution([created("mon 9:00"), priority("mon 12:00", "P2")], P3=480, P2=240)
    assert read(clock, at("mon 12:00")).due_at == at("mon 13:00")
    assert read(clock, at("mon 12:00")).state is State.RUNNING


def test_c3_lowered_after_a_breach_the_breach_is_superseded() -> None:
    clock = resolution([created("mon 9:00", "P1"), priority("mon 10:30", "P3")], P1=60, P3=480)
    reading = read(clock, at("mon 10:30"))
    assert (reading.state, reading.due_at, reading.applied_at) == (State.RUNNING, at("mon 17:00"), None)
    assert clock.superseded == (at("mon 10:00"),)
    assert clock.alert_cycle == "1.2"


def test_n1_one_reply_answers_all_messages_since_the_last() -> None:
    asked = [created("mon 9:00"), replied("mon 9:30"), customer("mon 10:00"), customer("mon 10:20")]
    (clock,) = clocks([*asked, replied("mon 10:50")], policy("P3", next_response=60)).clocks
    assert (clock.start, clock.ended_at) == (at("mon 10:00"), at("mon 10:50"))
    assert read(clock, at("mon 12:00")).state is State.KEPT


def test_o1_reopening_resumes_with_the_time_used() -> None:
    clock = resolution([created("mon 9:00"), solved("mon 10:00"), opened("tue 9:00")], P3=240)
    assert read(clock, at("tue 9:00")).due_at == at("tue 12:00")


def test_reopening_may_restart_the_clock() -> None:
    events = [created("mon 9:00"), solved("mon 10:00"), opened("tue 9:00")]
    first, second = clocks(events, with_reopening(Reopening.RESTART, 240)).clocks
    assert read(first, at("tue 9:00")).state is State.KEPT
    assert (second.cycle, read(second, at("tue 9:00")).due_at) == (2, at("tue 13:00"))


def test_reopening_may_leave_the_first_answer_standing() -> None:
    events = [created("mon 9:00"), solved("mon 10:00"), opened("tue 9:00"), solved("thu 9:00")]
    (clock,) = clocks(events, with_reopening(Reopening.FIRST_ONLY, 240)).clocks
    assert (read(clock, at("thu 12:00")).state, clock.ended_at) == (State.KEPT, at("mon 10:00"))


def test_reopened_twice_it_adds_up() -> None:
    events = [created("mon 9:00"), solved("mon 10:00"), opened("tue 9:00"), pending("tue 10:00")]
    clock = resolution([*events, solved("tue 12:00"), opened("wed 9:00")], P3=240)
    assert read(clock, at("wed 9:30")).used == minutes(150)
    assert read(clock, at("wed 9:30")).due_at == at("wed 11:00")


def test_fulfilled_exactly_when_due_is_kept_and_a_second_later_is_not() -> None:
    kept = resolution([created("mon 9:00"), solved("mon 10:00")], P3=60)
    late = resolution([created("mon 9:00"), solved("mon 10:00:01")], P3=60)
    assert read(kept, at("tue 9:00")).state is State.KEPT
    reading = read(late, at("tue 9:00"))
    assert (reading.state, reading.breached_at) == (State.BREACHED, at("mon 10:00"))
    assert (reading.fulfilled_at, reading.overdue) == (at("mon 10:00:01"), timedelta(seconds=1))


def test_answered_after_closing_time_is_late_by_no_working_time() -> None:
    reading = read(resolution([created("fri 16:00"), solved("sat 10:00")], P3=60), at("mon 9:00"))
    assert (reading.state, reading.breached_at) == (State.BREACHED, at("fri 17:00"))
    assert (reading.overdue, reading.overdue_calendar) == (timedelta(), timedelta(hours=17))


def test_overdue_grows_in_both_times_but_not_while_paused() -> None:
    events = [created("fri 16:00"), pending("mon 10:00"), opened("mon 12:00")]
    reading = read(resolution(events, P3=60), at("mon 13:00"))
    assert reading.overdue == minutes(120)
    assert reading.overdue_calendar == at("mon 13:00") - at("fri 17:00") - minutes(120)
    paused = resolution(events[:2], P3=60)
    assert read(paused, at("mon 11:00")).overdue == read(paused, at("tue 11:00")).overdue == minutes(60)
    assert read(paused, at("tue 11:00")).state is State.BREACHED


def test_a_paused_clock_has_no_due_instant() -> None:
    reading = read(resolution([created("mon 9:00"), pending("mon 9:20")], P3=60), at("thu 9:00"))
    assert (reading.state, reading.due_at) == (State.PAUSED, None)
    assert (reading.used, reading.left) == (minutes(20), minutes(40))


def first_response(*events: Event) -> tuple[State, timedelta]:
    (clock,) = clocks(events, policy("P3", first_response=60)).clocks
    reading = read(clock, at("thu 17:00"))
    return reading.state, reading.used


def test_first_response_does_not_pause_and_stops_at_the_first_reply() -> None:
    events = created("mon 9:00"), pending("mon 9:10"), replied("mon 9:50"), replied("mon 11:00")
    assert first_response(*events) == (State.KEPT, minutes(50))


def test_first_response_of_a_ticket_an_agent_opened_waits_for_the_customer() -> None:
    opened_by_agent = created("mon 9:00", by_agent=True)
    events = opened_by_agent, replied("mon 9:05"), customer("mon 11:00"), replied("mon 11:30")
    assert first_response(*events) == (State.KEPT, minutes(30))


@pytest.mark.parametrize(
    ("when", "state"), [("mon 9:30", State.CANCELLED), ("mon 10:00", State.CANCELLED), ("tue 9:00", State.BREACHED)]
)  # fmt: skip
def test_solved_without_a_reply_is_not_kept_when_past_due_else_cancelled(when: str, state: State) -> None:
    assert first_response(created("mon 9:00"), solved(when))[0] is state
    assert first_response(created("mon 9:00"), solved(when), replied("tue 10:00"))[0] is state


def test_a_reply_and_the_solving_of_one_instant_is_a_reply() -> None:
    assert first_response(created("mon 9:00"), solved("mon 9:30"), replied("mon 9:30"))[0] is State.KEPT


def next_responses(*events: Event) -> list[tuple[State, timedelta]]:
    told = clocks([created("mon 9:00"), replied("mon 9:10"), *events], policy("P3", next_response=60))
    readings = [read(clock, at("thu 17:00")) for clock in told.clocks]
    return [(reading.state, reading.used) for reading in readings]


def test_each_pair_of_message_and_reply_is_a_clock_of_its_own() -> None:
    events = customer("mon 10:00"), replied("mon 10:30"), customer("mon 11:00"), replied("mon 13:00")
    assert next_responses(*events) == [(State.KEPT, minutes(30)), (State.BREACHED, minutes(120))]


def test_thanks_need_no_reply() -> None:
    assert next_responses(customer("mon 10:00"), event(Kind.NO_REPLY_NEEDED, "mon 10:05")) == [
        (State.CANCELLED, minutes(5))
    ]


def test_thanks_on_a_solved_ticket_start_nothing_unless_it_is_reopened() -> None:
    assert next_responses(solved("mon 9:30"), customer("mon 10:00")) == []
    reopened = solved("mon 9:30"), customer("mon 10:00"), opened("mon 10:00"), replied("mon 10:20")
    assert next_responses(*reopened) == [(State.KEPT, minutes(20))]


def test_next_response_is_off_by_default() -> None:
    told = clocks([created("mon 9:00"), replied("mon 9:10"), customer("mon 10:00")], policy("P3", resolution=60))
    assert [clock.metric for clock in told.clocks] == [Metric.RESOLUTION]


@pytest.mark.parametrize("how", [event(Kind.ASSIGNED, "mon 9:10"), opened("mon 9:10"), solved("mon 9:10")])
def test_picked_up_is_assigned_or_no_longer_new(how: Event) -> None:
    (clock,) = clocks([created("mon 9:00"), how], policy("P3", pickup=15)).clocks
    assert (clock.ended_at, read(clock, at("tue 9:00")).state) == (at("mon 9:10"), State.KEPT)


def test_a_ticket_born_open_is_not_picked_up() -> None:
    assert clocks([created("mon 9:00", status=Status.OPEN)], policy("P3", pickup=15)).clocks == ()


@pytest.mark.parametrize("kind", [Kind.MERGED, Kind.DELETED, Kind.SPAM])
def test_merged_deleted_and_spam_call_every_clock_off_for_good(kind: Kind) -> None:
    events = [created("mon 9:00"), replied("mon 9:10"), event(kind, "tue 9:00"), customer("wed 9:00")]
    told = clocks(events, policy("P3", first_response=60, resolution=60, next_response=60, pickup=15))
    assert {read(clock, at("thu 9:00")).state for clock in told.clocks} == {State.CANCELLED}
    assert len(told.clocks) == 3


def test_pending_warns_and_starts_again_each_time() -> None:
    events = [created("mon 9:00"), pending("mon 9:00"), opened("mon 16:00"), pending("tue 9:00")]
    first, second = clocks(events, policy("P3", pending_warning=480)).clocks
    assert read(first, at("tue 9:00")).state is State.CANCELLED
    assert read(second, at("tue 9:00")).due_at == at("tue 17:00")
    assert not second.metric.is_promise


def test_solved_closes_by_itself_unless_reopened() -> None:
    events = [created("mon 9:00"), solved("mon 9:00")]
    rules = policy("P3", auto_close=480)
    (waiting,) = clocks(events, rules).clocks
    assert read(waiting, at("mon 12:00")).due_at == at("mon 17:00")
    (again,) = clocks([*events, opened("mon 12:00")], rules).clocks
    assert read(again, at("mon 12:00")).state is State.CANCELLED
    (done,) = clocks([*events, moved("mon 17:00", Status.CLOSED)], rules).clocks
    assert done.ended_at == at("mon 17:00")


def test_each_handoff_has_its_own_clock_and_its_own_time() -> None:
    told = clocks(
        [
            created("mon 9:00"),
            event(Kind.HANDED_OFF, "mon 10:00", handoff="L2"),
            event(Kind.HANDED_OFF, "mon 10:00", handoff="legal", target=minutes(60)),
            event(Kind.ACKNOWLEDGED, "mon 10:30", handoff="L2"),
        ],
        policy("P3", escalation_ack=240),
    )
    first, second = told.clocks
    assert read(first, at("mon 10:30")).state is State.KEPT
    assert (second.handoff, read(second, at("mon 10:30")).due_at) == ("legal", at("mon 11:00"))
    assert (first.cycle, second.cycle) == (1, 2)


def test_a_handoff_taken_back_is_called_off() -> None:
    events = [created("mon 9:00"), event(Kind.HANDED_OFF, "mon 10:00", handoff="L2")]
    ended = event(Kind.HANDOFF_ENDED, "mon 10:20", handoff="L2")
    (clock,) = clocks([*events, ended], policy("P3", escalation_ack=60)).clocks
    assert read(clock, at("tue 9:00")).state is State.CANCELLED


def test_events_dated_before_the_creation_count_from_it() -> None:
    assert first_response(replied("mon 8:59"), created("mon 9:00")) == (State.KEPT, timedelta())
    clock = resolution([pending("mon 8:00"), created("mon 9:00"), solved("mon 8:30")], P3=60)
    assert (clock.start, clock.ended_at) == (at("mon 9:00"), at("mon 9:00"))


def test_without_a_creation_there_is_no_clock() -> None:
    assert clocks([customer("mon 9:00"), solved("mon 10:00")], policy("P3", resolution=60)).clocks == ()


def test_naive_instants_are_refused() -> None:
    naive = at("mon 9:00").replace(tzinfo=None)
    with pytest.raises(NaiveInstant):
        clocks([Event(Kind.CREATED, naive)], policy("P3", resolution=60))
    with pytest.raises(NaiveInstant):
        read(resolution([created("mon 9:00")], P3=60), naive)
