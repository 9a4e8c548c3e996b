"""The demo's workspace: a made-up support team, with this bot installed as its manifest says."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

# They open nothing but the local Slack, which checks them as Slack does.
BOT_TOKEN = "xoxb-demo"
SIGNING_SECRET = "demo-signing-secret"
BOT_USER = "U0BOT"
FOR_THE_DEMO = ("pins:write",)  # the bot itself pins nothing; the walk-through is pinned with its token


def text_of(name: str) -> str:
    """A file of the demo, as text."""
    return files("bot.demo").joinpath(name).read_text(encoding="utf-8")


def sandbox_workspace(request_url: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The workspace as the local Slack takes it; commands, scopes and events come from a Slack app manifest."""
    workspace: dict[str, Any] = json.loads(text_of("workspace.json"))
    workspace["app"] = {
        "id": "A0RETHROW",
        "name": "Rethrow",
        "bot_user_id": BOT_USER,
        "bot_token": BOT_TOKEN,
        "signing_secret": SIGNING_SECRET,
        "request_url": request_url,
        **_from_manifest(manifest),
    }
    return workspace


def _from_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    commands = manifest.get("features", {}).get("slash_commands", ())
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ())
    wanted = [*scopes.get("bot", ()), *scopes.get("bot_optional", ())]
    return {
        "commands": [
            {name: entry.get(name, "") for name in ("command", "description", "usage_hint", "should_escape")}
            for entry in commands
        ],
        "scopes": sorted({*wanted, *FOR_THE_DEMO}),
        "events": list(events),
    }
