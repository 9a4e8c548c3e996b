"""Who and what is in the workspace, in memory."""

import json
import re
import time
from dataclasses import fields
from importlib.resources import files
from typing import Any, TypeVar

from slack_sandbox.app_settings import App
from slack_sandbox.errors import SlackError
from slack_sandbox.ids import fresh
from slack_sandbox.model import Channel, Json, Message, User, Usergroup, View

T = TypeVar("T")
S = TypeVar("S", list[Any], dict[str, Any])
PLAIN = (str, bool, int, list[str])


def default_workspace() -> Json:
    """The workspace that is there when none is given."""
    text = files("slack_sandbox").joinpath("default_workspace.json").read_text(encoding="utf-8")
    parsed: Json = json.loads(text)
    return parsed


class Workspace:
    """People, channels, groups, files, views and the app; built from the JSON of the control API."""

    def __init__(self, seed: Json) -> None:
        team = section(seed.get("team"), dict)
        self.team_id = str(team.get("id", "T0SANDBOX"))
        self.team_name = str(team.get("name", "Sandbox"))
        self.team_domain = str(team.get("domain", "sandbox"))
        self.app = App()
        self.app.patch(section(seed.get("app"), dict))
        self.users = {u.id: u for u in read_all(User, seed.get("users"))}
        bot = self.app.bot_user_id
        name = re.sub(r"[^a-z0-9._-]", "", self.app.name.lower()) or "app"
        self.users.setdefault(bot, User(bot, name, self.app.name, is_bot=True)).is_bot = True
        self.channels = {c.id: c for c in read_all(Channel, seed.get("channels"))}
        self.usergroups = {g.id: g for g in read_all(Usergroup, seed.get("usergroups"))}
        self._check()
        self.files: dict[str, Json] = {}
        self.uploads: dict[str, Json] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.offset = 0.0
        self._last = 0.0

    def _check(self) -> None:
        for channel in self.channels.values():
            missing = [m for m in channel.members if m not in self.users]
            if missing:
                raise SlackError("invalid_workspace", detail=f"{channel.id} has unknown members {missing}")
        for user in list(self.users.values()):
            for handle in user.groups:
                group = next((g for g in self.usergroups.values() if handle in (g.id, g.handle)), None)
                if group and user.id not in group.users:
                    group.users.append(user.id)

    def now(self) -> float:
        """The workspace's time as a unix time: the wall clock plus the offset set through the control API."""
        return time.time() + self.offset

    def next_ts(self) -> str:
        """A message timestamp, later than any other of this workspace."""
        self._last = max(self.now(), self._last + 1e-6)
        whole = int(self._last * 1_000_000 + 0.5)
        self._last = whole / 1_000_000
        return f"{whole // 1_000_000}.{whole % 1_000_000:06d}"

    def go_on_after(self, ts: float) -> None:
        """Let later timestamps be later than this one as well."""
        self._last = max(self._last, ts)

    @property
    def bot(self) -> User:
        """The app's own user."""
        return self.users[self.app.bot_user_id]

    def user(self, user_id: str) -> User:
        """A user by id, or Slack's ``user_not_found``."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        """A channel by id, or Slack's ``channel_not_found``."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def message(self, channel: Channel, ts: str, error: str = "message_not_found") -> Message:
        """A message by its timestamp, or the given error."""
        found = channel.messages.get(ts)
        if found is None or found.deleted:
            raise SlackError(error)
        return found

    def opened(self, one: str, other: str) -> Channel | None:
        """The direct message channel of two users, if there is one yet."""
        pair = {one, other}
        return next((c for c in self.channels.values() if c.is_im and set(c.members) == pair), None)

    def direct(self, one: str, other: str) -> Channel:
        """The direct message channel of two users, opened if there is none yet."""
        channel = self.opened(one, other)
        if channel is None:
            channel = Channel(fresh("D"), "", is_im=True, members=sorted({one, other}), created=int(self.now()))
            self.channels[channel.id] = channel
        return channel

    def named(self, name: str) -> str:
        """The id of the channel of this name, with or without "#"; anything else as it is."""
        bare = name.lstrip("#")
        return next((c.id for c in self.channels.values() if c.name == bare and not c.is_im), name)

    def place(self, name: str) -> str:
        """The id of the channel that a post to this id, name or person goes to; of no channel yet, as it is."""
        direct = self.opened(self.app.bot_user_id, name) if name in self.users else None
        return direct.id if direct else self.named(name)

    def channels_of(self, user_id: str) -> list[Channel]:
        """The channels a user sees in their sidebar."""
        return [c for c in self.channels.values() if user_id in c.members]

    def view(self, view_id: str) -> View | None:
        """An open modal or a Home by its id."""
        everything = [v for stack in self.stacks.values() for v in stack] + list(self.homes.values())
        return next((v for v in everything if v.id == view_id), None)

    def view_payload(self, view: View) -> Json:
        """A view as it is given to the app and to the page."""
        return view.payload(self.team_id, self.app.id, self.app.bot_id)


def read_all(kind: type[T], rows: Any) -> list[T]:
    """Rows of the workspace JSON as objects of one kind; unknown keys are ignored, a missing id is not."""
    known = {f.name: f.type for f in fields(kind) if f.type in PLAIN}  # type: ignore[arg-type]
    found = []
    for row in section(rows, list):
        given = {k: v for k, v in section(row, dict).items() if k in known}
        wrong = [k for k, v in given.items() if not fits(v, known[k])]
        missing = [k for k in ("id", "name") if k not in given]
        if wrong or missing:
            raise SlackError("invalid_workspace", detail=f"{kind.__name__}: look at {', '.join(wrong + missing)}")
        found.append(kind(**given))
    return found


def fits(value: Any, kind: Any) -> bool:
    """Whether a value of the workspace JSON is of a field's kind."""
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    return isinstance(value, kind)


def section(value: Any, kind: type[S]) -> S:
    """A part of the workspace JSON, which may be absent."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise SlackError("invalid_workspace", detail=f"expected {kind.__name__}, found {str(value)[:60]}")
    return value
