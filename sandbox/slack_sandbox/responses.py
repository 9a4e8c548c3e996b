"""Answers to a command or interaction: in its ack, or later through response_url."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slack_sandbox.args import Args, load_json
from slack_sandbox.errors import SlackError
from slack_sandbox.faults import for_the_log, with_fault
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.posting import change, put, remove, thread_parent
from slack_sandbox.slack import Slack
from slack_sandbox.tickets import Hook
from slack_sandbox.webapi.content import read_content


def as_body(answer: Any) -> Json | None:
    """An ack's body as a message; None when it says nothing."""
    if isinstance(answer, str) and answer.strip():
        return {"text": answer}
    says = isinstance(answer, dict) and any(answer.get(k) for k in ("text", "blocks", "attachments", "delete_original"))
    return answer if says else None


def apply(slack: Slack, hook: Hook, body: Json) -> None:
    """Show an answer where its hook belongs: replace or delete the source, or post anew."""
    args = Args(body)
    channel = slack.ws.channel(hook.channel)
    source = _source(channel, hook)
    if args.flag("delete_original"):
        if source is not None:
            remove(slack, channel, source)
        return
    content = read_content(args)
    if args.flag("replace_original") and source is not None:
        parts: Json = {"text": content.text, "blocks": content.blocks, "attachments": content.attachments}
        if content.metadata:
            parts["metadata"] = content.metadata
        change(slack, channel, source, parts, edited_by="" if source.only_for else slack.ws.app.bot_user_id)
        return
    post_answer(slack, hook, channel, args)


def _source(channel: Channel, hook: Hook) -> Message | None:
    found = channel.messages.get(hook.source_ts)
    return None if found is None or found.deleted else found


def post_answer(slack: Slack, hook: Hook, channel: Channel, args: Args) -> None:
    """Post an answer: to its user alone, unless it says in_channel."""
    content, app = read_content(args), slack.ws.app
    kind = args.text("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_response_type", status=400)
    thread = args.text("thread_ts") or (hook.thread_ts if kind == "ephemeral" else "")
    message = Message(
        slack.ws.next_ts(), channel.id, app.bot_user_id, content.text, app.bot_id, blocks=content.blocks,
        attachments=content.attachments, only_for=hook.user if kind == "ephemeral" else "",
        thread_ts=thread_parent(channel, thread), metadata=content.metadata,
    )  # fmt: skip
    put(slack, channel, message)
    hook.source_ts = hook.source_ts or message.ts


async def handle(slack: Slack, request: Request) -> Response:
    """A POST to a response_url."""
    started, hook_id = time.perf_counter(), request.path_params["hook"]
    known = slack.tickets.hooks.get(hook_id)
    fault, body = slack.fault("response_url", known.channel if known else ""), parsed(await request.body())
    response, answer = await with_fault(request, fault, lambda: use(slack, hook_id, body))
    outcome = for_the_log(fault, response)
    slack.journal.note("from_bot", "response_url", started=started, request=body, response=answer, **outcome)
    return response


def parsed(raw: bytes) -> Any:
    """What was sent; None when it is no JSON."""
    try:
        return load_json(raw)
    except ValueError:
        return None


def use(slack: Slack, hook_id: str, body: Any) -> tuple[Response, Json]:
    """Use a response_url once; the response and what it says."""
    try:
        if not isinstance(body, dict):
            raise SlackError("invalid_payload", status=400)
        apply(slack, slack.tickets.use_hook(hook_id, slack.ws.now()), body)
    except SlackError as refusal:
        return JSONResponse(refusal.body(), refusal.status if refusal.status != 200 else 400), refusal.body()
    return JSONResponse({"ok": True}), {"ok": True}
