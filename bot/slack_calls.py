"""Slack's client, counted: which method was called, and what came of it."""

from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from domain.retry import is_code

Called = Callable[[str, str], None]
# What a call raises where no answer came, or one that is not HTTP.
NO_ANSWER = (OSError, HTTPException)


def nobody_counts(method: str, status: str) -> None:
    """Where it does not matter."""


class CountedClient(WebClient):
    """A client that tells of each call, and of what Slack answered."""

    def __init__(self, called: Called, **how: Any) -> None:
        super().__init__(**how)
        self._called = called

    def api_call(self, api_method: str, **told: Any) -> SlackResponse:
        """As in Slack's library, where every method comes through here."""
        status = "no_answer"
        try:
            answer = super().api_call(api_method, **told)
            status = "ok"
            return answer
        except SlackApiError as refused:
            status = code_of(refused.response)
            raise
        finally:
            self._called(api_method, status)


def code_of(answer: Any) -> str:
    """Slack's error code in a SlackApiError's answer, or the HTTP status where the answer is not Slack's own."""
    # Slack's library puts what it could not read, an error page as it came, where the code would be.
    error = str(answer.data.get("error") or "") if isinstance(answer.data, dict) else ""
    return error if is_code(error) else f"http_{answer.status_code}"
