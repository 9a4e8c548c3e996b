"""Users, channels and messages as Slack's Web API shows them."""

import copy
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slack_sandbox.model import Channel, Json, Message, User, Usergroup
from slack_sandbox.workspace import Workspace


def zone_offset(ws: Workspace, zone: str) -> int:
    """Seconds east of UTC of a zone at the workspace's present."""
    try:
        offset = datetime.fromtimestamp(ws.now(), UTC).astimezone(ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def user_json(ws: Workspace, user: User, with_email: bool = True) -> Json:
    """A user object; the address only for those who may read it."""
    profile: Json = {
        "real_name": user.real_name or user.name, "display_name": user.name, "title": user.title,
        "real_name_normalized": user.real_name or user.name, "display_name_normalized": user.name,
        "status_text": "", "status_emoji": "", "team": ws.team_id,
    }  # fmt: skip
    if with_email and user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": ws.app.bot_id, "api_app_id": ws.app.id}
    return {
        "id": user.id, "team_id": ws.team_id, "name": user.name, "real_name": user.real_name or user.name,
        "deleted": user.deleted, "color": user.avatar_color.lstrip("#"), "tz": user.tz,
        "tz_offset": zone_offset(ws, user.tz), "tz_label": user.tz, "profile": profile,
        "is_admin": user.is_admin, "is_owner": False, "is_bot": user.is_bot, "is_app_user": False,
        "is_restricted": False, "is_ultra_restricted": False, "updated": 0,
    }  # fmt: skip


def channel_json(ws: Workspace, channel: Channel) -> Json:
    """A conversation object, as the app's bot sees it."""
    if channel.is_im:
        other = next((m for m in channel.members if m != ws.app.bot_user_id), "")
        return {"id": channel.id, "created": channel.created, "is_im": True, "user": other, "is_open": True,
                "is_archived": False, "is_org_shared": False, "priority": 0}  # fmt: skip
    return {
        "id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created,
        "creator": channel.creator, "is_channel": not channel.is_private, "is_group": channel.is_private,
        "is_im": False, "is_mpim": False, "is_private": channel.is_private, "is_archived": channel.is_archived,
        "is_general": channel.name == "general", "is_shared": False, "is_ext_shared": False,
        "is_member": ws.app.bot_user_id in channel.members, "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0}, "context_team_id": ws.team_id,
    }  # fmt: skip


def usergroup_json(ws: Workspace, group: Usergroup, with_users: bool, with_count: bool = True) -> Json:
    """A user group object."""
    out: Json = {"id": group.id, "team_id": ws.team_id, "is_usergroup": True, "name": group.name,
                 "handle": group.handle, "description": "", "is_external": False, "date_delete": 0,
                 "prefs": {"channels": [], "groups": []}}  # fmt: skip
    if with_users:
        out["users"] = list(group.users)
    if with_count:
        out["user_count"] = len(group.users)
    return out


def message_json(ws: Workspace, message: Message, all_metadata: bool = False) -> Json:
    """A message as history, events and answers show it."""
    out: Json = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "team": ws.team_id,
    }
    if message.subtype:
        out["subtype"] = message.subtype
    if message.deleted:
        out["hidden"] = True
    if message.bot_id:
        app = {"id": message.bot_id, "app_id": ws.app.id, "user_id": ws.app.bot_user_id, "name": ws.app.name}
        out |= {"bot_id": message.bot_id, "app_id": ws.app.id}
        out["bot_profile"] = app | {"deleted": False, "updated": 0, "team_id": ws.team_id}
    optional = {
        "username": message.username, "blocks": message.blocks, "attachments": message.attachments,
        "files": message.files, "thread_ts": message.thread_ts, "edited": message.edited,
    }  # fmt: skip
    out |= {key: copy.deepcopy(value) for key, value in optional.items() if value}
    if message.icon_emoji:
        out["icons"] = {"emoji": message.icon_emoji}
    if message.reactions:
        out["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()]
    if message.metadata:
        seen = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        out["metadata"] = copy.deepcopy(seen)
    channel = ws.channels.get(message.channel)
    if channel:
        out |= thread_json(channel, message)
    return out


def thread_json(channel: Channel, message: Message) -> Json:
    """What a message says about the thread it starts or hangs in, and whether it is pinned."""
    out: Json = {"pinned_to": [channel.id]} if message.ts in channel.pins else {}
    if message.is_reply:
        parent = channel.messages.get(message.thread_ts)
        return out | ({"parent_user_id": parent.user} if parent else {})
    replies = [] if message.only_for else channel.replies(message.ts)
    if replies:
        users = list(dict.fromkeys(r.user for r in replies))
        out |= {"thread_ts": message.ts, "reply_count": len(replies), "reply_users": users}
        out |= {"reply_users_count": len(users), "latest_reply": replies[-1].ts}
    return out


def permalink(ws: Workspace, base_url: str, message: Message) -> str:
    """The address of a message; the sandbox's page opens it."""
    link = f"{base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link


def shown_json(ws: Workspace, base_url: str, message: Message) -> Json:
    """A message as the sandbox's page and its tests see it, everything included."""
    out = message_json(ws, message, all_metadata=True)
    for key in ("type", "team", "bot_profile", "pinned_to"):
        out.pop(key, None)
    out |= {"channel": message.channel, "ephemeral": bool(message.only_for)}
    out |= {"permalink": permalink(ws, base_url, message)}
    if message.ts in ws.channels[message.channel].pins:
        out["pinned"] = True
    return out
