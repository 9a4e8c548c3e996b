"""views.open, push, update and publish."""

from slack_sandbox import modals
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json, View
from slack_sandbox.webapi.method import Call, Method


def shown(call: Call, view: View) -> Json:
    """The answer with a view."""
    return {"view": call.ws.view_payload(view)}


def body(call: Call, *kinds: str) -> Json:
    """The view in the arguments."""
    return modals.read_view(call.args.parsed("view", "invalid_arguments"), kinds)


def opener(call: Call) -> tuple[str, Json]:
    """Whose screen a trigger opens, and the view to show; the trigger is spent only on a view that is in order."""
    view = body(call, "modal")
    name = call.args.text("trigger_id") or call.args.text("interactivity_pointer")
    return call.slack.tickets.spend(name, call.app.trigger_seconds).user, view


def open_view(call: Call) -> Json:
    """Open a modal for the person behind a trigger_id."""
    return shown(call, modals.open_root(call.slack, *opener(call)))


def push_view(call: Call) -> Json:
    """Put a modal on top of the one it was triggered from."""
    return shown(call, modals.push(call.slack, *opener(call)))


def update_view(call: Call) -> Json:
    """Change a modal or Home, by its id or external_id."""
    view_id, external = call.args.text("view_id"), call.args.text("external_id")
    stacks = [v for stack in call.ws.stacks.values() for v in stack]
    found = next((v for v in stacks if external and v.body.get("external_id") == external), call.ws.view(view_id))
    if found is None:
        raise SlackError("not_found")
    new = body(call, found.body["type"])
    return shown(call, modals.replace(call.slack, found, new, call.args.text("hash")))


def publish(call: Call) -> Json:
    """Set somebody's App Home."""
    user, new = call.args.need("user_id"), body(call, "home")
    call.ws.user(user)
    home = call.ws.homes.get(user)
    if home is None:
        if call.args.text("hash"):
            raise SlackError("hash_conflict")
        home = call.ws.homes[user] = modals.make(call.slack, user, new)
        modals.tell_home(call.slack, user)
    else:
        modals.replace(call.slack, home, new, call.args.text("hash"))
    return shown(call, home)


METHODS = {
    "views.open": Method(open_view, tier=4),
    "views.push": Method(push_view, tier=4),
    "views.update": Method(update_view, tier=4),
    "views.publish": Method(publish, tier=4),
}
