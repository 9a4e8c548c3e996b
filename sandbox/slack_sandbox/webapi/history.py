"""conversations.history and conversations.replies."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.render import message_json
from slack_sandbox.webapi.method import Call, Method, page

SOLD_APPS = 15
SCOPES = ("channels:history", "groups:history", "im:history", "mpim:history")


def readable(call: Call) -> Channel:
    """The channel named, if the bot may read what was said there."""
    channel = call.member_channel()
    call.need_scope(f"{channel.kind}:history")
    return channel


def bound(call: Call, name: str, default: float) -> float:
    """A timestamp limit as a number."""
    try:
        return float(call.args.text(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def within(call: Call, messages: list[Message]) -> list[Message]:
    """The messages between ``oldest`` and ``latest``, which themselves count only with ``inclusive``."""
    oldest, latest = bound(call, "oldest", 0), bound(call, "latest", float("inf"))
    if call.args.flag("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def answer(call: Call, messages: list[Message]) -> Json:
    """One page of messages."""
    whole = call.args.flag("include_all_metadata")
    most = SOLD_APPS if call.app.rate.history_per_minute else 999
    chosen, cursor = page(messages, call.args, min(100, most), most)
    out: Json = {"messages": [message_json(call.ws, m, whole) for m in chosen], "has_more": bool(cursor)}
    return out | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def history(call: Call) -> Json:
    """What was said in a channel, newest first, without thread replies."""
    channel = readable(call)
    seen = [m for m in channel.messages.values() if not m.only_for and (not m.is_reply or m.broadcast)]
    return answer(call, within(call, seen)[::-1]) | {"pin_count": len(channel.pins)}


def replies(call: Call) -> Json:
    """A thread: its first message and what was answered, oldest first."""
    channel = readable(call)
    named = channel.messages.get(call.args.need("ts"))
    parent = channel.messages.get(named.thread_ts or named.ts) if named and not named.only_for else None
    if parent is None:
        raise SlackError("thread_not_found")
    within_thread = within(call, channel.replies(parent.ts))
    return answer(call, [parent, *within_thread])


METHODS = {
    "conversations.history": Method(history, SCOPES, tier=3),
    "conversations.replies": Method(replies, SCOPES, tier=3),
}
