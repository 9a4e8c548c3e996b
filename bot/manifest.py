"""The Slack app manifest of this configuration: commands, scopes, events, addresses."""

from collections.abc import Collection
from typing import Any

from bot.settings import Settings

# word: (what it does, its forms). Slack shows both while the command is typed.
COMMANDS = {
    "ticket": ("Create, show and move tickets", "new [P0–P3] subject [for customer] · show T-12 · list mine · help"),
    "tag": ("Say why the customer wrote", "T-12 category[/subcategory] [area] · T-12 · report 30d · help"),
    "escalate": ("Hand a ticket on with its context", "T-12 [reason] · list · history T-12 · help"),
    "sla": ("What was promised and by when", "T-12 · policy · help"),
    "digest": ("The weekly review", "weekly · weekly post · schedule · help"),
    "calibrate": (
        "Score the same tickets, blind, then compare",
        "start [@reviewers] [T-1 T-2] [until tomorrow 17:00] · status · close · history · help",
    ),
    "review": ("Score a ticket's handling", "T-12 · queue · show T-12 · help"),
}
# scope: why it is asked for. Slack's review wants a reason for each, and so do administrators.
SCOPES = {
    "chat:write": "post alerts, handoffs and digests where the bot is a member",
    "commands": "slash commands",
    "users:read": "names and time zones of the people on a ticket",
    "channels:read": "check that a configured public channel exists",
    "groups:read": "check that a configured private channel exists",
}
# After a lost answer the bot looks whether its post arrived. Without these it follows each post's own policy.
OPTIONAL_SCOPES = {
    "channels:history": "look for its own post in a public channel after a lost answer",
    "groups:history": "look for its own post in a private channel after a lost answer",
    "im:write": "find the direct conversation in which to look",
    "im:history": "look for its own direct message after a lost answer",
}
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
PLACE = "/slack/events"


def manifest(settings: Settings, words: Collection[str], url: str | None) -> dict[str, Any]:
    """The manifest for the slash commands `words`; `url` is the bot's public address, unneeded in Socket Mode.

    Raises ValueError when neither Socket Mode nor an address is there.
    """
    socket_mode = settings.app_token is not None
    if not socket_mode and not url:
        raise ValueError("--url https://… is needed: Slack sends its requests there (not so with SLACK_APP_TOKEN)")
    address = {} if socket_mode or url is None else {"request_url": url.rstrip("/") + PLACE}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Rethrow",
            "description": "Tickets, SLA clocks, escalation handoffs, reviews and QA calibration for support teams",
            "background_color": "#1f2937",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Rethrow", "always_online": True},
            "slash_commands": [_command(settings.slack.prefix, word, address) for word in COMMANDS if word in words],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *OPTIONAL_SCOPES], "bot_optional": [*OPTIONAL_SCOPES]}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": [*EVENTS]},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _command(prefix: str, word: str, address: dict[str, str]) -> dict[str, Any]:
    description, usage = COMMANDS[word]
    return {
        "command": f"/{prefix}{word}",
        "description": description,
        "usage_hint": usage,
        "should_escape": True,
        **({"url": address["request_url"]} if address else {}),
    }
