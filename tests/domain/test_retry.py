"""What each answer of Slack's means for a message that is owed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import retry
from domain.retry import Again, Mend, Parked, Reply, Sent, Unsure, judge


def verdict(reply: Reply, attempts: int = 1) -> retry.Verdict:
    return judge(reply, attempts)


def test_ok_is_sent() -> None:
    assert verdict(Reply(200)) == Sent()


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel", "invalid_blocks", "brand_new"])
def test_what_cannot_get_better_is_parked(code: str) -> None:
    assert verdict(Reply(200, code, detail="why")) == Parked(code, "why")


@pytest.mark.parametrize("code", sorted(retry.TOKEN_PROBLEMS))
def test_a_token_problem_is_parked_and_needs_a_token(code: str) -> None:
    assert isinstance(verdict(Reply(200, code)), Parked)
    assert retry.mend(code) is Mend.NEW_TOKEN


@pytest.mark.parametrize(
    ("header", "seconds"), [(3, 3), (0, 1), (0.2, 1), (90, 90), (None, 30), (-4, 30), (1e9, 30), (float("nan"), 30)]
)
def test_retry_after_is_kept_within_reason(header: float | None, seconds: int) -> None:
    assert verdict(Reply(429, "ratelimited", header)) == Again(timedelta(seconds=seconds), "ratelimited", limited=True)


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_server_error_is_tried_again(status: int) -> None:
    assert verdict(Reply(status, "unreadable answer")) == Again(timedelta(seconds=2), f"http_{status}")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(None),
        Reply(502, "unreadable answer"),
        Reply(504, "unreadable answer"),
        Reply(200, "internal_error"),
        Reply(200, "fatal_error"),
        Reply(200, "<html>not JSON"),
    ],
)
def test_no_clear_answer_is_unsure(reply: Reply) -> None:
    assert isinstance(verdict(reply), Unsure)


def test_what_never_left_is_simply_tried_again() -> None:
    assert verdict(Reply(None, reached=False)) == Again(timedelta(seconds=2), "unreachable")


def test_after_a_day_of_trying_it_is_given_up() -> None:
    assert isinstance(verdict(Reply(500), 299), Again)
    assert verdict(Reply(500), 300) == Parked("gave_up", "http_500")
    assert verdict(Reply(None, reached=False), 300) == Parked("gave_up", "unreachable")
    assert isinstance(verdict(Reply(429), 10_000), Again)
    assert isinstance(verdict(Reply(None), 10_000), Unsure)


def test_giving_up_takes_about_a_day() -> None:
    tried_for = sum((retry.pause(tries) for tries in range(1, retry.GIVE_UP_AFTER)), timedelta())
    assert timedelta(hours=23) < tried_for < timedelta(hours=26)


def test_pauses_double_up_to_five_minutes() -> None:
    assert [retry.pause(tries).total_seconds() for tries in range(1, 10)] == [2, 4, 8, 16, 32, 64, 128, 256, 300]


@given(st.integers(-5, 10**9))
def test_a_pause_is_never_senseless(attempts: int) -> None:
    assert timedelta(seconds=2) <= retry.pause(attempts) <= timedelta(minutes=5)


@given(
    st.builds(
        Reply,
        st.none() | st.integers(100, 599),
        st.none() | st.text(max_size=30) | st.sampled_from(sorted(retry.PERMANENT)),
        st.none() | st.floats(),
        reached=st.booleans(),
    ),
    st.integers(0, 1000),
)
def test_every_answer_means_something(reply: Reply, attempts: int) -> None:
    found = judge(reply, attempts)
    assert isinstance(found, Sent | Again | Parked | Unsure)
    if isinstance(found, Sent):
        assert reply.error is None
        assert reply.status == 200
    if isinstance(found, Again):
        assert timedelta(seconds=1) <= found.after <= timedelta(days=1)
