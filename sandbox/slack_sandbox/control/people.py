"""What people do by themselves: say, react, read, run commands, open things."""

import base64
import binascii
from typing import Any

from slack_sandbox.control.request import Ask
from slack_sandbox.dispatch import deliver
from slack_sandbox.errors import SlackError
from slack_sandbox.events import emit, emit_members
from slack_sandbox.limits import MESSAGE_TEXT
from slack_sandbox.mentions import escape, typed
from slack_sandbox.model import Json, Message
from slack_sandbox.payloads import command_form
from slack_sandbox.posting import change, put, remove, tell_channels, thread_parent
from slack_sandbox.render import shown_json
from slack_sandbox.responses import apply, as_body
from slack_sandbox.webapi.files import attach, new_file
from slack_sandbox.webapi.reactions import react as put_reaction


async def say(ask: Ask) -> Json:
    """Post a message as a person."""
    user, channel = ask.person(), ask.channel()
    if channel.is_archived:
        raise SlackError("is_archived", status=400)
    text, files = ask.args.text("text"), read_files(ask, user.id)
    if not text.strip() and not files:
        raise SlackError("no_text", status=400)
    thread = thread_parent(channel, ask.args.text("thread_ts"))
    message = Message(ask.ws.next_ts(), channel.id, user.id, typed(ask.ws, text)[:MESSAGE_TEXT], thread_ts=thread)
    if files:
        attach(message, channel, files)
    put(ask.slack, channel, message)
    return {"message": shown_json(ask.ws, ask.slack.base_url, message)}


def read_files(ask: Ask, user: str) -> list[Json]:
    """Files given as name and base64 content."""
    found = []
    for entry in ask.args.values.get("files") or []:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise SlackError("invalid_files", status=400)
        try:
            content = base64.b64decode(str(entry.get("content_base64", "")), validate=True)
        except binascii.Error:
            raise SlackError("invalid_files", status=400) from None
        file = new_file(ask.slack, entry["name"], user, len(content), content)
        ask.ws.files[file["id"]] = file
        found.append(file)
    return found


async def edit(ask: Ask) -> Json:
    """Change one's own message."""
    channel = ask.channel()
    message = own(ask, ask.message(channel))
    change(ask.slack, channel, message, {"text": typed(ask.ws, ask.args.need("text"))}, edited_by=message.user)
    return {"message": shown_json(ask.ws, ask.slack.base_url, message)}


async def delete(ask: Ask) -> Json:
    """Take one's own message back, or dismiss an ephemeral."""
    channel = ask.channel()
    message = ask.message(channel)
    remove(ask.slack, channel, message if message.only_for else own(ask, message))
    return {}


def own(ask: Ask, message: Message) -> Message:
    """A message, if the person wrote it."""
    if message.user != ask.person().id:
        raise SlackError("not_your_message", status=400)
    return message


async def react(ask: Ask) -> Json:
    """React to a message, or take the reaction back."""
    channel = ask.channel()
    message, away = ask.message(channel), ask.args.flag("remove")
    if message.only_for:
        raise SlackError("message_not_found", status=404)
    put_reaction(ask.slack, channel, message, ask.person().id, ask.args.need("name"), away)
    return {}


async def read(ask: Ask) -> Json:
    """Mark a channel as read up to a message."""
    channel = ask.channel()
    channel.read[ask.person().id] = ask.args.need("ts")
    tell_channels(ask.slack, [ask.person().id])
    return {}


async def command(ask: Ask) -> Json:
    """Run a slash command and show its answer."""
    slack, user, channel = ask.slack, ask.person(), ask.channel()
    word, _, text = ask.args.need("text").strip().partition(" ")
    if "\n" in word:
        word, _, rest = word.partition("\n")
        text = f"{rest} {text}".strip()
    known: dict[str, Any] | None = next((c for c in ask.ws.app.commands if c.get("command") == word), None)
    if known is None:
        return {"ok": False, "status": 0, "ms": 0, "error": "unknown_command"}
    escaped = typed(ask.ws, text, labels=True) if known.get("should_escape") else escape(text)  # names stay names
    form = command_form(slack, user, channel, word, escaped.strip())
    answer = await deliver(slack, "command", form)
    told = answer.told()
    body = as_body(answer.body) if answer.ok else None
    hook = slack.tickets.hooks.get(form["response_url"].rsplit("/", 1)[1])  # none when all began anew meanwhile
    if body is not None and hook is not None:
        try:
            apply(slack, hook, body)
        except SlackError as refusal:
            return told | refusal.body()
    return told


async def open_dm(ask: Ask) -> Json:
    """The direct message of two people, or of one with the app."""
    user, other = ask.person(), ask.ws.user(ask.args.need("with"))
    channel = ask.ws.direct(user.id, other.id)
    tell_channels(ask.slack, channel.members)
    return {"channel": channel.id}


async def open_home(ask: Ask) -> Json:
    """Look at the app's Home tab; the app is told."""
    user = ask.person()
    channel = ask.ws.direct(user.id, ask.ws.app.bot_user_id)
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
    home = ask.ws.homes.get(user.id)
    if home:
        event["view"] = ask.ws.view_payload(home)
    emit(ask.slack, "app_home_opened", event)
    return {"channel": channel.id}


async def join(ask: Ask) -> Json:
    """Enter a public channel, bring somebody (the app, too) into one, or take them out."""
    user = ask.ws.user(ask.args.text("user") or ask.person().id)
    channel, away = ask.ws.channel(ask.args.need("channel")), ask.args.flag("leave")
    if (user.id in channel.members) != away:
        return {"no_op": True}
    if away:
        channel.members.remove(user.id)
    else:
        channel.members.append(user.id)
    tell_channels(ask.slack)
    emit_members(ask.slack, channel, [user.id], joined=not away)
    return {}
