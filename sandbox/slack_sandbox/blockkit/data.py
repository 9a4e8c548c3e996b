"""Tables and charts."""

from typing import Any

from slack_sandbox.blockkit.rich_text import RICH_TEXT
from slack_sandbox.blockkit.schema import (
    IDENT,
    Where,
    a,
    boolean,
    both,
    integer,
    many,
    number,
    obj,
    one_of,
    string,
    tagged,
)  # fmt: skip
from slack_sandbox.limits import (
    AXIS_LABEL,
    CHART_LABEL,
    CHART_POINTS,
    CHART_SERIES,
    CHART_TITLE,
    DATA_ROWS,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TABLE_TEXT,
)  # fmt: skip

RAW_TEXT = a("raw_text", {"text": string(TABLE_TEXT, 0)})
RAW_NUMBER = a("raw_number", {"value": number, "text": string(TABLE_TEXT, 0)})
CELL = tagged({"raw_text": RAW_TEXT, "rich_text": RICH_TEXT}, "cell")
DATA_CELL = tagged({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT}, "cell")


def nullable(value: Any, at: str, where: Where) -> None:
    """A column setting, or null for none."""
    if value is not None:
        obj(may={"align": one_of("left", "center", "right"), "is_wrapped": boolean})(value, at, where)


def cell_text(value: Any) -> int:
    """How many characters of text are in a table, at any depth."""
    if isinstance(value, list):
        return sum(cell_text(v) for v in value)
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(cell_text(v) for k, v in value.items() if k != "text")
    return 0


def table_size(value: Any, at: str, where: Where) -> None:
    """Rows are equally long and the text within bounds."""
    if len({len(row) for row in value["rows"]}) > 1:
        where.wrong("uneven_rows", "all rows must have the same number of cells", f"{at}/rows")
    if cell_text(value["rows"]) > TABLE_TEXT:
        where.wrong("too_long", f"table text must be less than {TABLE_TEXT + 1} characters", f"{at}/rows", TABLE_TEXT)


def plain_head(value: Any, at: str, where: Where) -> None:
    """The first row of a data_table is its header, without rich text."""
    for index, cell in enumerate(value["rows"][0]):
        if cell.get("type") == "rich_text":
            where.wrong("unsupported_type", "rich_text is not allowed in the header row", f"{at}/rows/0/{index}")
    header = value.get("row_header_column_index")
    if header is not None and header >= len(value["rows"][0]):
        where.wrong("out_of_range", "must be the index of a column", f"{at}/row_header_column_index")


TABLE = both(
    a("table", {"rows": many(many(CELL, TABLE_COLUMNS), TABLE_ROWS)},
      {"block_id": IDENT, "column_settings": many(nullable, TABLE_COLUMNS, 0)}),
    table_size,
)  # fmt: skip
DATA_TABLE = both(
    a("data_table", {"caption": string(2000), "rows": many(many(DATA_CELL, TABLE_COLUMNS), DATA_ROWS, 2)},
      {"block_id": IDENT, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)}),
    table_size,
    plain_head,
)  # fmt: skip


def positive(value: Any, at: str, where: Where) -> None:
    """A number above zero."""
    number(value, at, where)
    if isinstance(value, (int, float)) and not value > 0:
        where.wrong("out_of_range", "must be greater than 0", at)


LABEL = string(CHART_LABEL)
AXES = obj({"categories": many(LABEL, CHART_POINTS)}, {"x_label": string(AXIS_LABEL), "y_label": string(AXIS_LABEL)})
POINTS = many(obj({"label": LABEL, "value": number}), CHART_POINTS)
SERIES = many(obj({"name": LABEL, "data": POINTS}), CHART_SERIES)


def same_categories(value: Any, at: str, where: Where) -> None:
    """Series have their own names and cover exactly the categories."""
    categories = value["axis_config"]["categories"]
    names = [series["name"] for series in value["series"]]
    if len(set(names)) != len(names):
        where.wrong("duplicate_values", "series names must be unique", f"{at}/series")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            where.wrong("category_mismatch", "points must cover the categories", f"{at}/series/{index}/data")


def axis_chart(kind: str) -> Any:
    """A chart with axes."""
    return both(a(kind, {"series": SERIES, "axis_config": AXES}), same_categories)


CHART = tagged(
    {"pie": a("pie", {"segments": many(obj({"label": LABEL, "value": positive}), CHART_SERIES)}),
     "bar": axis_chart("bar"), "area": axis_chart("area"), "line": axis_chart("line")},
    "chart",
)  # fmt: skip
DATA_VISUALIZATION = a("data_visualization", {"title": string(CHART_TITLE), "chart": CHART}, {"block_id": IDENT})
