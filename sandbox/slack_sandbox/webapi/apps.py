"""apps.connections.open: the way into Socket Mode."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.webapi.method import Call, Method


def open_connection(call: Call) -> Json:
    """A single-use WebSocket address."""
    if call.app.socket_mode is False:
        raise SlackError("socket_mode_not_enabled")
    ticket = call.slack.sockets.ticket(call.args.flag("debug_reconnects"))
    return {"url": f"{call.slack.base_url.replace('http', 'ws', 1)}/socket/{ticket}?app_id={call.app.id}"}


METHODS = {"apps.connections.open": Method(open_connection, token="app", tier=1)}
