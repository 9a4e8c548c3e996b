"""chat.postMessage, chat.postEphemeral, chat.getPermalink."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.posting import put, tell_channels, thread_parent
from slack_sandbox.render import message_json, permalink
from slack_sandbox.webapi.content import Content, read_content
from slack_sandbox.webapi.method import Call, Method, missing_scope


def target(call: Call) -> Channel:
    """The channel to post to: by id, by #name, or a user id for their direct message with the app."""
    name = call.args.need("channel")
    ws, bot = call.ws, call.app.bot_user_id
    if name in ws.users:
        if name == bot:
            raise SlackError("cannot_dm_bot")
        new = ws.opened(bot, name) is None
        channel = ws.direct(bot, name)
        if new:
            tell_channels(call.slack, [name])
        return channel
    return ws.channel(ws.named(name))


def need_voice(call: Call, channel: Channel, public_too: bool = True) -> None:
    """Refuse unless the bot may speak there."""
    inside = call.app.bot_user_id in channel.members
    if not inside and (channel.is_private or channel.is_im):
        raise SlackError("channel_not_found")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not inside and not (public_too and "chat:write.public" in call.app.scopes):
        raise SlackError("not_in_channel")


def post_message(call: Call) -> Json:
    """Post as the app, to a channel, a thread or a person."""
    channel = target(call)
    need_voice(call, channel)
    content = read_content(call.args)
    message = _drafted(call, channel, content)
    message.thread_ts = thread_parent(channel, call.args.text("thread_ts"))
    message.metadata = content.metadata
    if call.args.flag("reply_broadcast") and message.thread_ts:
        message.broadcast, message.subtype = True, "thread_broadcast"
    put(call.slack, channel, message)
    shown = message_json(call.ws, message, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown} | _warned(content)


def _drafted(call: Call, channel: Channel, content: Content) -> Message:
    args, app = call.args, call.app
    username, icon = args.text("username"), args.text("icon_emoji")
    if (username or icon or args.text("icon_url")) and "chat:write.customize" not in app.scopes:
        raise missing_scope(("chat:write.customize",), app.scopes)
    return Message(
        call.ws.next_ts(), channel.id, app.bot_user_id, content.text, app.bot_id, username, icon,
        content.blocks, content.attachments,
    )  # fmt: skip


def _warned(content: Content) -> Json:
    if not content.warnings:
        return {}
    return {"warning": ",".join(content.warnings), "response_metadata": {"warnings": content.warnings}}


def post_ephemeral(call: Call) -> Json:
    """Show a message to one member of a channel alone."""
    channel = target(call)
    user = call.args.need("user")
    need_voice(call, channel, public_too=False)
    if user not in call.ws.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = read_content(call.args)
    message = _drafted(call, channel, content)
    message.only_for = user
    message.thread_ts = thread_parent(channel, call.args.text("thread_ts"))
    put(call.slack, channel, message)
    return {"message_ts": message.ts} | _warned(content)


def get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.known_channel()
    message = call.ws.message(channel, call.args.need("message_ts"))
    if message.only_for:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.ws, call.slack.base_url, message)}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), tier=0),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), tier=4),
    "chat.getPermalink": Method(get_permalink, tier=0),
}
