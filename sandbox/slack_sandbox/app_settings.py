"""The one Slack app that is installed in the workspace."""

from dataclasses import dataclass, field, fields
from typing import Any

from slack_sandbox.errors import SlackError

SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
]
EVENTS = ["app_home_opened", "app_mention", "message.im", "member_joined_channel"]


@dataclass
class Rate:
    """How fast a channel may be written to, and whether the method tiers are counted too.

    ``history_per_minute`` puts history and replies under the limit of apps that are sold but not in the
    Marketplace: so many calls a minute, 15 messages each; 0 for an internal app.
    """

    per_second: float = 1.0
    burst: int = 3
    tiers: bool = False
    history_per_minute: int = 0


@dataclass
class App:
    """What Slack knows of the app: its tokens, scopes, commands and where it listens."""

    id: str = "A0SANDBOX"
    name: str = "App"
    bot_user_id: str = "U0BOT"
    bot_id: str = "B0SANDBOX"
    bot_token: str = "xoxb-sandbox"
    signing_secret: str = "sandbox-signing-secret"
    app_token: str = "xapp-sandbox"
    verification_token: str = "sandbox-verification"
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    request_url: str = "http://127.0.0.1:3000/slack/events"
    commands: list[dict[str, Any]] = field(default_factory=list)
    shortcuts: list[dict[str, Any]] = field(default_factory=list)
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    rate: Rate = field(default_factory=Rate)
    socket_mode: bool | None = None
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    event_retry_delays: list[float] = field(default_factory=lambda: [0.1, 60.0, 300.0])
    token_state: str = "ok"

    def patch(self, values: dict[str, Any]) -> None:
        """Take over the given settings; an unknown one or one of the wrong kind is refused.

        ``manifest`` is a Slack app manifest: its commands, scopes, events and name are taken.
        """
        if "manifest" in values:
            values = from_manifest(values["manifest"]) | {k: v for k, v in values.items() if k != "manifest"}
        known = {f.name for f in fields(self)}
        for key, value in values.items():
            if key not in known:
                raise SlackError("unknown_app_setting", detail=key)
            self._take(key, value)

    def _take(self, key: str, value: Any) -> None:
        if key == "rate":
            self.rate = read_rate(value)
            return
        now = getattr(self, key)
        wanted = (int, float) if isinstance(now, float) else bool if key == "socket_mode" else type(now)
        if value is None and key == "socket_mode":
            self.socket_mode = None
        elif not isinstance(value, wanted) or (isinstance(value, list) and not items_fit(key, value)):
            raise SlackError("invalid_app_setting", detail=key)
        else:
            setattr(self, key, float(value) if isinstance(now, float) else value)


def items_fit(key: str, value: list[Any]) -> bool:
    """Whether a list holds what its setting takes: commands objects, delays numbers, all else strings."""
    if key == "commands":
        return all(isinstance(c, dict) and str(c.get("command", "")).startswith("/") for c in value)
    if key == "shortcuts":
        return all(isinstance(s, dict) and isinstance(s.get("callback_id"), str) for s in value)
    return all(isinstance(v, (int, float) if key == "event_retry_delays" else str) for v in value)


def from_manifest(manifest: Any) -> dict[str, Any]:
    """The settings in a Slack app manifest; addresses in it are left alone."""
    try:
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        found = {
            "name": manifest.get("display_information", {}).get("name"),
            "commands": features.get("slash_commands"),
            "shortcuts": features.get("shortcuts"),
            "scopes": manifest.get("oauth_config", {}).get("scopes", {}).get("bot"),
            "events": settings.get("event_subscriptions", {}).get("bot_events"),
        }
    except AttributeError:
        raise SlackError("invalid_manifest") from None
    return {key: value for key, value in found.items() if value is not None}


def read_rate(value: Any) -> Rate:
    """Rate from JSON; null lifts every limit."""
    if value is None:
        return Rate(per_second=0)
    if not isinstance(value, dict) or not set(value) <= {f.name for f in fields(Rate)}:
        raise SlackError("invalid_app_setting", detail="rate")
    try:
        return Rate(
            float(value.get("per_second", 1)),
            int(value.get("burst", 3)),
            bool(value.get("tiers", False)),
            int(value.get("history_per_minute", 0)),
        )
    except (TypeError, ValueError):
        raise SlackError("invalid_app_setting", detail="rate") from None
