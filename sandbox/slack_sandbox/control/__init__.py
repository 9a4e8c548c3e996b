"""The control API: one table from method and path to function."""

import re
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slack_sandbox.args import load_json
from slack_sandbox.control import acts, admin, looks, people
from slack_sandbox.control.request import Ask
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.slack import Slack

HERE = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
MOST_BYTES = 40 * 1024 * 1024
TABLE: dict[tuple[str, str], Callable[[Ask], Awaitable[Json]]] = {
    ("GET", "workspace"): looks.workspace,
    ("GET", "channels"): looks.channels,
    ("GET", "messages"): looks.messages,
    ("GET", "views"): looks.views,
    ("GET", "home"): looks.home,
    ("GET", "log"): looks.log,
    ("GET", "faults"): looks.faults,
    ("GET", "clock"): looks.clock,
    ("POST", "wait"): looks.wait,
    ("POST", "pause"): looks.pause,
    ("POST", "say"): people.say,
    ("POST", "edit"): people.edit,
    ("POST", "delete"): people.delete,
    ("POST", "react"): people.react,
    ("POST", "read"): people.read,
    ("POST", "command"): people.command,
    ("POST", "open_dm"): people.open_dm,
    ("POST", "open_home"): people.open_home,
    ("POST", "join"): people.join,
    ("POST", "click"): acts.click,
    ("POST", "shortcut"): acts.shortcut,
    ("POST", "submit"): acts.submit,
    ("POST", "close"): acts.close,
    ("POST", "options"): acts.options,
    ("POST", "reset"): admin.reset,
    ("POST", "app"): admin.app,
    ("POST", "faults"): admin.order_fault,
    ("DELETE", "faults"): admin.drop_faults,
    ("POST", "clock"): admin.clock,
    ("POST", "socket"): admin.socket,
    ("POST", "replay"): admin.replay,
}


async def handle(slack: Slack, request: Request) -> Response:
    """Answer one control request; refusals are 4xx with ok, error and perhaps detail."""
    if not from_here(request.headers.get("origin")):
        return JSONResponse({"ok": False, "error": "foreign_origin"}, 403)
    act = TABLE.get((request.method, request.path_params["verb"]))
    if act is None:
        return JSONResponse({"ok": False, "error": "unknown_request"}, 404)
    try:
        values = dict(request.query_params) | await json_body(request)
        if "fault" in request.path_params:
            values["fault"] = request.path_params["fault"]
        return JSONResponse({"ok": True, **await act(Ask(slack, values))})
    except SlackError as refusal:
        return JSONResponse(refusal.body(), refusal.status if refusal.status != 200 else 400)


def from_here(origin: str | None) -> bool:
    """Whether a browser's request comes from a page of this machine; other web sites may not move people here."""
    return origin is None or bool(HERE.fullmatch(origin))


async def json_body(request: Request) -> Json:
    """The JSON object in the body; empty when there is none."""
    try:
        raw = await request.body()
    except HTTPException:
        raise SlackError("invalid_json", status=400) from None
    if len(raw) > MOST_BYTES:
        raise SlackError("too_large", status=413)
    try:
        value = load_json(raw) if raw.strip() else {}
    except ValueError:
        raise SlackError("invalid_json", status=400) from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object", status=400)
    return value
