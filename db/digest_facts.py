"""What a digest tells beside the week's figures: volume by day, handoffs, what keeps coming back."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from db.category_report import category_now, subcategory_now
from db.handoffs import handoffs
from db.reopenings import reopenings
from db.scoping import in_scope
from db.tickets import tickets
from domain.digest_window import Week
from domain.review import Escalation, Recurring
from domain.review_scope import Scope
from domain.taxonomy import Taxonomy

MOST_HANDOFFS = 10
MOST_GROUPS = 500


def by_day(connection: Connection, workspace_id: str, week: Week, scope: Scope) -> list[tuple[int, int]]:
    """Tickets that came in, and that were solved, on each of the week's seven days, as it stood at its end."""
    ours = _ours(workspace_id, scope)
    came = _per_day(connection, week, tickets.c.created_at, ours)
    still = _per_day(connection, week, tickets.c.solved_at, ours)
    then = _per_day(connection, week, reopenings.c.solved_at, (*ours, *_reopened_later(workspace_id, week)))
    return [(new, one + other) for new, one, other in zip(came, still, then, strict=True)]


def _reopened_later(workspace_id: str, week: Week) -> tuple[Any, ...]:
    """That a ticket was opened again after the week: it was solved at its end."""
    same = (reopenings.c.workspace_id == workspace_id, reopenings.c.number == tickets.c.number)
    return (*same, reopenings.c.reopened_at >= week.end)


def _per_day(connection: Connection, week: Week, instant: ColumnElement[Any], conditions: tuple[Any, ...]) -> list[int]:
    days = week.days
    sums = [func.sum(case((and_(instant >= start, instant < end), 1), else_=0)) for start, end in pairwise(days)]
    wanted = select(*sums).where(*conditions, instant >= week.start, instant < week.end)
    return [int(count or 0) for count in connection.execute(wanted).one()]


def _ours(workspace_id: str, scope: Scope) -> tuple[Any, ...]:
    return (tickets.c.workspace_id == workspace_id, *in_scope(scope))


def handed_on(connection: Connection, workspace_id: str, week: Week, scope: Scope) -> list[Escalation]:
    """The handoffs opened in the week, the latest first, at most ten."""
    same = and_(tickets.c.workspace_id == handoffs.c.workspace_id, tickets.c.number == handoffs.c.number)
    columns = (handoffs.c.case_id, handoffs.c.number, tickets.c.subject, handoffs.c.trigger, handoffs.c.state)
    opened = (
        handoffs.c.workspace_id == workspace_id,
        handoffs.c.opened_at >= week.start,
        handoffs.c.opened_at < week.end,
    )
    wanted = select(*columns, handoffs.c.avoidable).select_from(handoffs.join(tickets, same)).where(*opened)
    wanted = wanted.where(*in_scope(scope))
    found = connection.execute(
        wanted.order_by(handoffs.c.opened_at.desc(), handoffs.c.case_id.desc()).limit(MOST_HANDOFFS)
    )
    return [Escalation(*row) for row in found]


def judge(connection: Connection, workspace_id: str, case_id: int, avoidable: bool) -> tuple[int | None, bool]:
    """Note whether a handoff could have been avoided: its ticket's number, and whether it is news; None, no handoff."""
    this = (handoffs.c.workspace_id == workspace_id, handoffs.c.case_id == case_id)
    news = update(handoffs).where(*this, handoffs.c.avoidable.is_distinct_from(avoidable)).values(avoidable=avoidable)
    number = connection.scalar(news.returning(handoffs.c.number))
    if number is not None:
        return number, True
    return connection.scalar(select(handoffs.c.number).where(*this)), False


def avoidable_triggers(connection: Connection, workspace_id: str, week: Week) -> set[str]:
    """The triggers of handoffs that ended in the week and were said to have been avoidable."""
    ended = (handoffs.c.ended_at >= week.start, handoffs.c.ended_at < week.end, handoffs.c.avoidable.is_(True))
    return set(connection.scalars(select(handoffs.c.trigger).where(handoffs.c.workspace_id == workspace_id, *ended)))


def recurring(
    connection: Connection, workspace_id: str, week: Week, taxonomy: Taxonomy, scope: Scope
) -> list[Recurring]:
    """Bugs, questions and requests by category and area, over the 30 days up to the week's end."""
    kind, category = _kind(taxonomy), category_now(taxonomy).label("category")
    lately = case((tickets.c.created_at >= week.end - timedelta(days=7), tickets.c.customer_id))
    since = tickets.c.created_at >= week.end - timedelta(days=30)
    ours = (*_ours(workspace_id, scope), since, tickets.c.created_at < week.end, tickets.c.category.is_not(None))
    rows = (
        select(kind.label("kind"), category, tickets.c.area, lately.label("customer"))
        .where(*ours, kind.is_not(None))
        .subquery()
    )
    grouped = (rows.c.kind, rows.c.category, rows.c.area)
    count = func.count()
    wanted = select(*grouped, count, func.count(rows.c.customer.distinct())).group_by(*grouped)
    most_first = wanted.order_by(count.desc(), rows.c.kind, rows.c.category, rows.c.area.nulls_first())
    return [Recurring(*row) for row in connection.execute(most_first.limit(MOST_GROUPS))]


def _kind(taxonomy: Taxonomy) -> ColumnElement[Any]:
    """What kind of thing a ticket is: by its root cause where that is known, else by its category as called today."""
    cause, category, subcategory = tickets.c.root_cause, category_now(taxonomy), subcategory_now(taxonomy)
    return case(
        (cause == "product_bug", "bug"),
        (cause.in_(("user_error", "documentation_gap")), "question"),
        (cause == "missing_feature", "request"),
        (cause.is_not(None), None),
        (or_(category == "reliability", subcategory == "bug"), "bug"),
        (or_(category == "usability", subcategory == "how_to"), "question"),
        (or_(category == "functional", subcategory.in_(("feature_request", "suggestion"))), "request"),
        else_=None,
    )


def solved_without_answer(connection: Connection, workspace_id: str, week: Week, scope: Scope) -> int:
    """Tickets solved in the week for which nobody said how the next customer is spared the question."""
    ours = (*_ours(workspace_id, scope), tickets.c.spared.is_(None))
    still = _per_day(connection, week, tickets.c.solved_at, ours)
    then = _per_day(connection, week, reopenings.c.solved_at, (*ours, *_reopened_later(workspace_id, week)))
    return sum(still) + sum(then)
