"""The Events API: what happened is told to the app, and told again when it does not answer."""

import asyncio
from collections.abc import Iterable

from slack_sandbox.dispatch import Answer, deliver
from slack_sandbox.ids import fresh
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.render import message_json
from slack_sandbox.slack import Slack

SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "file_shared": "files:read",
}
REASONS = {
    "operation_timeout": "http_timeout",
    "dispatch_failed": "connection_failed",
    "too_many_redirects": "too_many_redirects",
}


def emit(slack: Slack, subscription: str, event: Json) -> None:
    """Tell the app of an event, if it subscribed to it and holds the scope that it takes."""
    app = slack.ws.app
    scope = SCOPES.get(subscription)
    if subscription not in app.events or (scope and scope not in app.scopes):
        return
    slack.later(insist(slack, envelope(slack, event)))


def envelope(slack: Slack, event: Json) -> Json:
    """An event with everything Slack wraps around it."""
    ws = slack.ws
    seen_by = {"enterprise_id": None, "team_id": ws.team_id, "user_id": ws.bot.id, "is_bot": True}
    return {
        "token": ws.app.verification_token, "team_id": ws.team_id, "context_team_id": ws.team_id,
        "api_app_id": ws.app.id, "event": {"event_ts": ws.next_ts(), **event}, "type": "event_callback",
        "event_id": fresh("Ev"), "event_time": int(ws.now()), "is_ext_shared_channel": False,
        "authorizations": [seen_by | {"is_enterprise_install": False}], "event_context": fresh("", 20),
    }  # fmt: skip


async def insist(slack: Slack, payload: Json) -> Answer:
    """Deliver an event, with up to three retries at the app's delays; the last answer."""
    answer = await deliver(slack, "event", payload)
    for number, delay in enumerate(slack.ws.app.event_retry_delays[:3], start=1):
        if answer.ok or (answer.headers or {}).get("x-slack-no-retry") == "1":
            break
        await asyncio.sleep(delay)
        answer = await deliver(slack, "event", payload, (number, REASONS.get(answer.error, "http_error")))
    return answer


def message_subscription(channel: Channel) -> str:
    """The subscription under which messages of a channel are told."""
    return {"im": "message.im", "groups": "message.groups", "channels": "message.channels"}[channel.kind]


def emit_message(slack: Slack, channel: Channel, message: Message) -> None:
    """Tell of a new message, as a message event and as a mention of the app."""
    bot = slack.ws.app.bot_user_id
    if message.only_for or bot not in channel.members:
        return
    event = message_json(slack.ws, message) | {"channel": channel.id}
    emit(slack, message_subscription(channel), event | {"channel_type": channel.channel_type})
    if f"<@{bot}" in message.text and not message.bot_id and not channel.is_im:
        emit(slack, "app_mention", event | {"type": "app_mention"})


def emit_changed(slack: Slack, channel: Channel, message: Message, before: Json | None, subtype: str) -> None:
    """Tell of an edit or a deletion."""
    if message.only_for or slack.ws.app.bot_user_id not in channel.members:
        return
    event: Json = {"type": "message", "subtype": subtype, "channel": channel.id, "hidden": True}
    event |= {"ts": slack.ws.next_ts(), "channel_type": channel.channel_type, "previous_message": before}
    if subtype == "message_changed":
        event["message"] = message_json(slack.ws, message)
    else:
        event["deleted_ts"] = message.ts
    emit(slack, message_subscription(channel), event)


def emit_members(slack: Slack, channel: Channel, users: Iterable[str], joined: bool, inviter: str = "") -> None:
    """Tell of people who came or left, of which an app hears where its bot is, or of its bot itself."""
    bot = slack.ws.app.bot_user_id
    kind = "member_joined_channel" if joined else "member_left_channel"
    for user in users:
        if bot not in (*channel.members, user):
            continue
        event = {"type": kind, "user": user, "channel": channel.id, "team": slack.ws.team_id}
        letter = "G" if channel.is_private else "C"
        emit(slack, kind, event | {"channel_type": letter} | ({"inviter": inviter} if inviter else {}))
