"""What a team reads when its day opens."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """A running promise on a ticket, due at a UTC instant, and whose the ticket is."""

    number: int
    subject: str
    metric: str
    due_at: datetime
    assignee: str | None


@dataclass(frozen=True, slots=True)
class DailyReview:
    """A day of the digest's zone: the first promises that are broken, or fall due in it, and how many there are."""

    day: date
    broken: tuple[Promise, ...]
    broken_total: int
    due_today: tuple[Promise, ...]
    due_today_total: int
    unassigned: int
