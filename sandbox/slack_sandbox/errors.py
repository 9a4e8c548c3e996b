"""What the Slack side and the control side say when they refuse."""

from typing import Any


class SlackError(Exception):
    """A refusal in Slack's own words: ``{"ok": false, "error": code, **extra}``."""

    def __init__(self, code: str, *, status: int = 200, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer as Slack's Web API gives it."""
        return {"ok": False, "error": self.code, **self.extra}


def invalid_arguments(message: str) -> SlackError:
    """Slack's refusal of a missing or mistyped argument, with its reason in the metadata."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})
