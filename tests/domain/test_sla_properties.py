"""What holds for any story of a ticket: order does not matter, and the numbers always add up."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.business_hours import elapsed
from domain.instants import to_micros
from domain.sla_alerts import alert_due, moments, next_moment
from domain.sla_clock import Clock, State, read
from domain.sla_crossings import crossed, written
from domain.sla_events import Event, Kind
from domain.sla_explain import explain
from domain.sla_fold import fold
from domain.sla_promise import Metric, Threshold
from domain.ticket import Status
from tests.domain.sla_story import C95, at, book, minutes, policy, since_ever

MONDAY = at("mon 9:00")
RULES = since_ever(
    book(
        policy("P0", "always", first_response=15, resolution=240, next_response=30, escalation_ack=15),
        policy("P1", first_response=60, resolution=480, next_response=60, pickup=15, auto_close=960),
        policy("P3", first_response=480, resolution=1440, pending_warning=480, pickup=15),
    )
)


@st.composite
def one_event(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from([k for k in Kind if k is not Kind.CREATED]))
    when = MONDAY + timedelta(seconds=draw(st.integers(0, 14 * 86400)))
    return Event(
        kind,
        when,
        status=draw(st.sampled_from(Status)) if kind is Kind.STATUS_CHANGED else None,
        facts={"priority": draw(st.sampled_from(["P0", "P1", "P2", "P3"]))} if kind is Kind.FACTS_CHANGED else {},
        handoff=draw(st.sampled_from(["L2", "legal"])) if "hand" in kind else "",
    )


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    others = draw(st.lists(one_event(), max_size=12))
    created = Event(Kind.CREATED, MONDAY, facts={"priority": "P3"}, by_agent=draw(st.booleans()))
    return [Event(**{**vars(e), "number": n}) for n, e in enumerate([created, *others], 1)]


END = MONDAY + timedelta(days=15)


@settings(max_examples=300)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_heard_does_not_matter(story: list[Event], chance: object) -> None:
    shuffled = list(story)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled, RULES) == fold(story, RULES)


@settings(max_examples=300)
@given(stories())
def test_every_explanation_adds_up(story: list[Event]) -> None:
    for clock in fold(story, RULES).clocks:
        adds_up(clock)


def adds_up(clock: Clock) -> None:
    explanation = explain(clock, END)
    reading = explanation.reading
    past, ahead = explanation.past, explanation.ahead
    edges = [explanation.start, *(step.end for step in past)]
    assert edges == [*(step.start for step in past), explanation.until]
    assert sum((step.counts for step in past), timedelta()) == reading.used
    if reading.state is State.RUNNING:
        assert clock.promise is not None
        assert sum((step.counts for step in ahead), timedelta()) == reading.left
        assert reading.used + reading.left == clock.promise.target
        assert ahead[-1].end == reading.due_at
    if reading.state is State.BREACHED:
        assert clock.promise is not None
        assert reading.used == clock.promise.target + reading.overdue
        assert reading.overdue_calendar >= reading.overdue >= timedelta()


@settings(max_examples=300)
@given(stories())
def test_moments_are_in_order_and_an_alert_is_the_last_crossed(story: list[Event]) -> None:
    for clock in fold(story, RULES).clocks:
        crossed = [moment.at for moment in moments(clock)]
        assert crossed == sorted(crossed)
        alert = alert_due(clock, END)
        if alert is not None:
            labels = {alert.moment.label, *(skipped.label for skipped in alert.skipped)}
            assert alert_due(clock, END, labels) is None


@settings(max_examples=200)
@given(st.lists(st.integers(0, 14 * 1440), min_size=2, max_size=12, unique=True).map(sorted))
def test_a_resolution_clock_uses_working_time_less_pauses(edges: list[int]) -> None:
    instants = [MONDAY + minutes(n) for n in edges]
    events = [Event(Kind.CREATED, MONDAY, 1, {"priority": "P3"}, Status.OPEN)]
    moves = (Status.PENDING, Status.OPEN)
    for n, when in enumerate(instants):
        events.append(Event(Kind.STATUS_CHANGED, when, n + 2, status=moves[n % 2]))
    clock = fold(events, RULES).latest(Metric.RESOLUTION)
    assert clock is not None
    running = [(MONDAY, instants[0]), *zip(instants[1::2], [*instants[2::2], END], strict=False)]
    assert read(clock, END).used == sum((elapsed(C95, *interval) for interval in running), timedelta())


@settings(max_examples=300)
@given(stories(), st.integers(0, 15 * 1440), st.integers(0, 3))
def test_the_crossings_written_with_a_running_clock_say_the_same_as_the_clock(
    story: list[Event], minute: int, told: int
) -> None:
    warn = Threshold(share=0.5), Threshold(before=minutes(20)), Threshold(share=0.8)
    for clock in fold(story, RULES).clocks:
        if not clock.runs or clock.promise is None:
            continue
        several = replace(clock, promise=replace(clock.promise, warn=warn))
        all_of = moments(several)
        now = MONDAY + timedelta(days=14, minutes=minute)
        settled = {moment.label for moment in all_of[:told]}
        following, owed = next_moment(several, settled), alert_due(several, now, settled)
        planned = following.label if following else "remind"
        changed_us = None if several.changed_at is None else to_micros(several.changed_at)
        found = crossed(written(all_of), planned, changed_us, to_micros(now))
        assert (found is None) == (owed is None)
        assert crossed(written(all_of, has_own_post=True), planned, changed_us, to_micros(now)) is None
        if found is not None and owed is not None:
            assert found.highest == (owed.moment.label, to_micros(owed.moment.at))
            assert [one.label for one in found.skipped] == [one.label for one in owed.skipped]
            assert timedelta(microseconds=found.late_us) == owed.late
