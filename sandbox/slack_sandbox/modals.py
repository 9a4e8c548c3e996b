"""Modals on people's screens and their App Homes."""

import time
from typing import Any

from slack_sandbox.blockkit.surfaces import check_view
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.ids import fresh
from slack_sandbox.limits import STACK
from slack_sandbox.model import Json, View
from slack_sandbox.posting import number_blocks
from slack_sandbox.slack import Slack
from slack_sandbox.state import initial, merged
from slack_sandbox.webapi.content import refuse_problems


def read_view(raw: Any, kinds: tuple[str, ...]) -> Json:
    """A view to show, checked; or Slack's refusal."""
    if not isinstance(raw, dict):
        raise invalid_arguments("missing required field: view")
    if raw.get("type") not in kinds:
        raise invalid_arguments(f"view type must be one of {', '.join(kinds)} [json-pointer:/view/type]")
    problems = check_view(raw)
    for problem in problems:
        problem.pointer = f"/view{problem.pointer}"
    refuse_problems(problems, "invalid_arguments")
    return raw


def new_hash() -> str:
    """A hash that changes with every version of a view."""
    return f"{int(time.time())}.{fresh('', 8)}"


def make(slack: Slack, user: str, body: Json, below: View | None = None) -> View:
    """A new view for a user, on top of another or at the root."""
    number_blocks(body["blocks"])
    taken = body.get("external_id") and any(
        v.body.get("external_id") == body["external_id"] for stack in slack.ws.stacks.values() for v in stack
    )
    if taken:
        raise SlackError("duplicate_external_id")
    view = View(fresh("V"), user, body, new_hash(), "")
    view.root_id, view.previous_id = (below.root_id, below.id) if below else (view.id, "")
    view.values = initial(body["blocks"])
    return view


def open_root(slack: Slack, user: str, body: Json) -> View:
    """Open a modal; whatever modal was open is replaced."""
    view = make(slack, user, body)
    slack.ws.stacks[user] = [view]
    tell_views(slack, user)
    return view


def push(slack: Slack, user: str, body: Json) -> View:
    """Put a modal on top of those open; three at most."""
    stack = slack.ws.stacks.get(user) or []
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = make(slack, user, body, stack[-1])
    stack.append(view)
    tell_views(slack, user)
    return view


def replace(slack: Slack, view: View, body: Json, given_hash: str = "") -> View:
    """Give a view other content; what was typed stays where block and action are the same."""
    if given_hash and given_hash != view.hash:
        raise SlackError("hash_conflict")
    number_blocks(body["blocks"])
    before = {b: v for b, v in view.values.items() if b in {block["block_id"] for block in body["blocks"]}}
    view.body, view.hash, view.values = body, new_hash(), merged(body["blocks"], {}, before)
    if body["type"] == "home":
        tell_home(slack, view.user)
    else:
        tell_views(slack, view.user)
    return view


def close_top(slack: Slack, user: str, everything: bool = False) -> list[View]:
    """Take the top modal (or all) off the screen; those taken away."""
    stack = slack.ws.stacks.get(user) or []
    keep = 0 if everything else max(0, len(stack) - 1)
    gone = stack[keep:]
    slack.ws.stacks[user] = stack[:keep]
    tell_views(slack, user)
    return gone


def tell_views(slack: Slack, user: str) -> None:
    """Tell a user's pages what modals they see."""
    stack = [slack.ws.view_payload(v) for v in slack.ws.stacks.get(user, [])]
    slack.hub.tell({"type": "views", "stack": stack}, [user])


def tell_home(slack: Slack, user: str) -> None:
    """Tell a user's pages of their App Home."""
    home = slack.ws.homes.get(user)
    slack.hub.tell({"type": "home", "view": slack.ws.view_payload(home) if home else None}, [user])
