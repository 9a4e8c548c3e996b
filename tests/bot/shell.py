"""The command line, as a shell calls it."""

import pytest

from bot.cli import main


def rethrow(*arguments: str) -> int:
    """`rethrow …`; its exit code."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)
