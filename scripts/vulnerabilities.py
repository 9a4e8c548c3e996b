"""Known vulnerabilities of what is installed: asked of PyPI through pip-audit, and of npm through its own audit.

Run: `python -m scripts.vulnerabilities PIP_AUDIT [--must-answer]`. Fails for each one that is known, and where a
service knows some of the dependencies and not others. A service that does not answer at all, as behind a proxy that
passes packages alone, is told in a line of its own; with `--must-answer` that fails too.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.audit import FILES, ROOT, blocks

PAGE = "sandbox/page"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said of one list of dependencies: how many it was asked about and knew, and what is known."""

    of: str
    asked: int
    knew: int
    known: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether there was an answer at all."""
        return self.knew > 0

    @property
    def wrong(self) -> bool:
        """Whether somebody has to look."""
        return bool(self.known) or (self.answered and self.knew < self.asked)

    def __str__(self) -> str:
        """One line, and one more for each vulnerability."""
        if not self.answered:
            return f"vulnerabilities, {self.of}: NOT ASKED, the service does not answer from here ({self.asked} left)"
        told = f"vulnerabilities, {self.of}: {len(self.known)} known among {self.knew} of {self.asked}"
        return "\n".join([told, *(f"  {one}" for one in self.known)])


def of_python(file: str, report: Mapping[str, Any], pinned: int) -> Answer:
    """What pip-audit's JSON report says of a requirements file; a dependency it could not ask about has a reason."""
    knew = [one for one in report.get("dependencies", ()) if "skip_reason" not in one]
    return Answer(file, pinned, len(knew), tuple(line for one in knew for line in _lines(one)))


def _lines(dependency: Mapping[str, Any]) -> Iterator[str]:
    for one in dependency["vulns"]:
        mended = ", ".join(one["fix_versions"]) or "no release yet"
        yield f"{dependency['name']} {dependency['version']}: {one['id']}, mended in {mended}"


def of_npm(folder: str, report: Mapping[str, Any], pinned: int) -> Answer:
    """What npm's JSON report says of a package's lock file of so many packages; without a version it is no report."""
    if "auditReportVersion" not in report:
        return Answer(folder, pinned, 0)
    known = tuple(f"{name}: {one['severity']}, {one['range']}" for name, one in report["vulnerabilities"].items())
    return Answer(folder, pinned, pinned, known)


def answers(pip_audit: str) -> Iterator[Answer]:
    """Ask about each list."""
    for file in FILES:
        asking = [pip_audit, "--format", "json", "--progress-spinner", "off", "--require-hashes", "--disable-pip"]
        yield of_python(file, _report([*asking, "-r", file], ROOT), sum(1 for _ in blocks(ROOT / file)))
    lock = json.loads((ROOT / PAGE / "package-lock.json").read_text(encoding="utf-8"))
    pinned = sum(1 for name, one in lock["packages"].items() if name and not one.get("dev"))
    yield of_npm(PAGE, _report(["npm", "audit", "--json", "--omit=dev"], ROOT / PAGE), pinned)


def _report(command: list[str], folder: Path) -> dict[str, Any]:
    """The report that it prints; an empty one where it has none, as without npm."""
    try:
        printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120).stdout
        report: dict[str, Any] = json.loads(printed)
    except (FileNotFoundError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return {}
    return report


def main(pip_audit: str, must_answer: bool) -> int:
    """Print each answer; 1 where somebody has to look."""
    said = list(answers(pip_audit))
    print(*said, sep="\n")
    return int(any(one.wrong or (must_answer and not one.answered) for one in said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--must-answer" in sys.argv))
