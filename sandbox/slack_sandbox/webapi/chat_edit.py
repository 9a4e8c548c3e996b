"""chat.update and chat.delete: only what the app itself posted."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.posting import change, remove
from slack_sandbox.render import message_json
from slack_sandbox.webapi.content import read_content
from slack_sandbox.webapi.method import Call, Method


def own_message(call: Call, error: str) -> tuple[Channel, Message]:
    """The channel and message named; refused when somebody else wrote it or it was an ephemeral."""
    channel = call.ws.channel(call.args.need("channel"))
    hidden = channel.is_private or channel.is_im
    if hidden and call.app.bot_user_id not in channel.members:
        raise SlackError("channel_not_found")
    message = call.ws.message(channel, call.args.need("ts"))
    if message.only_for:
        raise SlackError("message_not_found")
    if message.bot_id != call.app.bot_id:
        raise SlackError(error)
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, message


def update(call: Call) -> Json:
    """Change a message: what is given replaces, what is not given stays; an empty array takes away."""
    channel, message = own_message(call, "cant_update_message")
    args = call.args
    content = read_content(args)
    parts: Json = {"text": content.text if args.has("text") or args.has("markdown_text") else message.text}
    if args.has("blocks") or args.has("markdown_text"):
        parts["blocks"] = content.blocks
    if args.has("attachments"):
        parts["attachments"] = content.attachments
    if args.has("metadata"):
        parts["metadata"] = content.metadata
    change(call.slack, channel, message, parts, edited_by=call.app.bot_user_id)
    shown = message_json(call.ws, message, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """Take a message away."""
    channel, message = own_message(call, "cant_delete_message")
    remove(call.slack, channel, message)
    return {"channel": channel.id, "ts": message.ts}


METHODS = {
    "chat.update": Method(update, ("chat:write",), tier=3),
    "chat.delete": Method(delete, ("chat:write",), tier=3),
}
