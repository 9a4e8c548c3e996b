"""What can be said of the dependencies without any service: pinned, hashed, installed as pinned, of known licences.

`scripts/audit.py` is a step of `scripts/check`. Known vulnerabilities are another matter: `make audit` asks for them,
and needs a network that reaches PyPI's own service.
"""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements/run.txt", "requirements/dev.txt")
PROJECTS = ("pyproject.toml", "sandbox/pyproject.toml")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# By their SPDX id, or as the old classifiers name them. Another one is for a person to read.
ALLOWED = {
    "MIT", "MIT License", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Apache Software License",
    "PSF-2.0", "ISC", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)",
    # psycopg, and pygal for the benchmarks' charts: used as they are, through their interface.
    "LGPL-3.0-only", "GNU Lesser General Public License v3 or later (LGPLv3+)",
}  # fmt: skip


def blocks(path: Path) -> Iterator[str]:
    """Each requirement of a file, its continued lines as one."""
    text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
    yield from (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def requirement(block: str) -> Requirement:
    """The requirement without its hashes."""
    return Requirement(HASH.sub("", block).strip())


def pinned(path: Path) -> Iterator[str]:
    """What is wrong with a file: anything but `name==version` with hashes."""
    for block in blocks(path):
        name = block.split()[0]
        if not re.match(r"[A-Za-z0-9]", block) or "://" in block or " @ " in block:
            yield f"{path.name}: {name}: only packages by name belong here"
        elif not re.fullmatch(r"==[\w.!+]+", str(requirement(block).specifier)):
            yield f"{path.name}: {name}: is not pinned to one version"
        elif not HASH.search(block):
            yield f"{path.name}: {name}: has no sha256 hash"


def declared() -> Iterator[str]:
    """What the projects ask for and the files do not have at that version."""
    known = {canonicalize_name(one.name): one for one in map(requirement, blocks(ROOT / "requirements/dev.txt"))}
    for project in PROJECTS:
        table = tomllib.loads((ROOT / project).read_text(encoding="utf-8"))["project"]
        optional = [one for group in table.get("optional-dependencies", {}).values() for one in group]
        asked = [*table.get("dependencies", ()), *optional]
        for one in map(Requirement, asked):
            found = known.get(canonicalize_name(one.name))
            if found is None or found.specifier != one.specifier:
                yield f"{project}: {one} is not what requirements/dev.txt pins: run scripts/pin"


def licences() -> Iterator[str]:
    """Installed packages whose licence is not among the allowed ones, or not to be found."""
    for one in map(requirement, blocks(ROOT / "requirements/dev.txt")):
        if one.marker is not None and not one.marker.evaluate():
            continue
        try:
            told = importlib.metadata.metadata(one.name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{one.name}: is pinned and not installed: make .venv/.ready-dev"
            continue
        if not one.specifier.contains(told["Version"]):
            yield f"{one.name}: {told['Version']} is installed, {one.specifier} is pinned: make .venv/.ready-dev"
        said = told.get("License-Expression")
        classified = [
            line.rpartition("::")[2].strip() for line in told.get_all("Classifier") or [] if "License" in line
        ]
        names = re.split(r" (?:OR|AND) ", said) if said else classified or [(told.get("License") or "none").strip()]
        if strange := [name for name in names if name not in ALLOWED]:
            yield f"{one.name}: licence {', '.join(strange)!r} is not among the allowed ones"


def installed() -> Iterator[str]:
    """What pip finds broken among the installed packages."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    if done.returncode:
        yield from done.stdout.splitlines()


def main() -> int:
    """Print what is wrong; the exit code."""
    wrong = [line for name in FILES for line in pinned(ROOT / name)]
    wrong += [*declared(), *licences(), *installed()]
    print("\n".join(wrong) or "dependencies: pinned with hashes, installed as pinned, of allowed licences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
