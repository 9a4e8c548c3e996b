"""The arguments of one Web API call, whichever way they were sent."""

import json
from typing import Any

from slack_sandbox.errors import SlackError, invalid_arguments

DEEPEST = 40
TRUE_WORDS = {"true", "1", "yes"}


def load_json(text: str | bytes) -> Any:
    """Decode JSON that can be said again: no NaN, no lone surrogates, not nested beyond reason.

    Raises ValueError for all else.
    """
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    level = [value]
    for _ in range(DEEPEST):
        level = [v for part in level if isinstance(part, (dict, list))
                 for v in (part.values() if isinstance(part, dict) else part)]  # fmt: skip
        if not level:
            return value
    raise ValueError("nested too deeply")


class Args:
    """Arguments by name; a form's values are strings, a JSON body's are what they are."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Whether the argument was given and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string argument; numbers are taken as their digits, structures are refused."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def need(self, name: str) -> str:
        """A string argument that must be there and not empty."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument, also as the words a form carries."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in TRUE_WORDS

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number argument, held between low and high."""
        try:
            value = int(self.text(name, str(default)) or default)
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None
        return max(low, min(high, value))

    def names(self, name: str) -> list[str]:
        """A list given as an array or as comma separated text."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def parsed(self, name: str, error: str) -> Any:
        """A structured argument, decoded when it came as JSON text; error when it cannot be."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return load_json(value)
        except ValueError:
            raise SlackError(error) from None
