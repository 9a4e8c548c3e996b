"""What a person reads when a listener raised, in a window: plain text at a field, or a window that names people."""

import json
from typing import Any

from slack_bolt import BoltResponse

from bot import errors
from domain import refusal


def answered(error: Exception, *kinds: str) -> dict[str, Any]:
    blocks = [{"type": kind, "block_id": f"b{at}"} for at, kind in enumerate(kinds)]
    handle = errors.handler("sup-", lambda work: work())
    answer: BoltResponse = handle(error=error, body={"type": "view_submission", "view": {"blocks": blocks}})
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_at_a_field_there_is_no_mrkdwn() -> None:
    told = answered(refusal.UnknownTicket("a & <b>"), "section", "input")
    assert told == {
        "response_action": "errors",
        "errors": {"b1": "There is no ticket a & <b>. /sup-ticket list shows what is open."},
    }


def test_who_was_faster_is_named_in_the_windows_place() -> None:
    told = answered(refusal.ChangedMeanwhile(1, "U0BEN", "taken", {}), "input")
    assert told["response_action"] == "update"
    assert told["view"]["blocks"][0]["text"]["text"].startswith("<@U0BEN> was faster on T-1")
    assert "submit" not in told["view"]


def test_a_window_without_fields_is_answered_too() -> None:
    assert answered(refusal.UnknownTicket("x"), "section")["response_action"] == "update"
