"""The inspector's log: what the bot was sent and answered, and what it asked of the Web API."""

import copy
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any

from slack_sandbox.live import Hub
from slack_sandbox.model import Json

KEPT = 2000
SECRET_KEYS = {"token", "authorization", "client_secret"}


class Journal:
    """The last entries, each with its time of day and how long it took."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.entries: deque[Json] = deque(maxlen=KEPT)
        self.bodies: dict[int, Any] = {}
        self._next = 1

    def note(self, direction: str, kind: str, *, started: float, status: int | str, request: Any, response: Any,
             method: str = "", note: str = "", replay: Any = None) -> Json:  # fmt: skip
        """Write one entry; ``started`` is a time.perf_counter() reading."""
        entry: Json = {
            "id": self._next, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "direction": direction,
            "kind": kind, "method": method, "status": status, "ms": round((time.perf_counter() - started) * 1000, 1),
            "request": without_secrets(request), "response": copy.deepcopy(response), "note": note,
        }  # fmt: skip
        if replay is not None:
            self.bodies[self._next] = replay
        self._next += 1
        if len(self.entries) == KEPT:
            self.bodies.pop(self.entries[0]["id"], None)
        self.entries.append(entry)
        self.hub.tell({"type": "log", "entry": entry})
        return entry

    def after(self, number: int) -> list[Json]:
        """The entries with a higher id."""
        return [e for e in self.entries if e["id"] > number]

    def clear(self) -> None:
        """Forget the entries; ids go on counting."""
        self.entries.clear()
        self.bodies.clear()


def without_secrets(value: Any) -> Any:
    """A copy with tokens struck out."""
    if isinstance(value, dict):
        return {k: "•••" if k.lower() in SECRET_KEYS else without_secrets(v) for k, v in value.items()}
    return [without_secrets(v) for v in value] if isinstance(value, list) else value
