"""The thresholds of a running clock, written down with it: from them alone an alert is decided (docs/SLA.md R9, R20).

A trail is folded when something happens to a ticket. Until then its clocks stand as they are, so the instants at which
their thresholds are crossed are known, and a sweep of many that come due together needs no trail.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.calendars import NOTHING
from domain.sla_alerts import Moment


class Crossing(NamedTuple):
    """A threshold by its label, and the UTC instant at which the clock crosses it."""

    label: str
    at: datetime


class Crossed(NamedTuple):
    """The highest threshold crossed, how late that is noticed, the lower ones skipped for it, and the next one.

    `late` counts from the change of promise that put the crossing into the past, where one did.
    """

    highest: Crossing
    late: timedelta
    skipped: tuple[Crossing, ...]
    following: Crossing | None


def written(moments: Iterable[Moment]) -> str:
    """The crossings of a clock as one text, in order; `read` reads it."""
    return ";".join(f"{moment.label}@{moment.at.isoformat()}" for moment in moments)


def read(stored: str) -> tuple[Crossing, ...]:
    """The crossings in a text of `written`; raises ValueError for any other."""
    pairs = [one.rsplit("@", 1) for one in stored.split(";") if one]
    return tuple([Crossing(label, datetime.fromisoformat(at)) for label, at in pairs])


def crossed(stored: str, planned: str | None, changed_at: datetime | None, now: datetime) -> Crossed | None:
    """What is owed at `now` of the clock with these crossings; None where they do not say.

    `planned` is the label of the lowest threshold that was not told yet; `changed_at` is when a change of promise
    last moved the due instant. Raises ValueError for a text that `written` did not write.
    """
    begin = stored.find(f"{planned}@")
    crossings = read(stored[begin:]) if begin >= 0 else ()
    if not crossings or crossings[0].at > now:
        return None
    last = len(crossings) - 1
    while crossings[last].at > now:
        last -= 1
    highest = crossings[last]
    since = highest.at if changed_at is None else max(changed_at, highest.at)
    following = crossings[last + 1] if last + 1 < len(crossings) else None
    return Crossed(highest, max(now - since, NOTHING), crossings[:last], following)
