"""What is owed arrives once, whatever Slack and the network do; at the wire, on both databases."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot import delivery
from bot.delivery.notes import Leads
from db import outbox, session
from db.outbox import State, Urgency
from tests.bot.post_office import ALERTS, GENERAL, POST, SUPPORT, Post, W


def test_a_post_arrives_once_and_its_place_is_kept(post: Post) -> None:
    post.owe("a")
    assert post.turn() == 1
    assert post.turn(seconds=5) == 0
    [message] = post.slack.messages("U0LEA", ALERTS)
    row = post.row("a")
    assert (row["state"], row["sent_channel"], row["sent_ts"]) == (State.SENT, ALERTS, message["ts"])
    assert row["reason"] is None


def test_cut_after_it_took_effect_is_found_and_not_sent_again(post: Post) -> None:
    post.slack.fault(POST, "cut_after")
    post.owe("a")
    post.owe("b")
    post.turn()
    assert post.row("a")["state"] == State.UNSURE
    assert post.row("b")["state"] == State.OWED  # order is kept
    post.turn(seconds=3)
    assert post.said() == ["a", "b"]
    [first, _] = post.slack.messages("U0LEA", ALERTS)
    assert post.row("a")["sent_ts"] == first["ts"]
    assert post.asked("conversations.history") == 1


def test_cut_before_it_took_effect_is_sent_again(post: Post) -> None:
    post.slack.fault(POST, "cut_before")
    post.owe("a")
    post.turn()
    assert post.said() == []
    post.turn(seconds=3)
    assert post.said() == ["a"]


def test_what_must_not_come_twice_is_left_to_a_person(post: Post) -> None:
    post.slack.fault(POST, "cut_before")
    post.owe("a", resend_if_unsure=False)
    post.turn()
    post.turn(seconds=3)
    assert post.said() == []
    assert (post.row("a")["state"], post.row("a")["reason"]) == (State.PARKED, "unanswered")


@pytest.mark.parametrize(("resend", "texts"), [(True, ["a", "a"]), (False, ["a"])])
def test_without_the_scope_to_look_the_row_says_what_to_do(post: Post, resend: bool, texts: list[str]) -> None:
    post.slack.app(scopes=["chat:write", "channels:read"])
    post.slack.fault(POST, "cut_after")
    post.owe("a", resend_if_unsure=resend)
    post.turn()
    post.turn(seconds=3)
    assert post.said() == texts


def test_an_unsure_reply_is_looked_for_in_its_thread(post: Post) -> None:
    post.owe("a")
    post.turn()
    post.owe("answer", reply_to="a")
    post.slack.fault(POST, "cut_after")
    post.turn()
    post.turn(seconds=3)
    assert post.said(thread_ts=post.row("a")["sent_ts"]) == ["a", "answer"]
    assert post.asked("conversations.replies") == 1


def test_an_unsure_direct_message_is_looked_for_too(post: Post) -> None:
    post.slack.fault(POST, "cut_after")
    post.owe("hello", "U0ANA")
    post.turn()
    post.turn(seconds=3)
    row = post.row("hello")
    assert row["state"] == State.SENT
    assert post.said(row["sent_channel"], "U0ANA") == ["hello"]


def test_slack_says_it_may_have_happened(post: Post) -> None:
    post.slack.fault(POST, "error", error="internal_error")
    post.owe("a")
    post.turn()
    assert post.row("a")["state"] == State.UNSURE
    post.turn(seconds=3)
    assert post.said() == ["a"]


def test_retry_after_is_kept_and_other_channels_go_on(post: Post) -> None:
    post.slack.fault(POST, "429", channel=ALERTS, retry_after=3)
    post.owe("a")
    post.owe("b", SUPPORT)
    post.turn()
    assert (post.said(ALERTS), post.said(SUPPORT)) == ([], ["b"])
    row = post.row("a")
    assert (row["state"], row["reason"]) == (State.OWED, "ratelimited")
    post.turn(seconds=2.9)
    assert post.asked(POST) == 2
    post.turn(seconds=0.1)
    assert post.said() == ["a"]


def test_a_server_error_is_tried_again_later(post: Post) -> None:
    post.slack.fault(POST, "500", times=2)
    post.owe("a")
    post.turn()
    assert post.row("a")["reason"] == "http_500"
    assert post.turn(seconds=1) == 0
    post.turn(seconds=1)
    assert post.turn(seconds=3) == 0
    post.turn(seconds=1)
    assert post.said() == ["a"]


def test_slack_cannot_be_reached(post: Post) -> None:
    post.owe("a")
    nobody = WebClient("xoxb-sandbox", base_url="http://127.0.0.1:9/api/")
    delivery.turn(post.engine, nobody, post.clock, W)
    assert (post.row("a")["state"], post.row("a")["reason"]) == (State.OWED, "unreachable")
    post.turn(seconds=2)
    assert post.said() == ["a"]
    assert post.asked("conversations.history") == 0


def test_a_broken_channel_is_told_to_the_leads_once(post: Post) -> None:
    post.slack.fault(POST, "error", channel=ALERTS, error="is_archived", times=3)
    for key in ("a", "b", "c"):
        post.owe(key)
    post.turn()
    post.turn(seconds=5)
    assert [post.row(key)["state"] for key in "abc"] == [State.PARKED] * 3
    [note] = post.slack.messages("U0LEA", SUPPORT)
    shown = str(note["blocks"])
    assert "is_archived" in shown
    assert f"<#{ALERTS}>" in shown
    assert f"resend {post.row('a')['outbox_id']}" in shown


def test_a_broken_leads_channel_is_told_to_each_lead(post: Post) -> None:
    post.leads = Leads(ALERTS, ("U0LEA", "U0BEN"))
    post.slack.fault(POST, "error", channel=ALERTS, error="channel_not_found", times=9)
    post.owe("a")
    post.turn()
    post.turn(seconds=5)
    told = [entry for entry in post.slack.log() if entry.get("method") == POST]
    assert sorted(entry["request"]["channel"] for entry in told) == [ALERTS, "U0BEN", "U0LEA"]


def test_not_in_the_channel_then_invited_and_resent(post: Post) -> None:
    post.slack.app(scopes=["chat:write", "channels:read", "channels:history"])
    post.owe("a", "C0RANDOM")
    post.turn()
    row = post.row("a")
    assert (row["state"], row["reason"]) == (State.PARKED, "not_in_channel")
    post.slack.join("U0BOT", "C0RANDOM")
    with session.writing(post.engine) as connection:
        assert outbox.resend(connection, W, row["outbox_id"], post.clock.now())
    post.turn(seconds=1)
    assert post.said("C0RANDOM")[-1:] == ["a"]


def test_a_bad_token_stops_everything_until_it_is_good_again(post: Post) -> None:
    post.slack.fault(POST, "error", error="token_revoked")
    post.slack.fault("auth.test", "error", error="token_revoked", times=2)
    for key, channel in (("a", ALERTS), ("b", SUPPORT), ("c", GENERAL)):
        post.owe(key, channel)
    assert post.turn() == 1
    assert post.turn(seconds=31) == 0
    assert post.asked(POST) == 1
    post.turn(seconds=31)
    assert (post.said(ALERTS), post.said(GENERAL)) == (["a"], ["c"])
    assert post.said(SUPPORT)[0] == "b"


def test_urgent_goes_first_across_channels(post: Post) -> None:
    post.owe("digest", GENERAL, urgency=Urgency.LATER)
    post.owe("news", SUPPORT)
    post.owe("alert", ALERTS, urgency=Urgency.ALERT)
    post.turn()
    order = [entry["request"]["channel"] for entry in post.slack.log() if entry.get("method") == POST]
    assert order == [ALERTS, SUPPORT, GENERAL]


def test_an_edit_changes_the_post_in_place(post: Post) -> None:
    post.owe("a")
    post.turn()
    for text in ("v1", "v2", "v3"):
        post.edit("a", text)
    post.turn()
    assert post.said() == ["v3"]
    assert post.asked("chat.update") == 1


def test_an_edit_whose_answer_is_lost_is_simply_done_again(post: Post) -> None:
    post.owe("a")
    post.turn()
    post.slack.fault("chat.update", "cut_after")
    post.edit("a", "newer")
    post.turn()
    post.turn(seconds=3)
    assert post.said() == ["newer"]
    assert post.row("edit:a")["state"] == State.SENT


def test_a_post_found_after_an_edit_was_owed_shows_the_edit(post: Post) -> None:
    post.slack.fault(POST, "cut_after")
    post.owe("a")
    post.turn()
    post.edit("a", "newer")
    post.turn(seconds=3)
    assert post.said() == ["newer"]


def test_an_edit_of_a_deleted_post_is_nobodys_concern(post: Post) -> None:
    post.owe("a")
    post.turn()
    post.client().chat_delete(channel=ALERTS, ts=post.row("a")["sent_ts"])
    post.edit("a", "newer")
    post.turn()
    post.turn(seconds=5)
    assert post.row("edit:a")["reason"] == "message_not_found"
    assert post.said(SUPPORT) == []


def test_a_channel_is_never_told_more_than_slack_allows(post: Post) -> None:
    for number in range(10):
        post.owe(f"m{number}")
    sent = [post.turn()]
    sent += [post.turn(seconds=1) for _ in range(7)]
    assert sent == [3, 1, 1, 1, 1, 1, 1, 1]


def test_a_reply_to_a_post_that_cannot_arrive_waits_for_it_parked(post: Post) -> None:
    post.slack.fault(POST, "error", channel=ALERTS, error="is_archived")
    post.owe("a")
    post.owe("answer", reply_to="a")
    post.turn()
    assert post.row("answer")["reason"] == "parent_parked"
    with session.writing(post.engine) as connection:
        outbox.resend(connection, W, post.row("a")["outbox_id"], post.clock.now())
    post.turn(seconds=2)
    assert post.said(thread_ts=post.row("a")["sent_ts"]) == ["a", "answer"]


def test_two_days_down_are_no_reason_to_give_up(post: Post) -> None:
    post.slack.fault(POST, "500")
    post.owe("a")
    post.turn(days=2)
    assert post.row("a")["state"] == State.OWED
    post.turn(seconds=2)
    assert post.said() == ["a"]


def test_after_a_day_of_trying_it_is_given_up_and_told(post: Post) -> None:
    post.owe("a")
    with session.writing(post.engine) as connection:
        connection.exec_driver_sql("UPDATE outbox SET attempts = 299")
    post.slack.fault(POST, "500")
    post.turn()
    assert (post.row("a")["state"], post.row("a")["reason"]) == (State.PARKED, "gave_up")
    post.turn(seconds=1)
    assert post.said(SUPPORT) == ["A message could not be delivered: gave_up"]


def test_a_look_that_is_limited_is_taken_later(post: Post) -> None:
    post.slack.fault(POST, "cut_after")
    post.slack.fault("conversations.history", "429", retry_after=60)
    post.owe("a")
    post.turn()
    post.turn(seconds=3)
    assert post.row("a")["state"] == State.UNSURE
    assert post.turn(seconds=59) == 0
    post.turn(seconds=1)
    assert (post.said(), post.row("a")["state"]) == (["a"], State.SENT)


@pytest.mark.parametrize("fault", ["500", "cut_before"])
def test_a_look_that_fails_is_taken_again(post: Post, fault: str) -> None:
    post.slack.fault(POST, "cut_after")
    post.slack.fault("conversations.history", fault)
    post.owe("a")
    post.turn()
    post.turn(seconds=3)
    assert post.row("a")["state"] == State.UNSURE
    post.turn(seconds=6)
    assert (post.said(), post.row("a")["state"]) == (["a"], State.SENT)


def test_it_is_found_among_many_others_and_after_long(post: Post) -> None:
    post.slack.fault(POST, "cut_after")
    post.owe("a")
    post.turn()
    for number in range(130):
        post.slack.say("U0ANA", ALERTS, f"talk {number}")
    post.turn(days=2)
    assert post.row("a")["state"] == State.SENT
    assert post.said().count("a") == 1


def test_the_mark_in_the_message_holds_nothing_but_the_key(post: Post) -> None:
    post.owe("sla:T-12:first_response:breach:1")
    post.turn()
    [message] = post.slack.messages("U0LEA", ALERTS)
    row_id = post.row("sla:T-12:first_response:breach:1")["outbox_id"]
    assert message["metadata"] == {
        "event_type": "rethrow_outbox",
        "event_payload": {"id": row_id, "key": "sla:T-12:first_response:breach:1"},
    }


def test_what_is_not_due_is_left_alone(post: Post) -> None:
    post.owe("a", not_before=post.clock.now() + timedelta(hours=1))
    assert post.turn(minutes=59) == 0
    assert post.turn(minutes=1) == 1


def test_what_is_drawn_when_it_is_sent_shows_things_as_they_are_then(post: Post) -> None:
    post.draw = lambda connection, workspace_id, name, key: {"text": f"{name} of {key} at {post.clock.now():%H:%M}"}
    began = post.clock.now()
    with session.writing(post.engine) as connection:
        outbox.owe(connection, W, "a", ALERTS, outbox.drawn("sum"), began)
    post.turn(minutes=5)
    assert post.said() == [f"sum of a at {began + timedelta(minutes=5):%H:%M}"]
    with session.writing(post.engine) as connection:
        outbox.owe_edit(connection, W, "a", outbox.drawn("sum"), post.clock.now())
    post.turn(minutes=5)
    assert post.said() == [f"sum of a at {began + timedelta(minutes=10):%H:%M}"]


def test_what_cannot_be_drawn_is_parked_and_holds_up_nothing(post: Post) -> None:
    with session.writing(post.engine) as connection:
        outbox.owe(connection, W, "a", ALERTS, outbox.drawn("nobody knows"), post.clock.now())
    post.owe("b")
    post.turn()
    post.turn(seconds=3)
    assert post.said() == ["b"]
    assert (post.row("a")["state"], post.row("a")["reason"]) == (State.PARKED, "not_drawn")
    assert "the log says why" in post.slack.messages("U0LEA", SUPPORT)[0]["blocks"][0]["text"]["text"]
