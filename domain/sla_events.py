"""What happened to a ticket, as far as its clocks care (docs/SLA.md R10-R15, R18)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.business_hours import in_utc
from domain.ticket import Status


class Kind(StrEnum):
    """Kinds of events; notes and automatic answers are none of them, as they move no clock."""

    CREATED = "created"
    FACTS_CHANGED = "facts_changed"
    RECOMPUTED = "recomputed"
    ASSIGNED = "assigned"
    CUSTOMER_MESSAGE = "customer_message"
    AGENT_REPLY = "agent_reply"
    NO_REPLY_NEEDED = "no_reply_needed"
    HANDED_OFF = "handed_off"
    ACKNOWLEDGED = "acknowledged"
    HANDOFF_ENDED = "handoff_ended"
    STATUS_CHANGED = "status_changed"
    MERGED = "merged"
    DELETED = "deleted"
    SPAM = "spam"


@dataclass(frozen=True)
class Event:
    """One thing that happened, at the instant it happened (aware; not when it was heard of).

    `number` tells events apart and orders those of one kind and instant as their source did. `facts` are
    changed fields of `sla_policy.Facts`. `status` is the one moved to (for CREATED: born with), `before` the one
    moved from, where that is known; both are the same where only the instant is corrected. `handoff` names the
    handoff handed off, acknowledged or ended ("" for all open ones), `target` its own time. `by_agent` marks a
    ticket an agent opened, `assigned` one born with an assignee, `stays` a message after which the ticket is as
    pending as before.
    """

    kind: Kind
    at: datetime
    number: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: Status | None = None
    before: Status | None = None
    handoff: str = ""
    target: timedelta | None = None
    by_agent: bool = False
    assigned: bool = False
    stays: bool = False

    def __post_init__(self) -> None:
        # Rows hand in plain strings; the fold compares by identity. An unknown word is refused here.
        object.__setattr__(self, "kind", Kind(self.kind))
        for name, status in (("status", self.status), ("before", self.before)):
            object.__setattr__(self, name, None if status is None else Status(status))


_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events by when they happened, whatever order they were heard in.

    The creation comes first whatever its source's clock said. At one instant a reply comes before the
    solving it belongs to, a message before the reopening. Raises NaiveInstant for an event without a zone.
    """
    return sorted(events, key=_place)


def _place(event: Event) -> tuple[bool, datetime, int, int]:
    return event.kind is not Kind.CREATED, in_utc(event.at), _RANK[event.kind], event.number
