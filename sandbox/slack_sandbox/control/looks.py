"""What people and tests look at."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from slack_sandbox.control.request import Ask
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.render import shown_json

USER_FIELDS = ("id", "name", "real_name", "title", "email", "tz", "avatar_color", "is_admin", "is_bot")


async def workspace(ask: Ask) -> Json:
    """Who and what is there; no secrets."""
    ws = ask.ws
    channels = [
        {"id": c.id, "name": c.name, "topic": c.topic, "is_private": c.is_private, "is_im": c.is_im,
         "is_archived": c.is_archived, "members": list(c.members)}
        for c in ws.channels.values() if not c.is_im
    ]  # fmt: skip
    app = {"id": ws.app.id, "name": ws.app.name, "bot_user_id": ws.app.bot_user_id, "bot_id": ws.app.bot_id}
    return {
        "now": ws.now(),
        "team": {"id": ws.team_id, "name": ws.team_name, "domain": ws.team_domain},
        "users": [{k: getattr(u, k) for k in USER_FIELDS} for u in ws.users.values()],
        "channels": channels,
        "usergroups": [asdict(g) for g in ws.usergroups.values()],
        "app": app | {"commands": ws.app.commands, "shortcuts": ws.app.shortcuts, "scopes": ws.app.scopes,
                      "events": ws.app.events, "socket_connections": len(ask.slack.sockets.open)},
    }  # fmt: skip


async def channels(ask: Ask) -> Json:
    """A person's sidebar."""
    user = ask.person()
    return {"channels": [sidebar(ask, c, user.id) for c in ask.ws.channels_of(user.id)]}


def sidebar(ask: Ask, channel: Channel, user: str) -> Json:
    """One line of the sidebar, with how much is unread."""
    seen = [m for m in channel.messages.values() if m.only_for in ("", user) and (not m.is_reply or m.broadcast)]
    mark = channel.read.get(user, "")
    unread = sum(1 for m in seen if m.ts > mark and m.user != user and not m.only_for and not m.deleted)
    out: Json = {
        "id": channel.id, "name": channel.name, "topic": channel.topic, "is_private": channel.is_private,
        "is_im": channel.is_im, "is_archived": channel.is_archived, "members": list(channel.members),
        "unread": unread, "last_ts": seen[-1].ts if seen else None,
    }  # fmt: skip
    if channel.is_im:
        out["user"] = next((m for m in channel.members if m != user), user)
    return out


def seen_messages(ask: Ask, channel: Channel, user: str) -> list[Message]:
    """The messages a person sees in a channel, or in one of its threads, oldest first."""
    thread = ask.args.text("thread_ts")
    mine = [m for m in channel.messages.values() if m.only_for in ("", user)]
    if thread:
        return [m for m in mine if thread in (m.ts, m.thread_ts)]
    return [m for m in mine if not m.is_reply or m.broadcast]


async def messages(ask: Ask) -> Json:
    """A channel or thread as a person sees it, oldest first; ``before`` a ts, at most ``limit``."""
    channel, limit = ask.channel(), ask.args.number("limit", 200, 1, 1000)
    before = ask.args.text("before")
    rows = [m for m in seen_messages(ask, channel, ask.person().id) if not before or m.ts < before]
    shown = [shown_json(ask.ws, ask.slack.base_url, m) for m in rows[-limit:]]
    return {"messages": shown, "has_more": len(rows) > limit}


async def views(ask: Ask) -> Json:
    """The modals on a person's screen, root first."""
    return {"stack": [ask.ws.view_payload(v) for v in ask.ws.stacks.get(ask.person().id, [])]}


async def home(ask: Ask) -> Json:
    """A person's App Home."""
    view = ask.ws.homes.get(ask.person().id)
    return {"view": ask.ws.view_payload(view) if view else None}


async def log(ask: Ask) -> Json:
    """The inspector's log after an id."""
    return {"entries": ask.slack.journal.after(ask.args.number("after", 0, 0, 2**53))}


async def wait(ask: Ask) -> Json:
    """The first message that fits, now or within ``timeout`` seconds."""
    user = ask.person()
    places = [ask.channel()] if ask.args.has("channel") else []
    after, contains = ask.args.text("after_ts"), ask.args.text("contains").lower()
    try:
        seconds = min(60.0, max(0.0, float(ask.args.text("timeout", "5"))))
    except ValueError:
        raise SlackError("invalid_timeout", status=400) from None

    def look() -> Json | None:
        for channel in places or ask.ws.channels_of(user.id):
            thread = ask.args.has("thread_ts")
            rows = seen_messages(ask, channel, user.id) if thread else list(channel.messages.values())
            for message in rows:
                if message.only_for in ("", user.id) and message.ts > after and contains in words(message):
                    return shown_json(ask.ws, ask.slack.base_url, message)
        return None

    return {"message": await ask.slack.hub.wait_for(look, seconds)}


def words(message: Message) -> str:
    """Everything written in a message, in small letters."""
    rest: list[Any] = [message.blocks, message.attachments, message.files]
    return f"{message.text}\n{json.dumps(rest, ensure_ascii=False)}".lower()


async def faults(ask: Ask) -> Json:
    """The failures on order."""
    return {"faults": ask.slack.faults.listed()}


async def clock(ask: Ask) -> Json:
    """The workspace's time, and how far it is ahead of the wall's."""
    return {"now": ask.ws.now(), "offset": ask.ws.offset}


async def pause(ask: Ask) -> Json:
    """Wait until everything sent to the app so far has been answered, or two seconds."""
    if ask.slack.tasks:
        await asyncio.wait(list(ask.slack.tasks), timeout=2)
    return {"waiting": len(ask.slack.tasks)}
