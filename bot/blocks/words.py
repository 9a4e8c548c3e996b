"""How a text names a slash command, and how it counts."""


def command(prefix: str, name: str) -> str:
    """`/tag`, or `/sup-tag` where the commands carry the prefix `sup-`."""
    return f"/{prefix}{name}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 ticket`, `3 tickets`; `many` is the plural where an s does not make it."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number) or counted(number, "time")
