"""The sweep of due clocks: what has to be told is told once, whatever restarts or runs side by side."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy import Connection

from bot import announcements
from bot.clock_plans import Folded
from bot.desk import House
from bot.sla import storm, telling
from bot.sla.storm import Overtaken, Struck
from bot.sla.telling import Batch, Due, What
from bot.spoilt import SPOILT
from db import clocks, due_clocks, editions, session, tickets
from db.clocks import StoredClock
from db.due_clocks import Due as Found
from domain import ticket
from domain.refusal import Refusal
from domain.sla_alerts import alert_due
from domain.sla_attention import Attention, next_reminder
from domain.sla_clock import Clock
from domain.sla_promise import Metric
from domain.ticket import BOT, Status

log = structlog.get_logger(__name__)
BATCH = 500
MOST_BATCHES = 200
LATER = timedelta(minutes=5)
CLAIMED_FOR = timedelta(seconds=30)
NEW_EDITION_EVERY = timedelta(seconds=15)
EVERY_S = 0.5  # the tick; between two of them a sweep waits for what comes due
LOOKS_AHEAD_S = 0.45
A_MOMENT_S = 0.01


@dataclass
class Sweep:
    """The sweep of one workspace. `at` is called with the name of each point where the process could die."""

    house: House
    workspace_id: str
    batch: int = BATCH
    at: Callable[[str], None] = lambda point: None
    _editions: int | None = None
    _looked_at: datetime | None = None
    _storms: dict[str, str] = field(default_factory=dict)

    def turn(self) -> int:
        """Attend to every clock that is due, in bounded batches; says how many. Raises what the database raises."""
        self._storms.clear()
        done = 0
        for _ in range(MOST_BATCHES):
            found = self._batch()
            done += found
            if found < self.batch:
                break
        if done:
            self.house.wake()
        return done

    def watch(self) -> int:
        """A turn, and one more at each instant until the next tick at which a clock comes due; says how many."""
        done, left = self.turn(), LOOKS_AHEAD_S
        while (wait := self._due_in(left)) is not None:
            Event().wait(wait)
            left -= wait
            done += self.turn()
        return done

    def _due_in(self, within_s: float) -> float | None:
        """Seconds until the next clock comes due; None when that takes longer than `within_s`."""
        with session.reading(self.house.engine) as connection:
            at = due_clocks.next_due(connection, self.workspace_id)
        wait = max((at - self.house.clock.now()).total_seconds(), A_MOMENT_S) if at is not None else math.inf
        return wait if wait <= within_s else None

    def _look_for_editions(self, connection: Connection, now: datetime) -> None:
        """Another process may have started with another config: its edition holds for all."""
        if self._looked_at is not None and timedelta() <= now - self._looked_at < NEW_EDITION_EVERY:
            return
        self._looked_at = now
        newest = editions.count(connection, self.workspace_id)
        if newest != self._editions:
            self._editions = newest
            self.house.keeper.forget_editions()

    def _batch(self) -> int:
        now = self.house.clock.now()
        batch = Batch(self.house, self.workspace_id, now, self._storms)
        with session.reading(self.house.engine) as connection:
            seen = due_clocks.due(connection, self.workspace_id, now, self.batch)
            if not seen:
                self._look_for_editions(connection, now)
                return 0
            storms = storm.storms(connection, batch, seen)
        decided = self._decide_safely(storm.outside(storms, seen), now)
        self.at("sweep.decided")
        closing = [due for due in decided if due.what is What.CLOSE]
        self._write(batch, storms, [due for due in decided if due.what is not What.CLOSE])
        for due in closing:
            self._close(due, now)
        return len(seen)

    def _decide_safely(self, seen: Sequence[Found], now: datetime) -> list[Due]:
        """What is to be done about each clock; a ticket that cannot be judged is put off, and the rest go on."""
        if not seen:
            return []
        try:
            return self._decide(seen, now)
        except SPOILT:
            decided = []
        for number in dict.fromkeys(row.number for row in seen):
            own = [row for row in seen if row.number == number]
            try:
                decided += self._decide(own, now)
            except SPOILT:
                log.exception("sla.spoilt", ticket=number)
                self._put_off(own, now)
        return decided

    def _decide(self, seen: Sequence[Found], now: datetime) -> list[Due]:
        with session.reading(self.house.engine) as connection:
            self._look_for_editions(connection, now)
            numbers = sorted({row.number for row in seen})
            found = tickets.numbered(connection, self.workspace_id, numbers)
            folded = {
                one.ticket.number: one for one in self.house.keeper.folded(connection, self.workspace_id, found, now)
            }
        stored = {key: row for one in folded.values() for key, row in one.stored.items()}
        # The version is that from before anything else was read: what changed since will not be claimed.
        rows = [replace(stored[one.key], version=one.version) for one in seen if one.key in stored]
        return [self._decided(folded[row.number], row, now) for row in rows]

    def _decided(self, one: Folded, row: StoredClock, now: datetime) -> Due:
        clock = one.clock(row.key)
        if clock is None:
            return Due(What.PLAN, one, row, None)
        alert = alert_due(clock, now, one.settled(clock))
        if alert is not None:
            if clock.metric is Metric.AUTO_CLOSE:
                return Due(What.CLOSE, one, row, clock)
            if clock.metric is Metric.PENDING_WARNING:
                return Due(What.WARN, one, row, clock, alert)
            if clock.metric is Metric.ESCALATION_ACK:
                return Due(What.NOTE, one, row, clock, alert)
            crossed = alert.applied_at or alert.moment.at
            until = self.house.keeper.planner.may_tell(crossed, now, row.priority, always=clock.on_always)
            return Due(What.POST if until <= now else What.HOLD, one, row, clock, alert, until)
        return self._reminding(one, row, clock, now)

    def _reminding(self, one: Folded, row: StoredClock, clock: Clock, now: datetime) -> Due:
        said = Attention(row.taken_at, row.snoozed_until, row.remind_at, row.waived_at is not None)
        reminder = next_reminder(clock, said, one.last_seen) if one.settled(clock) else None
        if reminder is None or reminder[0] > now:
            return Due(What.PLAN, one, row, clock)
        until = self.house.keeper.planner.may_tell(reminder[0], now, row.priority, always=clock.on_always)
        what = What.REMIND if reminder[1] == "remind" else What.NUDGE
        return Due(what if until <= now else What.HOLD, one, row, clock, None, until)

    def _put_off(self, rows: Sequence[Found], now: datetime) -> None:
        with session.writing(self.house.engine) as connection:
            for row in rows:
                due_clocks.push(connection, self.workspace_id, row, now + LATER)

    def _write(self, batch: Batch, storms: Mapping[str, Sequence[Struck]], decided: Sequence[Due]) -> None:
        """Claim, note and owe, in one transaction; what another process was faster with is left to it."""
        if not decided and not storms:
            return
        try:
            with session.writing(self.house.engine) as connection:
                counted = self._tell(connection, batch, storms, decided)
        except Overtaken:
            log.info("sla.overtaken")
            return
        self.at("sweep.written")
        if counted.keys() - {What.PLAN.value}:
            log.info("sla.swept", **counted)

    def _tell(
        self, connection: Connection, batch: Batch, storms: Mapping[str, Sequence[Struck]], decided: Sequence[Due]
    ) -> Counter[str]:
        rows = [due.row for due in decided]
        ours = due_clocks.claim(connection, self.workspace_id, rows, batch.now + CLAIMED_FOR)
        self.at("sweep.claimed")
        summarised = storm.tell(connection, batch, storms) if storms else 0
        told = telling.tell(connection, batch, [due for due in decided if due.row.key in ours])
        self._plan(connection, told, batch.now)
        self.at("sweep.told")
        return Counter(due.what.value for due in told) + Counter(posted=summarised)

    def _plan(self, connection: Connection, told: Sequence[Due], now: datetime) -> None:
        """Store when each clock has to be looked at next."""
        keeper, rows, stale = self.house.keeper, [], {}
        for due in told:
            if due.clock is None:
                stale[due.row.number] = due.one.ticket
            elif due.what is What.HOLD:
                rows.append(replace(due.row, next_at=due.until))
            else:
                rows.append(keeper.planner.replanned(due.one, due.clock, due.row, now))
        clocks.write(connection, self.workspace_id, [], rows)
        if stale:
            keeper.keep(connection, self.workspace_id, list(stale.values()), now)

    def _close(self, due: Due, now: datetime) -> None:
        """Close a ticket that was solved long enough; whoever moved it meanwhile goes first."""
        with session.writing(self.house.engine) as connection:
            found = tickets.find(connection, self.workspace_id, due.row.number)
            assert found is not None
            try:
                change = ticket.move(found, Status.CLOSED, now)
            except Refusal:
                due_clocks.push(connection, self.workspace_id, due.row, now + LATER)
                return
            if tickets.apply(connection, self.workspace_id, found, change, actor=BOT, at=now):
                closed = tickets.with_change(found, change, now)
                self.house.keeper.keep(connection, self.workspace_id, [closed], now)
                announcements.refresh(connection, self.workspace_id, closed, now)
