"""`rethrow sla due`: when a promise is due, for one start or for a line of JSON after the other."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.settings import Settings
from domain.business_hours import NaiveInstant, NoWorkingTime, due
from domain.calendars import YearOutOfRange
from domain.sla_policy import Facts
from domain.sla_promise import Metric
from domain.ticket import Priority


class CannotTell(Exception):
    """There is no due time; the message says why and what to do."""


class Question(BaseModel):
    """One line of JSON: when is this due?"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: AwareDatetime
    priority: Priority | Literal["p0", "p1", "p2", "p3"]
    metric: Metric
    calendar: str | None = None


def due_at(
    settings: Settings, priority: Priority, metric: Metric, start: datetime, calendar: str | None = None
) -> datetime:
    """When a promise that starts at `start` (aware) is due, in UTC; raises CannotTell."""
    promise = settings.policy_book.promise(metric, Facts(priority=priority))
    if promise is None:
        raise CannotTell(f'{priority} has no target for {metric}; add one: [sla.{priority}] {metric} = "4h"')
    if calendar is not None and calendar not in settings.calendars:
        raise CannotTell(f"found calendar {calendar!r}, allowed is one of {', '.join(sorted(settings.calendars))}")
    counted_on = settings.calendars[calendar] if calendar is not None else promise.calendar
    try:
        return due(counted_on, start, promise.target)
    except (NaiveInstant, NoWorkingTime, YearOutOfRange, OverflowError) as error:
        raise CannotTell(str(error)) from error


def answers(settings: Settings, lines: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """For each line of JSON whether it could be answered, and the due time or what is wrong with the line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _answer(settings, number, line)


def _answer(settings: Settings, number: int, line: str) -> tuple[bool, str]:
    try:
        asked = Question.model_validate(json.loads(line))
        priority = Priority(asked.priority.upper())
        return True, due_at(settings, priority, asked.metric, asked.start, asked.calendar).isoformat()
    except json.JSONDecodeError as error:
        return False, f"error: line {number}: not JSON ({error.msg})"
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in wrong["loc"]) or "the line"
        return False, f"error: line {number}: {where}: {wrong['msg']}"
    except (CannotTell, RecursionError) as error:
        return False, f"error: line {number}: {error}"
