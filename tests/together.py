"""Several at once, as several processes or people would: all begin at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
PATIENCE_S = 60


def at_once(*works: Callable[[], Result]) -> list[Result]:
    """Do all of this at the same moment, each in a thread of its own; what they gave, in the order in which they stand.

    Raises what the first of them raised that failed.
    """
    start = threading.Barrier(len(works))

    def begin(work: Callable[[], Result]) -> Result:
        start.wait(PATIENCE_S)
        return work()

    with ThreadPoolExecutor(len(works)) as many:
        return [one.result() for one in [many.submit(begin, work) for work in works]]
