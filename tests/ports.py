"""Ports for programs that are started a little later than their port is chosen."""

import itertools
import os
import socket

# Below the range that the system hands out by itself, and a stretch of its own for each process of the test run.
FIRST, EACH = 20_000, 500
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_NEXT = itertools.count()


def unused_port() -> int:
    """A port of this machine that nobody listens on, and that no other test is given soon."""
    for step in itertools.islice(_NEXT, EACH):
        port = FIRST + _WORKER % 20 * EACH + step % EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("every port is taken")
