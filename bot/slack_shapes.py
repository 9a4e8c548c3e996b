"""What Slack sends, as far as anybody here reads it. A body of another shape is turned away at the door."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

DEPTH_MAX = 60  # a window full of rich text is some fifteen deep


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of several shapes."""

    shapes: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """An object with any keys, each value of one shape."""

    shape: Any


# A type stands for a value of it, a dict for an object's known keys (the others are free), a list of one for a list
# of such. Where a shape stands, null may too: Slack writes that for what is absent.
NAMED = OneOf((str, {"id": str, "team_id": str, "enterprise_id": str}))
WHERE = {"user": NAMED, "team": NAMED, "channel": NAMED, "enterprise": NAMED, "thread_ts": str}
IDS = dict.fromkeys(("team_id", "enterprise_id", "user_id", "channel_id", "user_team"), str)
CHOICE = {"value": str}
ELEMENT = {
    **dict.fromkeys(("action_id", "block_id", "type", "value", "selected_user", "selected_channel"), str),
    **dict.fromkeys(("selected_conversation", "selected_date", "selected_time"), str),
    "selected_option": CHOICE,
    "selected_options": [CHOICE],
    "selected_users": [str],
    "rich_text_value": dict,
    "selected_date_time": int,
}
VIEW = {
    **dict.fromkeys(("id", "hash", "type", "callback_id", "private_metadata", "team_id", "app_installed_team_id"), str),
    "blocks": [{"type": str, "block_id": str}],
    "state": {"values": Each(Each(ELEMENT))},
}
INNER = {**WHERE, **IDS}
EVENT = {
    **INNER,
    **dict.fromkeys(("type", "subtype", "tab", "bot_id", "channel_type"), str),
    **dict.fromkeys(("message", "previous_message", "item", "assistant_thread"), INNER),
    "authorizations": [{**IDS, **WHERE}],
    "tokens": {"bot": [str], "oauth": [str]},
    "inputs": dict,
    "view": VIEW,
}
BODY = {
    **INNER,
    **dict.fromkeys(("type", "command", "text", "trigger_id", "response_url", "api_app_id", "callback_id"), str),
    **dict.fromkeys(("action_id", "block_id", "value", "event_id", "challenge", "ssl_check", "token"), str),
    **dict.fromkeys(("message", "item", "previous_message", "assistant_thread"), INNER),
    "authorizations": [{**IDS, **WHERE, "is_enterprise_install": bool}],
    "response_urls": [{"response_url": str}],
    "container": {"type": str, "is_ephemeral": bool},
    "actions": [ELEMENT],
    "function_data": {"execution_id": str, "inputs": dict},
    "view": VIEW,
    "event": EVENT,
}
PERSON = ("user", "id")
# What has to be there, by what the body says that it is; Bolt takes all of it for granted.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "command": (("user_id",),),
    "event_callback": (("event", "type"),),
    "block_actions": (PERSON, ("actions", "0", "action_id")),
    "interactive_message": (PERSON, ("actions", "0")),
    "view_submission": (PERSON, ("view", "callback_id"), ("view", "type")),
    "view_closed": (PERSON, ("view", "callback_id")),
    **dict.fromkeys(("workflow_step", "workflow_step_edit"), (("workflow_step",),)),
}


def slacks(text: str, content_type: str) -> dict[str, Any] | None:
    """The object in a request's body, a form or JSON; None for one that Slack does not send."""
    try:
        found = _parsed(text, content_type)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):  # Bolt does not expect null where it looks for an object
        found = {key: value for key, value in found.items() if value is not None}
    if not isinstance(found, dict) or _deeper_than(found, DEPTH_MAX) or not _fits(found, BODY):
        return None
    return found if all(_has(found, path) for kind in _kinds(found) for path in NEEDED.get(kind, ())) else None


def _kinds(found: Mapping[str, Any]) -> tuple[str, ...]:
    """What the body may be taken for: a command, what its type says, and what its window's type says."""
    window = found.get("view") or {}
    return ("command" if "command" in found else "", found.get("type") or "", window.get("type") or "")


def _parsed(text: str, content_type: str) -> Any:
    if content_type.partition(";")[0].strip().lower() == "application/json" or text.startswith("{"):
        return json.loads(text)
    form = dict(parse_qsl(text, keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form


def _deeper_than(value: Any, most: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return most == 0 or any(_deeper_than(one, most - 1) for one in inner if isinstance(one, dict | list))


def _fits(value: Any, shape: Any) -> bool:
    if value is None:
        return True
    if isinstance(shape, OneOf):
        return any(_fits(value, one) for one in shape.shapes)
    if isinstance(shape, Each):
        return isinstance(value, dict) and all(one is not None and _fits(one, shape.shape) for one in value.values())
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_fits(value.get(key), inner) for key, inner in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(one is not None and _fits(one, shape[0]) for one in value)
    return isinstance(value, shape)


def _has(found: Any, path: tuple[str, ...]) -> bool:
    """Whether something stands at the end of the path; a number is a place in a list."""
    for step in path:
        if isinstance(found, list):
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found is not None and found != ""
