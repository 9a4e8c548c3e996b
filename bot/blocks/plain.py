"""A message told with plainer blocks, for a workspace that does not take the rich ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import digest_charts as charts
from bot.blocks import kit
from bot.blocks.kit import Block

CHART, TABLE = "data_visualization", "table"


def plainer(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same message one step plainer: charts as a table or lines, else tables as lines; None at the last step.

    Slack takes one table a message, so a chart becomes a table only where there is none yet.
    """
    blocks = payload.get("blocks") or ()
    kinds = [block["type"] for block in blocks]
    if CHART in kinds:
        return {**payload, "blocks": without_charts(blocks)}
    if TABLE in kinds:
        return {**payload, "blocks": [_as_lines(block) if block["type"] == TABLE else block for block in blocks]}
    return None


def without_charts(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with their charts as a table, where the message has none yet, or as lines."""
    has_table = any(block["type"] == TABLE for block in blocks)
    kept = []
    for block in blocks:
        if block["type"] != CHART:
            kept.append(block)
            continue
        table = charts.as_table(block)
        kept.append(_as_lines(table) if has_table else table)
        has_table = True
    return kept


def _as_lines(table: Block) -> Block:
    """A table as text: its rows as lines, the first in bold."""
    head, *rows = [[cell["text"].strip() for cell in row] for row in table["rows"]]
    lines = [f"*{_joined(head)}*", *(_joined(row) for row in rows)]
    return kit.section("\n".join(lines))


def _joined(cells: list[str]) -> str:
    return kit.escape(" · ".join(cell for cell in cells if cell)) or "–"
