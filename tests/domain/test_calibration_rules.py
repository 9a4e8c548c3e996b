"""A calibration's times, its quorum, and what a lead may type."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calibration import Item, Session, everybody_voted, voters
from domain.calibration_rules import (
    NotATime,
    Plan,
    State,
    Step,
    Verdict,
    after,
    extension,
    in_zone,
    latest_monthly,
    next_monthly,
    planned,
    until,
    verdict,
)
from domain.calibration_words import Asked, NotAMember, parse
from domain.veil import veiled

LONDON = "Europe/London"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 27, 16, 30, tzinfo=UTC)  # the clocks go forward on Sunday


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tomorrow 17:00", "2026-03-28T17:00+00:00"),
        ("Tomorrow", "2026-03-28T17:00+00:00"),
        ("17:00", "2026-03-27T17:00+00:00"),
        ("today at 18.30", "2026-03-27T18:30+00:00"),
        ("monday 09:00", "2026-03-30T08:00+00:00"),
        ("mon", "2026-03-30T16:00+00:00"),
        ("fri 17:00", "2026-03-27T17:00+00:00"),
        ("friday 9:00", "2026-04-03T08:00+00:00"),
        ("2026-04-01", "2026-04-01T16:00+00:00"),
        ("2026-04-01 12:15", "2026-04-01T11:15+00:00"),
        ("2d", "2026-03-29T16:30+00:00"),
        ("90 m", "2026-03-27T18:00+00:00"),
    ],
)
def test_until_is_meant_in_the_digests_zone(said: str, meant: str) -> None:
    assert until(said, FRIDAY, LONDON) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "yesterday",
        "16:30",
        "25:00",
        "12:60",
        "fryday",
        "2026-02-30",
        "2026-06-01",
        "0h",
        "32d",
        "soon 17:00",
        "a b c",
    ],
)
def test_what_names_no_time_ahead_is_refused(said: str) -> None:
    with pytest.raises(NotATime):
        until(said, FRIDAY, LONDON)


@pytest.mark.parametrize(
    ("said", "zone"), [("9999-12-31 23:00", "America/New_York"), ("0001-01-01 0:00", "Asia/Tokyo")]
)
def test_the_ends_of_the_calendar_are_no_times_ahead_in_any_zone(said: str, zone: str) -> None:
    with pytest.raises(NotATime):
        until(said, FRIDAY, zone)


@given(st.integers(0, 333 * 24 * 60), st.integers(1, 31 * 24 * 60 - 60))
def test_what_is_shown_in_the_window_is_what_is_read_back(later: int, minutes: int) -> None:
    start = NEW_YEAR + timedelta(minutes=later)
    ends = start + timedelta(minutes=minutes)
    again = until(in_zone(ends, "UTC"), start, "UTC")
    assert again == ends


def test_half_time_then_the_last_call_then_the_end() -> None:
    start, ends = FRIDAY, FRIDAY + timedelta(days=2)
    assert planned(start, ends) == Plan(Step.HALF, FRIDAY + timedelta(days=1))
    assert after(Step.HALF, ends, start + timedelta(days=1)) == Plan(Step.LAST_CALL, ends - timedelta(hours=1))
    assert after(Step.HALF, ends, ends - timedelta(minutes=30)) == Plan(Step.END, ends)
    assert after(Step.LAST_CALL, ends, ends - timedelta(hours=1)) == Plan(Step.END, ends)


def test_quorum() -> None:
    assert verdict(3, 3, extended=False) is Verdict.CLOSE
    assert verdict(2, 3, extended=False) is Verdict.EXTEND
    assert verdict(2, 3, extended=True) is Verdict.TOO_FEW
    assert verdict(3, 3, extended=True) is Verdict.CLOSE
    assert extension(FRIDAY, FRIDAY) == FRIDAY + timedelta(days=1)
    assert extension(FRIDAY + timedelta(days=5), FRIDAY) == FRIDAY + timedelta(days=5)


def session(**handled: tuple[str, ...]) -> Session:
    items = tuple(Item(int(number[1:]), "named", handled_by=by) for number, by in handled.items())
    return Session(1, 1, State.OPEN, "C", "U", FRIDAY, 3, ("ana", "ben", "cleo"), items)


def test_who_has_voted_is_told_in_the_order_of_the_invitation() -> None:
    one = session(t1=(), t2=("ben",))
    scored = {"cleo": {1, 2}, "ben": {1}, "ana": {1}}
    assert voters(one, scored) == ["ben", "cleo"]
    assert not everybody_voted(one, scored)
    assert everybody_voted(one, scored | {"ana": {2, 1}})


def test_whoever_had_every_ticket_is_not_waited_for() -> None:
    assert everybody_voted(session(t1=("ana",)), {"ben": {1}, "cleo": {1}})
    assert not everybody_voted(session(t1=("ana", "ben", "cleo")), {})


def test_the_first_tuesday_of_a_month_across_clock_changes() -> None:
    rule = ("tue", "10:00", LONDON)
    assert latest_monthly(datetime(2026, 3, 3, 9, 59, tzinfo=UTC), *rule) == datetime(2026, 2, 3, 10, tzinfo=UTC)
    assert latest_monthly(datetime(2026, 3, 3, 10, 0, tzinfo=UTC), *rule) == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert next_monthly(datetime(2026, 3, 3, 10, 0, tzinfo=UTC), *rule) == datetime(2026, 4, 7, 9, tzinfo=UTC)
    assert next_monthly(datetime(2026, 12, 31, tzinfo=UTC), *rule) == datetime(2027, 1, 5, 10, tzinfo=UTC)


@given(st.integers(0, 699 * 24 * 60 * 60))
def test_the_latest_is_past_the_next_ahead_and_nothing_between(later: int) -> None:
    at = NEW_YEAR + timedelta(seconds=later)
    before, ahead = latest_monthly(at, "mon", "09:00", LONDON), next_monthly(at, "mon", "09:00", LONDON)
    assert before <= at < ahead
    assert timedelta(days=27) < ahead - before < timedelta(days=36)


def test_people_tickets_and_a_time_in_any_order() -> None:
    assert parse("<@U0ANA|ana> T-1, t2 <@W0BEN> #3 until tomorrow 17:00") == Asked(
        ("U0ANA", "W0BEN"), ("T-1", "t2", "#3"), "tomorrow 17:00"
    )
    assert parse("") == Asked()
    assert parse("UNTIL fri") == Asked(until="fri")
    for name in ("@ana", "<!subteam^S012|@qa>"):
        with pytest.raises(NotAMember, match=name.strip("<>").split("|")[0].replace("^", r"\^")):
            parse(f"T-1 {name}")


def test_names_are_taken_out_as_whole_words() -> None:
    said = "Ana told ANA's boss at Acme (acme, not Acmeville): write to ana@acme.example or <@U0ANA|ana>."
    assert veiled(said, ["Acme"], ["ana"]) == (
        "[name] told [name]'s boss at [customer] ([customer], not Acmeville): write to [address] or [name]."
    )
    hosts = "mail.pineconegames.example and api.Pineconegames.io stay pending, pine.example does not"
    assert veiled(hosts, ["Pinecone Games"]) == "[address] and [address] stay pending, pine.example does not"
    assert veiled("It is up to us", ["It"], [None, ""]) == "It is up to us"
    assert veiled("See acme.example. Or x.ACME-shop.example/help", ["Acme"]) == "See [address]. Or [address]/help"


@pytest.mark.parametrize("text", ["a" * 100_000, "acme" * 25_000, "x." * 50_000, "." * 100_000, "a@" * 50_000])
def test_a_long_text_of_one_word_is_read_once(text: str) -> None:
    assert veiled(text, ["Acme"], ["Ana"]) == text  # were it read again from each letter on, this would take a minute
