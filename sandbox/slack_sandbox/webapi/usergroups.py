"""usergroups.*: groups of people."""

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.render import usergroup_json
from slack_sandbox.webapi.method import Call, Method


def list_all(call: Call) -> Json:
    """Every group, with members and counts when asked for."""
    users, count = call.args.flag("include_users"), call.args.flag("include_count")
    return {"usergroups": [usergroup_json(call.ws, g, users, count) for g in call.ws.usergroups.values()]}


def users_list(call: Call) -> Json:
    """Who is in a group."""
    group = call.ws.usergroups.get(call.args.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS = {
    "usergroups.list": Method(list_all, ("usergroups:read",), tier=2),
    "usergroups.users.list": Method(users_list, ("usergroups:read",), tier=2),
}
