"""Nobody answered: is the message there? Reads the channel or thread since the claim."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.delivery import wire
from db.outbox_claims import Due
from domain.retry import TOKEN_PROBLEMS, Again, Reply, judge

CLOCKS_DIFFER_BY = timedelta(minutes=5)  # beyond that Slack's signed requests would be refused as well
LONG_AGO = timedelta(hours=1)
PAGE = 100
PAGES_MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """It is there."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """It is not."""


@dataclass(frozen=True, slots=True)
class CannotLook:
    """We may not read there; `reason` is Slack's code."""

    reason: str


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Slack would not say now."""

    after: timedelta


Sight = Found | NotThere | CannotLook | LookAgain


class _Blind(Exception):
    """Slack refused to show; `reply` says how."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.error)
        self.reply = reply


def look(client: WebClient, due: Due, now: datetime) -> Sight:
    """Look for the post of an unsure row, by the mark in its metadata."""
    try:
        channel = due.parent_channel or _readable(client, due.channel)
        for message in _messages(client, channel, due, now):
            if wire.bears_mark(message, due.outbox_id, due.key):
                return Found(channel, str(message["ts"]))
    except _Blind as blind:
        return _blind(blind.reply)
    return NotThere()


def _blind(reply: Reply) -> Sight:
    verdict = judge(reply, attempts=1)
    if isinstance(verdict, Again):
        return LookAgain(verdict.after)
    if reply.status is None or reply.status >= 500 or reply.error in TOKEN_PROBLEMS:
        return LookAgain(timedelta(seconds=5))
    return CannotLook(reply.error or "unreadable answer")


def _readable(client: WebClient, channel: str) -> str:
    """A direct message is posted to a person's id, but read in its channel."""
    if channel[:1] not in "UW":
        return channel
    opened = _asked(client, "conversations.open", {"users": channel})
    return str((opened.get("channel") or {}).get("id", channel))


def _messages(client: WebClient, channel: str, due: Due, now: datetime) -> Iterator[Mapping[str, Any]]:
    method = "conversations.replies" if due.parent_ts else "conversations.history"
    told = {"channel": channel, "include_all_metadata": True, "limit": PAGE, "inclusive": True}
    told |= _since(due.claimed_at or due.not_before, now) | ({"ts": due.parent_ts} if due.parent_ts else {})
    for _ in range(PAGES_MOST):
        page = _asked(client, method, told)
        yield from page.get("messages") or ()
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        told["cursor"] = cursor


def _since(claimed_at: datetime, now: datetime) -> dict[str, str]:
    """The stretch to read. After a long downtime it ends soon after the claim: nothing was sent later."""
    span = {"oldest": f"{(claimed_at - CLOCKS_DIFFER_BY).timestamp():.6f}"}
    if now - claimed_at > LONG_AGO:
        span["latest"] = f"{(claimed_at + LONG_AGO).timestamp():.6f}"
    return span


def _asked(client: WebClient, method: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    reply, data = wire.ask(client, method, told)
    if reply.status != 200 or reply.error is not None:
        raise _Blind(reply)
    return data
