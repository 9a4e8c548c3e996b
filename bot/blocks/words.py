"""How a text names a slash command."""


def command(prefix: str, name: str) -> str:
    """`/tag`, or `/sup-tag` where the commands carry the prefix `sup-`."""
    return f"/{prefix}{name}"
