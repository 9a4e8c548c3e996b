"""A week's review: its figures beside the weeks before, and what they say should be done upstream. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.calibration import Session
from domain.calibration_result import Result
from domain.category_report import Line, Report
from domain.week_figures import WeekFigures

TOP = 3
NEW_PATTERN_LEAST = 5
BUGS_OVER, QUESTIONS_OVER, CUSTOMERS_FROM = 10, 20, 3


@dataclass(frozen=True, slots=True)
class Recurring:
    """Tickets of one kind (bug, question, request), category and area: in 30 days, and their customers in 7."""

    kind: str
    category: str
    area: str | None
    tickets: int
    customers: int


@dataclass(frozen=True, slots=True)
class Win:
    """Something that would spare customers a question; `key` names it for whoever claims it."""

    key: str
    kind: str
    category: str = ""
    area: str | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A quick win of last week that somebody claimed, by their Slack id, and who finished it."""

    title: str
    by: str
    done_by: str | None


@dataclass(frozen=True, slots=True)
class Escalation:
    """One handoff opened in the week; `avoidable` is None until somebody said."""

    case_id: int
    number: int
    subject: str
    trigger: str
    state: str
    avoidable: bool | None


@dataclass(frozen=True, slots=True)
class Review:
    """All that a digest tells. `weeks` are the figures of the week and of those before it, back in time.

    `avoidable_again` are the triggers of handoffs that were said to be avoidable this week and the week before;
    `late` the figures that have changed since the week's digest was posted, as `week_figures.changed_since` has them.
    `calibrations` are those that closed by the end of the week, the oldest first.
    """

    weeks: Sequence[WeekFigures]
    issues: Report
    days: Sequence[tuple[int, int]]
    escalations: Sequence[Escalation]
    wins: Sequence[Win]
    claimed: Sequence[Claimed]
    avoidable_again: Sequence[str] = ()
    scheduled_at: datetime | None = None
    made_at: datetime | None = None
    late: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    calibrations: Sequence[tuple[Session, Result]] = ()

    @property
    def now(self) -> WeekFigures:
        """The week itself."""
        return self.weeks[0]

    @property
    def before(self) -> WeekFigures:
        """The week before it."""
        return self.weeks[1]


def wins(recurring: Sequence[Recurring], without_answer: int) -> list[Win]:
    """What the upstream rules say: bugs, questions and requests that come again, the most frequent first."""
    found = []
    for one in recurring:
        over = {"bug": one.tickets > BUGS_OVER, "question": one.tickets > QUESTIONS_OVER}
        if over.get(one.kind, one.customers >= CUSTOMERS_FROM):
            count = one.customers if one.kind == "request" else one.tickets
            key = f"{one.kind}:{one.category}:{one.area or ''}"[:200]
            found.append(Win(key, one.kind, one.category, one.area, count))
    found.sort(key=lambda win: (-win.count, win.key))
    return found + ([Win("spared", "spared", count=without_answer)] if without_answer else [])


def top_issues(report: Report) -> list[Line]:
    """The categories with the most new tickets."""
    named = [line for line in report.categories if line.category is not None and line.now]
    return named[:TOP]


def new_patterns(report: Report) -> list[Line]:
    """A category in an area that at least doubled and has at least five tickets, the largest first."""
    cells = [
        line
        for (category, area), line in report.cells.items()
        if category and area and line.now >= NEW_PATTERN_LEAST and line.now >= 2 * line.before
    ]
    return sorted(cells, key=lambda line: (-line.now, line.category or "", line.area or ""))[:TOP]
