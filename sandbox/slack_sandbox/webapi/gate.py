"""The door of the Web API: reads the call, checks token, scope and pace, applies faults, runs the method."""

import time
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slack_sandbox.args import Args, load_json
from slack_sandbox.errors import SlackError
from slack_sandbox.faults import for_the_log, too_many, with_fault
from slack_sandbox.ids import fresh
from slack_sandbox.model import Json
from slack_sandbox.slack import Slack
from slack_sandbox.webapi import all_methods
from slack_sandbox.webapi.method import Call, Method, missing_scope

MOST_BYTES = 4 * 1024 * 1024
TABLE = all_methods()


async def handle(slack: Slack, request: Request) -> Response:
    """Answer one Web API request; everything wrong with it is said as Slack says it."""
    started = time.perf_counter()
    name = request.path_params["method"]
    try:
        args = Args(await read_arguments(request))
    except SlackError as refusal:
        return JSONResponse(refusal.body(), refusal.status)
    channel = str(args.values.get("channel") or args.values.get("channel_id") or "")
    fault, call = slack.fault(name, channel), Call(slack, args, name)
    response, body = await with_fault(request, fault, lambda: respond(slack, request, call))
    outcome = for_the_log(fault, response)
    slack.journal.note("from_bot", "api", started=started, request=args.values, response=body, method=name, **outcome)
    return response


def respond(slack: Slack, request: Request, call: Call) -> tuple[Response, Any]:
    """Check and run one call."""
    headers = {"x-oauth-scopes": ",".join(slack.ws.app.scopes), "x-slack-req-id": fresh("", 32).lower()}
    try:
        method = admitted(request, call)
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        rate, channel = slack.ws.app.rate, slack.ws.place(str(call.args.values.get("channel")))
        wait = slack.buckets.wait(rate, call.method, channel, method.tier, slack.ws.now())
        if wait:
            return too_many(wait), {"ok": False, "error": "ratelimited", "retry_after": wait}
        body: Json = {"ok": True, **method.run(call)}
        status = 200
    except SlackError as refusal:
        body, status = refusal.body(), refusal.status
    return JSONResponse(body, status, headers), body


def admitted(request: Request, call: Call) -> Method:
    """The method, if the token may call it."""
    method = TABLE.get(call.method)
    if method is None:
        raise SlackError("unknown_method", req_method=call.method)
    if method.token == "none":
        return method
    header = request.headers.get("authorization", "")
    token = header[7:].strip() if header.lower().startswith("bearer ") else call.args.text("token")
    check_token(call, token, method.token)
    if method.scopes and not set(method.scopes) & set(call.app.scopes):
        raise missing_scope(method.scopes, call.app.scopes)
    return method


def check_token(call: Call, token: str, kind: str) -> None:
    """Refuse a token that is missing, wrong, of the other kind or no longer good."""
    app = call.app
    if not token:
        raise SlackError("not_authed")
    known = {app.bot_token: "bot", app.app_token: "app"}
    if token not in known:
        raise SlackError("invalid_auth")
    if known[token] != kind:
        raise SlackError("not_allowed_token_type")
    if app.token_state != "ok":
        raise SlackError(app.token_state)


async def read_arguments(request: Request) -> dict[str, Any]:
    """Arguments from the query, and from a JSON or form body."""
    values: dict[str, Any] = dict(request.query_params)
    if request.method != "POST":
        return values
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise SlackError("request_too_large", status=413)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        return values | json_object(await request.body())
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return values | await form_fields(request)
    if await request.body():
        raise SlackError("invalid_post_type")
    return values


async def form_fields(request: Request) -> dict[str, Any]:
    """The text fields of a form."""
    try:
        form = await request.form(max_fields=2000, max_part_size=2**22)
    except (HTTPException, UnicodeDecodeError, ValueError):
        raise SlackError("invalid_form_data") from None
    return {key: value for key, value in form.items() if isinstance(value, str)}


def json_object(body: bytes) -> dict[str, Any]:
    """A JSON body, which must be an object."""
    if not body:
        return {}
    try:
        value = load_json(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
