"""Modals and App Home, through a real Bolt app."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sandbox_cast import asks, button, modal, refused, section, serve, until
from slack_bolt import Ack, App
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slack_sandbox.client import ControlError, Sandbox
from slack_sandbox.server import Handle


@pytest.fixture
def opening(bolt: App, web: WebClient) -> dict[str, Any]:
    """A `/ticket` that opens what is put here under "view"."""
    shown: dict[str, Any] = {"view": modal(asks("why", "reason"))}

    @bolt.command("/ticket")
    def ticket(ack: Ack, command: dict[str, Any]) -> None:
        shown["opened"] = web.views_open(trigger_id=command["trigger_id"], view=shown["view"])["view"]
        ack()

    return shown


def test_what_is_missing_or_malformed_is_caught_before_the_app(box: Sandbox, opening: dict[str, Any]) -> None:
    number = {"is_decimal_allowed": False, "min_value": "3"}
    opening["view"] = modal(
        asks("why", "reason"), asks("mail", "m", "email_text_input"), asks("n", "n", "number_input", **number)
    )
    box.command("U0ANA", "support", "/ticket")
    errors = box.submit("U0ANA", values={"m": "nobody", "n": "2"})["errors"]
    assert set(errors) == {"why", "mail", "n"}
    with pytest.raises(ControlError, match="no field"):
        box.submit("U0ANA", values={"other": "x"})


def test_what_no_field_of_slack_s_can_hold_is_not_handed_on(box: Sandbox, opening: dict[str, Any]) -> None:
    opening["view"] = modal(
        asks("whole", "w", "number_input", is_decimal_allowed=False),
        asks("decimal", "d", "number_input", is_decimal_allowed=True),
        asks("day", "day", "datepicker"),
        asks("hour", "hour", "timepicker"),
    )
    box.command("U0ANA", "support", "/ticket")
    for whole, decimal, day, hour in (("1_0", "nan", "soon", "25:00"), ("²", "1e3", "2026-13-01", "noon")):
        values = {"w": whole, "d": decimal, "day": day, "hour": hour}
        assert set(box.submit("U0ANA", values=values)["errors"]) == {"whole", "decimal", "day", "hour"}
    fine = {"w": "-10", "d": "1.5", "day": "2026-12-01", "hour": "09:30"}
    assert "errors" not in box.submit("U0ANA", values=fine)


def test_errors_then_update_then_push_then_clear(box: Sandbox, bolt: App, opening: dict[str, Any]) -> None:
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"why": "say more"}},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": modal(asks("why", "reason"), title="Again")},
        {"response_action": "push", "view": modal(section("sure?"), title="Sure?")},
        {"response_action": "clear"},
    ]
    states: list[Any] = []

    @bolt.view("form")
    def form(ack: Ack, view: dict[str, Any]) -> None:
        states.append(view["state"]["values"])
        ack(**answers.pop(0))

    box.command("U0ANA", "support", "/ticket")
    said = box.submit("U0ANA", values={"reason": "short"})
    assert said["errors"] == {"why": "say more"}
    assert states[0]["why"]["reason"] == {"type": "plain_text_input", "value": "short"}
    assert box.submit("U0ANA")["error"] == "invalid_errors"
    assert box.submit("U0ANA")["response_action"] == "update"
    assert box.view("U0ANA")["title"]["text"] == "Again"
    assert box.view("U0ANA")["state"]["values"]["why"]["reason"]["value"] == "short"
    assert box.submit("U0ANA")["response_action"] == "push"
    assert [v["title"]["text"] for v in box.views("U0ANA")] == ["Again", "Sure?"]
    box.submit("U0ANA")
    assert box.views("U0ANA") == []


def test_an_empty_ack_closes_and_a_bad_view_is_said(box: Sandbox, bolt: App, opening: dict[str, Any]) -> None:
    answers: list[dict[str, Any]] = [{"response_action": "update", "view": modal()}, {}]

    @bolt.view("form")
    def form(ack: Ack) -> None:
        ack(**answers.pop(0))

    box.command("U0ANA", "support", "/ticket")
    wrong = box.submit("U0ANA", values={"reason": "x"})
    assert (wrong["ok"], wrong["error"]) == (False, "invalid_arguments")
    assert box.submit("U0ANA")["ok"]
    assert box.views("U0ANA") == []


def test_three_views_and_no_more(box: Sandbox, bolt: App, web: WebClient, opening: dict[str, Any]) -> None:
    opening["view"] = modal({"type": "actions", "elements": [button("More", "more")]})
    seen: list[Any] = []

    @bolt.action("more")
    def more(ack: Ack, body: dict[str, Any]) -> None:
        seen.append(
            web.api_call("views.push", json={"trigger_id": body["trigger_id"], "view": opening["view"]})
            if len(seen) < 2
            else refused(web.views_push, trigger_id=body["trigger_id"], view=opening["view"])
        )
        ack()  # fmt: skip

    box.command("U0ANA", "support", "/ticket")
    for _ in range(3):
        assert box.click("U0ANA", box.view("U0ANA"), "more")["ok"]
    assert len(box.views("U0ANA")) == 3
    assert seen[2]["error"] == "push_limit_reached"


def test_a_view_sent_from_two_windows_at_once_is_closed_once(handle: Handle, box: Sandbox, web: WebClient) -> None:
    came: list[Request] = []

    async def answer_both_together(request: Request) -> Response:
        came.append(request)
        while len(came) < 2:  # noqa: ASYNC110 (two requests in one loop: there is nothing else to wait on)
            await asyncio.sleep(0.01)
        return Response()

    url, stop = serve(Starlette(routes=[Route("/", answer_both_together, methods=["POST"])]))
    box.app(request_url=url)
    trigger = handle.slack.tickets.trigger
    web.views_open(trigger_id=trigger("U0ANA"), view=modal(section("below"), title="Below"))
    top = web.views_push(trigger_id=trigger("U0ANA"), view=modal(section("above"), title="Above"))["view"]

    def send(_: int) -> bool:
        with Sandbox(box.base_url) as window:
            return bool(window.submit("U0ANA", top)["ok"])

    with ThreadPoolExecutor() as windows:
        assert list(windows.map(send, range(2))) == [True, True]
    assert [view["title"]["text"] for view in box.views("U0ANA")] == ["Below"]
    stop()


def test_what_lies_below_is_not_closed_by_itself(handle: Handle, box: Sandbox, web: WebClient) -> None:
    trigger = handle.slack.tickets.trigger
    below = web.views_open(trigger_id=trigger("U0ANA"), view=modal(section("below"), title="Below"))["view"]
    web.views_push(trigger_id=trigger("U0ANA"), view=modal(section("above"), title="Above"))
    with pytest.raises(ControlError, match="not_the_top_view"):
        box.close("U0ANA", below)
    assert len(box.views("U0ANA")) == 2


def test_a_stale_hash_is_a_conflict(box: Sandbox, web: WebClient, opening: dict[str, Any]) -> None:
    box.command("U0ANA", "support", "/ticket")
    view_id, old = opening["opened"]["id"], opening["opened"]["hash"]
    web.views_update(view_id=view_id, view=modal(section("two")), hash=old)
    assert (
        refused(web.views_update, view_id=view_id, view=modal(section("three")), hash=old)["error"] == "hash_conflict"
    )
    assert refused(web.views_update, view_id="V0", view=modal(section("x")))["error"] == "not_found"


def test_closing_is_told_to_those_who_asked(box: Sandbox, bolt: App, opening: dict[str, Any]) -> None:
    closed: list[Any] = []
    opening["view"] = modal(asks("why", "reason"), notify_on_close=True)

    @bolt.view_closed("form")
    def gone(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        closed.append(body["is_cleared"])

    box.command("U0ANA", "support", "/ticket")
    box.close("U0ANA")
    until(lambda: closed)
    assert closed == [False]


def test_external_options_are_asked_for_and_checked(box: Sandbox, bolt: App, opening: dict[str, Any]) -> None:
    opening["view"] = modal(asks("who", "customer", "external_select"))

    @bolt.options("customer")
    def customers(ack: Ack, payload: dict[str, Any]) -> None:
        word = payload["value"]
        ack(options=[{"text": {"type": "plain_text", "text": word or "x" * 80}, "value": word}])

    box.command("U0ANA", "support", "/ticket")
    assert box.options("U0ANA", box.view("U0ANA"), "customer", "acme")["options"][0]["value"] == "acme"
    assert box.options("U0ANA", box.view("U0ANA"), "customer", "")["error"] == "invalid_options"


def test_home_is_opened_published_and_seen_by_its_owner(box: Sandbox, bolt: App, web: WebClient) -> None:
    opened: list[dict[str, Any]] = []

    @bolt.event("app_home_opened")
    def home(event: dict[str, Any]) -> None:
        opened.append(event)
        web.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("yours")]})

    box.open_home("U0ANA")
    view = until(lambda: box.home("U0ANA"))
    assert isinstance(view, dict)
    assert view["blocks"][0]["text"]["text"] == "yours"
    assert opened[0]["tab"] == "home"
    assert box.home("U0BEN") is None
    again = {"type": "home", "blocks": [section("stale")]}
    assert refused(web.views_publish, user_id="U0ANA", view=again, hash="1.x")["error"] == "hash_conflict"


def test_choices_are_named_by_value_and_must_be_offered(box: Sandbox, bolt: App, opening: dict[str, Any]) -> None:
    options = [{"text": {"type": "plain_text", "text": w.title()}, "value": w} for w in ("billing", "login")]
    opening["view"] = modal(
        asks("cat", "category", "static_select", options=options),
        asks("areas", "areas", "multi_static_select", options=options),
        asks("who", "customer", "external_select"),
    )
    states: list[Any] = []

    @bolt.view("form")
    def form(ack: Ack, view: dict[str, Any]) -> None:
        states.append(view["state"]["values"])
        ack()

    box.command("U0ANA", "support", "/ticket")
    with pytest.raises(ControlError, match="no_such_option"):
        box.submit("U0ANA", values={"category": "shipping"})
    assert box.submit("U0ANA", values={"category": "login", "areas": ["billing"], "customer": "acme"})["ok"]
    assert states[0]["cat"]["category"]["selected_option"] == options[1]
    assert states[0]["areas"]["areas"]["selected_options"] == [options[0]]
    assert states[0]["who"]["customer"]["selected_option"]["value"] == "acme"
