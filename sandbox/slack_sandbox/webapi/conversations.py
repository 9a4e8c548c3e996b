"""conversations.info, list, members, open and join; users.conversations."""

from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.events import emit_members
from slack_sandbox.model import Channel, Json
from slack_sandbox.posting import tell_channels
from slack_sandbox.render import channel_json
from slack_sandbox.webapi.method import Call, Method, page, with_cursor

TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def wanted_kinds(call: Call) -> list[str]:
    """The kinds of conversation asked for, each of which takes its scope."""
    kinds = call.args.names("types") or ["public_channel"]
    for kind in kinds:
        if kind not in TYPES:
            raise SlackError("invalid_types")
        call.need_scope(f"{TYPES[kind]}:read")
    return [TYPES[kind] for kind in kinds]


def visible(call: Call, channels: list[Channel]) -> list[Json]:
    """The channels of the wanted kinds, without archived ones when so asked."""
    kinds, bare = wanted_kinds(call), call.args.flag("exclude_archived")
    chosen = [c for c in channels if c.kind in kinds and not (bare and c.is_archived)]
    return [channel_json(call.ws, c) for c in chosen]


def list_all(call: Call) -> Json:
    """The channels the bot can know of."""
    bot = call.app.bot_user_id
    known = [c for c in call.ws.channels.values() if c.kind == "channels" or bot in c.members]
    return with_cursor("channels", *page(visible(call, known), call.args))


def of_user(call: Call) -> Json:
    """The channels a user is in, as far as the bot can know of them."""
    bot, user = call.app.bot_user_id, call.args.text("user") or call.app.bot_user_id
    call.ws.user(user)
    known = [c for c in call.ws.channels_of(user) if c.kind == "channels" or bot in c.members]
    return with_cursor("channels", *page(visible(call, known), call.args))


def info(call: Call) -> Json:
    """One channel."""
    channel = call.known_channel()
    call.need_scope(f"{channel.kind}:read")
    out = channel_json(call.ws, channel)
    if not call.args.flag("include_num_members"):
        out.pop("num_members", None)
    return {"channel": out}


def members(call: Call) -> Json:
    """Who is in a channel."""
    channel = call.known_channel()
    call.need_scope(f"{channel.kind}:read")
    return with_cursor("members", *page(channel.members, call.args))


def open_direct(call: Call) -> Json:
    """The direct message with one person, opened if need be."""
    if call.args.has("channel"):
        return {"channel": {"id": call.known_channel().id}, "no_op": True, "already_open": True}
    users = call.args.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.ws.user(users[0])
    if user.id == call.app.bot_user_id:
        raise SlackError("cannot_dm_bot")
    already = call.ws.opened(call.app.bot_user_id, user.id) is not None
    channel = call.ws.direct(call.app.bot_user_id, user.id)
    if not already:
        tell_channels(call.slack, [user.id])
    shown = channel_json(call.ws, channel) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": already, "already_open": already}


def join(call: Call) -> Json:
    """Let the bot into a public channel."""
    channel = call.known_channel()
    if channel.kind != "channels":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    bot = call.app.bot_user_id
    already = bot in channel.members
    if not already:
        channel.members.append(bot)
        tell_channels(call.slack)
        emit_members(call.slack, channel, [bot], joined=True)
    out: Json = {"channel": channel_json(call.ws, channel)}
    return out | ({"warning": "already_in_channel"} if already else {})


def leave(call: Call) -> Json:
    """Take the bot out of a channel."""
    channel = call.known_channel()
    call.need_scope("channels:manage", f"{channel.kind}:write")
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if call.app.bot_user_id not in channel.members:
        return {"not_in_channel": True}
    channel.members.remove(call.app.bot_user_id)
    tell_channels(call.slack)
    emit_members(call.slack, channel, [call.app.bot_user_id], joined=False)
    return {}


def mark(call: Call) -> Json:
    """Move the bot's own read mark."""
    channel = call.member_channel()
    if call.args.need("ts") not in channel.messages:
        raise invalid_arguments("invalid timestamp [json-pointer:/ts]")
    channel.read[call.app.bot_user_id] = call.args.text("ts")
    return {}


METHODS = {
    "conversations.list": Method(list_all, READ, tier=2),
    "conversations.info": Method(info, READ, tier=3),
    "conversations.members": Method(members, READ, tier=4),
    "conversations.open": Method(open_direct, ("im:write", "mpim:write"), tier=3),
    "conversations.join": Method(join, ("channels:join",), tier=3),
    "conversations.leave": Method(leave, ("channels:manage", "groups:write"), tier=3),
    "conversations.mark": Method(mark, ("channels:manage", "groups:write", "im:write"), tier=3),
    "users.conversations": Method(of_user, READ, tier=3),
}
