"""Identifiers that look like Slack's."""

import secrets
import string

LETTERS = string.ascii_uppercase + string.digits


def fresh(prefix: str, length: int = 10) -> str:
    """A new identifier: the prefix and random capitals and digits."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def block_id() -> str:
    """A block_id as Slack gives to blocks that came without one."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(5))
