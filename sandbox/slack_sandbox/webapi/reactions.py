"""reactions.*: emoji on messages."""

import re

from slack_sandbox.errors import SlackError
from slack_sandbox.events import emit
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.posting import tell
from slack_sandbox.render import message_json
from slack_sandbox.slack import Slack
from slack_sandbox.webapi.method import Call, Method

NAME = re.compile(r"^[\w+'-]{1,100}(::skin-tone-[2-6])?$")


def react(slack: Slack, channel: Channel, message: Message, user: str, name: str, away: bool) -> None:
    """Add a user's reaction to a message, or take it away; tells everyone."""
    name = name.strip(":")
    if not NAME.match(name):
        raise SlackError("invalid_name")
    people = message.reactions.get(name, [])
    if away and user not in people:
        raise SlackError("no_reaction")
    if not away and user in people:
        raise SlackError("already_reacted")
    message.reactions[name] = [u for u in people if u != user] if away else [*people, user]
    if not message.reactions[name]:
        del message.reactions[name]
    tell(slack, channel, message, "message_changed")
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    kind = "reaction_removed" if away else "reaction_added"
    if slack.ws.app.bot_user_id in channel.members:
        emit(
            slack,
            kind,
            {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user},
        )


def reacted(call: Call) -> tuple[Channel, Message]:
    """The message that is reacted to."""
    channel = call.member_channel()
    message = call.ws.message(channel, call.args.need("timestamp"))
    if message.only_for:
        raise SlackError("message_not_found")
    return channel, message


def add(call: Call) -> Json:
    """React as the bot."""
    react(call.slack, *reacted(call), call.app.bot_user_id, call.args.need("name"), away=False)
    return {}


def remove(call: Call) -> Json:
    """Take the bot's reaction away."""
    react(call.slack, *reacted(call), call.app.bot_user_id, call.args.need("name"), away=True)
    return {}


def get(call: Call) -> Json:
    """The reactions on a message."""
    channel, message = reacted(call)
    return {"type": "message", "channel": channel.id, "message": message_json(call.ws, message)}


METHODS = {
    "reactions.add": Method(add, ("reactions:write",), tier=3),
    "reactions.remove": Method(remove, ("reactions:write",), tier=2),
    "reactions.get": Method(get, ("reactions:read",), tier=3),
}
