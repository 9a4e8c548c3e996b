"""`make bench`: every benchmark, one table of ratios against floors measured in the same run, and a chart of growth.

    python -m benchmarks [--quick] [--write]

`--quick` measures a hundredth of the sizes, to see that all of it works. `--write` puts the table, the chart, the day
and the machine into docs/PERFORMANCE.md and docs/images/growth.svg. Ends with 1 when a target was missed.
"""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import chart, commands, delivery, digest, due_time, imports, startup, sweep
from benchmarks.table import Growth, Line, as_markdown, as_text, number

ROOT = Path(__file__).resolve().parents[1]
PAGE, CHART = ROOT / "docs" / "PERFORMANCE.md", ROOT / "docs" / "images" / "growth.svg"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


def measured(quick: bool) -> tuple[list[Line], list[Growth]]:
    """All lines and growths, told on standard error as they come."""
    lines: list[Line] = []
    growth: list[Growth] = []
    for module in (startup, commands, due_time, delivery, imports):
        lines += _told(list(module.measure(quick)))
    for sized in (sweep, digest):
        found, grown = sized.run(quick)
        lines += _told(found)
        growth += grown
    return lines, growth


def _told(lines: list[Line]) -> list[Line]:
    print(as_text(lines), end="\n\n", file=sys.stderr, flush=True)
    return lines


def growth_as_markdown(growth: Sequence[Growth]) -> str:
    """The points of the chart as a table."""
    sizes = sorted({size for one in growth for size in one.by_size})
    head = ["milliseconds, among so many tickets", *(f"{size:,}" for size in sizes)]
    rows = [head, ["---", *("---:" for _ in sizes)]]
    for one in growth:
        rows.append([one.what, *(number(one.by_size[size]) if size in one.by_size else "" for size in sizes)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def machine() -> str:
    """Where and when this was measured."""
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}; load average at the end {load:.1f}."
    )


def write(lines: Sequence[Line], growth: Sequence[Growth]) -> None:
    """Put the figures into the page, between its two marks."""
    chart.draw(growth, CHART)
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    figures = (
        f"{BEGIN}\nMeasured {machine()}\n\n{as_markdown(lines)}\n\n"
        f"![Costs by the number of tickets](images/growth.svg)\n\n{growth_as_markdown(growth)}\n{END}"
    )
    PAGE.write_text(before + figures + after)


def main() -> int:
    """Measure, print the one table, and write it where that was asked for."""
    lines, growth = measured("--quick" in sys.argv)
    print(as_text(lines))
    if "--write" in sys.argv:
        write(lines, growth)
    return 0 if all(line.met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
