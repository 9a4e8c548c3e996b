"""One Web API method: what it does, the scope it takes, how often it may be called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sandbox.args import Args
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json
from slack_sandbox.slack import Slack

T = TypeVar("T")


@dataclass
class Call:
    """One call of one method."""

    slack: Slack
    args: Args
    method: str = ""

    def __post_init__(self) -> None:
        self.ws = self.slack.ws
        self.app = self.slack.ws.app

    def need_scope(self, *scopes: str) -> None:
        """Refuse unless the token holds one of these scopes."""
        if not set(scopes) & set(self.app.scopes):
            raise missing_scope(scopes, self.app.scopes)

    def member_channel(self) -> Channel:
        """The channel named, which the bot must be in."""
        channel = self.known_channel()
        if self.app.bot_user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def known_channel(self, name: str = "channel") -> Channel:
        """The channel named, if the bot can know of it: public, or one that it is in."""
        channel = self.ws.channel(self.args.need(name))
        hidden = channel.is_private or channel.is_im
        if hidden and self.app.bot_user_id not in channel.members:
            raise SlackError("channel_not_found")
        return channel


@dataclass
class Method:
    """A method's function, its scopes (one of them is enough; none means any token will do) and tier.

    ``token`` is bot, app (an xapp token) or none.
    """

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    tier: int = 3
    token: str = "bot"


def missing_scope(scopes: tuple[str, ...], provided: list[str]) -> SlackError:
    """Slack's refusal of a token without the scope."""
    return SlackError("missing_scope", needed=",".join(scopes), provided=",".join(provided))


def page(rows: list[T], args: Args, default: int = 100, most: int = 1000) -> tuple[list[T], str]:
    """One page of rows by cursor and limit, and the cursor of the next (empty at the end)."""
    limit = args.number("limit", default, 1, most)
    cursor = args.text("cursor")
    start = 0
    if cursor:
        if not cursor.startswith("at:") or not cursor[3:].isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor[3:12])
    following = start + limit
    return rows[start:following], f"at:{following}" if following < len(rows) else ""


def with_cursor(name: str, rows: list[Any], cursor: str) -> Json:
    """An answer with one page of rows."""
    return {name: rows, "response_metadata": {"next_cursor": cursor}}
