"""conversations.create, rename, archive, unarchive, invite, kick, setTopic, setPurpose."""

import re

from slack_sandbox.errors import SlackError
from slack_sandbox.events import emit, emit_members
from slack_sandbox.ids import fresh
from slack_sandbox.model import Channel, Json
from slack_sandbox.posting import tell_channels
from slack_sandbox.render import channel_json
from slack_sandbox.webapi.method import Call, Method

NAME = re.compile(r"^[\w-]{1,80}$")
MANAGE = ("channels:manage", "groups:write")
TOPIC = (*MANAGE, "channels:write.topic", "groups:write.topic")
INVITE = (*MANAGE, "channels:write.invites", "groups:write.invites")


def free_name(call: Call) -> str:
    """The wanted channel name, if it is well formed and not taken."""
    name = call.args.text("name").lstrip("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not NAME.match(name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if any(c.name == name for c in call.ws.channels.values()):
        raise SlackError("name_taken")
    return name


def create(call: Call) -> Json:
    """A new channel with the bot in it."""
    name, private = free_name(call), call.args.flag("is_private")
    call.need_scope("groups:write" if private else "channels:manage")
    bot = call.app.bot_user_id
    channel = Channel(fresh("C"), name, is_private=private, members=[bot], created=int(call.ws.now()), creator=bot)
    call.ws.channels[channel.id] = channel
    tell_channels(call.slack)
    return {"channel": channel_json(call.ws, channel)}


def managed(call: Call) -> Channel:
    """The channel named, which must be a live one with the bot in it."""
    channel = call.known_channel()
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    call.need_scope("groups:write" if channel.is_private else "channels:manage", *TOPIC[2:], *INVITE[2:])
    if call.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def live(call: Call) -> Channel:
    """A managed channel that is not archived."""
    channel = managed(call)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def rename(call: Call) -> Json:
    """Give a channel another name."""
    channel = live(call)
    channel.name = free_name(call)
    tell_channels(call.slack)
    return {"channel": channel_json(call.ws, channel)}


def archive(call: Call) -> Json:
    """Close a channel for good or until unarchived."""
    channel = managed(call)
    if channel.is_archived:
        raise SlackError("already_archived")
    channel.is_archived = True
    tell_channels(call.slack)
    event = {"type": "channel_archive", "channel": channel.id, "user": call.app.bot_user_id}
    emit(call.slack, "channel_archive", event)
    return {}


def unarchive(call: Call) -> Json:
    """Open an archived channel again."""
    channel = managed(call)
    if not channel.is_archived:
        raise SlackError("not_archived")
    channel.is_archived = False
    tell_channels(call.slack)
    return {}


def invite(call: Call) -> Json:
    """Bring people into a channel."""
    channel, users = live(call), call.args.names("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        call.ws.user(user)
        if user == call.app.bot_user_id:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
    channel.members.extend(users)
    tell_channels(call.slack)
    emit_members(call.slack, channel, users, joined=True, inviter=call.app.bot_user_id)
    return {"channel": channel_json(call.ws, channel)}


def kick(call: Call) -> Json:
    """Take somebody out of a channel."""
    channel, user = live(call), call.args.need("user")
    call.ws.user(user)
    if user not in channel.members:
        raise SlackError("not_in_channel")
    channel.members.remove(user)
    tell_channels(call.slack)
    emit_members(call.slack, channel, [user], joined=False)
    return {}


def set_topic(call: Call) -> Json:
    """Change a channel's topic."""
    channel = live(call)
    topic = call.args.text("topic")
    if len(topic) > 250:
        raise SlackError("too_long")
    channel.topic = topic
    tell_channels(call.slack)
    return {"channel": channel_json(call.ws, channel)}


def set_purpose(call: Call) -> Json:
    """Change a channel's purpose."""
    channel = live(call)
    purpose = call.args.text("purpose")
    if len(purpose) > 250:
        raise SlackError("too_long")
    channel.purpose = purpose
    return {"purpose": purpose, "channel": channel_json(call.ws, channel)}


METHODS = {
    "conversations.create": Method(create, MANAGE, tier=2),
    "conversations.rename": Method(rename, MANAGE, tier=2),
    "conversations.archive": Method(archive, MANAGE, tier=2),
    "conversations.unarchive": Method(unarchive, MANAGE, tier=2),
    "conversations.invite": Method(invite, INVITE, tier=3),
    "conversations.kick": Method(kick, MANAGE, tier=3),
    "conversations.setTopic": Method(set_topic, TOPIC, tier=2),
    "conversations.setPurpose": Method(set_purpose, TOPIC, tier=2),
}
