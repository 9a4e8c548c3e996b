"""What a digest is made of: a week's figures, with those of the weeks before it."""

from datetime import datetime

from bot.desk import House
from db import category_report, digest_facts, digests, figures, session, tickets
from domain.category_report import report
from domain.digest_window import Week
from domain.review import Claimed, Review, wins
from domain.week_figures import WeekFigures

BATCH = 500
WEEKS_BEFORE = 4


def figures_of(house: House, workspace_id: str, week: Week, weeks: int, areas: tuple[str, ...]) -> list[WeekFigures]:
    """The figures of `weeks` weeks, `week` first and then back in time, in one consistent picture."""
    weeks_back = [week.before(back) for back in range(weeks)]
    _fold_history(house, workspace_id, weeks_back[-1].start, week.end)
    now, taxonomy = house.clock.now(), house.settings.taxonomy()
    with session.reading(house.engine) as connection:
        return [figures.of_week(connection, workspace_id, one, taxonomy, now, areas) for one in weeks_back]


def review_of(
    house: House, workspace_id: str, week: Week, areas: tuple[str, ...], scheduled_at: datetime | None = None
) -> Review:
    """Everything that the digest of a week tells."""
    weeks = figures_of(house, workspace_id, week, 1 + WEEKS_BEFORE, areas)
    taxonomy = house.settings.taxonomy()
    with session.reading(house.engine) as connection:
        counts = category_report.counts(connection, workspace_id, week.start, week.end, taxonomy, week.before().start)
        again = digest_facts.recurring(connection, workspace_id, week, taxonomy, areas)
        unanswered = digest_facts.solved_without_answer(connection, workspace_id, week, areas)
        claims = digests.claims_of(connection, workspace_id, week.before().name)
        avoidable = [digest_facts.avoidable_triggers(connection, workspace_id, one) for one in (week, week.before())]
        again_avoidable = avoidable[0] & avoidable[1]
        return Review(
            weeks,
            report(one for one in counts if not areas or one.area in areas),
            digest_facts.by_day(connection, workspace_id, week, areas),
            digest_facts.handed_on(connection, workspace_id, week, areas),
            wins(again, unanswered),
            [Claimed(one.title, one.claimed_by, one.done_by) for one in claims],
            sorted(again_avoidable),
            scheduled_at,
            house.clock.now(),
        )


def _fold_history(house: House, workspace_id: str, start: datetime, end: datetime) -> None:
    """Give imported tickets that lived in these weeks the clocks which the auditor has not come to yet."""
    after = 0
    while True:
        with session.reading(house.engine) as connection:
            numbers = figures.finished_without_clocks(connection, workspace_id, start, end, after, BATCH)
        if not numbers:
            return
        with session.writing(house.engine) as connection:
            found = tickets.numbered(connection, workspace_id, numbers)
            house.keeper.keep_many(connection, workspace_id, found, house.clock.now())
        after = numbers[-1]
