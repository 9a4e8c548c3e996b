"""Block Kit's pieces and limits, and the one place where people's text is escaped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.plain_text import one_line as one_line

Block = dict[str, Any]

TEXT_MAX = 3000
HEADER_MAX = 150
FIELD_MAX = 2000
FIELDS_MAX = 10
BUTTON_TEXT_MAX = 75
OPTION_MAX = 75
OPTIONS_MAX = 100
BLOCKS_MAX = 50
MESSAGE_TEXT_MAX = 9_000  # Slack refuses somewhere above; see msg_blocks_too_long
MODAL_TITLE_MAX = 24
TABLE_ROWS_MAX = 100
TABLE_TEXT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: `text` is the notification and the fallback, `blocks` the message as drawn."""

    text: str
    blocks: Sequence[Block] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """As Slack's methods take it."""
        return {"text": self.text, "blocks": list(self.blocks)} if self.blocks else {"text": self.text}


@dataclass(frozen=True, slots=True)
class Modal:
    """A view to open, or to put in the place of the one that was submitted."""

    view: dict[str, Any]


def escape(text: str) -> str:
    """A person's text made safe for mrkdwn: no mention, channel or link can be injected."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What a person typed in a message or command, as Slack hands it over, made plain again."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# Slack hands a mention or a link over as an id or an address with a name.
_REFERENCE = re.compile(
    r"<(?:([@#])[A-Z0-9]+\|([^<>|]*)|(https?://[^<>|\s]+)(?:\|[^<>]*)?"
    r"|(?:mailto|tel):[^<>|]+\|([^<>|]*)|!subteam\^[A-Z0-9]+\|([^<>|]*))>"
)
_LINK = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)


def as_typed(text: str) -> str:
    """Text with mentions and links as the person typed them: `@ben`, `#support`, the address."""
    return _REFERENCE.sub(lambda found: found[3] or found[4] or found[5] or f"{found[1] or ''}{found[2] or ''}", text)


def without_marks(text: str) -> str:
    """A sentence of mrkdwn without mentions, for a place that shows plain text, such as the error at a field."""
    return unescape(text.replace("`", "").replace("*", ""))


def clip(text: str, most: int) -> str:
    """At most `most` characters, the last an ellipsis when something was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


# What an escaped text may end with when it was cut: part of an entity, or a reference without its end.
_BROKEN_OFF = re.compile(r"(?:&(?:a(?:mp?)?|lt?|gt?)?|<[^<>]*)\Z")


def clip_escaped(text: str, most: int) -> str:
    """The same for text that is escaped already: what would be cut in two, an entity or a mention, is left out."""
    return text if len(text) <= most else _BROKEN_OFF.sub("", text[: most - 1]).rstrip() + "…"


def quote(escaped: str) -> str:
    """Each line of a text as a quotation; what goes in is already escaped."""
    return "\n".join(f"> {line}" for line in escaped.splitlines())


def person(user_id: str | None) -> str:
    """A mention; what is not a Slack user id (a helpdesk, the bot itself) is shown as text."""
    if user_id is None:
        return "nobody"
    return f"<@{user_id}>" if user_id[:1] in "UW" and user_id.isalnum() else escape(user_id)


def mention(who: str | None) -> str:
    """A person or a user group, spoken to; nothing where there is nobody."""
    if who is None:
        return ""
    return f"<!subteam^{who}>" if who.startswith("S") else person(who)


def is_link(url: str) -> bool:
    """Whether this is an http(s) address and nothing else."""
    return _LINK.fullmatch(url) is not None


def link(url: str, label: str) -> str:
    """A link with a label; anything but http(s) stays text, so that no other scheme can be clicked."""
    if not is_link(url):
        return escape(label)
    return f"<{escape(url)}|{escape(label).replace('|', '¦')}>"


def when(instant: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """An instant that each reader sees in their own zone, as part of a sentence: `today 5:00 PM`.

    Slack writes the first character of a date large. A space without width goes first instead.
    """
    fallback = instant.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(instant.timestamp())}^\u200b{style}|{fallback}>"


def mrkdwn(text: str) -> Block:
    """A text object; what goes in is already escaped."""
    return {"type": "mrkdwn", "text": clip_escaped(text, TEXT_MAX) or " "}


def plain(text: str, most: int = TEXT_MAX) -> Block:
    """A text object that is never parsed, so it needs no escaping."""
    return {"type": "plain_text", "text": clip(text, most) or " ", "emoji": True}


def paragraph(text: str) -> Message:
    """A message of one section; what goes in is already escaped."""
    return Message(text, [section(text)])


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text, HEADER_MAX)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with something to press beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def fields(texts: Iterable[str]) -> Block:
    """Short facts in two columns."""
    return {"type": "section", "fields": [mrkdwn(clip_escaped(text, FIELD_MAX)) for text in list(texts)[:FIELDS_MAX]]}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """A row of things to press."""
    block: Block = {"type": "actions", "elements": list(elements)}
    return block | {"block_id": block_id} if block_id else block


def button(text: str, action_id: str, value: str, style: str | None = None, confirm: Block | None = None) -> Block:
    """A button; `style` is primary or danger."""
    block: Block = {
        "type": "button",
        "text": plain(text, BUTTON_TEXT_MAX),
        "action_id": action_id,
        "value": clip(value, 2000),
    }
    return block | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, submit: str | None, private_metadata: str = ""
) -> Modal:
    """A modal window."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MODAL_TITLE_MAX),
        "close": plain("Cancel" if submit else "Close", 24),
        "blocks": list(blocks)[:100],
        "private_metadata": private_metadata,
    }
    return Modal(view | ({"submit": plain(submit, 24)} if submit else {}))


def person_cell(user_id: str) -> Block:
    """A cell of a table that names a member."""
    mention = {"type": "user", "user_id": user_id}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [mention]}]}


def table(rows: Sequence[Sequence[str | Block]], align: Sequence[str] = ()) -> Block:
    """A table of text, the first row its head; clipped to what Slack takes. Text in cells is never parsed."""
    kept: list[list[Block]] = []
    budget = TABLE_TEXT_MAX
    for row in list(rows)[:TABLE_ROWS_MAX]:
        cells = [
            {"type": "raw_text", "text": clip(cell, 200) or " "} if isinstance(cell, str) else cell for cell in row[:20]
        ]
        budget -= sum(len(cell.get("text", "")) for cell in cells)
        if budget < 0:
            break
        kept.append(cells)
    block: Block = {"type": "table", "rows": kept}
    return block | ({"column_settings": [{"align": side} for side in align]} if align else {})
