"""Print the functions and files that are over the house's sizes; each is a question, not a ban."""

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("bot", "db", "domain", "helpdesk", "sandbox", "scripts")
FUNCTION_LINES, FILE_LINES = 60, 350


def sources() -> Iterator[Path]:
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            if not {"tests", "migrations", "node_modules"} & set(path.parts):
                yield path


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def main() -> int:
    files = {path: len(path.read_text().splitlines()) for path in sources()}
    sizes = [item for path in files for item in functions(path)]
    if not sizes:
        return 0
    lines = sorted(length for _, length in sizes)
    p95 = lines[int(len(lines) * 0.95)]
    print(f"== sizes: {len(files)} files; functions: median {statistics.median(lines):g}, p95 {p95} lines")
    for path, length in files.items():
        if length > FILE_LINES:
            print(f"   {path.relative_to(ROOT)} has {length} lines: could it be two files?")
    for name, length in sizes:
        if length > FUNCTION_LINES:
            print(f"   {name} has {length} lines: could it be two functions?")
    return 0


if __name__ == "__main__":
    sys.exit(main())
