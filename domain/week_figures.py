"""The figures of a week: what they are made of, and how they are told as JSON. docs/METRICS.md defines each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain import figures
from domain.digest_window import Week

_MINUTE = 60_000_000
UNHAPPY = ("negative", "urgent")


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n`."""

    part: int
    n: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where there is nothing to take a share of."""
        return self.part / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Speed:
    """How long something took, in minutes."""

    n: int = 0
    median: float | None = None
    mean: float | None = None
    p95: float | None = None

    @staticmethod
    def of(micros: Sequence[int]) -> "Speed":
        """From durations in microseconds."""
        n = len(micros)
        if not n:
            return Speed()
        ranked = sorted(micros)
        middle, late = figures.median_of_ranked(ranked), figures.percentile_of_ranked(ranked, 95)
        return Speed(n, middle / _MINUTE, sum(ranked) / n / _MINUTE, late / _MINUTE)


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took by the calendar on the wall, day and night, and in the team's working time."""

    calendar: Speed = Speed()
    working: Speed = Speed()


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that were decided in the week; `waived` are those of the breached that a lead excused."""

    kept: int = 0
    breached: int = 0
    waived: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        """Both together."""
        return Kept(self.kept + other.kept, self.breached + other.breached, self.waived + other.waived)

    @property
    def share(self) -> float | None:
        """Kept of all that were decided; None where none was (docs/SLA.md R23)."""
        return figures.kept_share(self.kept, self.breached).value

    @property
    def share_without_waived(self) -> float | None:
        """The same, leaving out what was excused."""
        return figures.kept_share(self.kept, self.breached - self.waived).value


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """All that is counted about one week; `backlog_since` is when its oldest ticket came in.

    `kept` is by metric and priority, `per_agent` the solved tickets of each assignee (told without names),
    `overtime` the answers given outside the team's hours of all that people gave.
    """

    week: Week
    new: int = 0
    solved: int = 0
    reopened: int = 0
    backlog: int = 0
    backlog_since: datetime | None = None
    first_response: Times = Times()
    resolution: Times = Times()
    csat: Share = Share(0, 0)
    first_contact: Share = Share(0, 0)
    escalated: Share = Share(0, 0)
    avoidable: Share = Share(0, 0)
    bounces: int = 0
    kept: Mapping[tuple[str, str], Kept] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)
    per_agent: Mapping[str, int] = field(default_factory=dict)
    sentiments: Mapping[str, int] = field(default_factory=dict)
    overtime: Share = Share(0, 0)

    def kept_of(self, metric: str) -> Kept:
        """One kind of promise, over all priorities."""
        return sum((told for (of, _), told in self.kept.items() if of == metric), Kept())

    @property
    def busiest(self) -> Share:
        """Of the solved tickets that had an assignee, those of the busiest one."""
        return Share(max(self.per_agent.values(), default=0), sum(self.per_agent.values()))

    @property
    def backlog_days(self) -> float | None:
        """The backlog in days of the week's volume; None where nothing came in."""
        return self.backlog * 7 / self.new if self.new else None

    @property
    def unhappy(self) -> Share:
        """Of the solved tickets whose sentiment was noted, the negative and urgent ones."""
        return Share(sum(self.sentiments.get(one, 0) for one in UNHAPPY), sum(self.sentiments.values()))

    @property
    def response_rate(self) -> Share:
        """Of the solved tickets, those with a rating."""
        return Share(self.csat.n, self.solved)


def as_json(found: WeekFigures, previous: WeekFigures | None = None) -> dict[str, Any]:
    """Every figure, for `--json`; instants ISO 8601 in UTC, shares from 0 to 1 or null."""
    told = {
        "week": found.week.name,
        "from": found.week.start.isoformat(),
        "to": found.week.end.isoformat(),
        "timezone": found.week.zone,
        "volume": {
            "new": found.new,
            "solved": found.solved,
            "reopened": found.reopened,
            "backlog": found.backlog,
            "backlog_since": found.backlog_since.isoformat() if found.backlog_since else None,
            "backlog_days": found.backlog_days,
        },
        "speed": {
            "first_response": _speed(found.first_response.calendar),
            "resolution": _speed(found.resolution.calendar),
            "first_response_working": _speed(found.first_response.working),
            "resolution_working": _speed(found.resolution.working),
        },
        "quality": {
            "csat": _share(found.csat) | {"response_rate": found.response_rate.value},
            "first_contact": _share(found.first_contact),
        },
        "escalation": _share(found.escalated)
        | {"escalated": found.escalated.part, "avoidable": _share(found.avoidable), "bounces": found.bounces},
        "kept": {metric: _promises(found, metric) for metric in _metrics(found)},
        "categories": _most_first(found.categories),
        "areas": _most_first(found.areas),
        "sentiment": _most_first(found.sentiments),
        "team": {
            "agents": len(found.per_agent),
            "busiest_share": found.busiest.value,
            "answers": found.overtime.n,
            "answers_outside_hours_share": found.overtime.value,
        },
    }
    return told if previous is None else told | {"previous": as_json(previous)}


def changed_since(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What was heard of late: every figure that `as_json` told otherwise `then`, by its dotted path, as (then, now).

    A figure that one of the two does not have is left out: it was not counted then, or has nothing to be compared to.
    """
    before, after = dict(_leaves(then)), dict(_leaves(now))
    return {path: (before[path], after[path]) for path in after if path in before and before[path] != after[path]}


def _leaves(told: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in told.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{at}{key}.")
        else:
            yield f"{at}{key}", value


def _share(share: Share) -> dict[str, Any]:
    return {"n": share.n, "share": share.value}


def _speed(speed: Speed) -> dict[str, Any]:
    return {"n": speed.n, "median_minutes": speed.median, "mean_minutes": speed.mean, "p95_minutes": speed.p95}


def _metrics(found: WeekFigures) -> list[str]:
    always = ("first_response", "resolution")
    return [*always, *sorted({metric for metric, _ in found.kept} - set(always))]


def _promises(found: WeekFigures, metric: str) -> dict[str, Any]:
    by_priority = {priority: _kept(told) for (of, priority), told in sorted(found.kept.items()) if of == metric}
    return _kept(found.kept_of(metric)) | {"by_priority": by_priority}


def _kept(told: Kept) -> dict[str, Any]:
    return {
        "kept": told.kept,
        "breached": told.breached,
        "share": told.share,
        "waived": told.waived,
        "share_without_waived": told.share_without_waived,
    }


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
