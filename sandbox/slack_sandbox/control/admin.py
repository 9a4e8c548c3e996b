"""Settings of the sandbox itself: start over, the app, faults, the clock, Socket Mode."""

from dataclasses import asdict, replace

from slack_sandbox.control import looks
from slack_sandbox.control.request import Ask
from slack_sandbox.dispatch import send_body
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json

REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


async def reset(ask: Ask) -> Json:
    """Start over with the workspace given, or as at the start."""
    seed = ask.args.values.get("workspace")
    if seed is not None and not isinstance(seed, dict):
        raise SlackError("invalid_workspace", status=400)
    ask.slack.reset(seed)
    return {}


async def app(ask: Ask) -> Json:
    """Change settings of the app; all or none."""
    trial = replace(ask.ws.app)
    trial.patch(ask.args.values)
    if trial.bot_user_id not in ask.ws.users:
        raise SlackError("user_not_found", status=400)
    ask.ws.app.patch(ask.args.values)
    ask.ws.bot.real_name = ask.ws.app.name
    ask.slack.hub.tell({"type": "channels"})
    return {}


async def order_fault(ask: Ask) -> Json:
    """Order a failure."""
    fault = ask.slack.faults.add(ask.args.values)
    ask.slack.hub.tell({"type": "faults"})
    return {"id": fault.id}


async def drop_faults(ask: Ask) -> Json:
    """Withdraw one order, or all."""
    ask.slack.faults.drop(ask.args.text("fault"))
    ask.slack.hub.tell({"type": "faults"})
    return {}


async def clock(ask: Ask) -> Json:
    """Set how many seconds the workspace's clock is ahead of the wall's, if told so; its time now."""
    if ask.args.has("offset"):
        try:
            ask.ws.offset = float(ask.args.text("offset"))
        except ValueError:
            raise SlackError("invalid_offset", status=400) from None
        if not abs(ask.ws.offset) < 3e9:
            ask.ws.offset = 0.0
            raise SlackError("invalid_offset", status=400)
        ask.slack.hub.tell({"type": "clock", "now": ask.ws.now()})
    return await looks.clock(ask)


async def socket(ask: Ask) -> Json:
    """Tell the app's Socket Mode connections to go, for a reason."""
    reason = ask.args.text("reason", "refresh_requested")
    if reason not in REASONS:
        raise SlackError("invalid_reason", status=400, detail=f"one of {', '.join(REASONS)}")
    return {"told": await ask.slack.sockets.disconnect(reason)}


async def replay(ask: Ask) -> Json:
    """Send something from the log to the app again, byte for byte, signed anew, with more headers if given."""
    kept = ask.slack.journal.bodies.get(ask.args.number("id", 0, 0, 2**53))
    extra = ask.args.values.get("headers") or {}
    if kept is None:
        raise SlackError("no_such_entry", status=404)
    if not isinstance(extra, dict) or not all(f"{k}{v}".isascii() for k, v in extra.items()):
        raise SlackError("invalid_headers", status=400)
    answer = await send_body(ask.slack, kept[0], kept[1], {str(k): str(v) for k, v in extra.items()})
    return asdict(answer) | {"ok": answer.ok}
