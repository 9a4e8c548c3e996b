"""The Slack app manifest: within Slack's limits, least scopes, the prefix everywhere."""

import pytest
from pydantic import SecretStr

from bot.listeners import COMMANDS as ANSWERED
from bot.manifest import COMMANDS, manifest
from bot.settings import Settings
from bot.settings_sections import ConfigFile, Slack

URL = "https://support.example.com/"


def test_every_command_that_is_answered_is_in_it_and_escapes_mentions() -> None:
    described = manifest(Settings(), ANSWERED, URL)["features"]["slash_commands"]
    assert {command["command"] for command in described} == {f"/{word}" for word in ANSWERED}
    assert all(command["should_escape"] for command in described)
    assert {command["url"] for command in described} == {"https://support.example.com/slack/events"}


def test_texts_are_within_slacks_limits() -> None:
    described = manifest(Settings(file=ConfigFile(slack=Slack(prefix="x" * 20))), COMMANDS, URL)
    about = described["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    for command in described["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["usage_hint"]) <= 1000


def test_the_prefix_is_in_every_command() -> None:
    described = manifest(Settings(file=ConfigFile(slack=Slack(prefix="sup-"))), COMMANDS, URL)
    assert [c["command"] for c in described["features"]["slash_commands"]][:2] == ["/sup-ticket", "/sup-tag"]


def test_history_scopes_are_optional_and_the_home_tab_is_listened_to() -> None:
    described = manifest(Settings(), COMMANDS, URL)
    scopes = described["oauth_config"]["scopes"]
    assert {"chat:write", "commands", "users:read"} <= set(scopes["bot"])
    history = {scope for scope in scopes["bot"] if scope.endswith(":history")}
    assert history <= set(scopes["bot_optional"]) < set(scopes["bot"])
    assert described["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened",
        "app_uninstalled",
        "tokens_revoked",
    ]


def test_socket_mode_needs_no_address() -> None:
    described = manifest(Settings(app_token=SecretStr("xapp-1")), COMMANDS, None)
    assert described["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(described)


def test_without_socket_mode_an_address_is_asked_for() -> None:
    with pytest.raises(ValueError, match="--url"):
        manifest(Settings(), COMMANDS, None)
