"""A ticket whose promise is about to break, so that a warning and a breach are seen in the demo's first two minutes."""

from datetime import datetime, timedelta
from typing import Any

# A P0 is to be answered within 15 minutes, day and night, and is warned about after 12.
WAITED_ALREADY = timedelta(minutes=13, seconds=30)


def burning_ticket(now: datetime) -> dict[str, Any]:
    """As a helpdesk tells of it at `now` (UTC): past its warning, and 90 seconds before its breach."""
    came_in = (now - WAITED_ALREADY).isoformat()
    return {
        "external_id": f"FP-NOW-{int(now.timestamp())}",
        "subject": "No mail leaves our account at all",
        "body": "Since a quarter of an hour every call times out, in both regions. Our checkout is down with it.",
        "priority": "P0",
        "status": "new",
        "customer": {"external_id": "cobalt", "name": "Cobalt Commerce", "tier": "enterprise", "arr": 84000},
        "requester_email": "ops@cobalt.example",
        "tags": ["sending"],
        "created_at": came_in,
        "updated_at": came_in,
    }
