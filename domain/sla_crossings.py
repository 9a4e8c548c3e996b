"""The thresholds of a running clock, written down with it: from them alone an alert is decided (docs/SLA.md R9, R20).

A trail is folded when something happens to a ticket. Until then its clocks stand as they are, so the instants at which
their thresholds are crossed are known, and a sweep of many that come due together needs no trail. Instants are whole
microseconds here, as they are stored: a storm compares hundreds of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.instants import to_micros
from domain.sla_alerts import Moment

_OWN_POST = ";own post"


class Crossing(NamedTuple):
    """A threshold by its label, and when the clock crosses it: microseconds since 1970, UTC."""

    label: str
    at_us: int


class Crossed(NamedTuple):
    """The highest threshold crossed, how late that is noticed, the lower ones skipped for it, and the next one.

    `late_us`, in microseconds, counts from the change of promise that put the crossing into the past, where one did.
    """

    highest: Crossing
    late_us: int
    skipped: Sequence[Crossing]
    following: Crossing | None


def written(moments: Iterable[Moment], *, has_own_post: bool = False) -> str:
    """The crossings of a clock as one text, in order; `crossed` reads it.

    `has_own_post`: an alert of it was told by a post of its own, which has to follow what becomes of it. Of such a
    clock `crossed` says nothing, so that its trail is asked.
    """
    crossings = ";".join(f"{moment.label}@{to_micros(moment.at)}" for moment in moments)
    return crossings + _OWN_POST if has_own_post else crossings


def crossed(stored: str, planned: str | None, changed_us: int | None, now_us: int) -> Crossed | None:
    """What is owed at `now_us` of the clock with these crossings; None where they do not say.

    `planned` is the label of the lowest threshold that was not told yet; `changed_us` is when a change of promise
    last moved the due instant. Raises ValueError for a text that `written` did not write.
    """
    _, found, rest = stored.partition(f"{planned}@")
    at, more, rest = rest.partition(";")
    if not found or planned is None or int(at) > now_us or stored.endswith(_OWN_POST):
        return None
    highest, skipped, following = Crossing(planned, int(at)), [], None
    while more:
        one, more, rest = rest.partition(";")
        label, at = one.split("@")
        if int(at) > now_us:
            following = Crossing(label, int(at))
            break
        skipped.append(highest)
        highest = Crossing(label, int(at))
    since = highest.at_us if changed_us is None else max(changed_us, highest.at_us)
    return Crossed(highest, now_us - since if since < now_us else 0, skipped, following)
