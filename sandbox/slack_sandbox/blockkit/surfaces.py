"""Whole messages and views: which blocks, how many, and ids that must differ."""

from collections import Counter
from typing import Any

from slack_sandbox.blockkit.data import cell_text
from slack_sandbox.blockkit.layout import BLOCKS, SURFACES
from slack_sandbox.blockkit.objects import plain
from slack_sandbox.blockkit.schema import Problem, Where, boolean, obj, one_of, string, tagged
from slack_sandbox.limits import (
    CHARTS,
    MARKDOWN_TEXT,
    MESSAGE_BLOCKS,
    MODAL_TITLE,
    PRIVATE_METADATA,
    TABLE_TEXT,
    VIEW_BLOCKS,
)  # fmt: skip

BLOCK = tagged(BLOCKS, "block")
MOST_PER_MESSAGE = {"data_visualization": CHARTS, "table": 1, "plan": 1}
COMMON = {"type": one_of("modal", "home"), "blocks": lambda *_: None}
VIEW_MAY = {
    "private_metadata": string(PRIVATE_METADATA, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
TITLE = plain(MODAL_TITLE)
MODAL_MAY = {"close": TITLE, "submit": TITLE, "clear_on_close": boolean, "notify_on_close": boolean,
             "submit_disabled": boolean}  # fmt: skip
MODAL = obj(COMMON | {"title": TITLE}, VIEW_MAY | MODAL_MAY)
HOME = obj(COMMON, VIEW_MAY | {"title": TITLE} | MODAL_MAY)


def check_blocks(blocks: Any, at: str, where: Where, most: int) -> None:
    """Each block by its own rule, on this surface, and all of them together."""
    if not isinstance(blocks, list):
        where.wrong("invalid_type", "must be an array", at)
        return
    if len(blocks) > most:
        where.wrong("too_many_items", f"no more than {most} items allowed", at, most)
    for index, block in enumerate(blocks[:most]):
        pointer = f"{at}/{index}"
        BLOCK(block, pointer, where)
        kind = block.get("type") if isinstance(block, dict) else None
        if isinstance(kind, str) and kind in SURFACES and where.surface not in SURFACES[kind]:
            where.wrong("unsupported_block", f"{kind} is not allowed in a {where.surface}", pointer, SURFACES[kind])
    check_ids(with_inner(blocks[:most]), at, where)


def with_inner(blocks: list[Any]) -> list[Any]:
    """Blocks and the blocks within them: a container's, a carousel's cards."""
    found = []
    for block in (b for b in blocks if isinstance(b, dict)):
        inner = block.get("child_blocks") or (block.get("elements") if block.get("type") == "carousel" else None)
        found += [block, *with_inner(inner if isinstance(inner, list) else [])]
    return found


def check_ids(blocks: list[Any], at: str, where: Where) -> None:
    """block_ids differ on a surface; action_ids differ in a block."""
    ids = Counter(b["block_id"] for b in blocks if isinstance(b.get("block_id"), str))
    for name in (name for name, count in ids.items() if count > 1):
        where.wrong("duplicate_block_id", f'`block_id` "{name}" already exists', at, name)
    for block in blocks:
        elements = block.get("elements")
        inner = [e for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
        actions = Counter(e["action_id"] for e in inner if isinstance(e.get("action_id"), str))
        for name in (name for name, count in actions.items() if count > 1):
            where.wrong("duplicate_action_id", f'`action_id` "{name}" already exists for this block', at, name)


def check_message_blocks(blocks: Any, at: str = "/blocks") -> list[Problem]:
    """What is wrong with the blocks of a message."""
    where = Where("message")
    check_blocks(blocks, at, where, MESSAGE_BLOCKS)
    if where.problems:
        return where.problems
    kinds = Counter(b["type"] for b in blocks)
    for kind, most in MOST_PER_MESSAGE.items():
        if kinds[kind] > most:
            where.wrong("too_many_blocks", f"no more than {most} {kind} blocks allowed", at, most)
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > MARKDOWN_TEXT:
        where.wrong("too_long", f"markdown text must be less than {MARKDOWN_TEXT + 1} characters", at, MARKDOWN_TEXT)
    tables = sum(cell_text(b["rows"]) for b in blocks if b["type"] == "data_table")
    if tables > TABLE_TEXT:
        where.wrong("too_long", f"table text must be less than {TABLE_TEXT + 1} characters", at, TABLE_TEXT)
    return where.problems


def check_view(view: Any) -> list[Problem]:
    """What is wrong with a modal or a Home."""
    kind = view.get("type") if isinstance(view, dict) else None
    where = Where("home" if kind == "home" else "modal")
    (HOME if kind == "home" else MODAL)(view, "", where)
    if not isinstance(view, dict):
        return where.problems
    check_blocks(view.get("blocks"), "/blocks", where, VIEW_BLOCKS)
    blocks = view.get("blocks")
    rows = blocks if isinstance(blocks, list) else []
    if where.surface == "modal" and not rows:
        where.wrong("too_few_items", "no fewer than 1 items allowed", "/blocks", 1)
    asks = any(isinstance(b, dict) and b.get("type") == "input" for b in rows)
    if asks and where.surface == "modal" and not view.get("submit"):
        where.wrong("missing_field", "missing required field: submit", "", "submit")
    return where.problems


def text_of(value: Any) -> str:
    """All text in blocks, for the cap on a message's text as a whole."""
    if isinstance(value, list):
        return "".join(text_of(v) for v in value)
    if isinstance(value, dict):
        return "".join(v if k == "text" and isinstance(v, str) else text_of(v) for k, v in value.items())
    return ""
