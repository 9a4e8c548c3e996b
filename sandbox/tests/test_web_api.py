"""The Web API through Slack's own SDK."""

import json

from sandbox_cast import FREE, client_for, refused, section
from slack_sdk import WebClient

from slack_sandbox.client import Sandbox
from slack_sandbox.server import Handle


def test_tokens_scopes_and_unknown_methods_are_refused(handle: Handle, box: Sandbox, web: WebClient) -> None:
    assert web.auth_test()["user_id"] == "U0BOT"
    assert refused(client_for(handle, "").auth_test)["error"] == "not_authed"
    assert refused(client_for(handle, "xoxb-wrong").auth_test)["error"] == "invalid_auth"
    assert refused(web.api_call, "tickets.solve")["error"] == "unknown_method"
    box.app(scopes=["channels:read"])
    answer = refused(web.chat_postMessage, channel="C0SUPPORT", text="x")
    assert answer["error"] == "missing_scope"
    assert (answer["needed"], answer["provided"]) == ("chat:write", "channels:read")
    assert refused(web.conversations_list, types="private_channel")["needed"] == "groups:read"
    box.app(token_state="token_revoked")
    assert refused(web.auth_test)["error"] == "token_revoked"


def test_scopes_come_back_in_headers(web: WebClient) -> None:
    got = web.chat_postMessage(channel="C0SUPPORT", text="x")
    assert "chat:write" in got.headers["x-oauth-scopes"]
    assert got.headers["x-accepted-oauth-scopes"] == "chat:write"


def test_posting_takes_a_living_channel_with_the_bot_in_it(box: Sandbox, web: WebClient) -> None:
    assert refused(web.chat_postMessage, channel="C0NOWHERE", text="x")["error"] == "channel_not_found"
    assert web.chat_postMessage(channel="C0RANDOM", text="by chat:write.public")["ok"]
    box.app(scopes=["chat:write", "channels:manage"])
    assert refused(web.chat_postMessage, channel="C0RANDOM", text="x")["error"] == "not_in_channel"
    web.conversations_archive(channel="C0SUPPORT")
    assert refused(web.chat_postMessage, channel="C0SUPPORT", text="x")["error"] == "is_archived"
    assert refused(web.chat_postMessage, channel="C0GENERAL", text=" ")["error"] == "no_text"


def test_a_message_is_updated_and_deleted_only_by_its_author(box: Sandbox, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0SUPPORT", text="one", blocks=[section("one")])["ts"]
    web.chat_update(channel="C0SUPPORT", ts=ts, text="two")
    shown = box.messages("U0ANA", "C0SUPPORT")[-1]
    assert (shown["text"], shown["blocks"][0]["text"]["text"]) == ("two", "one")
    assert "edited" in shown
    web.chat_update(channel="C0SUPPORT", ts=ts, text="two", blocks=[])
    assert "blocks" not in box.messages("U0ANA", "C0SUPPORT")[-1]
    anas = box.say("U0ANA", "support", "mine")["ts"]
    assert refused(web.chat_update, channel="C0SUPPORT", ts=anas, text="no")["error"] == "cant_update_message"
    assert refused(web.chat_delete, channel="C0SUPPORT", ts=anas)["error"] == "cant_delete_message"
    web.chat_delete(channel="C0SUPPORT", ts=ts)
    assert refused(web.chat_update, channel="C0SUPPORT", ts=ts, text="no")["error"] == "message_not_found"


def test_a_deleted_message_with_replies_leaves_a_tombstone_that_keeps_its_thread(box: Sandbox, web: WebClient) -> None:
    root = web.chat_postMessage(channel="C0SUPPORT", text="secret", blocks=[section("secret")])["ts"]
    web.pins_add(channel="C0SUPPORT", timestamp=root)
    reply = box.say("U0ANA", "support", "a reply", thread_ts=root)["ts"]
    web.chat_delete(channel="C0SUPPORT", ts=root)
    (left,) = web.conversations_history(channel="C0SUPPORT")["messages"]
    assert (left["subtype"], left["text"], left["user"]) == ("tombstone", "This message was deleted.", "USLACKBOT")
    assert (left["ts"], left["reply_count"], left["hidden"]) == (root, 1, True)
    assert "secret" not in json.dumps(left)
    assert web.pins_list(channel="C0SUPPORT")["items"] == []
    for ts in (root, reply):
        thread = web.conversations_replies(channel="C0SUPPORT", ts=ts)["messages"]
        assert [message["ts"] for message in thread] == [root, reply]
    again = web.chat_postMessage(channel="C0SUPPORT", text="another", thread_ts=root)["ts"]
    assert [one["ts"] for one in box.messages("U0ANA", "support", root)] == [root, reply, again]


def test_a_tombstone_can_only_be_looked_at(box: Sandbox, web: WebClient) -> None:
    root = box.say("U0ANA", "support", "a question")["ts"]
    box.say("U0BEN", "support", "a reply", thread_ts=root)
    box.delete("U0ANA", "support", root)
    for method in ("chat.update", "chat.delete", "reactions.add", "pins.add"):
        wanted = {"channel": "C0SUPPORT", "ts": root, "timestamp": root, "name": "eyes", "text": "back"}
        assert refused(web.api_call, method, json=wanted)["error"] == "message_not_found"


def test_a_tombstone_goes_with_the_last_reply(box: Sandbox, web: WebClient) -> None:
    root = web.chat_postMessage(channel="C0SUPPORT", text="a question")["ts"]
    replies = [web.chat_postMessage(channel="C0SUPPORT", text="a reply", thread_ts=root)["ts"] for _ in range(2)]
    for ts in (root, *replies):
        assert web.conversations_history(channel="C0SUPPORT")["messages"] != []
        web.chat_delete(channel="C0SUPPORT", ts=ts)
    assert web.conversations_history(channel="C0SUPPORT")["messages"] == []
    assert refused(web.conversations_replies, channel="C0SUPPORT", ts=root)["error"] == "thread_not_found"
    late = refused(web.chat_postMessage, channel="C0SUPPORT", text="late", thread_ts=root)
    assert late["error"] == "thread_not_found"


def test_ephemerals_are_seen_by_one_person_and_not_in_history(box: Sandbox, web: WebClient) -> None:
    ts = web.chat_postEphemeral(channel="C0SUPPORT", user="U0ANA", text="psst")["message_ts"]
    assert [m["ts"] for m in box.messages("U0ANA", "C0SUPPORT") if m["ephemeral"]] == [ts]
    assert box.messages("U0BEN", "C0SUPPORT") == []
    assert web.conversations_history(channel="C0SUPPORT")["messages"] == []
    assert refused(web.chat_update, channel="C0SUPPORT", ts=ts, text="x")["error"] == "message_not_found"
    outsider = refused(web.chat_postEphemeral, channel="C0SUPPORT", user="U0DEV", text="x")
    assert outsider["error"] == "user_not_in_channel"


def test_metadata_is_kept_and_given_whole_only_when_asked_for(web: WebClient) -> None:
    metadata = {"event_type": "owed", "event_payload": {"row": "17"}}
    ts = web.chat_postMessage(channel="C0SUPPORT", text="x", metadata=metadata)["ts"]
    bare = web.conversations_history(channel="C0SUPPORT")["messages"][0]
    whole = web.conversations_history(channel="C0SUPPORT", include_all_metadata=True)["messages"][0]
    assert bare["metadata"] == {"event_type": "owed"}
    assert whole["metadata"] == metadata
    web.chat_update(channel="C0SUPPORT", ts=ts, text="y")
    whole = web.conversations_replies(channel="C0SUPPORT", ts=ts, include_all_metadata=True)["messages"][0]
    assert whole["metadata"] == metadata
    large = {"event_type": "owed", "event_payload": {"row": "x" * 2100}}
    assert refused(web.chat_postMessage, channel="C0SUPPORT", text="x", metadata=large)["error"] == "metadata_too_large"
    odd = {"event_type": "not this", "event_payload": {}}
    assert (
        refused(web.chat_postMessage, channel="C0SUPPORT", text="x", metadata=odd)["error"] == "invalid_metadata_schema"
    )


def test_threads_and_pages_of_history(web: WebClient, box: Sandbox) -> None:
    parent = web.chat_postMessage(channel="C0SUPPORT", text="parent")["ts"]
    reply = web.chat_postMessage(channel="C0SUPPORT", text="reply", thread_ts=parent)["ts"]
    web.chat_postMessage(channel="C0SUPPORT", text="told all", thread_ts=reply, reply_broadcast=True)
    for number in range(5):
        box.say("U0ANA", "support", f"line {number}")
    first = web.conversations_history(channel="C0SUPPORT", limit=4)
    assert [m["text"] for m in first["messages"]] == ["line 4", "line 3", "line 2", "line 1"]
    second = web.conversations_history(channel="C0SUPPORT", limit=4, cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for m in second["messages"]] == ["line 0", "told all", "parent"]
    assert second["messages"][2]["reply_count"] == 2
    thread = web.conversations_replies(channel="C0SUPPORT", ts=parent)["messages"]
    assert [m["text"] for m in thread] == ["parent", "reply", "told all"]
    since = web.conversations_history(channel="C0SUPPORT", oldest=thread[2]["ts"], inclusive=True)["messages"]
    assert len(since) == 6
    missing = refused(web.chat_postMessage, channel="C0SUPPORT", text="x", thread_ts="1700000000.000001")
    assert missing["error"] == "thread_not_found"


def test_a_channel_takes_a_short_burst_and_then_as_much_as_time_gives_back(box: Sandbox, web: WebClient) -> None:
    box.app(rate={"per_second": 1 / 60, "burst": 3})
    for _ in range(3):
        web.chat_postMessage(channel="C0SUPPORT", text="x")
    answer = refused(web.chat_postMessage, channel="C0SUPPORT", text="x")
    assert answer["error"] == "ratelimited"
    assert web.chat_postMessage(channel="C0ALERTS", text="another channel is not held up")["ok"]
    box.clock(60)
    assert web.chat_postMessage(channel="C0SUPPORT", text="x")["ok"]
    assert refused(web.chat_postMessage, channel="C0SUPPORT", text="x")["error"] == "ratelimited"
    box.app(rate=FREE)
    assert web.chat_postMessage(channel="C0SUPPORT", text="x")["ok"]


def test_a_channel_has_one_pace_under_each_of_its_names(box: Sandbox, web: WebClient) -> None:
    direct = web.conversations_open(users="U0ANA")["channel"]["id"]
    box.app(rate={"per_second": 1 / 60, "burst": 1})
    assert web.chat_postMessage(channel="#support", text="x")["ok"]
    assert refused(web.chat_postMessage, channel="C0SUPPORT", text="x")["error"] == "ratelimited"
    assert web.chat_postMessage(channel="U0ANA", text="x")["ok"]
    assert refused(web.chat_postMessage, channel=direct, text="x")["error"] == "ratelimited"


def test_history_of_a_sold_app_is_rationed(box: Sandbox, web: WebClient) -> None:
    for _ in range(20):
        box.say("U0ANA", "support", "x")
    box.app(rate={"per_second": 0, "history_per_minute": 1})
    assert len(web.conversations_history(channel="C0SUPPORT", limit=200)["messages"]) == 15
    assert refused(web.conversations_history, channel="C0SUPPORT")["error"] == "ratelimited"
    assert refused(client_for_tiers(box, web).apps_connections_open, app_token="xapp-sandbox")["error"] == "ratelimited"


def client_for_tiers(box: Sandbox, web: WebClient) -> WebClient:
    """The same client, once its calls of the rarest tier are used up."""
    box.app(rate={"per_second": 0, "tiers": True})
    for _ in range(2):
        web.apps_connections_open(app_token="xapp-sandbox")
    return web


def test_people_groups_and_channels(web: WebClient) -> None:
    assert web.users_info(user="U0ANA")["user"]["tz"] == "Europe/Madrid"
    assert web.users_lookupByEmail(email="BEN@northwind.example")["user"]["id"] == "U0BEN"
    assert refused(web.users_info, user="U0NOBODY")["error"] == "user_not_found"
    groups = web.usergroups_list(include_users=True)["usergroups"]
    assert groups[1]["users"] == ["U0ANA", "U0BEN"]
    assert web.usergroups_users_list(usergroup="S0LEADS")["users"] == ["U0LEA"]
    names = {c["name"] for c in web.conversations_list(types="public_channel,private_channel")["channels"]}
    assert {"support", "support-qa", "random"} <= names
    assert "U0LEA" in web.conversations_members(channel="C0QA")["members"]
    direct = web.conversations_open(users="U0ANA")["channel"]["id"]
    assert web.chat_postMessage(channel="U0ANA", text="to you")["channel"] == direct
    made = web.conversations_create(name="incident-1")["channel"]["id"]
    web.conversations_invite(channel=made, users="U0ANA,U0BEN")
    assert refused(web.conversations_create, name="incident-1")["error"] == "name_taken"


def test_reactions_pins_and_permalinks(box: Sandbox, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0SUPPORT", text="x")["ts"]
    web.reactions_add(channel="C0SUPPORT", timestamp=ts, name="eyes")
    box.react("U0ANA", "support", ts, "eyes")
    got = web.reactions_get(channel="C0SUPPORT", timestamp=ts)["message"]["reactions"]
    assert got == [{"name": "eyes", "users": ["U0BOT", "U0ANA"], "count": 2}]
    web.pins_add(channel="C0SUPPORT", timestamp=ts)
    assert refused(web.pins_add, channel="C0SUPPORT", timestamp=ts)["error"] == "already_pinned"
    assert box.messages("U0ANA", "C0SUPPORT")[0]["pinned"]
    link = web.chat_getPermalink(channel="C0SUPPORT", message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/C0SUPPORT/p{ts.replace('.', '')}")


def test_files_are_uploaded_shared_and_served(box: Sandbox, web: WebClient) -> None:
    done = web.files_upload_v2(channel="C0SUPPORT", content="day,count\nmon,3\n", filename="week.csv", title="Week")
    message = box.wait("U0ANA", "support", "week.csv", timeout=60)
    assert message is not None
    assert message["files"][0]["title"] == "Week"
    info = web.files_info(file=done["files"][0]["id"])["file"]
    assert info["shares"]["public"]["C0SUPPORT"][0]["ts"] == message["ts"]
    wrong = web.files_getUploadURLExternal(filename="a.txt", length=3)
    early = refused(web.files_completeUploadExternal, files=[{"id": wrong["file_id"]}])
    assert early["error"] == "file_upload_not_completed"
