"""Every explanation adds up, to the second."""

from datetime import timedelta

from domain.sla_clock import State
from domain.sla_explain import Step, StepKind, explain
from tests.domain.sla_story import at, created, minutes, opened, pending, priority, resolution, solved


def told(steps: tuple[Step, ...]) -> list[tuple[str, str, timedelta]]:
    return [(step.kind.value, step.note, step.length) for step in steps]


def test_p4_explained() -> None:
    clock = resolution([created("fri 16:30"), pending("fri 16:45"), opened("mon 9:15")], P3=60)
    explanation = explain(clock, at("mon 9:20"))
    assert told(explanation.past) == [
        ("counted", "office", minutes(15)),
        ("paused", "pending", at("mon 9:15") - at("fri 16:45")),
        ("counted", "office", minutes(5)),
    ]
    assert told(explanation.ahead) == [("counted", "office", minutes(40))]
    assert (explanation.reading.used, explanation.reading.left) == (minutes(20), minutes(40))
    assert explanation.reading.due_at == at("mon 10:00")


def test_closed_hours_are_steps_of_their_own_behind_and_ahead() -> None:
    explanation = explain(resolution([created("fri 16:30")], P3=600), at("mon 10:00"))
    assert told(explanation.past) == [
        ("counted", "office", minutes(30)),
        ("closed", "office", at("mon 9:00") - at("fri 17:00")),
        ("counted", "office", minutes(60)),
    ]
    assert told(explanation.ahead) == [
        ("counted", "office", minutes(420)),
        ("closed", "office", timedelta(hours=16)),
        ("counted", "office", minutes(90)),
    ]


def test_a_reopened_clock_shows_the_time_it_was_solved() -> None:
    clock = resolution([created("mon 9:00"), solved("mon 10:00"), opened("tue 9:00")], P3=240)
    assert told(explain(clock, at("tue 9:30")).past)[1] == ("paused", "solved", timedelta(hours=23))


def test_an_overdue_clock_has_nothing_ahead() -> None:
    clock = resolution([created("mon 9:00"), priority("mon 11:00", "P1")], P3=480, P1=60)
    explanation = explain(clock, at("mon 11:00"))
    assert (explanation.ahead, explanation.reading.state) == ((), State.BREACHED)
    counted = sum((step.counts for step in explanation.past if step.kind is StepKind.COUNTED), timedelta())
    assert counted == minutes(60) + explanation.reading.overdue


def test_an_ended_clock_is_explained_up_to_its_end() -> None:
    explanation = explain(resolution([created("mon 9:00"), solved("mon 10:00")], P3=240), at("thu 9:00"))
    assert explanation.until == at("mon 10:00")
    assert told(explanation.past) == [("counted", "office", minutes(60))]
