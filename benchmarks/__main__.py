"""Run every benchmark, one after the other: `make bench`."""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Print each benchmark's table; the exit code of the first that failed."""
    worst = 0
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"\n{path.stem.replace('_', ' ')}", flush=True)
        worst = worst or subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], check=False).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main())
