"""Messages come, change and go; everyone who may see it is told."""

from slack_sandbox.errors import SlackError
from slack_sandbox.events import emit_changed, emit_message
from slack_sandbox.ids import block_id
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.render import message_json, shown_json
from slack_sandbox.slack import Slack

HOLDERS = ("elements", "accessory", "element", "child_blocks", "actions")
INTERACTIVE_WITHOUT = {"image", "mrkdwn", "plain_text", "text", "icon", "url", "raw_text", "raw_number"}


def viewers(channel: Channel, message: Message) -> list[str]:
    """The users who see a message."""
    return [message.only_for] if message.only_for else list(channel.members)


def put(slack: Slack, channel: Channel, message: Message) -> Message:
    """Add a message to its channel and tell of it."""
    number_blocks(message.blocks)
    channel.add(message)
    if not message.only_for and not message.is_reply:
        channel.read[message.user] = message.ts
    tell(slack, channel, message, "ephemeral" if message.only_for else "message")
    if not message.only_for:
        emit_message(slack, channel, message)
        if message.thread_ts in channel.messages and message.is_reply:
            tell(slack, channel, channel.messages[message.thread_ts], "message_changed")
    return message


def change(slack: Slack, channel: Channel, message: Message, parts: Json, edited_by: str = "") -> None:
    """Give a message other parts (text, blocks, attachments, metadata, files) and tell of it."""
    before = message_json(slack.ws, message)
    for name, value in parts.items():
        setattr(message, name, value)
    number_blocks(message.blocks)
    if edited_by:
        message.edited = {"user": edited_by, "ts": f"{int(slack.ws.now())}.000000"}
    tell(slack, channel, message, "ephemeral_changed" if message.only_for else "message_changed")
    emit_changed(slack, channel, message, before, "message_changed")


def remove(slack: Slack, channel: Channel, message: Message) -> None:
    """Take a message away. Above replies a tombstone of it stays, until the last of them is taken away."""
    if channel.replies(message.ts):
        _bury(slack, channel, message)
    else:
        _drop(slack, channel, message)


def _bury(slack: Slack, channel: Channel, message: Message) -> None:
    before = message_json(slack.ws, message)
    channel.bury(message)
    tell(slack, channel, message, "message_changed")
    emit_changed(slack, channel, message, before, "message_changed")


def _drop(slack: Slack, channel: Channel, message: Message) -> None:
    before = message_json(slack.ws, message)
    channel.drop(message)
    event: Json = {
        "type": "ephemeral_deleted" if message.only_for else "message_deleted",
        "channel": channel.id,
    }
    event |= {"ts": message.ts, "thread_ts": message.thread_ts or None}
    slack.hub.tell(event, viewers(channel, message))
    emit_changed(slack, channel, message, before, "message_deleted")
    above = channel.messages.get(message.thread_ts)
    if above is not None and above.deleted and not channel.replies(above.ts):
        _drop(slack, channel, above)


def tell(slack: Slack, channel: Channel, message: Message, kind: str) -> None:
    """Tell the pages of the viewers about a message."""
    shown = shown_json(slack.ws, slack.base_url, message)
    event = {"type": kind, "channel": channel.id, "message": shown, "thread_ts": message.thread_ts or None}
    slack.hub.tell(event, viewers(channel, message))


def tell_channels(slack: Slack, users: list[str] | None = None) -> None:
    """Tell the pages that the list of channels, or who is in them, has changed."""
    slack.hub.tell({"type": "channels"}, users)


def thread_parent(channel: Channel, thread_ts: str) -> str:
    """The thread_ts to store: that of the parent, also when a reply was named; empty for none."""
    if not thread_ts:
        return ""
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.only_for:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def number_blocks(blocks: list[Json]) -> None:
    """Give every block a block_id and every element an action_id, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", block_id())
        _number_elements(block)


def _number_elements(holder: Json) -> None:
    for key in HOLDERS:
        inner = holder.get(key)
        for item in inner if isinstance(inner, list) else [inner]:
            if not isinstance(item, dict):
                continue
            if key == "child_blocks" or item.get("type") == "card":
                item.setdefault("block_id", block_id())
            elif holder.get("type") != "rich_text" and item.get("type") not in INTERACTIVE_WITHOUT:
                item.setdefault("action_id", block_id())
            if holder.get("type") not in ("rich_text", "context"):
                _number_elements(item)
