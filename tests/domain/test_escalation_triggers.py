"""The likeliest trigger, from words and facts."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.escalation import Trigger
from domain.escalation_triggers import Known, TriggerRules, alike, likeliest, notice
from domain.ticket import Priority, Status, Ticket

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)


def ticket(subject: str = "Export is empty", **values: object) -> Ticket:
    return Ticket(12, subject, updated_at=NOW, created_at=NOW, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "trigger"),
    [
        ("legal threat from their counsel", Trigger.LEGAL),
        ("they say they are leaving and will sue", Trigger.LEGAL),
        ("threatens to leave", Trigger.LEAVING),
        ("asks for a manager", Trigger.MANAGER),
        ("complains on Twitter", Trigger.PUBLIC),
        ("the third time this week", Trigger.REPEATED),
        ("I am stuck with their SSO", Trigger.STUCK),
        ("data loss", Trigger.P0),
        ("see https://example.com/legal/court", Trigger.STUCK),
        ("", Trigger.STUCK),
    ],
)
def test_the_words_of_who_escalates_preselect(said: str, trigger: Trigger) -> None:
    likely = likeliest(ticket(), said, Known(), NOW)
    assert likely.trigger is trigger
    assert likely.why


def test_words_count_as_whole_words() -> None:
    assert likeliest(ticket(), "illegally formed courtesy issue", Known(), NOW).trigger is Trigger.STUCK


def test_a_team_writes_its_own_words_and_figures() -> None:
    ours = TriggerRules(legal=("abogado",), large_arr=500, stuck_after=timedelta(minutes=5), public=())
    assert likeliest(ticket(), "habla de su Abogado", Known(), NOW, ours).trigger is Trigger.LEGAL
    assert likeliest(ticket(), "their counsel on Twitter", Known(), NOW, ours).trigger is Trigger.STUCK
    leaving = ticket("We are switching to somebody else")
    assert [one.trigger for one in notice(leaving, Known(arr=501), NOW, ours)] == [Trigger.LEAVING]
    urgent = ticket(priority=Priority.P1, assignee="U1", status=Status.OPEN)
    assert notice(urgent, Known(), NOW + timedelta(minutes=5), ours) == []
    (stuck,) = notice(urgent, Known(), NOW + timedelta(minutes=5, seconds=1), ours)
    assert stuck.why == "nothing has happened on this P1 for over 5 minutes"


def triggers(found: Ticket, known: Known | None = None, now: datetime = NOW) -> list[Trigger]:
    return [likely.trigger for likely in notice(found, known or Known(), now)]


def test_what_a_ticket_shows_by_itself() -> None:
    assert triggers(ticket(priority=Priority.P0)) == [Trigger.P0]
    assert triggers(ticket("Our lawyer will write to you")) == [Trigger.LEGAL]
    assert triggers(ticket("I want to speak to a manager")) == [Trigger.MANAGER]
    assert triggers(ticket("I will post this on Reddit")) == [Trigger.PUBLIC]
    assert triggers(ticket("How do I add a manager role?")) == []
    assert triggers(ticket("Login with LinkedIn fails")) == []
    assert triggers(ticket("Our lawyer will write to you", status=Status.SOLVED)) == []


def test_leaving_counts_above_an_arr_of_10000() -> None:
    leaving = ticket("We are switching to somebody else")
    assert triggers(leaving, Known(arr=10_000)) == []
    assert triggers(leaving, Known(arr=10_001)) == [Trigger.LEAVING]


def test_the_third_ticket_of_a_customer_on_the_same_matter_within_30_days() -> None:
    mine = ticket(category="reliability", area="api")
    old = [
        Ticket(at, "x", category="reliability", area="api", created_at=NOW - timedelta(days=days))
        for at, days in ((1, 30), (2, 31), (3, 2))
    ]
    assert alike(mine, [mine, *old], NOW) == [1, 3]
    assert alike(ticket(), old, NOW) == []
    assert triggers(mine, Known(alike=(1, 3))) == [Trigger.REPEATED]
    assert triggers(mine, Known(alike=(1,))) == []


def test_two_bad_ratings_in_a_row() -> None:
    assert triggers(ticket(), Known(ratings=(2, 1, 5))) == [Trigger.REPEATED]
    assert triggers(ticket(), Known(ratings=(2, 5, 1))) == []


def test_a_p1_without_an_event_for_over_30_minutes_is_stuck() -> None:
    mine = ticket(priority=Priority.P1, assignee="U0ANA", status=Status.OPEN)
    assert triggers(mine, now=NOW + timedelta(minutes=30)) == []
    assert triggers(mine, now=NOW + timedelta(minutes=30, seconds=1)) == [Trigger.STUCK]
