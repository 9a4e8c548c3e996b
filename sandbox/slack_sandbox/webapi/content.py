"""What a message may carry: text, blocks, attachments and metadata, checked as Slack checks them."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from slack_sandbox.args import Args
from slack_sandbox.blockkit.schema import Problem
from slack_sandbox.blockkit.surfaces import check_message_blocks, text_of
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.limits import ATTACHMENTS, BLOCKS_TEXT, MARKDOWN_TEXT, MESSAGE_TEXT, METADATA_BYTES
from slack_sandbox.model import Json

EVENT_TYPE = re.compile(r"^[A-Za-z0-9_]{1,255}$")
SCALARS = (str, int, float, bool)


@dataclass
class Content:
    """The checked content of a message to be."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    warnings: list[str] = field(default_factory=list)


def read_content(args: Args, limit_to_text: bool = False) -> Content:
    """The content in the arguments, or Slack's refusal of it; ``limit_to_text`` for files' comments."""
    text = args.text("text")
    content = Content(text[:MESSAGE_TEXT])
    if len(text) > MESSAGE_TEXT:
        content.warnings.append("message_truncated")
    content.blocks = read_blocks(args.parsed("blocks", "invalid_blocks_format"))
    content.attachments = read_attachments(args.parsed("attachments", "invalid_attachments"))
    content.metadata = read_metadata(args.parsed("metadata", "invalid_metadata_format"))
    _take_markdown(args, content)
    if not limit_to_text and not (content.text.strip() or content.blocks or content.attachments):
        raise SlackError("no_text")
    return content


def _take_markdown(args: Args, content: Content) -> None:
    if not args.has("markdown_text"):
        return
    if content.text or content.blocks:
        raise SlackError("markdown_text_conflict")
    text = args.text("markdown_text")
    if len(text) > MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    content.text = text
    content.blocks = [{"type": "markdown", "text": text}] if text else []


def read_blocks(raw: Any) -> list[Json]:
    """Blocks of a message, or ``invalid_blocks`` with each reason."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise SlackError("invalid_blocks_format")
    refuse_problems(check_message_blocks(raw))
    if len(text_of(raw)) > BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")
    return list(raw)


def refuse_problems(problems: list[Problem], error: str = "invalid_blocks") -> None:
    """Raise what Slack raises for blocks with problems; nothing when there are none."""
    if problems:
        messages = [p.line() for p in problems]
        raise SlackError(error, errors=[p.said() for p in problems], response_metadata={"messages": messages})


def read_attachments(raw: Any) -> list[Json]:
    """Attachments of a message; blocks within them are checked too."""
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(a, dict) for a in raw):
        raise SlackError("invalid_attachments")
    if len(raw) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in raw:
        read_blocks(attachment.get("blocks"))
    return list(raw)


def read_metadata(raw: Any) -> Json | None:
    """Metadata of a message: an event_type and a payload of plain values, under two kilobytes."""
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, dict):
        raise SlackError("invalid_metadata_format")
    kind, payload = raw.get("event_type"), raw.get("event_payload")
    if set(raw) - {"event_type", "event_payload", "entities"} or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if not isinstance(kind, str) or not EVENT_TYPE.match(kind) or not _plain(payload, 0):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(raw, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


def _plain(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth < 8 and all(_plain(v, depth + 1) for v in value.values())
    if isinstance(value, list):
        return depth < 8 and all(_plain(v, depth + 1) for v in value)
    return isinstance(value, SCALARS)


def need_whole(args: Args, name: str) -> str:
    """A timestamp argument such as 1700000000.000100."""
    value = args.need(name)
    if not re.fullmatch(r"\d{1,12}\.\d{1,9}", value):
        raise invalid_arguments(f"invalid timestamp [json-pointer:/{name}]")
    return value
