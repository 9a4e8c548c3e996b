"""The clocks of a ticket are kept up to date in the transaction of each change: folded anew from its trail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot import alerting, promises
from bot.promises import InForce
from bot.settings import Settings
from db import alerts, clocks, events
from db.alerts import AlertState, StoredAlert
from db.clocks import Key, StoredClock
from domain import sla_crossings, sla_trail
from domain.calendars import NOTHING
from domain.sla_alerts import moments, next_moment
from domain.sla_attention import Attention, may_be_told, next_reminder
from domain.sla_clock import Clock, read
from domain.sla_fold import TicketClocks, fold
from domain.ticket import Event, Ticket

# What was due longer ago than this when a ticket first became known is history and alerts nobody.
HISTORY = timedelta(hours=24)
_MICROSECOND = timedelta(microseconds=1)
Row = TypeVar("Row", StoredClock, StoredAlert)


@dataclass(frozen=True, slots=True)
class Folded:
    """A ticket with its trail, the clocks these give, and what is stored about them."""

    ticket: Ticket
    trail: Sequence[Event]
    story: TicketClocks
    stored: Mapping[Key, StoredClock]
    told: Sequence[StoredAlert]

    def clock(self, key: Key) -> Clock | None:
        """The clock as the trail gives it."""
        return next((one for one in self.story.clocks if key_of(self.ticket, one) == key), None)

    def settled(self, clock: Clock) -> set[str]:
        """The labels that need no telling any more in the clock's present cycle."""
        cycle = clock.alert_cycle
        return {one.label for one in self.told if (one.metric, one.alert_cycle) == (clock.metric, cycle)}

    @property
    def last_seen(self) -> datetime:
        """When anything last happened on the ticket."""
        return max((line.recorded_at for line in self.trail), default=self.ticket.created_at)


@dataclass(slots=True)
class Plan:
    """What is to be written about the clocks of some tickets."""

    fresh: list[StoredClock] = field(default_factory=list)
    changed: list[StoredClock] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    pauses: dict[Key, list[Any]] = field(default_factory=dict)
    settled: list[StoredAlert] = field(default_factory=list)
    superseded: list[StoredAlert] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return any((self.fresh, self.changed, self.gone, self.settled, self.superseded))


class Keeper:
    """Keeps the clocks of a running bot. It remembers the editions of the promises until there is a newer one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._known: dict[str, InForce] = {}

    def in_force(self, connection: Connection, workspace_id: str) -> InForce:
        """The promises of a workspace over time."""
        known = self._known.get(workspace_id)
        if known is None:
            known = self._known[workspace_id] = promises.in_force(connection, workspace_id, self.settings)
        return known

    def forget_editions(self) -> None:
        """Another process may have started with another config: read the editions again when next asked."""
        self._known.clear()

    def moved_by(self, connection: Connection, workspace_id: str, fields: Iterable[str]) -> bool:
        """Whether a change of these fields of a ticket can move a clock."""
        return not self.in_force(connection, workspace_id).watched.isdisjoint(fields)

    def folded(
        self, connection: Connection, workspace_id: str, found: Sequence[Ticket], *, hold: bool = False
    ) -> list[Folded]:
        """These tickets with their clocks, as their trails give them; `hold` keeps the stored ones from others.

        Then what was told is read after they are held, so that no alert that a sweep just noted is overlooked.
        """
        if not found:
            return []
        numbers = [ticket.number for ticket in found]
        known = self.in_force(connection, workspace_id)
        trails = events.of_tickets(connection, workspace_id, numbers)
        stored = _by_number(clocks.of_tickets(connection, workspace_id, numbers, hold=hold))
        told = _by_number(alerts.of_tickets(connection, workspace_id, numbers))
        made = []
        for ticket in found:
            story = fold(sla_trail.heard(ticket, trails[ticket.number], known.watched), known.editions)
            rows = {one.key: one for one in stored[ticket.number]}
            made.append(Folded(ticket, trails[ticket.number], story, rows, told[ticket.number]))
        return made

    def keep(self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime) -> int:
        """Bring the clocks of these tickets, and the posts about them, up to date; how many tickets it changed.

        Belongs in the transaction of whatever changed the tickets.
        """
        differing = 0
        for one in self.folded(connection, workspace_id, found, hold=True):
            plan = self.plan(one, self.in_force(connection, workspace_id), now)
            self._write(connection, workspace_id, plan)
            differing += bool(plan)
            if one.told:
                alerting.refresh(connection, workspace_id, self._as_written(one, plan), self.settings, now)
        return differing

    def keep_many(self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime) -> int:
        """The same for many tickets in one round, without touching posts; how many it changed.

        What was due long before a ticket first became known here is noted as history, and alerts nobody.
        """
        plan, known, differing = Plan(), self.in_force(connection, workspace_id), 0
        for one in self.folded(connection, workspace_id, found, hold=True):
            own = self.plan(one, known, now, now - HISTORY)
            differing += bool(own)
            plan.fresh += own.fresh
            plan.changed += own.changed
            plan.gone += own.gone
            plan.pauses |= own.pauses
            plan.settled += own.settled
            plan.superseded += own.superseded
        self._write(connection, workspace_id, plan)
        return differing

    def differing(
        self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime
    ) -> list[Ticket]:
        """Those of the tickets whose stored clocks are not what their trails say.

        When a clock is looked at next does not count where that is ahead: a sweep may have put it off.
        """
        known, wrong = self.in_force(connection, workspace_id), []
        for one in self.folded(connection, workspace_id, found):
            plan = self.plan(one, known, now)
            plan.changed = [row for row in plan.changed if _differs(row, one.stored[row.key], now)]
            if plan:
                wrong.append(one.ticket)
        return wrong

    def recompute(self, connection: Connection, workspace_id: str, ticket: Ticket, now: datetime) -> bool:
        """Put a ticket's running clocks under the newest edition; recorded in its trail where that changed one."""
        (one,) = self.folded(connection, workspace_id, [ticket])
        known = self.in_force(connection, workspace_id)
        if all(row.edition == known.newest for row in one.stored.values() if row.ended_at is None):
            return False
        events.record(
            connection, workspace_id, ticket.number, kind="recomputed", actor="rethrow", at=now,
            fields={"edition": (min(row.edition for row in one.stored.values()), known.newest)},
        )  # fmt: skip
        self.keep(connection, workspace_id, [ticket], now)
        return True

    def plan(self, one: Folded, known: InForce, now: datetime, history: datetime | None = None) -> Plan:
        """What has to be written so that the stored clocks are those of the trail.

        On a ticket not known before, what ended already and what was due before `history` alerts nobody.
        """
        plan = Plan()
        if not one.stored:
            plan.settled = [told for clock in one.story.clocks for told in _history(one.ticket, clock, now, history)]
            one = replace(one, told=(*one.told, *plan.settled))
        edition = known.edition_at(one.last_seen)
        for clock in one.story.clocks:
            old = one.stored.get(key_of(one.ticket, clock))
            row = self._row(one, clock, old, edition, now)
            if old is None:
                plan.fresh.append(row)
            elif row != old:
                plan.changed.append(row)
            if clock.pauses:
                plan.pauses[row.key] = [tuple(pause) for pause in clock.pauses]
            plan.superseded += _superseded(one, clock)
        plan.gone = [key for key in one.stored if one.clock(key) is None]
        return plan

    def _row(self, one: Folded, clock: Clock, old: StoredClock | None, edition: int, now: datetime) -> StoredClock:
        ticket, reading, promise = one.ticket, read(clock, now), clock.promise
        frozen = old if old is not None and old.ended_at is not None and old.ended_at == clock.ended_at else None
        row = StoredClock(
            number=ticket.number,
            metric=clock.metric.value,
            cycle=clock.cycle,
            alert_cycle=clock.alert_cycle,
            start=clock.start,
            state=reading.state.value,
            policy=promise.policy if promise else "",
            calendar=promise.calendar.name if promise else "",
            edition=frozen.edition if frozen else edition,
            target_us=(promise.target if promise else NOTHING) // _MICROSECOND,
            priority=frozen.priority if frozen else ticket.priority.value,
            assignee=frozen.assignee if frozen else ticket.assignee,
            due_at=reading.due_at,
            breached_at=reading.breached_at,
            fulfilled_at=reading.fulfilled_at,
            fulfilled_by=alerting.ended_by(clock, one.trail) if reading.fulfilled_at else None,
            ended_at=clock.ended_at,
            ending=clock.ending.value if clock.ending else None,
            changed_at=clock.changed_at,
            crossings=sla_crossings.written(moments(clock)) if clock.runs else None,
        )
        return self._planned(one, clock, _with_said(row, old, one))

    def replanned(self, one: Folded, clock: Clock, row: StoredClock, now: datetime) -> StoredClock:
        """The stored clock as it stands at `now`, with the instant at which somebody must look at it next."""
        reading = read(clock, now)
        row = replace(row, state=reading.state.value, breached_at=reading.breached_at, due_at=reading.due_at)
        return self._planned(one, clock, row)

    def _planned(self, one: Folded, clock: Clock, row: StoredClock) -> StoredClock:
        """The row with the instant at which somebody must look at it next, and why."""
        plans = []
        moment = next_moment(clock, one.settled(clock))
        if moment is not None:
            told_at = moment.at
            if clock.metric.is_promise:
                told_at = self.may_tell(moment.at, moment.at, row.priority, always=clock.on_always)
            plans.append((told_at, moment.label))
        said = Attention(row.taken_at, row.snoozed_until, row.remind_at, row.waived_at is not None)
        reminder = next_reminder(clock, said, one.last_seen) if one.settled(clock) else None
        if reminder is not None:
            plans.append(reminder)
        next_at, label = min(plans, default=(None, None))
        return replace(row, next_at=next_at, next_label=label)

    def may_tell(self, at: datetime, now: datetime, priority: str, *, always: bool) -> datetime:
        """The first instant from `now` on at which a crossing of `at` may disturb the team; `always`: it runs so."""
        sla = self.settings.sla
        team = self.settings.calendars[sla.calendar]
        return may_be_told(at, now, priority, team, always=always or sla.disturb_outside_hours)

    def _write(self, connection: Connection, workspace_id: str, plan: Plan) -> None:
        clocks.forget(connection, workspace_id, plan.gone)
        clocks.write(connection, workspace_id, plan.fresh, plan.changed)
        written = {one.key for one in (*plan.fresh, *plan.changed)}
        moved = {key: told for key, told in plan.pauses.items() if key in written}
        clocks.write_pauses(connection, workspace_id, moved)
        alerts.settle(connection, workspace_id, plan.settled)
        alerts.supersede(connection, workspace_id, plan.superseded)

    @staticmethod
    def _as_written(one: Folded, plan: Plan) -> alerting.Told:
        rows = {**one.stored, **{row.key: row for row in (*plan.fresh, *plan.changed)}}
        gone = [(old.metric, old.label, old.alert_cycle) for old in plan.superseded]
        told = [
            replace(old, state=AlertState.SUPERSEDED) if (old.metric, old.label, old.alert_cycle) in gone else old
            for old in one.told
        ]
        return alerting.Told(one.ticket, one.trail, one.story.clocks, rows, told)


def _differs(row: StoredClock, old: StoredClock, now: datetime) -> bool:
    if old.next_at is not None and old.next_at > now and row.next_at is not None:
        row = replace(row, next_at=old.next_at, next_label=old.next_label)
    if old.state == "running" and row.state == "breached":  # time alone did that; the sweep will see to it
        row = replace(row, state=old.state, breached_at=old.breached_at)
    if old.crossings is None:  # from before they were stored; a sweep asks the trail
        row = replace(row, crossings=None)
    return row != old


def key_of(ticket: Ticket, clock: Clock) -> Key:
    """Which stored clock it is."""
    return ticket.number, clock.metric.value, clock.cycle


def _history(ticket: Ticket, clock: Clock, now: datetime, before: datetime | None) -> list[StoredAlert]:
    """What this clock crossed before `before`, or before it ended, noted as told."""
    ended = clock.ended_at
    old = [m for m in moments(clock) if (before and m.at <= before) or (ended is not None and m.at < ended)]
    return [
        StoredAlert(
            ticket.number, clock.metric.value, clock.alert_cycle, moment.label, clock.cycle,
            AlertState.SETTLED.value, moment.at, now, (now - moment.at) // _MICROSECOND,
        )
        for moment in old
        if moment.at <= now
    ]  # fmt: skip


def _superseded(one: Folded, clock: Clock) -> list[StoredAlert]:
    """Posted breaches of earlier rounds of this clock, which a change of promise took back (R9)."""
    return [
        told
        for told in one.told
        if (told.metric, told.cycle) == (clock.metric.value, clock.cycle)
        and told.alert_cycle != clock.alert_cycle
        and told.state == AlertState.POSTED
    ]


def _with_said(row: StoredClock, old: StoredClock | None, one: Folded) -> StoredClock:
    """The row with what people said about it; whoever got the ticket after an alert has taken it."""
    if old is not None:
        row = replace(
            row,
            remind_at=old.remind_at if old.alert_cycle == row.alert_cycle else None,
            taken_by=old.taken_by, taken_at=old.taken_at, snoozed_until=old.snoozed_until,
            waived_by=old.waived_by, waived_at=old.waived_at, waived_why=old.waived_why,
            cause=old.cause, cause_by=old.cause_by, version=old.version,
        )  # fmt: skip
    mine = [told.at for told in one.told if (told.metric, told.alert_cycle) == (row.metric, row.alert_cycle)]
    if row.taken_by is not None or not mine or row.ended_at is not None:
        return row
    given = [
        line
        for line in one.trail
        if "assignee" in line.fields and line.fields["assignee"][1] and line.recorded_at >= min(mine)
        if not line.undone and line.kind != "created"
    ]
    if not given:
        return row
    return replace(row, taken_by=given[-1].fields["assignee"][1], taken_at=given[-1].recorded_at, remind_at=None)


def _by_number(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.number].append(row)
    return found
