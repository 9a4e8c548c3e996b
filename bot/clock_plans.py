"""What has to be written about a ticket's clocks: decided here, written by `bot.keeping`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot import alerting
from bot.settings import Settings
from db.alerts import AlertState, StoredAlert
from db.clocks import Key, StoredClock
from domain import sla_crossings
from domain.calendars import NOTHING
from domain.sla_alerts import moments, next_moment
from domain.sla_attention import Attention, may_be_told, next_reminder
from domain.sla_clock import Clock, breached_at, due_instant, standing
from domain.sla_fold import TicketClocks
from domain.sla_promise import BREACH
from domain.ticket import Event, Ticket

_MICROSECOND = timedelta(microseconds=1)
# What people said about a clock; kept when it is folded anew.
SAID_OF = (
    "remind_at", "taken_by", "taken_at", "snoozed_until", "waived_by", "waived_at", "waived_why", "cause", "cause_by",
    "version",
)  # fmt: skip
# The part of it that goes with a breach that is taken back.
SAID_OF_A_BREACH = ("remind_at", "waived_by", "waived_at", "waived_why", "cause", "cause_by")


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

    def has_own_post(self, clock: Clock) -> bool:
        """Whether an alert of the clock's present cycle was told by a post of its own, not in a summary."""
        return any(
            alerting.has_own_post(one)
            for one in self.told
            if (one.metric, one.alert_cycle) == (clock.metric, clock.alert_cycle)
        )

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


@dataclass(frozen=True, slots=True)
class Planner:
    """Decides by the settings what is to be written."""

    settings: Settings

    def plan(self, one: Folded, now: datetime, history: datetime | None = None) -> Plan:
        """What has to be written so that the stored clocks are those of the trail.

        On a ticket not known before, what ended already and what was due before `history` alerts nobody.
        """
        plan = Plan()
        if not one.stored:
            plan.settled = [told for clock in one.story.clocks for told in _history(one.ticket, clock, now, history)]
            one = replace(one, told=(*one.told, *plan.settled))
        for clock in one.story.clocks:
            old = one.stored.get(key_of(one.ticket, clock))
            row = self._row(one, clock, old, now)
            if old is None:
                plan.fresh.append(row)
            elif row != old:
                plan.changed.append(row)
            if clock.pauses:
                plan.pauses[row.key] = [tuple(pause) for pause in clock.pauses]
            plan.superseded += _superseded(one, clock)
        plan.gone = [key for key in one.stored if one.clock(key) is None]
        return plan

    def _row(self, one: Folded, clock: Clock, old: StoredClock | None, now: datetime) -> StoredClock:
        ticket, stands, promise = one.ticket, standing(clock, now), clock.promise
        frozen = old if old is not None and old.ended_at is not None and old.ended_at == clock.ended_at else None
        priority = frozen.priority if frozen else ticket.priority.value
        said = _said(one, clock, old)
        next_at, next_label = self._next(one, clock, priority, _attention(said))
        return StoredClock(
            number=ticket.number,
            metric=clock.metric.value,
            cycle=clock.cycle,
            alert_cycle=clock.alert_cycle,
            start=clock.start,
            state=stands.state.value,
            policy=promise.policy if promise else "",
            calendar=promise.calendar.name if promise else "",
            edition=frozen.edition if frozen else clock.edition,
            target_us=(promise.target if promise else NOTHING) // _MICROSECOND,
            priority=priority,
            assignee=frozen.assignee if frozen else ticket.assignee,
            due_at=stands.due_at,
            breached_at=stands.breached_at,
            fulfilled_at=stands.fulfilled_at,
            fulfilled_by=alerting.ended_by(clock, one.trail) if stands.fulfilled_at else None,
            ended_at=clock.ended_at,
            ending=clock.ending.value if clock.ending else None,
            changed_at=clock.changed_at,
            next_at=next_at,
            next_label=next_label,
            crossings=_crossings(one, clock),
            **said,
        )

    def replanned(self, one: Folded, clock: Clock, row: StoredClock, now: datetime) -> StoredClock:
        """The stored clock as it stands at `now`, with the instant at which somebody must look at it next."""
        stands = standing(clock, now)
        said = Attention(row.taken_at, row.snoozed_until, row.remind_at, row.waived_at is not None)
        next_at, label = self._next(one, clock, row.priority, said)
        return replace(
            row, state=stands.state.value, breached_at=stands.breached_at, due_at=stands.due_at,
            next_at=next_at, next_label=label, crossings=_crossings(one, clock),
        )  # fmt: skip

    def _next(
        self, one: Folded, clock: Clock, priority: str, said: Attention
    ) -> tuple[datetime, str] | tuple[None, None]:
        """The instant at which somebody must look at the clock next, and why."""
        settled, plans = one.settled(clock), []
        moment = next_moment(clock, settled)
        if moment is not None:
            told_at = moment.at
            if clock.metric.is_promise:
                told_at = self.may_tell(moment.at, moment.at, priority, always=clock.on_always)
            plans.append((told_at, moment.label))
        reminder = next_reminder(clock, said, one.last_seen) if settled else None
        if reminder is not None:
            plans.append(reminder)
        return min(plans, default=(None, None))

    def may_tell(self, at: datetime, now: datetime, priority: str, *, always: bool) -> datetime:
        """The first instant from `now` on at which a crossing of `at` may disturb the team; `always`: it runs so."""
        sla = self.settings.sla
        team = self.settings.calendars[sla.calendar]
        return may_be_told(at, now, priority, team, always=always or sla.disturb_outside_hours)


def in_hindsight(one: Folded, now: datetime) -> Folded:
    """The ticket with each clock in the round that follows the breaches that were told of it and are none any more.

    A change of promise begins a round in the trail itself (R9). News that comes late may take a breach back as well,
    after it was told: what was superseded then stays so.
    """
    if not any(told.label == BREACH.label for told in one.told):
        return one
    clocks = tuple(_in_its_round(clock, one.told, now) for clock in one.story.clocks)
    return replace(one, story=replace(one.story, clocks=clocks))


def _in_its_round(clock: Clock, told: Sequence[StoredAlert], now: datetime) -> Clock:
    breaches = {
        one.alert_cycle: one
        for one in told
        if (one.metric, one.cycle, one.label) == (clock.metric, clock.cycle, BREACH.label)
    }
    while (breach := breaches.get(clock.alert_cycle)) and _taken_back(breach, clock, now):
        clock = replace(clock, round=clock.round + 1)
    return clock


def _taken_back(breach: StoredAlert, clock: Clock, now: datetime) -> bool:
    if breach.state == AlertState.SUPERSEDED:
        return True
    due_at = due_instant(clock)
    # Where it is the very instant that was told, a process whose clock is behind looks at it.
    return clock.ended_at is None and due_at != breach.crossed_at and breached_at(clock, now) is None


def _crossings(one: Folded, clock: Clock) -> str | None:
    return sla_crossings.written(moments(clock), has_own_post=one.has_own_post(clock)) if clock.runs else None


def differs(row: StoredClock, old: StoredClock, now: datetime) -> bool:
    """Whether a stored clock is not what it should be; what time alone does to it, and what is put off, aside."""
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
    """What was told of breaches, or posted, in earlier rounds of this clock: that was taken back (R9)."""
    return [
        told
        for told in one.told
        if (told.metric, told.cycle) == (clock.metric.value, clock.cycle)
        and told.alert_cycle != clock.alert_cycle
        and (told.state == AlertState.POSTED or (told.label == BREACH.label and told.state != AlertState.SUPERSEDED))
    ]


def _said(one: Folded, clock: Clock, old: StoredClock | None) -> dict[str, Any]:
    """The columns of what people said about a clock; whoever got the ticket after an alert has taken it."""
    said = {name: getattr(old, name) for name in SAID_OF} if old is not None else {}
    if old is not None and old.alert_cycle != clock.alert_cycle:
        said |= dict.fromkeys(SAID_OF_A_BREACH)
    if clock.ended_at is not None or (old is not None and old.taken_by is not None):
        return said
    mine = [told.at for told in one.told if (told.metric, told.alert_cycle) == (clock.metric, clock.alert_cycle)]
    given = [
        line
        for line in one.trail
        if mine and "assignee" in line.fields and line.fields["assignee"][1] and line.recorded_at >= min(mine)
        if not line.undone and line.kind != "created"
    ]
    if given:
        taken = {"taken_by": given[-1].fields["assignee"][1], "taken_at": given[-1].recorded_at, "remind_at": None}
        return said | taken
    return said


def _attention(said: Mapping[str, Any]) -> Attention:
    waived = said.get("waived_at") is not None
    return Attention(said.get("taken_at"), said.get("snoozed_until"), said.get("remind_at"), waived)


def as_written(one: Folded, plan: Plan) -> alerting.Told:
    """The ticket's clocks and alerts as they are once the plan is written."""
    rows = {**one.stored, **{row.key: row for row in (*plan.fresh, *plan.changed)}}
    gone = [(old.metric, old.label, old.alert_cycle) for old in plan.superseded]
    told = [
        old._replace(state=AlertState.SUPERSEDED) if (old.metric, old.label, old.alert_cycle) in gone else old
        for old in one.told
    ]
    return alerting.Told(one.ticket, one.trail, one.story.clocks, rows, told)
