"""Files for their owner alone: what is stored is what customers wrote."""

import os
from contextlib import suppress
from pathlib import Path

MINE_ALONE = 0o600


def make(file: Path) -> None:
    """An empty file that nobody but its owner may read; one that is there already keeps what its owner allows.

    Raises OSError where it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MINE_ALONE))
