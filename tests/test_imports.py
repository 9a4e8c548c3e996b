"""The import direction of the house, as contracts, and that nothing happens at import."""

import subprocess
import sys
from pathlib import Path

from importlinter.api import read_configuration
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "pyproject.toml"


def test_every_floor_imports_only_what_is_below_it() -> None:
    """What is broken, and where, is printed by import-linter itself."""
    assert lint_imports(str(CONFIG), no_cache=True, no_logo=True) == 0


def test_the_contracts_that_are_checked_are_those_of_the_architecture() -> None:
    names = {contract["id"] for contract in read_configuration(str(CONFIG))["contracts_options"]}
    assert names == {"layers", "slack", "pure", "sandbox"}


def test_importing_the_product_does_nothing(tmp_path: Path) -> None:
    """No file appears, no setting is read, no server library is loaded by the command line alone."""
    code = "import bot.cli, sys; sys.exit('slack_bolt' in sys.modules or 'uvicorn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
