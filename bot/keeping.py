"""The clocks of a ticket are kept up to date in the transaction of each change: folded anew from its trail."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from bot import alerting, promises
from bot.clock_plans import Folded, Plan, Planner, as_written, differs, in_hindsight
from bot.promises import InForce
from bot.settings import Settings
from db import alerts, clocks, events, mirrors, tickets
from db.alerts import StoredAlert
from db.clocks import StoredClock
from domain import sla_trail
from domain.sla_fold import fold
from domain.ticket import BOT, Ticket

# What was due longer ago than this when a ticket first became known is history and alerts nobody.
HISTORY = timedelta(hours=24)
Row = TypeVar("Row", StoredClock, StoredAlert)


class Keeper:
    """Keeps the clocks of a running bot. It remembers the editions of the promises until there is a newer one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.planner = Planner(settings)
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
        self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime, *, hold: bool = False
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
        if any(one.edition > known.newest for rows in stored.values() for one in rows):
            # Another process runs with a newer config: a recompute must not be undone by who has not heard of it.
            self.forget_editions()
            known = self.in_force(connection, workspace_id)
        told = _by_number(alerts.of_tickets(connection, workspace_id, numbers))
        made = []
        for ticket in found:
            story = fold(sla_trail.heard(ticket, trails[ticket.number], known.watched), known.editions)
            rows = {one.key: one for one in stored[ticket.number]}
            one = Folded(ticket, trails[ticket.number], story, rows, told[ticket.number])
            made.append(in_hindsight(one, now))
        return made

    def keep(self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime) -> int:
        """Bring the clocks of these tickets, and the posts about them, up to date; how many tickets it changed.

        Belongs in the transaction of whatever changed the tickets.
        """
        differing = 0
        for one in self.folded(connection, workspace_id, found, now, hold=True):
            plan = self.planner.plan(one, now)
            self._write(connection, workspace_id, plan)
            differing += bool(plan)
            if one.told:
                alerting.refresh(connection, workspace_id, as_written(one, plan), self.settings, now)
        return differing

    def keep_many(self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime) -> int:
        """The same for many tickets in one round, without touching posts; how many it changed.

        What was due long before a ticket first became known here is noted as history, and alerts nobody.
        """
        plan, differing = Plan(), 0
        for one in self.folded(connection, workspace_id, found, now, hold=True):
            own = self.planner.plan(one, now, now - HISTORY)
            differing += bool(own)
            plan.fresh += own.fresh
            plan.changed += own.changed
            plan.gone += own.gone
            plan.pauses |= own.pauses
            plan.settled += own.settled
            plan.superseded += own.superseded
        self._write(connection, workspace_id, plan)
        return differing

    def take_in(self, connection: Connection, workspace_id: str, numbers: Sequence[int], now: datetime) -> None:
        """Give tickets that had no clocks theirs; the workspace is held, as another process may do so as well."""
        mirrors.hold(connection, workspace_id)
        unknown = sorted(set(numbers) - clocks.with_clocks(connection, workspace_id, numbers))
        self.keep_many(connection, workspace_id, tickets.numbered(connection, workspace_id, unknown), now)

    def differing(
        self, connection: Connection, workspace_id: str, found: Sequence[Ticket], now: datetime
    ) -> list[Ticket]:
        """Those of the tickets whose stored clocks are not what their trails say.

        When a clock is looked at next does not count where that is ahead: a sweep may have put it off.
        """
        wrong = []
        for one in self.folded(connection, workspace_id, found, now):
            plan = self.planner.plan(one, now)
            plan.changed = [row for row in plan.changed if differs(row, one.stored[row.key], now)]
            if plan:
                wrong.append(one.ticket)
        return wrong

    def recompute(self, connection: Connection, workspace_id: str, ticket: Ticket, now: datetime) -> bool:
        """Put a ticket's running clocks under the newest edition; recorded in its trail where that changed one."""
        (one,) = self.folded(connection, workspace_id, [ticket], now)
        known = self.in_force(connection, workspace_id)
        if all(row.edition == known.newest for row in one.stored.values() if row.ended_at is None):
            return False
        events.record(
            connection, workspace_id, ticket.number, kind="recomputed", actor=BOT, at=now,
            fields={"edition": (min(row.edition for row in one.stored.values()), known.newest)},
        )  # fmt: skip
        self.keep(connection, workspace_id, [ticket], now)
        return True

    def _write(self, connection: Connection, workspace_id: str, plan: Plan) -> None:
        clocks.forget(connection, workspace_id, plan.gone)
        clocks.write(connection, workspace_id, plan.fresh, plan.changed)
        written = {one.key for one in (*plan.fresh, *plan.changed)}
        moved = {key: told for key, told in plan.pauses.items() if key in written}
        clocks.write_pauses(connection, workspace_id, moved)
        alerts.settle(connection, workspace_id, plan.settled)
        alerts.supersede(connection, workspace_id, plan.superseded)


def _by_number(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.number].append(row)
    return found
