"""Ports for programs that are started a little later than their port is chosen."""

import itertools
import socket
from functools import cache

# Below the range that the system hands out by itself; a stretch for each process of a test run.
FIRST, END, EACH = 20_000, 32_000, 400
_NEXT = itertools.count()


def unused_port() -> int:
    """A port of this machine that nobody listens on, and that no other test is given soon, of this run or another."""
    for step in itertools.islice(_NEXT, EACH):
        with socket.socket() as probe:
            if _takes(probe, port := _stretch()[1 + step % (EACH - 1)]):
                return port
    raise AssertionError("every port is taken")


@cache
def _stretch() -> range:
    """The ports of this process: it holds the first of them for as long as it lives, so no other process has them."""
    for first in range(FIRST, END, EACH):
        if _takes(_held, first):
            return range(first, first + EACH)
    raise AssertionError("every stretch of ports is taken")


_held = socket.socket()


def _takes(one: socket.socket, port: int) -> bool:
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
