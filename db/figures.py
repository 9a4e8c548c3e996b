"""The figures of a week, counted in SQL over covering indexes; the cost grows with the week, not the history.

A past week is counted as it stood at its end: a ticket that was opened again later still counts as solved in it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    union_all,
)

from db.category_report import category_now
from db.clocks import UNFINISHED, clocks
from db.events import ESCALATED, events
from db.handoffs import handoffs
from db.overtime import answers_outside_hours
from db.reopenings import reopenings
from db.scoping import in_scope
from db.tickets import tickets
from domain.calendars import ALWAYS, Calendar
from domain.digest_window import Week
from domain.escalation import BOUNCED
from domain.instants import from_micros
from domain.review_scope import EVERYTHING, Scope
from domain.sla_promise import Metric
from domain.taxonomy import Taxonomy
from domain.week_figures import Kept, Share, Speed, Times, WeekFigures
from domain.working_spans import working_micros

PROMISES = tuple(metric.value for metric in Metric if metric.is_promise)
_SAME = and_(tickets.c.workspace_id == reopenings.c.workspace_id, tickets.c.number == reopenings.c.number)


def of_week(
    connection: Connection,
    workspace_id: str,
    week: Week,
    taxonomy: Taxonomy,
    now: datetime,
    scope: Scope = EVERYTHING,
    calendar: Calendar = ALWAYS,
) -> WeekFigures:
    """Everything that is counted about the tickets of a scope in a week; working time is that of `calendar`."""
    asked = _Asked(connection, workspace_id, week, taxonomy, now, scope, calendar)
    groups = asked.solved_groups()
    backlog, since = asked.backlog()
    new, escalated = asked.new()
    avoidable, bounces = asked.handoffs()
    return WeekFigures(
        week,
        new=new,
        solved=sum(row.tickets for row in groups),
        reopened=asked.reopened(),
        backlog=backlog,
        backlog_since=since,
        first_response=asked.first_response(),
        resolution=asked.resolution(),
        csat=Share(sum(row.good for row in groups), sum(row.rated for row in groups)),
        first_contact=Share(sum(row.at_once for row in groups), sum(row.tickets for row in groups)),
        escalated=Share(escalated, new),
        avoidable=avoidable,
        bounces=bounces,
        kept=asked.kept(),
        categories=_counted((row.category, row.tickets) for row in groups),
        areas=_counted((row.area, row.tickets) for row in groups),
        per_agent=_counted((row.assignee, row.tickets) for row in groups),
        sentiments=_counted((row.sentiment, row.tickets) for row in groups),
        overtime=asked.overtime(),
    )


def _counted(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for name, count in pairs:
        if name is not None:
            counts[name] += count
    return dict(counts)


def finished_without_clocks(
    connection: Connection, workspace_id: str, start: datetime, end: datetime, after: int, most: int
) -> list[int]:
    """Numbers above `after` of finished tickets that lived in a window and have no clocks: imported history."""
    stored = select(clocks.c.number).where(clocks.c.workspace_id == workspace_id, clocks.c.number == tickets.c.number)
    lived = (tickets.c.solved_at >= start, tickets.c.created_at < end)
    wanted = select(tickets.c.number).where(tickets.c.workspace_id == workspace_id, *lived, ~stored.exists())
    return list(connection.scalars(wanted.where(tickets.c.number > after).order_by(tickets.c.number).limit(most)))


class _Asked:
    """The questions about one week."""

    def __init__(
        self,
        connection: Connection,
        workspace_id: str,
        week: Week,
        taxonomy: Taxonomy,
        now: datetime,
        scope: Scope,
        calendar: Calendar,
    ) -> None:
        self.connection, self.workspace_id, self.taxonomy, self.now = connection, workspace_id, taxonomy, now
        self.start, self.end, self.calendar = week.start, week.end, calendar
        self.scope = in_scope(scope)
        self.ours = (tickets.c.workspace_id == workspace_id, *self.scope)

    def within(self, instant: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether an instant lies in the week."""
        return and_(instant >= self.start, instant < self.end)

    def new(self) -> tuple[int, int]:
        """Tickets that came in, and those of them that were ever escalated."""
        came_in = (*self.ours, self.within(tickets.c.created_at))
        count = self.connection.scalar(select(func.count()).select_from(tickets).where(*came_in)) or 0
        ever = select(events.c.number).where(
            events.c.workspace_id == self.workspace_id,
            events.c.number == tickets.c.number,
            text(ESCALATED),
            events.c.undone.is_(False),
        )
        escalated = select(func.count()).select_from(tickets).where(*came_in, ever.exists())
        return count, self.connection.scalar(escalated) or 0

    def _reopened_later(self, *columns: Any) -> Select[Any]:
        """Tickets as they were solved by the end of the week and opened again after it."""
        later = and_(reopenings.c.workspace_id == self.workspace_id, reopenings.c.reopened_at >= self.end)
        return select(*columns).select_from(reopenings.join(tickets, _SAME)).where(later, *self.scope)

    def _solved(self) -> Any:
        """The tickets solved in the week and not opened again within it, a row each."""
        called = category_now(self.taxonomy).label("category")
        facts = (called, tickets.c.area, tickets.c.assignee, tickets.c.sentiment, tickets.c.csat)
        at_once = (tickets.c.agent_replies <= 1).label("few_replies")
        still = select(*facts, at_once, tickets.c.reopened).where(*self.ours, self.within(tickets.c.solved_at))
        earlier = reopenings.alias()
        before = (
            select(func.count())
            .select_from(earlier)
            .where(
                earlier.c.workspace_id == self.workspace_id,
                earlier.c.number == tickets.c.number,
                earlier.c.reopened_at < self.end,
            )
        )
        then = self._reopened_later(*facts, at_once, before.scalar_subquery().label("reopened"))
        return union_all(still, then.where(self.within(reopenings.c.solved_at))).subquery()

    def solved_groups(self) -> list[Any]:
        """The solved tickets by what they are, with how many were rated, rated well, solved at once."""
        solved = self._solved()
        by = (solved.c.category, solved.c.area, solved.c.assignee, solved.c.sentiment)
        at_once = and_(solved.c.few_replies, solved.c.reopened == 0)
        query = select(
            *by,
            func.count().label("tickets"),
            func.count(solved.c.csat).label("rated"),
            func.sum(case((solved.c.csat >= 4, 1), else_=0)).label("good"),
            func.sum(case((at_once, 1), else_=0)).label("at_once"),
        )
        return list(self.connection.execute(query.group_by(*by)))

    def resolution(self) -> Times:
        """From creation to solved, of the tickets solved in the week."""
        still = select(*self._span(tickets.c.solved_at)).where(*self.ours, self.within(tickets.c.solved_at))
        then = self._reopened_later(*self._span(reopenings.c.solved_at)).where(self.within(reopenings.c.solved_at))
        return self._times([*self._rows(still), *self._rows(then)])

    def first_response(self) -> Times:
        """From creation to the first reply, of the first replies given in the week."""
        replied = tickets.c.first_response_at
        return self._times(self._rows(select(*self._span(replied)).where(*self.ours, self.within(replied))))

    def _span(self, end: ColumnElement[Any]) -> list[ColumnElement[int]]:
        """From a ticket's creation to `end`, as plain integers: making instants of them would cost more than SQL."""
        start, end = type_coerce(tickets.c.created_at, BigInteger), type_coerce(end, BigInteger)
        return [end - start] if self.calendar == ALWAYS else [start, end]

    def _times(self, rows: Sequence[Any]) -> Times:
        if self.calendar == ALWAYS:
            taken = Speed.of([micros for (micros,) in rows])
            return Times(taken, taken)
        return Times(Speed.of([end - start for start, end in rows]), Speed.of(working_micros(self.calendar, rows)))

    def _rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        """Whole numbers straight from the driver: wrapping each in a row took longer than the SQL."""
        with self.connection.execute(query) as result:
            assert result.cursor is not None
            return result.cursor.fetchall()

    def overtime(self) -> Share:
        """Of the answers that people gave in the week, those outside the calendar's hours."""
        asked = (self.connection, self.workspace_id, self.start, self.end)
        return Share(0, 0) if self.calendar == ALWAYS else answers_outside_hours(*asked, self.calendar, self.scope)

    def reopened(self) -> int:
        """How often a solved ticket was opened again in the week."""
        counted = select(func.count()).select_from(reopenings.join(tickets, _SAME) if self.scope else reopenings)
        ours = (reopenings.c.workspace_id == self.workspace_id, self.within(reopenings.c.reopened_at), *self.scope)
        return self.connection.scalar(counted.where(*ours)) or 0

    def backlog(self) -> tuple[int, datetime | None]:
        """Tickets created before the week's end that were not solved by then, and since when the oldest waits."""
        since = func.min(type_coerce(tickets.c.created_at, BigInteger))
        waiting = select(func.count(), since).where(*self.ours, tickets.c.created_at < self.end)
        parts = [
            self.connection.execute(waiting.where(tickets.c.solved_at.is_(None))).one(),
            self.connection.execute(waiting.where(tickets.c.solved_at >= self.end)).one(),
        ]
        solved_then = reopenings.c.solved_at < self.end
        done = self.connection.scalar(self._reopened_later(func.count()).where(solved_then)) or 0
        if done:
            return sum(count for count, _ in parts) - done, self._oldest_waiting()
        oldest = min((instant for _, instant in parts if instant is not None), default=None)
        return sum(count for count, _ in parts), None if oldest is None else from_micros(oldest)

    def _oldest_waiting(self) -> datetime | None:
        """The same where some that wait now were solved at the time."""
        solved_then = select(reopenings.c.number).where(
            reopenings.c.workspace_id == self.workspace_id,
            reopenings.c.number == tickets.c.number,
            reopenings.c.reopened_at >= self.end,
            reopenings.c.solved_at < self.end,
        )
        unsolved = or_(tickets.c.solved_at.is_(None), tickets.c.solved_at >= self.end)
        waiting = select(tickets.c.created_at).where(*self.ours, tickets.c.created_at < self.end, unsolved)
        found: datetime | None = self.connection.scalar(
            waiting.where(~solved_then.exists()).order_by(tickets.c.created_at).limit(1)
        )
        return found

    def handoffs(self) -> tuple[Share, int]:
        """Of the handoffs that ended in the week: those judged avoidable of all judged, and those that came back."""
        avoidable = func.sum(case((handoffs.c.avoidable.is_(True), 1), else_=0))
        bounced = func.sum(case((handoffs.c.state.in_([str(state) for state in BOUNCED]), 1), else_=0))
        ended = (handoffs.c.workspace_id == self.workspace_id, self.within(handoffs.c.ended_at))
        query = select(func.count(handoffs.c.avoidable), avoidable, bounced).where(*ended)
        if self.scope:
            same = and_(tickets.c.workspace_id == handoffs.c.workspace_id, tickets.c.number == handoffs.c.number)
            query = query.select_from(handoffs.join(tickets, same)).where(*self.scope)
        judged, yes, back = self.connection.execute(query).one()
        return Share(int(yes or 0), judged), int(back or 0)

    def kept(self) -> dict[tuple[str, str], Kept]:
        """Promises decided in the week, by metric and priority (docs/SLA.md R23)."""
        # Not "breached_at is null", which SQLite would take for a reason to read all that were ever kept.
        never_broken = func.coalesce(type_coerce(clocks.c.breached_at, BigInteger), 0) == 0
        kept = self._decided(self.within(clocks.c.fulfilled_at), never_broken, column="kept")
        broken = self._decided(self.within(clocks.c.breached_at), column="breached")
        # A promise is broken when its time is over, whether a sweep has looked at it yet or not.
        over = (text(UNFINISHED), self.within(clocks.c.due_at), clocks.c.due_at <= self.now)
        unseen = self._decided(*over, never_broken, column="breached")
        total: dict[tuple[str, str], Kept] = {}
        for row in (*kept, *broken, *unseen):
            key = (row.metric, row.priority)
            total[key] = total.get(key, Kept()) + Kept(row.kept, row.breached, row.waived)
        return total

    def _decided(self, *conditions: Any, column: str) -> list[Any]:
        waived = func.sum(case((clocks.c.waived_at.is_not(None), 1), else_=0))
        count = func.count()
        query = select(
            clocks.c.metric,
            clocks.c.priority,
            (count if column == "kept" else literal(0)).label("kept"),
            (count if column == "breached" else literal(0)).label("breached"),
            (waived if column == "breached" else literal(0)).label("waived"),
        ).where(clocks.c.workspace_id == self.workspace_id, clocks.c.metric.in_(PROMISES), *conditions)
        if self.scope:
            ours = and_(tickets.c.workspace_id == clocks.c.workspace_id, tickets.c.number == clocks.c.number)
            query = query.join(tickets, ours).where(*self.scope)
        return list(self.connection.execute(query.group_by(clocks.c.metric, clocks.c.priority)))
