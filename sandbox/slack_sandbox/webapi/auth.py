"""auth.*, team.*, bots.*: who is calling, and where."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.webapi.method import Call, Method


def api_test(call: Call) -> Json:
    """Say back what was sent; with ``error``, fail with it."""
    if call.args.has("error"):
        raise SlackError(call.args.text("error"))
    return {"args": {k: v for k, v in call.args.values.items() if k != "token"}}


def test(call: Call) -> Json:
    """Who the token belongs to."""
    ws = call.ws
    return {"url": f"{call.slack.base_url}/", "team": ws.team_name, "team_id": ws.team_id, "user": ws.bot.name,
            "user_id": ws.bot.id, "bot_id": ws.app.bot_id, "is_enterprise_install": False}  # fmt: skip


def revoke(call: Call) -> Json:
    """Revoke the token; every later call fails until it is set right through the control API."""
    if not call.args.flag("test"):
        call.app.token_state = "token_revoked"
    return {"revoked": not call.args.flag("test")}


def team_info(call: Call) -> Json:
    """The workspace."""
    ws = call.ws
    return {"team": {"id": ws.team_id, "name": ws.team_name, "domain": ws.team_domain, "email_domain": "",
                     "icon": {"image_default": True}}}  # fmt: skip


def bots_info(call: Call) -> Json:
    """The app's bot."""
    app = call.app
    if call.args.text("bot", app.bot_id) != app.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": {"id": app.bot_id, "deleted": False, "name": app.name, "updated": 0, "app_id": app.id,
                    "user_id": app.bot_user_id, "icons": {}}}  # fmt: skip


METHODS = {
    "api.test": Method(api_test, token="none", tier=4),
    "auth.test": Method(test, tier=0),
    "auth.revoke": Method(revoke),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
}
