"""What was said, kept in a file, so that a workspace goes on where it stopped."""

import asyncio
import base64
import contextlib
import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.slack import Slack
from slack_sandbox.workspace import Workspace

EVERY = 2.0  # seconds; also what a program that is killed may lose
BYTES = "base64 of bytes"  # the key that stands for them in JSON
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ASIDE = ("messages", "threads")  # of a channel; threads are made of its messages again


def dumped(slack: Slack) -> str:
    """The channels with all that was said in them, and the files, as JSON."""
    ws = slack.ws
    kept = {"url": slack.base_url, "channels": [_channel(c) for c in ws.channels.values()], "files": ws.files}
    return json.dumps(kept, default=_bytes)


def restore(slack: Slack, text: str) -> None:
    """Go on with what was dumped, at this server's address. Raises SlackError when it is not that."""
    try:
        address = json.loads(text)["url"]
        kept = json.loads(_moved(text, address, slack.base_url), object_hook=_object)
        channels = [_restored(slack.ws, row) for row in kept["channels"]]
        slack.ws.files.update(kept["files"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise SlackError("invalid_kept", detail=f"what was kept cannot be read: {wrong}") from wrong
    slack.ws.channels |= {channel.id: channel for channel in channels}
    slack.ws.go_on_after(max((float(ts) for channel in channels for ts in channel.messages), default=0.0))


def _moved(text: str, address: str, here: str) -> str:
    """A text with this server's old address, by whatever name of this machine it was written, as its present one."""
    old = urlsplit(address)
    host = old.netloc.removesuffix(f":{old.port}")
    names = "|".join(map(re.escape, LOOPBACK if host in LOOPBACK else (host,)))
    return re.sub(rf"{old.scheme}://(?:{names}):{old.port}(?!\d)", lambda _: here, text)


@contextlib.asynccontextmanager
async def kept(slack: Slack, path: Path, every: float = EVERY) -> AsyncIterator[None]:
    """Write what was said to the file every few seconds, and at the end; raises OSError when that one fails."""
    writing = asyncio.ensure_future(_write_often(slack, path, every))
    try:
        yield
    finally:
        writing.cancel()
        write(slack, path)


def write(slack: Slack, path: Path) -> None:
    """Write the file, which is whole at every moment."""
    text = dumped(slack)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        beside = path.with_name(path.name + ".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)


async def _write_often(slack: Slack, path: Path, every: float) -> None:
    told = ""
    while True:
        await asyncio.sleep(every)
        try:
            write(slack, path)
            told = ""
        except OSError as wrong:  # a full disk may have room again
            if told != str(wrong):
                told = str(wrong)
                print(f"what is said is not kept at the moment: {told}", file=sys.stderr, flush=True)


def _channel(channel: Channel) -> Json:
    said = [vars(message) for message in channel.messages.values()]
    return {f.name: getattr(channel, f.name) for f in fields(Channel) if f.name not in ASIDE} | {"messages": said}


def _restored(ws: Workspace, row: Json) -> Channel:
    channel = Channel(**{key: value for key, value in row.items() if key != "messages"})
    channel.members = [one for one in channel.members if one in ws.users]
    for message in row["messages"]:
        channel.add(Message(**message))
    return channel


def _bytes(value: Any) -> Json:
    return {BYTES: base64.b64encode(value).decode()}


def _object(found: Json) -> Any:
    return base64.b64decode(found[BYTES]) if found.keys() == {BYTES} else found
