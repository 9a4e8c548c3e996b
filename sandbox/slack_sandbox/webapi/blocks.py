"""blocks.validate: what Slack thinks of blocks, without a token."""

from slack_sandbox.blockkit.schema import Problem
from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.model import Json
from slack_sandbox.webapi.method import Call, Method


def validate(call: Call) -> Json:
    """Check blocks, a message or a view; exactly one of them."""
    given = [name for name in ("blocks", "message", "view") if call.args.has(name)]
    if len(given) != 1:
        raise invalid_arguments("exactly one of blocks, message, view is required")
    value = call.args.parsed(given[0], f"invalid_{given[0]}")
    if given[0] == "view":
        problems = check_view(value)
    elif given[0] == "blocks":
        problems = check_message_blocks(value)
    elif isinstance(value, dict):
        problems = check_message_blocks(value.get("blocks", []), "/blocks")
    else:
        problems = [Problem("invalid_type", "must be an object", "")]
    if problems:
        raise SlackError(f"invalid_{given[0]}", errors=[p.said() for p in problems])
    return {}


METHODS = {"blocks.validate": Method(validate, token="none", tier=0)}
