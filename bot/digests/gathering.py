"""What a digest is made of: a week's figures, with those of the weeks before it."""

from datetime import datetime
from typing import Any

from bot import calibrated
from bot.desk import House
from db import category_report, digest_facts, digests, figures, session
from domain.category_report import report
from domain.digest_window import Week
from domain.review import Claimed, Review, wins
from domain.review_scope import Scope
from domain.week_figures import WeekFigures, as_json, changed_since

BATCH = 500
WEEKS_BEFORE = 4


def figures_of(house: House, workspace_id: str, week: Week, weeks: int, scope: Scope) -> list[WeekFigures]:
    """The figures of `weeks` weeks, `week` first and then back in time, in one consistent picture."""
    weeks_back = [week.before(back) for back in range(weeks)]
    _fold_history(house, workspace_id, weeks_back[-1].start, week.end)
    now, taxonomy = house.clock.now(), house.settings.taxonomy()
    hours = house.settings.calendars[house.settings.sla.calendar]
    with session.reading(house.engine) as connection:
        return [figures.of_week(connection, workspace_id, one, taxonomy, now, scope, hours) for one in weeks_back]


def review_of(
    house: House, workspace_id: str, week: Week, scope: Scope, scheduled_at: datetime | None = None
) -> Review:
    """Everything that the digest of a week tells."""
    weeks = figures_of(house, workspace_id, week, 1 + WEEKS_BEFORE, scope)
    taxonomy = house.settings.taxonomy()
    with session.reading(house.engine) as connection:
        counts = category_report.counts(
            connection, workspace_id, week.start, week.end, taxonomy, week.before().start, scope
        )
        again = digest_facts.recurring(connection, workspace_id, week, taxonomy, scope)
        unanswered = digest_facts.solved_without_answer(connection, workspace_id, week, scope)
        claims = digests.claims_of(connection, workspace_id, week.before().name)
        avoidable = [digest_facts.avoidable_triggers(connection, workspace_id, one) for one in (week, week.before())]
        again_avoidable = avoidable[0] & avoidable[1]
        return Review(
            weeks,
            report(counts),
            digest_facts.by_day(connection, workspace_id, week, scope),
            digest_facts.handed_on(connection, workspace_id, week, scope),
            wins(again, unanswered),
            [Claimed(one.title, one.claimed_by, one.done_by) for one in claims],
            sorted(again_avoidable),
            scheduled_at,
            house.clock.now(),
            calibrations=calibrated.past(connection, workspace_id, week.end),
        )


def heard_late(house: House, workspace_id: str, name: str, now: WeekFigures) -> dict[str, tuple[Any, Any]]:
    """The figures that differ from those the digest of this name told about the week; none where it told nothing."""
    with session.reading(house.engine) as connection:
        then = digests.told_then(connection, workspace_id, (name, asked_for(name)), now.week.name)
    return changed_since(then, as_json(now)) if then else {}


def asked_for(name: str) -> str:
    """The name under which a digest is kept that somebody posted by hand."""
    return f"{name}:asked"


def _fold_history(house: House, workspace_id: str, start: datetime, end: datetime) -> None:
    """Give imported tickets that lived in these weeks the clocks which the auditor has not come to yet."""
    after = 0
    while True:
        with session.reading(house.engine) as connection:
            numbers = figures.finished_without_clocks(connection, workspace_id, start, end, after, BATCH)
        if not numbers:
            return
        with session.writing(house.engine) as connection:
            house.keeper.take_in(connection, workspace_id, numbers, house.clock.now())
        after = numbers[-1]
