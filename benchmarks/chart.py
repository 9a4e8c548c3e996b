"""The chart of how costs grow with the number of tickets."""

from collections.abc import Sequence
from pathlib import Path

import pygal
from pygal.style import Style

from benchmarks.table import Growth, number

LABELS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
COLOURS = ("#1264a3", "#e01e5a", "#2bac76", "#b97d00", "#7c3085", "#616061")


def draw(growth: Sequence[Growth], path: Path) -> None:
    """Write an SVG: a line each, both axes logarithmic (the sizes are powers of about three)."""
    sizes = sorted({size for one in growth for size in one.by_size})
    style = Style(
        background="white", plot_background="white", colors=COLOURS, font_family="sans-serif",
        label_font_size=13, major_label_font_size=13, legend_font_size=13, title_font_size=17,
        guide_stroke_color="#dddddd", major_guide_stroke_color="#dddddd", guide_stroke_dasharray="1",
        major_guide_stroke_dasharray="1",
    )  # fmt: skip
    chart = pygal.Line(
        logarithmic=True, width=900, height=480, style=style, legend_at_bottom=True, legend_at_bottom_columns=3,
        legend_box_size=12, dots_size=3, show_minor_y_labels=True, margin=20, disable_xml_declaration=True, js=[],
        truncate_legend=-1, x_title="tickets", y_title="milliseconds", value_formatter=number, no_prefix=True,
    )  # fmt: skip
    chart.title = "What it costs among so many tickets, in milliseconds"
    found = [value for one in growth for value in one.by_size.values()]
    chart.y_labels = [label for label in LABELS if min(found) / 2 <= label <= max(found) * 2]
    chart.x_labels = [f"{size:,}" for size in sizes]
    for one in growth:
        chart.add(one.what.replace("`", ""), [one.by_size.get(size) for size in sizes], allow_interruptions=False)
    path.write_text(chart.render(is_unicode=True) + "\n")
