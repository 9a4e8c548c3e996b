"""Waiting for what is done elsewhere: as long as a busy machine may need, and no longer than it takes."""

import time
from collections.abc import Callable

PATIENCE_S = 60
PROCESS_S = 180  # for what begins or ends with a whole process
LOOK_S = 0.02


def wait_until(
    comes_true: Callable[[], object],
    what: str,
    seconds: float = PATIENCE_S,
    more: Callable[[], object] = lambda: "",
    look_s: float = LOOK_S,
) -> None:
    """Wait for it; an AssertionError that names it, and says `more`, when it takes too long."""
    until = time.monotonic() + seconds
    while not comes_true():
        assert time.monotonic() < until, f"waited in vain until {what}: {more()}"
        time.sleep(look_s)
