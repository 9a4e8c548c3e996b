"""Slash commands and buttons, answered by a real Bolt app over signed HTTP."""

import time
from typing import Any

import httpx
import pytest
from sandbox_cast import PATIENCE_S, button, refused, section, until
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from slack_sandbox.client import ControlError, Sandbox


def test_a_command_reaches_bolt_and_its_answer_is_seen_by_the_sender_alone(box: Sandbox, bolt: App) -> None:
    seen: list[dict[str, Any]] = []

    @bolt.command("/tag")
    def tag(ack: Ack, command: dict[str, Any]) -> None:
        seen.append(command)
        ack(text="tagged")

    outcome = box.command("U0ANA", "support", "/tag T-12 for @ben & @on-duty in #general https://x.example/a")
    assert outcome["ok"]
    assert seen[0]["text"] == (
        "T-12 for <@U0BEN|ben> &amp; <!subteam^S0ONDUTY|@on-duty> in <#C0GENERAL|general> <https://x.example/a>"
    )
    assert seen[0]["user_id"] == "U0ANA"
    assert [m["text"] for m in box.messages("U0ANA", "support") if m["ephemeral"]] == ["tagged"]
    assert box.messages("U0BEN", "support") == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("look at https://x.example/a?b=1&c=2.", "look at <https://x.example/a?b=1&amp;c=2>."),
        ("(https://x.example/a), <https://y.example>!", "(<https://x.example/a>), &lt;<https://y.example>&gt;!"),
        ("no link: https://", "no link: https://"),
        ("https://x.example/?by=@ben&to=@here @ben", "<https://x.example/?by=@ben&amp;to=@here> <@U0BEN>"),
    ],
)
def test_an_address_that_somebody_types_is_stored_as_a_link(box: Sandbox, typed: str, stored: str) -> None:
    assert box.say("U0ANA", "support", typed)["text"] == stored


def test_without_should_escape_names_stay_names(box: Sandbox, bolt: App) -> None:
    seen: list[str] = []

    @bolt.command("/ticket")
    def ticket(ack: Ack, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        ack({"response_type": "in_channel", "text": "for all"})

    box.command("U0ANA", "support", "/ticket new @ben")
    assert seen == ["new @ben"]
    assert box.messages("U0BEN", "support")[-1]["text"] == "for all"


def test_unknown_commands_and_silent_apps(box: Sandbox, bolt: App) -> None:
    assert box.command("U0ANA", "support", "/nothing")["error"] == "unknown_command"
    box.app(ack_seconds=0.2)

    @bolt.command("/ticket")
    def ticket(ack: Ack) -> None:
        time.sleep(0.6)
        ack()

    late = box.command("U0ANA", "support", "/ticket")
    assert late["error"] == "operation_timeout"
    box.app(request_url="http://127.0.0.1:9/")
    assert box.command("U0ANA", "support", "/ticket")["error"] == "dispatch_failed"


def test_an_answer_to_a_workspace_that_was_reset_meanwhile_is_dropped(box: Sandbox, bolt: App) -> None:
    @bolt.command("/ticket")
    def ticket(ack: Ack) -> None:
        with Sandbox(box.base_url) as another:
            another.reset()
        ack("too late")

    assert box.command("U0ANA", "support", "/ticket")["ok"]
    assert box.messages("U0ANA", "support") == []


def test_a_wrong_secret_is_refused_by_bolt(box: Sandbox, bolt: App) -> None:
    box.app(signing_secret="another")
    outcome = box.command("U0ANA", "support", "/ticket")
    assert (outcome["status"], outcome["error"]) == (401, "http_client_error")


def test_a_button_sends_its_message_and_replaces_it(box: Sandbox, bolt: App, web: WebClient) -> None:
    seen: list[dict[str, Any]] = []

    @bolt.action("take")
    def take(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        seen.append(body)
        respond(text="taken", replace_original=True)

    blocks = [section("T-1"), {"type": "actions", "elements": [button("Take", "take", "T-1")]}]
    web.chat_postMessage(channel="C0SUPPORT", text="T-1", blocks=blocks)
    message = box.messages("U0ANA", "support")[-1]
    assert box.click("U0ANA", message, "take")["ok"]
    assert seen[0]["actions"][0]["value"] == "T-1"
    assert seen[0]["message"]["ts"] == message["ts"]
    assert until(lambda: box.messages("U0BEN", "support")[-1]["text"] == "taken")
    with pytest.raises(ControlError, match="no_such_element"):
        box.click("U0ANA", message, "take")


def test_an_ephemeral_is_clicked_by_its_owner_and_deleted(box: Sandbox, bolt: App) -> None:
    @bolt.command("/ticket")
    def ticket(ack: Ack) -> None:
        ack(text="sure?", blocks=[{"type": "actions", "elements": [button("No", "no")]}])

    @bolt.action("no")
    def no(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        assert "message" not in body
        assert body["container"]["is_ephemeral"]
        ack()
        respond(delete_original=True)

    box.command("U0ANA", "support", "/ticket")
    question = box.messages("U0ANA", "support")[-1]
    with pytest.raises(ControlError, match="message_not_found"):
        box.click("U0BEN", question, "no")
    assert box.click("U0ANA", question, "no")["ok"]
    assert until(lambda: box.messages("U0ANA", "support") == [])


def test_menus_send_what_was_chosen_and_only_what_is_offered(box: Sandbox, bolt: App, web: WebClient) -> None:
    seen: list[dict[str, Any]] = []

    @bolt.action("pick")
    def pick(ack: Ack, action: dict[str, Any], body: dict[str, Any]) -> None:
        ack()
        seen.append(action | {"state": body["state"]})

    options = [{"text": {"type": "plain_text", "text": w}, "value": w} for w in ("billing", "login")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    web.chat_postMessage(
        channel="C0SUPPORT", text="?", blocks=[{"type": "actions", "block_id": "b", "elements": [menu]}]
    )
    message = box.messages("U0ANA", "support")[-1]
    box.click("U0ANA", message, "pick", value="login")
    assert seen[0]["selected_option"]["value"] == "login"
    assert seen[0]["state"]["values"]["b"]["pick"]["selected_option"]["value"] == "login"
    with pytest.raises(ControlError, match="no_such_option"):
        box.click("U0ANA", message, "pick", value="shipping")


def respond(url: str, **message: Any) -> httpx.Response:
    return httpx.post(url, json=message, timeout=PATIENCE_S)


def test_a_response_url_is_good_five_times_and_for_half_an_hour(box: Sandbox, bolt: App) -> None:
    urls: list[str] = []

    @bolt.command("/ticket")
    def ticket(ack: Ack, command: dict[str, Any]) -> None:
        urls.append(command["response_url"])
        ack()

    box.command("U0ANA", "support", "/ticket")
    answers = [respond(urls[0], text=f"{n}") for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    box.command("U0ANA", "support", "/ticket")
    assert respond(urls[1], blocks=[{"type": "x"}], text="x").json()["error"] == "invalid_blocks"
    box.clock(31 * 60)
    assert respond(urls[1], text="late").json()["error"] == "expired_url"


def test_triggers_open_one_modal_and_expire(box: Sandbox, bolt: App, web: WebClient) -> None:
    triggers: list[str] = []

    @bolt.command("/ticket")
    def ticket(ack: Ack, command: dict[str, Any]) -> None:
        triggers.append(command["trigger_id"])
        ack()

    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": [section("x")]}
    box.command("U0ANA", "support", "/ticket")
    web.views_open(trigger_id=triggers[0], view=view)
    assert refused(web.views_open, trigger_id=triggers[0], view=view)["error"] == "exchanged_trigger_id"
    box.app(trigger_seconds=0.05)
    box.command("U0ANA", "support", "/ticket")
    time.sleep(0.1)
    assert refused(web.views_open, trigger_id=triggers[1], view=view)["error"] == "expired_trigger_id"


def test_shortcuts_on_messages_and_from_anywhere(box: Sandbox, bolt: App, web: WebClient) -> None:
    seen: list[dict[str, Any]] = []
    box.app(shortcuts=[{"callback_id": "make", "type": "message"}, {"callback_id": "new", "type": "global"}])

    @bolt.shortcut("make")
    def make(ack: Ack, shortcut: dict[str, Any]) -> None:
        ack()
        seen.append(shortcut)

    @bolt.shortcut("new")
    def new(ack: Ack, shortcut: dict[str, Any]) -> None:
        ack()
        seen.append(shortcut)

    message = box.say("U0BEN", "support", "it broke")
    assert box.shortcut("U0ANA", "make", message)["ok"]
    assert box.shortcut("U0ANA", "new")["ok"]
    assert [s["type"] for s in seen] == ["message_action", "shortcut"]
    assert seen[0]["message"]["text"] == "it broke"
    with pytest.raises(ControlError, match="no_such_shortcut"):
        box.shortcut("U0ANA", "make")
