"""The metadata of posts, which Slack shows to other apps: an id and a key, and nobody's words."""

import json
import re
from typing import Any

from sqlalchemy import select

from db.customers import customers
from db.tickets import tickets

KEY = re.compile(r"[a-z_-]+(?::[\w.+%-]+)*")
COMMON = 3  # what is shorter stands in a key by chance


def of_posts(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The metadata of every message and edit that Slack was told."""
    asked = [entry["request"] for entry in log if str(entry["method"]).startswith("chat.")]
    return [request["metadata"] for request in asked if isinstance(request, dict) and request.get("metadata")]


def must_be_bare(found: list[dict[str, Any]], words: set[str]) -> None:
    """Only the row's number and the key of its occasion, with none of these words in it."""
    for metadata in found:
        assert metadata["event_type"] == "rethrow_outbox"
        assert set(metadata["event_payload"]) == {"id", "key"}
        assert isinstance(metadata["event_payload"]["id"], int)
        assert KEY.fullmatch(metadata["event_payload"]["key"]), metadata
        told = json.dumps(metadata, ensure_ascii=False).casefold()
        assert not [word for word in words if word.casefold() in told], metadata


def words_of(query: Any) -> set[str]:
    """What is known of customers: names, ids, addresses, subjects, links."""
    rows = [*query(select(customers.c.name, customers.c.customer_id))]
    rows += query(select(tickets.c.subject, tickets.c.external_id, tickets.c.requester_email, tickets.c.url))
    return {word for row in rows for word in row if word and len(word) > COMMON}
