"""users.*: people."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.render import user_json
from slack_sandbox.webapi.method import Call, Method, page, with_cursor


def emails(call: Call) -> bool:
    """Whether the token may see addresses."""
    return "users:read.email" in call.app.scopes


def info(call: Call) -> Json:
    """One user."""
    return {"user": user_json(call.ws, call.ws.user(call.args.need("user")), emails(call))}


def list_all(call: Call) -> Json:
    """Everybody."""
    rows = [user_json(call.ws, user, emails(call)) for user in call.ws.users.values()]
    return with_cursor("members", *page(rows, call.args)) | {"cache_ts": int(call.ws.now())}


def by_email(call: Call) -> Json:
    """The user with an address."""
    wanted = call.args.need("email").lower()
    found = next((u for u in call.ws.users.values() if u.email and u.email.lower() == wanted), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": user_json(call.ws, found)}


def profile(call: Call) -> Json:
    """A user's profile, the bot's own by default."""
    user = call.ws.user(call.args.text("user") or call.app.bot_user_id)
    return {"profile": user_json(call.ws, user, emails(call))["profile"]}


def presence(call: Call) -> Json:
    """Whether a user has the sandbox's page open."""
    user = call.ws.user(call.args.text("user") or call.app.bot_user_id)
    online = any(listener.user == user.id for listener in call.slack.hub.listeners)
    return {"presence": "active" if online or user.is_bot else "away"}


METHODS = {
    "users.info": Method(info, ("users:read",), tier=4),
    "users.list": Method(list_all, ("users:read",), tier=2),
    "users.lookupByEmail": Method(by_email, ("users:read.email",), tier=3),
    "users.profile.get": Method(profile, ("users.profile:read",), tier=4),
    "users.getPresence": Method(presence, ("users:read",), tier=3),
}
