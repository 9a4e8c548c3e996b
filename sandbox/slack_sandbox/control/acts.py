"""What people do with the app's messages and modals: click, choose, submit, close."""

from typing import Any

from slack_sandbox import modals
from slack_sandbox.blockkit.objects import OPTION_GROUPS, OPTION_LIST
from slack_sandbox.blockkit.schema import Where
from slack_sandbox.control.request import Ask
from slack_sandbox.dispatch import deliver
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message, View
from slack_sandbox.payloads import base, in_message, in_view, options_in, response_url
from slack_sandbox.state import FIELDS, chosen, chosen_option, client_errors, find_element, merged


def place(ask: Ask) -> tuple[View | None, Channel | None, Message | None, list[Json]]:
    """The view or message acted on, and its blocks."""
    if ask.args.has("view_id"):
        view = ask.view()
        return view, None, None, view.body["blocks"]
    channel = ask.channel()
    message = ask.message(channel)
    if message.bot_id != ask.ws.app.bot_id:
        raise SlackError("no_such_element", status=404)
    return None, channel, message, message.blocks


async def click(ask: Ask) -> Json:
    """Press a button, pick from a menu: whatever sends block_actions."""
    user = ask.person()
    view, channel, message, blocks = place(ask)
    given = ask.args.parsed("action", "invalid_action")
    if not isinstance(given, dict):
        raise SlackError("invalid_action", status=400)
    block, element = find_element(blocks, str(given.get("block_id") or ""), str(given.get("action_id")))
    if block.get("type") == "input" and not block.get("dispatch_action"):
        raise SlackError("no_dispatch", status=400, detail="this input does not send its changes")
    if user.id not in element.get("visible_to_user_ids", [user.id]):
        raise SlackError("no_such_element", status=404)
    action = complete(ask, block, element, given)
    values = merged(blocks, ask.args.parsed("state", "invalid_state"), view.values if view else None)
    if element["type"] in FIELDS:
        key = FIELDS[element["type"]][0]
        values[block["block_id"]][element["action_id"]] = {"type": element["type"], key: action.get(key)}
    if view:
        view.values = values
    payload = base(ask.slack, "block_actions", user)
    payload |= {"actions": [action], "state": {"values": values}}
    if view:
        payload |= in_view(ask.slack, view)
        payload.pop("state")
    elif channel and message:
        payload |= in_message(ask.slack, channel, message)
        payload["response_url"] = response_url(ask.slack, user, channel, message)
    return (await deliver(ask.slack, "action", payload)).told()


def complete(ask: Ask, block: Json, element: Json, given: Json) -> Json:
    """The action as Slack describes it, from the element and what was chosen."""
    kind = element["type"]
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    action["action_ts"] = ask.ws.next_ts()
    if kind == "feedback_buttons":
        both = [element["positive_button"], element["negative_button"]]
        button = next((b for b in both if b["value"] == given.get("value")), None)
        if button is None:
            raise SlackError("no_such_option", status=400)
        return action | {"text": button["text"], "value": button["value"]}
    if kind == "overflow":
        return action | {"selected_option": chosen_option(element, given.get("selected_option") or given.get("value"))}
    if kind in FIELDS:
        key = FIELDS[kind][0]
        return action | {key: chosen_value(ask, element, key, given.get(key, given.get("value")))}
    return action | {k: element[k] for k in ("text", "value", "style", "url") if k in element}


def chosen_value(ask: Ask, element: Json, key: str, value: Any) -> Any:
    """What was chosen, checked against what can be."""
    value = chosen(element, key, value)
    ids = value if isinstance(value, list) else [value]
    if key in ("selected_user", "selected_users"):
        for user in filter(None, ids):
            ask.ws.user(str(user))
    if key in ("selected_channel", "selected_channels", "selected_conversation", "selected_conversations"):
        for channel in filter(None, ids):
            ask.ws.channel(str(channel))
    return value


async def shortcut(ask: Ask) -> Json:
    """Use a shortcut of the app: on a message when one is named, else from anywhere."""
    user, callback = ask.person(), ask.args.need("callback_id")
    kind = "message" if ask.args.has("ts") else "global"
    if not any(s.get("callback_id") == callback and s.get("type", kind) == kind for s in ask.ws.app.shortcuts):
        raise SlackError("no_such_shortcut", status=404)
    payload = base(ask.slack, "message_action" if kind == "message" else "shortcut", user)
    payload |= {"callback_id": callback, "action_ts": ask.ws.next_ts()}
    if kind == "message":
        channel = ask.channel()
        message = ask.message(channel)
        payload |= {k: v for k, v in in_message(ask.slack, channel, message).items() if k != "container"}
        payload |= {"message_ts": message.ts, "response_url": response_url(ask.slack, user, channel, message)}
    return (await deliver(ask.slack, "action", payload)).told()


async def submit(ask: Ask) -> Json:
    """Submit a modal: first what Slack's client checks, then the app."""
    user, view = ask.person(), ask.view()
    if not on_top(ask, view):
        raise SlackError("not_the_top_view", status=400)
    blocks = view.body["blocks"]
    view.values = merged(blocks, ask.args.parsed("values", "invalid_values"), view.values)
    errors = client_errors(blocks, view.values)
    if errors:
        return {"ok": False, "error": "incomplete", "response_action": "errors", "errors": errors, "ms": 0}
    payload = base(ask.slack, "view_submission", user) | {"view": ask.ws.view_payload(view)}
    payload["response_urls"] = asked_urls(ask, view)
    answer = await deliver(ask.slack, "view", payload)
    if not answer.ok or not on_top(ask, view):  # sent or closed in another window meanwhile
        return answer.told()
    try:
        return answer.told() | take_answer(ask, view, answer.body)
    except SlackError as refusal:
        return answer.told() | refusal.body()


def on_top(ask: Ask, view: View) -> bool:
    """Whether a view is the modal that its user has before them."""
    return ask.ws.stacks.get(view.user, [])[-1:] == [view]


def asked_urls(ask: Ask, view: View) -> list[Json]:
    """A response_url for each conversation picked where response_url_enabled asks for one."""
    urls = []
    for block in view.body["blocks"]:
        element = block.get("element") or {}
        held = view.values.get(block.get("block_id"), {}).get(element.get("action_id"), {})
        picked = held.get("selected_conversation") or held.get("selected_channel")
        if element.get("response_url_enabled") and picked in ask.ws.channels:
            url = response_url(ask.slack, ask.person(), ask.ws.channels[picked])
            urls.append({"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": picked,
                         "response_url": url})  # fmt: skip
    return urls


def take_answer(ask: Ask, view: View, body: Any) -> Json:
    """Do what a view_submission's answer says."""
    user = view.user
    if not isinstance(body, dict) or not body:
        modals.close_top(ask.slack, user)
        return {}
    action = body.get("response_action")
    if action == "clear":
        modals.close_top(ask.slack, user, everything=True)
    elif action == "errors":
        return {"response_action": "errors", "errors": field_errors(view, body.get("errors"))}
    elif action == "update":
        modals.replace(ask.slack, view, modals.read_view(body.get("view"), ("modal",)))
    elif action == "push":
        modals.push(ask.slack, user, modals.read_view(body.get("view"), ("modal",)))
    else:
        raise SlackError("invalid_response_action", detail=str(action)[:80])
    return {"response_action": action}


def field_errors(view: View, errors: Any) -> dict[str, str]:
    """The app's errors, each of which must name an input block of the view."""
    inputs = {b["block_id"] for b in view.body["blocks"] if b.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not all(isinstance(v, str) and v for v in errors.values()):
        raise SlackError("invalid_errors", detail="errors is an object of block_id and sentence")
    unknown = sorted(set(errors) - inputs)
    if unknown:
        raise SlackError("invalid_errors", detail=f"no input block {', '.join(unknown)}")
    return errors


async def close(ask: Ask) -> Json:
    """Close a modal, or all of them; apps that asked for it are told."""
    user, view = ask.person(), ask.view()
    everything = ask.args.flag("clear") or bool(view.body.get("clear_on_close"))
    if not everything and not on_top(ask, view):
        raise SlackError("not_the_top_view", status=400)
    for gone in modals.close_top(ask.slack, user.id, everything):
        if gone.body.get("notify_on_close"):
            payload = base(ask.slack, "view_closed", user, trigger=False)
            payload |= {"view": ask.ws.view_payload(gone), "is_cleared": everything}
            ask.slack.later(deliver(ask.slack, "view", payload))
    return {}


async def options(ask: Ask) -> Json:
    """The options an app offers in an external menu for what was typed."""
    user = ask.person()
    view, channel, message, blocks = place(ask)
    block, element = find_element(blocks, ask.args.text("block_id"), ask.args.need("action_id"))
    payload = base(ask.slack, "block_suggestion", user, trigger=False)
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": ask.args.text("value"),
    }
    if view:
        payload |= in_view(ask.slack, view)
    elif channel and message:
        payload |= in_message(ask.slack, channel, message)
    answer = await deliver(ask.slack, "options", payload)
    if not answer.ok:
        return answer.told()
    found, where = options_in(answer.body), Where("modal")
    if found.get("options"):
        OPTION_LIST(found["options"], "/options", where)
    if found.get("option_groups"):
        OPTION_GROUPS(found["option_groups"], "/option_groups", where)
    if not found or where.problems:
        return answer.told() | {
            "ok": False,
            "error": "invalid_options",
            "messages": [p.line() for p in where.problems],
        }
    return answer.told() | found
