"""Short-lived permissions: trigger_ids to open a modal, response_urls to answer."""

import time
from dataclasses import dataclass, field
from typing import Any

from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.ids import fresh

KEPT = 50_000
RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60


@dataclass
class Trigger:
    """Who did something, and when (monotonic seconds)."""

    user: str
    born: float
    used: bool = False


@dataclass
class Hook:
    """A response_url: where it answers to, whose it is, and how often it was used."""

    id: str
    user: str
    channel: str
    born: float
    source_ts: str = ""
    thread_ts: str = ""
    uses: int = 0


def forget(kept: dict[str, Any]) -> None:
    """Let the oldest go once there are very many."""
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


@dataclass
class Tickets:
    """The permissions given out so far."""

    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """A new trigger_id for what a user just did."""
        name = f"{int(time.time() * 1000)}.{fresh('', 12)}".lower()
        self.triggers[name] = Trigger(user, time.monotonic())
        forget(self.triggers)
        return name

    def spend(self, name: str, seconds: float) -> Trigger:
        """Use a trigger_id up: once, and only within so many seconds."""
        trigger = self.triggers.get(name)
        if not name:
            raise invalid_arguments("missing required field: trigger_id")
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def hook(self, user: str, channel: str, now: float, source_ts: str = "", thread_ts: str = "") -> Hook:
        """A new response_url, valid from the workspace's now."""
        hook = Hook(fresh("", 24), user, channel, now, source_ts, thread_ts)
        self.hooks[hook.id] = hook
        forget(self.hooks)
        return hook

    def use_hook(self, hook_id: str, now: float) -> Hook:
        """Use a response_url: five times, within half an hour."""
        hook = self.hooks.get(hook_id)
        if hook is None:
            raise SlackError("invalid_url", status=404)
        if now - hook.born > RESPONSE_SECONDS:
            raise SlackError("expired_url", status=404)
        if hook.uses >= RESPONSE_USES:
            raise SlackError("used_url", status=404)
        hook.uses += 1
        return hook
