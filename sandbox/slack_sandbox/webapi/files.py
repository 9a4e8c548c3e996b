"""files.*: upload in three steps, and what is known of a file."""

import json
import mimetypes
from typing import Any
from urllib.parse import quote

from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.events import emit
from slack_sandbox.ids import fresh
from slack_sandbox.model import Channel, Json, Message
from slack_sandbox.posting import put, thread_parent
from slack_sandbox.slack import Slack
from slack_sandbox.webapi.content import read_content
from slack_sandbox.webapi.method import Call, Method

MOST_BYTES = 20 * 1024 * 1024
HIDDEN = ("bytes",)


def file_json(file: Json) -> Json:
    """A file object, without its bytes."""
    return {k: v for k, v in file.items() if k not in HIDDEN}


def new_file(slack: Slack, name: str, user: str, size: int, content: bytes = b"") -> Json:
    """A file of the workspace; its bytes may come later."""
    file_id = fresh("F")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    url = f"{slack.base_url}/files/{file_id}/{quote(name, safe='')}"
    now = int(slack.ws.now())
    return {
        "id": file_id, "name": name, "title": name, "user": user, "size": size, "mimetype": kind, "created": now,
        "timestamp": now, "filetype": name.rsplit(".", 1)[-1].lower() if "." in name else "binary", "mode": "hosted",
        "url_private": url, "url_private_download": url, "permalink": url, "is_external": False, "channels": [],
        "groups": [], "ims": [], "shares": {}, "bytes": content, "file_access": "visible",
    }  # fmt: skip


def upload_url(call: Call) -> Json:
    """Where to send the bytes of a file of this name and length."""
    name, length = call.args.need("filename"), call.args.number("length", -1, -1, 2**40)
    if length <= 0:
        raise invalid_arguments("missing required field: length")
    if length > MOST_BYTES:
        raise SlackError("file_uploads_size_limit_reached")
    file = new_file(call.slack, name, call.app.bot_user_id, length)
    if call.args.text("alt_txt"):
        file["alt_txt"] = call.args.text("alt_txt")
    ticket = fresh("", 24)
    call.ws.uploads[ticket] = file
    return {"upload_url": f"{call.slack.base_url}/upload/{ticket}", "file_id": file["id"]}


def receive(slack: Slack, ticket: str, content: bytes) -> Json:
    """Take the bytes sent to an upload URL; their number must be as announced."""
    file = slack.ws.uploads.get(ticket)
    if file is None:
        raise SlackError("not_found", status=404)
    if len(content) != file["size"]:
        raise SlackError("length_mismatch", status=400)
    file["bytes"] = content
    return file


def complete(call: Call) -> Json:
    """Finish uploads, and share them in channels when some are named; as in Slack, the answer knows no share yet."""
    listed = call.args.parsed("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise invalid_arguments("missing required field: files")
    tickets = [uploaded(call, entry) for entry in listed]
    names = call.args.names("channels") or ([call.args.text("channel_id")] if call.args.has("channel_id") else [])
    channels = [shareable(call, name) for name in names]
    thread = call.args.text("thread_ts")
    parents = [thread_parent(channel, thread) for channel in channels]
    files = []
    for ticket, entry in zip(tickets, listed, strict=True):
        file = call.ws.uploads.pop(ticket)
        file["title"] = str(entry.get("title") or file["name"])
        call.ws.files[file["id"]] = file
        files.append(file)
    for channel, parent in zip(channels, parents, strict=True):
        share(call, channel, parent, files)
    unshared: Json = {"shares": {}, "channels": [], "groups": [], "ims": []}
    return {"files": [file_json(f) | unshared for f in files]}


def uploaded(call: Call, entry: Any) -> str:
    """The ticket under which a file's bytes came in."""
    wanted = entry.get("id") if isinstance(entry, dict) else None
    ticket = next((t for t, f in call.ws.uploads.items() if f["id"] == wanted), None)
    if ticket is None:
        raise SlackError("file_not_found")
    if len(call.ws.uploads[ticket]["bytes"]) != call.ws.uploads[ticket]["size"]:
        raise SlackError("file_upload_not_completed")
    return ticket


def shareable(call: Call, name: str) -> Channel:
    """A channel the bot may share files in."""
    channel = call.ws.channel(name)
    if call.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def share(call: Call, channel: Channel, parent: str, files: list[Json]) -> None:
    """Post a message with files."""
    args = call.args.values
    comment = Call(call.slack, type(call.args)({"text": args.get("initial_comment"), "blocks": args.get("blocks")}))
    content = read_content(comment.args, limit_to_text=True)
    message = Message(
        call.ws.next_ts(), channel.id, call.app.bot_user_id, content.text, call.app.bot_id,
        blocks=content.blocks, thread_ts=parent,
    )  # fmt: skip
    attach(message, channel, files)
    put(call.slack, channel, message)
    for file in files:
        event = {
            "type": "file_shared",
            "channel_id": channel.id,
            "file_id": file["id"],
            "user_id": message.user,
        }
        emit(call.slack, "file_shared", event | {"file": {"id": file["id"]}})


def attach(message: Message, channel: Channel, files: list[Json]) -> None:
    """Hang files on a message and note there where they were shared."""
    group = "private" if channel.is_private or channel.is_im else "public"
    place: Json = {"ts": message.ts} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
    for file in files:
        file["shares"].setdefault(group, {}).setdefault(channel.id, []).append(place)
        file[{"im": "ims", "groups": "groups", "channels": "channels"}[channel.kind]].append(channel.id)
    message.files = [json.loads(json.dumps(file_json(f))) for f in files]


def known_file(call: Call) -> Json:
    """The file named."""
    file = call.ws.files.get(call.args.need("file"))
    if file is None:
        raise SlackError("file_not_found")
    return file


def info(call: Call) -> Json:
    """One file."""
    return {"file": file_json(known_file(call)), "comments": [], "content": ""}


def list_all(call: Call) -> Json:
    """All files, newest first."""
    files = [file_json(f) for f in reversed(call.ws.files.values())]
    return {"files": files, "paging": {"count": len(files), "total": len(files), "page": 1, "pages": 1}}


def delete(call: Call) -> Json:
    """Delete a file; it stays named in its messages."""
    file = known_file(call)
    if file["user"] != call.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del call.ws.files[file["id"]]
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, ("files:write",), tier=4),
    "files.completeUploadExternal": Method(complete, ("files:write",), tier=4),
    "files.info": Method(info, ("files:read",), tier=4),
    "files.list": Method(list_all, ("files:read",), tier=3),
    "files.delete": Method(delete, ("files:write",), tier=3),
}
