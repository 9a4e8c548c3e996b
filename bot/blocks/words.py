"""What the texts have in common: how a command and a promise are called, how things are counted and timed."""

from collections.abc import Mapping
from datetime import timedelta

PROMISES: Mapping[str, str] = {
    "first_response": "First response",
    "next_response": "Next response",
    "resolution": "Resolution",
    "pickup": "Pickup",
    "escalation_ack": "Acknowledgement",
    "pending_warning": "Waiting for the customer",
    "auto_close": "Closing",
}


def command(prefix: str, name: str) -> str:
    """`/tag`, or `/sup-tag` where the commands carry the prefix `sup-`."""
    return f"/{prefix}{name}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 ticket`, `3 tickets`; `many` is the plural where an s does not make it."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number) or counted(number, "time")


def span(length: timedelta) -> str:
    """`40 s`, `12 min`, `1 h 5 min`, `2 d 3 h` (days of 24 hours), rounded down."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"
