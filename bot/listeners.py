"""Which function answers what: slash commands by word, buttons by action id, windows by callback id."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltResponse

from bot import home, retention
from bot.actions import alerts as alert_actions
from bot.actions import calibrate as calibrate_actions
from bot.actions import digest as digest_actions
from bot.actions import escalations as escalation_actions
from bot.actions import review as review_actions
from bot.actions import tag as tag_actions
from bot.actions import ticket as ticket_actions
from bot.answers import Replies
from bot.blocks.kit import unescape
from bot.commands import calibrate as calibrate_command
from bot.commands import digest as digest_command
from bot.commands import escalate as escalate_command
from bot.commands import review as review_command
from bot.commands import sla as sla_command
from bot.commands import tag as tag_command
from bot.commands import ticket as ticket_command
from bot.desk import Action, Click, Command, Desk, House, Submission, View
from domain import refusal, roles
from domain.plain_text import storable

COMMANDS: Mapping[str, Command] = {
    "ticket": ticket_command.answer,
    "tag": tag_command.tag,
    "escalate": escalate_command.answer,
    "sla": sla_command.answer,
    "digest": digest_command.answer,
    "calibrate": calibrate_command.answer,
    "review": review_command.answer,
}
ACTIONS: Mapping[str, Action] = {
    "ticket_show": ticket_actions.show,
    "ticket_list_previous": ticket_actions.turn_page,
    "ticket_list_next": ticket_actions.turn_page,
    "ticket_take": ticket_actions.take,
    "ticket_reply": ticket_actions.reply,
    "ticket_pending": ticket_actions.pending,
    "ticket_open": ticket_actions.open_again,
    "ticket_solved": ticket_actions.solve,
    "ticket_closed": ticket_actions.close,
    "ticket_undo": ticket_actions.undo,
    **tag_actions.ACTIONS,
    **alert_actions.ACTIONS,
    **escalation_actions.ACTIONS,
    **digest_actions.ACTIONS,
    **calibrate_actions.ACTIONS,
    **review_actions.ACTIONS,
}
VIEWS: Mapping[str, View] = {
    "ticket_new": ticket_actions.created,
    "ticket_solve": ticket_actions.solved,
    "ticket_missing": ticket_command.completed,
    **tag_actions.VIEWS,
    **alert_actions.VIEWS,
    **escalation_actions.VIEWS,
    **calibrate_actions.VIEWS,
    **review_actions.VIEWS,
}


def register(app: App, house: House, replies: Replies) -> None:
    """Tell Bolt about every command, button and window. What has no listener of its own is acknowledged."""
    app.middleware(_storable)
    for word, command in COMMANDS.items():
        listen = _counted(house, "command", word, _command(house, command, replies))
        app.command(f"/{house.settings.slack.prefix}{word}")(listen)
    for action_id, action in ACTIONS.items():
        app.action(action_id)(_counted(house, "button", action_id, _action(house, action, replies)))
    for callback_id, view in VIEWS.items():
        app.view(callback_id)(_counted(house, "window", callback_id, _view(house, view, replies)))
    app.action(re.compile(".*"))(_nothing)
    app.event("app_home_opened")(_home(house, replies))
    for name in ("app_uninstalled", "tokens_revoked"):
        app.event(name)(_sent_away(house))
    app.event(re.compile(".*"))(_nothing)


def _storable(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # Bolt names the arguments
    """What comes in holds nothing that the database would refuse."""
    body.update(storable(body))
    return next()


def _counted(house: House, kind: str, name: str, listen: Callable[..., None]) -> Callable[..., None]:
    def counted(ack: Ack, body: dict[str, Any]) -> None:
        with house.meters.answering(kind, name):
            listen(ack, body)

    return counted


def _nothing(ack: Ack) -> None:
    ack()


def _desk(house: House, body: Mapping[str, Any], person: str, delivery: str | None) -> Desk:
    team = body.get("team_id") or _id(body.get("team")) or body.get("enterprise_id") or ""
    if house.home is not None and house.home not in (team, body.get("enterprise_id"), _id(body.get("enterprise"))):
        raise refusal.OtherWorkspace(team)
    channel = body.get("channel_id") or _id(body.get("channel"))
    return Desk(house, team, person, f"slack:{delivery}" if delivery else None, channel)


def _must_be_allowed(desk: Desk, name: str) -> None:
    """What depends on the thing that a button is about is judged where that is read."""
    if not roles.rule_of(name).is_about_the_thing:
        desk.must_be_allowed(name)


def _id(named: Any) -> str | None:
    """The id in `{"id": …}`, or the id itself, as some payloads have it."""
    return named.get("id") if isinstance(named, dict) else named


def _command(house: House, command: Command, replies: Replies) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        desk = _desk(house, body, body["user_id"], body.get("trigger_id"))
        replies.to_command(command(desk, unescape(body.get("text", ""))), ack, body)

    return listen


def _action(house: House, action: Action, replies: Replies) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        pressed = body["actions"][0]
        desk = _desk(house, body, body["user"]["id"], body.get("trigger_id"))
        alone = bool((body.get("container") or {}).get("is_ephemeral"))
        _must_be_allowed(desk, f"button {pressed['action_id']}")
        window = _submission(body["view"]) if body.get("view") else None
        click = Click(pressed["action_id"], str(_entered(pressed) or ""), replaces=alone, window=window)
        replies.to_action(action(desk, click), ack, body)

    return listen


def _home(house: House, replies: Replies) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        person = _id(body["event"].get("user"))
        if person and body["event"].get("tab") == "home":
            desk = _desk(house, body, person, None)
            desk.must_be_allowed("home")
            replies.to_home(home.view(desk), desk)

    return listen


def _sent_away(house: House) -> Callable[..., None]:
    """The app was removed, or its bot token taken back: both may come, in either order, and more than once."""

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        event = body["event"]
        if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            retention.leave(house, _desk(house, body, "slack", None).workspace_id)
        ack()

    return listen


def _view(house: House, view: View, replies: Replies) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        shown = body["view"]
        # A window is submitted once: its id names the occasion, its hash the attempt.
        occasion = f"{shown['id']}:{shown.get('hash', '')}" if shown.get("id") else body.get("trigger_id")
        desk = _desk(house, body, body["user"]["id"], occasion)
        _must_be_allowed(desk, f"window {shown['callback_id']}")
        submission = _submission(shown)
        replies.to_view(view(desk, submission), ack, submission.about, desk)

    return listen


def _submission(shown: Mapping[str, Any]) -> Submission:
    """A window as it is filled in."""
    inputs = ((shown.get("state") or {}).get("values") or {}).items()
    values = {block: _entered(next(iter(entered.values()))) for block, entered in inputs if entered}
    about = _about(shown)
    return Submission(about, Said(values), replaces=bool(about.get("replaces")))


def _about(shown: Mapping[str, Any]) -> "Said":
    """What the window was opened with; raises StaleButton for what this bot does not write there."""
    try:
        about = json.loads(shown.get("private_metadata") or "{}")
    except (ValueError, RecursionError) as error:
        raise refusal.StaleButton from error
    if not isinstance(about, dict):
        raise refusal.StaleButton
    return Said(about)


class Said(dict[str, Any]):
    """What a window says. What should be there and is not makes it one of another time: StaleButton."""

    def __missing__(self, key: str) -> Any:
        """The window has no such field."""
        raise refusal.StaleButton(key)


def _entered(element: Mapping[str, Any]) -> Any:
    """What was entered in an input or chosen with a menu or button, whatever its kind."""
    if "selected_options" in element:
        return [chosen["value"] for chosen in element["selected_options"] or ()]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    kinds = ("value", "selected_user", "selected_users", "selected_channel", "selected_conversation",
             "selected_date", "selected_time", "selected_date_time", "rich_text_value")  # fmt: skip
    return next((element[kind] for kind in kinds if element.get(kind) is not None), None)
