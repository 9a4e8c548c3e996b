"""Slack's Web API: one table from method name to function."""

from slack_sandbox.webapi import (
    apps,
    auth,
    blocks,
    chat,
    chat_edit,
    conversations,
    conversations_admin,
    files,
    history,
    pins,
    reactions,
    usergroups,
    users,
    views,
)
from slack_sandbox.webapi.method import Method

MODULES = (
    apps, auth, blocks, chat, chat_edit, conversations, conversations_admin, files, history, pins, reactions,
    usergroups, users, views,
)  # fmt: skip


def all_methods() -> dict[str, Method]:
    """Every method the sandbox knows, by name."""
    return {name: method for module in MODULES for name, method in module.METHODS.items()}
