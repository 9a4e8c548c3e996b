"""The payloads of commands and interactions."""

from typing import Any

from slack_sandbox.model import Channel, Json, Message, User, View
from slack_sandbox.render import message_json
from slack_sandbox.slack import Slack


def command_form(slack: Slack, user: User, channel: Channel, command: str, text: str) -> Json:
    """The form fields of a slash command, with a fresh trigger and response_url."""
    ws = slack.ws
    hook = slack.tickets.hook(user.id, channel.id, ws.now())
    return {
        "token": ws.app.verification_token, "team_id": ws.team_id, "team_domain": ws.team_domain,
        "channel_id": channel.id, "channel_name": place_name(channel), "user_id": user.id, "user_name": user.name,
        "command": command, "text": text, "api_app_id": ws.app.id, "is_enterprise_install": "false",
        "response_url": f"{slack.base_url}/response/{hook.id}", "trigger_id": slack.tickets.trigger(user.id),
    }  # fmt: skip


def place_name(channel: Channel) -> str:
    """A channel's name as payloads give it."""
    return "directmessage" if channel.is_im else channel.name


def base(slack: Slack, kind: str, user: User, trigger: bool = True) -> Json:
    """What every interaction starts with; with a trigger_id, unless told otherwise."""
    ws = slack.ws
    out: Json = {
        "type": kind, "team": {"id": ws.team_id, "domain": ws.team_domain}, "api_app_id": ws.app.id,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": ws.team_id},
        "token": ws.app.verification_token, "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip
    return out | {"trigger_id": slack.tickets.trigger(user.id)} if trigger else out


def in_view(slack: Slack, view: View) -> Json:
    """Where an interaction in a view happened."""
    return {"container": {"type": "view", "view_id": view.id}, "view": slack.ws.view_payload(view)}


def in_message(slack: Slack, channel: Channel, message: Message) -> Json:
    """Where an interaction in a message happened; an ephemeral itself is not sent along."""
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = bool(message.only_for)
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    out: Json = {"container": container, "channel": {"id": channel.id, "name": place_name(channel)}}
    if not message.only_for:
        out["message"] = message_json(slack.ws, message)
    return out


def response_url(slack: Slack, user: User, channel: Channel, message: Message | None = None) -> str:
    """A fresh response_url for what a user did on a message or in a channel."""
    ts, thread = (message.ts, message.thread_ts) if message else ("", "")
    hook = slack.tickets.hook(user.id, channel.id, slack.ws.now(), ts, thread)
    return f"{slack.base_url}/response/{hook.id}"


def options_in(answer: Any) -> Json:
    """The part of a block_suggestion's answer that is options."""
    body = answer if isinstance(answer, dict) else {}
    return {k: body[k] for k in ("options", "option_groups") if k in body}
