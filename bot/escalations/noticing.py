"""Triggers that the bot notices by itself: a P0 is handed on at once, anything else is offered to its assignee."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.blocks import escalation_offers as blocks
from bot.blocks import escalations
from bot.blocks.kit import Message
from bot.desk import Desk, House
from bot.escalations import knowing, opening
from bot.spoilt import SPOILT
from db import handoffs, noticing, outbox, session, tickets
from domain import refusal
from domain.escalation import Trigger
from domain.escalation_triggers import REPEATS_WITHIN, Likely, notice
from domain.ticket import BOT, FINISHED, Priority, Status, Ticket
from domain.ticket_reference import shown

log = structlog.get_logger(__name__)
# What happened longer ago is history: an import of last year's tickets offers nothing.
LATELY = timedelta(hours=24)
LINES = 500
# Lines that were numbered earlier may be committed later, by another process.
OVERLAP = 200
QUIET_EVERY = timedelta(seconds=15)
AT_FIRST = 5_000
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """How far the trails were read: the next look begins after line `after`, once `newest` is no more the newest."""

    after: int
    newest: int


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the quiet tickets: when it began, and the ticket to go on after; 0 once all were looked at."""

    began: datetime
    after: int


@dataclass
class Watch:
    """Looks at what happened since it looked last. What was offered before is known, so looking twice does nothing."""

    house: House
    workspace_id: str
    _place: Place | None = field(default=None)
    _round: Round | None = field(default=None)
    _seen: dict[int, int] = field(default_factory=dict)  # the version of each ticket that was looked at
    _newest: int = 0  # the newest ticket that a look knows of
    _later: set[int] = field(default_factory=set)  # tickets to look at again together with a newer one

    def turn(self) -> int:
        """Offer, or hand on, what is noticed now; says how many. Raises what the database raises."""
        now = self.house.clock.now()
        with session.reading(self.house.engine) as connection:
            moved, place = self._moved(connection, now)
            looked, quiet = self._quiet(connection, now)
            found = self._candidates(connection, now, moved, quiet)
        if len(self._seen) > REMEMBERED:
            self._seen.clear()
        # Of several that show the same, the newest is the one to speak of.
        self._later.clear()
        done = sum(self._look_at_safely(ticket, now) for ticket in reversed(found))
        # Not before: where the database goes away in between, all of it is looked at again.
        self._place, self._round = place, looked
        self._seen |= {ticket.number: ticket.version for ticket in found if ticket.number not in self._later}
        if done:
            self.house.wake()
        return done

    def _candidates(
        self, connection: Connection, now: datetime, moved: set[int], quiet: Mapping[int, datetime]
    ) -> list[Ticket]:
        """Tickets that something happened to, and those that nothing did for too long."""
        offered = handoffs.offered(connection, self.workspace_id, sorted(moved | set(quiet)))
        told = {number for number in quiet if (number, Trigger.STUCK.value) in offered}
        wanted = sorted(moved | (set(quiet) - told))
        return [
            replace(one, updated_at=quiet.get(one.number, now))
            for one in tickets.numbered(connection, self.workspace_id, wanted)
            if one.status not in FINISHED and one.status is not Status.ESCALATED
            if one.number in quiet or self._seen.get(one.number) != one.version
        ]

    def _moved(self, connection: Connection, now: datetime) -> tuple[set[int], Place]:
        """Tickets that something happened to since the last look; of very many, the rest in the next turn."""
        newest = noticing.newest(connection, self.workspace_id, self._place.after if self._place else 0)
        place = self._place or Place(max(newest - AT_FIRST, 0), 0)
        if newest == place.newest:
            return set(), place
        # Before the lines, which may have more; a newer ticket has a newer line.
        self._newest = noticing.newest_ticket(connection, self.workspace_id)
        lines = noticing.moved(connection, self.workspace_id, place.after, now - LATELY, LINES)
        whole = len(lines) < LINES
        read_to = Place(max(newest - OVERLAP, 0), newest) if whole else Place(lines[-1][0], lines[-1][0])
        return {number for _, number in lines}, read_to

    def _quiet(self, connection: Connection, now: datetime) -> tuple[Round, dict[int, datetime]]:
        """Tickets on which nothing happens, and when the last thing happened on each; of very many, the rest next."""
        here = self._round
        if here is not None and not here.after and timedelta() <= now - here.began < QUIET_EVERY:
            return here, {}
        if here is None or not here.after:
            here = Round(now, 0)
        before = now - self.house.settings.trigger_rules().stuck_after
        found, last = noticing.quiet(connection, self.workspace_id, before, now - LATELY, here.after, LINES)
        return Round(here.began, last), found

    def _look_at_safely(self, seen: Ticket, now: datetime) -> bool:
        """Look at one ticket; one that cannot be judged is left until something happens to it, and the rest go on."""
        try:
            return self._look_at(seen, now)
        except SPOILT:
            log.exception("handoff.spoilt", ticket=seen.number)
            return False

    def _look_at(self, seen: Ticket, now: datetime) -> bool:
        desk = Desk(self.house, self.workspace_id, BOT)
        with session.reading(self.house.engine) as connection:
            known = knowing.about_customer(connection, self.workspace_id, seen, now)
            offered = handoffs.offered(connection, self.workspace_id, [seen.number])
            rules = self.house.settings.trigger_rules()
            fresh = [
                one
                for one in notice(seen, known, now, rules)
                if (seen.number, one.trigger.value) not in offered
                and not _offered_with_another(connection, self.workspace_id, one, now)
            ]
        if any(number > self._newest for one in fresh for number in one.also):  # it came in since this look began
            self._later.add(seen.number)
            fresh = [one for one in fresh if max(one.also, default=0) <= self._newest]
        if not fresh:
            return False
        try:
            return _hand_on_or_offer(desk, seen.number, fresh[0], now)
        except refusal.Refusal as refused:
            log.info("handoff.not_noticed", ticket=seen.number, why=type(refused).__name__)
            return False


def _offered_with_another(connection: Connection, workspace_id: str, likely: Likely, now: datetime) -> bool:
    """Whether the same was offered lately on another ticket that shows it: a matter is offered once."""
    trigger, since = likely.trigger.value, now - REPEATS_WITHIN
    return bool(likely.also) and handoffs.offered_since(connection, workspace_id, likely.also, trigger, since)


def _hand_on_or_offer(desk: Desk, number: int, likely: Likely, now: datetime) -> bool:
    with desk.writing() as connection:
        found = desk.ticket(connection, shown(number))
        by_itself = likely.trigger is Trigger.P0 and desk.settings.escalations.p0_at_once and _reachable(desk)
        done = (at_once if by_itself else offer)(desk, connection, found, likely, now)
        desk.house.at("triggers.noticed")
    return done


def _reachable(desk: Desk) -> bool:
    """Whether a P0 reaches anybody."""
    settings = desk.settings
    known = settings.escalations.routes
    return settings.channels.escalations is not None or bool({"L2", "engineering", "manager"} & set(known))


def at_once(desk: Desk, connection: Connection, found: Ticket, likely: Likely, now: datetime) -> bool:
    """Hand a P0 on without asking; False when that was done before."""
    if found.status in FINISHED or handoffs.running(connection, desk.workspace_id, found.number) is not None:
        return False
    if not handoffs.offer(
        connection, desk.workspace_id, found.number, likely.trigger.value, now, state="at_once", why=likely.why
    ):
        return False
    opening.opened(desk, connection, found, opening.by_itself(likely.trigger, found, likely.why), now)
    return True


def p0_came_in(desk: Desk, connection: Connection, made: Ticket, now: datetime) -> Ticket:
    """A ticket that a person opens as a P0 is handed on with it; the ticket as it is then."""
    if made.priority is not Priority.P0 or not desk.settings.escalations.p0_at_once or not _reachable(desk):
        return made
    bot = replace(desk, person=BOT)
    at_once(bot, connection, desk.ticket(connection, shown(made.number)), Likely(Trigger.P0, "its priority is P0"), now)
    return desk.ticket(connection, shown(made.number))


def offer(desk: Desk, connection: Connection, found: Ticket, likely: Likely, now: datetime) -> bool:
    """Offer a handoff to the assignee by direct message, or to the leads where nobody has the ticket."""
    whom = found.assignee or desk.settings.channels.leads
    if whom is None or found.status in FINISHED or found.status is Status.ESCALATED:
        return False
    if likely.also:
        # Another process may be about to offer it with one of the others.
        tickets.hold(connection, desk.workspace_id, [found.number, *likely.also])
        if _offered_with_another(connection, desk.workspace_id, likely, now):
            return False
    trigger = likely.trigger.value
    if not handoffs.offer(
        connection, desk.workspace_id, found.number, trigger, now, state="offered", why=likely.why, offered_to=whom
    ):
        return False
    payload = blocks.offer(found, likely).payload()
    return outbox.owe(connection, desk.workspace_id, key_of(found.number, trigger), whom, payload, now)


def key_of(number: int, trigger: str) -> str:
    """The outbox key of an offer."""
    return f"handoff:offer:T-{number}:{trigger}"


def accept(desk: Desk, number: int, trigger: Trigger) -> Message:
    """One click: the ticket is handed on with what is known."""

    def work(connection: Connection, now: datetime) -> Message:
        found = desk.ticket(connection, shown(number))
        _decide(desk, connection, found, trigger, "taken", now)
        handoff = opening.by_itself(trigger, found, "noticed by Rethrow")
        case, ways = opening.opened(desk, connection, found, handoff, now)
        return escalations.handed_on(case, ways)

    return desk.once(work)


def dismiss(desk: Desk, number: int, trigger: Trigger) -> Message:
    """Not needed: remembered, so that it is not offered again."""

    def work(connection: Connection, now: datetime) -> Message:
        found = desk.ticket(connection, shown(number))
        _decide(desk, connection, found, trigger, "dismissed", now)
        return blocks.dismissed(found)

    return desk.once(work)


def _decide(desk: Desk, connection: Connection, found: Ticket, trigger: Trigger, state: str, now: datetime) -> None:
    """Note what became of the offer, once, and show it in its message."""
    if not handoffs.answer_offer(connection, desk.workspace_id, found.number, trigger.value, state, desk.person):
        raise refusal.AlreadySo(found.number, "decided")
    payload = blocks.decided(found, trigger, state, desk.person).payload()
    outbox.owe_edit(connection, desk.workspace_id, key_of(found.number, trigger.value), payload, now)
