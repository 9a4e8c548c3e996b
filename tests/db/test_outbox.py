"""What is owed is written once, in order, and an edit shows only the newest."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from db import outbox, outbox_claims, slack_pace
from db.outbox import State, Urgency
from db.session import reading, writing
from tests.clock import MovableClock
from tests.databases import engine_at
from tests.db.plans import plans_of

W = "T1"


def owe(connection: Connection, key: str, now: datetime, channel: str = "C1", **more: object) -> bool:
    return outbox.owe(connection, W, key, channel, {"text": key}, now, **more)  # type: ignore[arg-type]


def take(engine: Engine, now: datetime, token: str = "me") -> outbox_claims.Claim | None:
    """Claim what is due."""
    with writing(engine) as connection:
        due = outbox_claims.next_due(connection, W, now)
        return None if due is None else outbox_claims.claim(connection, W, due, token, now)


def send(engine: Engine, now: datetime, ts: str = "1.0") -> str | None:
    """Claim what is due and settle it as sent; its key."""
    claim = take(engine, now)
    if claim is None:
        return None
    with writing(engine) as connection:
        outbox_claims.settle_sent(connection, W, claim, claim.due.channel, ts, now)
    return claim.due.key


def test_the_same_occasion_is_owed_once(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        assert owe(connection, "a", clock.now())
        assert not owe(connection, "a", clock.now(), channel="C2")
    assert send(engine, clock.now()) == "a"
    with writing(engine) as connection:
        assert not owe(connection, "a", clock.now())
    assert send(engine, clock.move(minutes=1)) is None


def test_what_is_rolled_back_is_not_owed(engine: Engine, clock: MovableClock) -> None:
    def failing() -> None:
        with writing(engine) as connection:
            owe(connection, "a", clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert take(engine, clock.now()) is None


def test_urgent_first_then_in_order(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "digest", clock.now(), urgency=Urgency.LATER)
        owe(connection, "first", clock.now())
        owe(connection, "second", clock.now())
        owe(connection, "alert", clock.now(), urgency=Urgency.ALERT)
    said = [send(engine, clock.move(seconds=1)) for _ in range(5)]
    assert said == ["alert", "first", "second", "digest", None]


def test_one_in_flight_a_channel_and_others_go_on(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        for key, channel in (("a", "C1"), ("b", "C1"), ("c", "C2")):
            owe(connection, key, clock.now(), channel)
    first, second, third = (take(engine, clock.now(), token) for token in "xyz")
    assert first
    assert second
    assert third is None
    assert (first.due.key, second.due.key) == ("a", "c")


def test_not_before(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "morning", clock.now(), not_before=clock.now() + timedelta(hours=1))
        owe(connection, "now", clock.now())
    assert [send(engine, clock.now()), send(engine, clock.now())] == ["now", None]
    assert send(engine, clock.move(hours=1)) == "morning"


def test_a_burst_of_three_then_one_a_second(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        for number in range(8):
            owe(connection, f"m{number}", clock.now())
    assert [send(engine, clock.now()) is not None for _ in range(4)] == [True, True, True, False]
    assert [send(engine, clock.move(seconds=1)) is not None for _ in range(2)] == [True, True]
    assert send(engine, clock.move(seconds=0.4)) is None


def test_a_limited_channel_stalls_no_other(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now(), "C1")
        owe(connection, "b", clock.now(), "C2")
        slack_pace.hold(connection, W, outbox.POST, "C1", clock.now() + timedelta(seconds=30))
    assert [send(engine, clock.now()), send(engine, clock.now())] == ["b", None]
    assert send(engine, clock.move(seconds=29)) is None
    assert send(engine, clock.move(seconds=1)) == "a"


def test_a_reply_waits_for_its_post(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "reply", clock.now(), reply_to="post", urgency=Urgency.ALERT)
        owe(connection, "post", clock.now(), not_before=clock.now() + timedelta(minutes=1))
    with reading(engine) as connection:
        assert outbox_claims.next_due(connection, W, clock.now()) is None
    clock.move(minutes=1)
    assert send(engine, clock.now(), "7.7") == "post"
    claim = take(engine, clock.now())
    assert claim
    assert (claim.due.key, claim.due.parent_ts) == ("reply", "7.7")


def test_an_edit_of_what_is_not_out_yet_takes_its_place(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
        assert outbox.owe_edit(connection, W, "a", {"text": "newer"}, clock.now())
        assert not outbox.owe_edit(connection, W, "unknown", {"text": "?"}, clock.now())
    claim = take(engine, clock.now())
    assert claim
    assert claim.payload == {"text": "newer"}
    assert take(engine, clock.now()) is None


def test_only_the_newest_rendering_is_kept(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
    send(engine, clock.now())
    for number in range(3):
        with writing(engine) as connection:
            outbox.owe_edit(connection, W, "a", {"text": f"v{number}"}, clock.now())
    claim = take(engine, clock.now())
    assert claim
    assert claim.due.is_edit
    assert claim.payload == {"text": "v2"}
    assert claim.due.parent_ts == "1.0"
    assert take(engine, clock.now()) is None


def test_a_rendering_that_comes_while_one_is_on_its_way_is_owed_next(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
    send(engine, clock.now())
    with writing(engine) as connection:
        outbox.owe_edit(connection, W, "a", {"text": "v1"}, clock.now())
    on_its_way = take(engine, clock.now())
    assert on_its_way
    with writing(engine) as connection:
        outbox.owe_edit(connection, W, "a", {"text": "v2"}, clock.now())
        outbox_claims.settle_sent(connection, W, on_its_way, "C1", "1.0", clock.now())
    following = take(engine, clock.now())
    assert following
    assert following.payload == {"text": "v2"}
    with writing(engine) as connection:
        outbox_claims.settle_sent(connection, W, following, "C1", "1.0", clock.now())
    assert take(engine, clock.now()) is None


def test_an_edit_waits_for_a_post_that_is_on_its_way_or_unsure(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
    post = take(engine, clock.now())
    assert post
    with writing(engine) as connection:
        outbox.owe_edit(connection, W, "a", {"text": "newer"}, clock.now())
    assert take(engine, clock.now()) is None
    with writing(engine) as connection:
        outbox_claims.settle_owed(connection, W, post, clock.now(), "http_500")
        outbox.owe_edit(connection, W, "a", {"text": "newest"}, clock.now())
    again = take(engine, clock.now())
    assert again
    assert (again.due.key, again.payload) == ("a", {"text": "newest"})


def test_a_claim_that_lapsed_is_seen_and_its_late_owner_may_still_report(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
    late = take(engine, clock.now())
    assert late
    assert take(engine, clock.move(seconds=29)) is None
    with writing(engine) as connection:
        lapsed = outbox_claims.next_due(connection, W, clock.move(seconds=1))
        assert lapsed
        assert lapsed.state == State.CLAIMED
        assert outbox_claims.settle_unsure(connection, W, lapsed, clock.now(), "died")
        assert not outbox_claims.settle_unsure(connection, W, lapsed, clock.now(), "died")
    with writing(engine) as connection:
        assert not outbox_claims.settle_owed(connection, W, late, clock.now(), "too late")
        assert outbox_claims.settle_sent(connection, W, late, "C1", "5.5", clock.now())
        row = outbox.find(connection, W, "a")
        assert row
        assert (row["state"], row["sent_ts"]) == (State.SENT, "5.5")


def test_a_row_that_fails_again_and_again_lets_others_pass(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "bad", clock.now())
        owe(connection, "good", clock.now())
    for _ in range(outbox_claims.LETS_OTHERS_PASS_AFTER):
        claim = take(engine, clock.move(hours=1))
        assert claim
        assert claim.due.key == "bad"
        with writing(engine) as connection:
            outbox_claims.settle_owed(connection, W, claim, clock.now() + timedelta(minutes=5), "http_500")
    assert send(engine, clock.now()) == "good"
    assert send(engine, clock.move(minutes=5)) == "bad"


def test_resend_brings_back_what_is_parked_and_what_waited_for_it(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        owe(connection, "a", clock.now())
        owe(connection, "reply", clock.now(), reply_to="a")
    for reason in ("is_archived", outbox.PARENT_PARKED):
        claim = take(engine, clock.now())
        assert claim
        with writing(engine) as connection:
            outbox_claims.settle_parked(connection, W, claim, reason, None, clock.now())
    with writing(engine) as connection:
        parked = outbox.parked(connection, W)
        assert [row["reason"] for row in parked] == ["is_archived", "parent_parked"]
        assert outbox.resend(connection, W, parked[0]["outbox_id"], clock.now())
        assert not outbox.resend(connection, W, parked[0]["outbox_id"], clock.now())
        assert not outbox.resend(connection, W, 4711, clock.now())
    assert [send(engine, clock.move(seconds=1)) for _ in range(3)] == ["a", "reply", None]


def test_two_processes_never_claim_the_same_row_or_lane(postgresql_url: str, clock: MovableClock) -> None:
    with engine_at(postgresql_url) as here, engine_at(postgresql_url) as there:
        with writing(here) as connection:
            owe(connection, "a", clock.now())
            owe(connection, "b", clock.now())
        _both_take_what_is_due(here, there, clock.now())


def _both_take_what_is_due(here: Engine, there: Engine, now: datetime) -> None:
    """At the same moment; one of them has it then, and the other has nothing, not even what comes after it."""
    with writing(here) as one, writing(there) as other:
        mine = outbox_claims.next_due(one, W, now)
        theirs = outbox_claims.next_due(other, W, now)
        assert mine
        assert theirs
        assert mine.key == theirs.key
        assert outbox_claims.claim(one, W, mine, "one", now)
        assert outbox_claims.claim(other, W, theirs, "other", now) is None


def test_finding_what_is_due_does_not_read_what_was_sent(engine: Engine, clock: MovableClock) -> None:
    with writing(engine) as connection:
        for number in range(300):
            owe(connection, f"m{number}", clock.now(), f"C{number}")
        connection.execute(text("UPDATE outbox SET state = 'sent'"))
        owe(connection, "last", clock.now())
    plan = plans_of(engine, lambda connection: outbox_claims.next_due(connection, W, clock.now()), "outbox")[-1]
    assert "SCAN outbox" not in plan
    assert "Seq Scan on outbox" not in plan
    assert "outbox_unsettled" in plan
    assert "outbox_in_flight" in plan
