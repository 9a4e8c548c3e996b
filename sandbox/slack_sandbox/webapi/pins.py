"""pins.*: messages kept at hand."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.posting import tell
from slack_sandbox.render import message_json
from slack_sandbox.webapi.method import Call, Method


def add(call: Call) -> Json:
    """Pin a message."""
    channel = call.member_channel()
    message = call.ws.message(channel, call.args.need("timestamp"))
    if message.only_for:
        raise SlackError("message_not_found")
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    channel.pins.append(message.ts)
    tell(call.slack, channel, message, "message_changed")
    return {}


def remove(call: Call) -> Json:
    """Unpin a message."""
    channel = call.member_channel()
    message = call.ws.message(channel, call.args.need("timestamp"))
    if message.ts not in channel.pins:
        raise SlackError("no_pin")
    channel.pins.remove(message.ts)
    tell(call.slack, channel, message, "message_changed")
    return {}


def list_all(call: Call) -> Json:
    """What is pinned in a channel, newest pin first."""
    channel = call.member_channel()
    pinned = [channel.messages[ts] for ts in reversed(channel.pins)]
    rows = [{"type": "message", "channel": channel.id, "message": message_json(call.ws, m)} for m in pinned]
    return {"items": rows}


METHODS = {
    "pins.add": Method(add, ("pins:write",), tier=2),
    "pins.remove": Method(remove, ("pins:write",), tier=2),
    "pins.list": Method(list_all, ("pins:read",), tier=2),
}
