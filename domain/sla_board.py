"""A running promise as the board shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OnBoard:
    """One promise on one ticket, due at a UTC instant, and whose it is."""

    number: int
    metric: str
    due_at: datetime
    subject: str
    priority: str
    customer: str | None
    assignee: str | None
    assignee_email: str | None
