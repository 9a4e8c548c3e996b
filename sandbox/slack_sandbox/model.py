"""The things a workspace is made of."""

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"


@dataclass
class User:
    """A member: a person or the app's bot."""

    id: str
    name: str
    real_name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    avatar_color: str = "#4a154b"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    groups: list[str] = field(default_factory=list)


@dataclass
class Usergroup:
    """A group that can be mentioned, such as @support-leads."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


@dataclass
class Message:
    """One message; ``only_for`` makes it an ephemeral that one user sees, ``deleted`` a tombstone above replies."""

    ts: str
    channel: str
    user: str
    text: str = ""
    bot_id: str = ""
    username: str = ""
    icon_emoji: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    broadcast: bool = False
    edited: Json | None = None
    only_for: str = ""
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    subtype: str = ""
    deleted: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it hangs in a thread under another message."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Channel:
    """A channel or a direct message, with everything said in it in order of time."""

    id: str
    name: str
    topic: str = ""
    purpose: str = ""
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    created: int = 0
    creator: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    threads: dict[str, list[Message]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Slack's word for it in scopes: channels, groups or im."""
        return "im" if self.is_im else "groups" if self.is_private else "channels"

    @property
    def channel_type(self) -> str:
        """Slack's word for it in message events: channel, group or im."""
        return {"im": "im", "groups": "group", "channels": "channel"}[self.kind]

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies everyone sees under a message, oldest first."""
        return self.threads.get(thread_ts, [])

    def add(self, message: Message) -> None:
        """Take a message in."""
        self.messages[message.ts] = message
        if message.is_reply and not message.only_for:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def drop(self, message: Message) -> None:
        """Let a message go."""
        del self.messages[message.ts]
        if message in self.threads.get(message.thread_ts, []):
            self.threads[message.thread_ts].remove(message)
        self._unpin(message)

    def bury(self, message: Message) -> None:
        """Leave a tombstone of a message: nothing of it but its place, and the replies under it."""
        left = Message(message.ts, self.id, SLACKBOT, "This message was deleted.", subtype="tombstone", deleted=True)
        vars(message).update(vars(left))
        self._unpin(message)

    def _unpin(self, message: Message) -> None:
        if message.ts in self.pins:
            self.pins.remove(message.ts)


@dataclass
class View:
    """A modal on somebody's screen or their App Home."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str = ""
    values: Json = field(default_factory=dict)

    def payload(self, team_id: str, app_id: str, bot_id: str) -> Json:
        """The view as Slack hands it to an app, with the state typed so far."""
        out: Json = {
            "callback_id": "", "private_metadata": "", "external_id": "", "clear_on_close": False,
            "notify_on_close": False, "close": None, "submit": None, **copy.deepcopy(self.body),
        }  # fmt: skip
        out |= {"id": self.id, "team_id": team_id, "app_id": app_id, "bot_id": bot_id, "hash": self.hash}
        out |= {"app_installed_team_id": team_id, "root_view_id": self.root_id}
        out |= {"previous_view_id": self.previous_id or None, "state": {"values": copy.deepcopy(self.values)}}
        return out
