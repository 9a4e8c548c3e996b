"""The sweep of handoffs: reminders, the next rung, quiet cases, and cases whose ticket went on without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.blocks import escalation_thread as blocks
from bot.desk import Desk, House
from bot.escalations import knowing, life, opening, posting, routing
from bot.spoilt import SPOILT
from db import events, handoffs, outbox, session
from domain.business_hours import due
from domain.calendars import Calendar
from domain.escalation import Case, Rung, next_rung
from domain.ticket import BOT, Ticket
from domain.ticket_reference import shown

log = structlog.get_logger(__name__)
BATCH = 100
AGAIN_AFTER = timedelta(hours=1)
LATER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """One case that is due, with its ticket and the calendar on which an answer is waited for."""

    desk: Desk
    connection: Connection
    case: Case
    ticket: Ticket
    calendar: Calendar
    now: datetime

    def after(self, time: timedelta) -> datetime:
        """The instant when so much working time has passed."""
        return due(self.calendar, self.now, time)

    def change(self, **values: Any) -> Case | None:
        """The case one generation on; None when somebody was faster."""
        return handoffs.change(self.connection, self.desk.workspace_id, self.case, **values)

    def say(self, case: Case, what: str, message: Any) -> None:
        """A line in the thread; the generation tells it from the others."""
        occasion = f"{what}:{self.case.generation}"
        posting.say(self.connection, self.desk.workspace_id, case, occasion, message, self.now)


def turn(house: House, workspace_id: str) -> int:
    """Attend to every handoff that is due; says how many. Raises what the database raises."""
    desk, now = Desk(house, workspace_id, BOT), house.clock.now()
    with session.reading(house.engine) as connection:
        seen = handoffs.due(connection, workspace_id, now, BATCH)
        stranded = handoffs.stranded(connection, workspace_id, BATCH)
        unlinked = handoffs.posted(connection, workspace_id, BATCH)
        unreachable = handoffs.unreachable(connection, workspace_id, BATCH)
    for case in stranded:
        _withdraw(desk, case, now)
    gone = {case.case_id for case in stranded}
    waiting = [case for case in seen if case.case_id not in gone]
    for case in waiting:
        _attend_safely(desk, case, now)
    _lead_to_threads(desk, [case for case, _, _ in unlinked if case.case_id not in gone], now)
    moved = sum(_redirect(desk, case, reason, now) for case, reason in unreachable if case.case_id not in gone)
    done = len(waiting) + len(stranded) + len(unlinked) + moved
    if done:
        house.wake()
    return done


def _withdraw(desk: Desk, case: Case, now: datetime) -> None:
    with desk.writing() as connection:
        last = events.last_of_ticket(connection, desk.workspace_id, case.number)
        life.withdraw(desk, connection, case, last.actor if last else BOT, now)


def _redirect(desk: Desk, case: Case, reason: str, now: datetime) -> bool:
    """Post the case where it can be read, as its own channel takes no posts; False where there is no such place."""
    channel = desk.settings.channels.escalations
    if channel is None or channel == case.channel:
        return False
    with desk.writing() as connection:
        moved = handoffs.change(connection, desk.workspace_id, case, channel=channel)
        if moved is None or not outbox.redirect(connection, desk.workspace_id, posting.key_of(case), channel, now):
            return False
        ticket = desk.ticket(connection, shown(case.number))
        note = blocks.elsewhere(case.channel, reason)
        posting.say(connection, desk.workspace_id, moved, f"elsewhere:{case.generation}", note, now)
        posting.refresh(connection, desk.workspace_id, moved, ticket, desk.settings, now)
    log.warning("handoff.redirected", ticket=case.number, channel=case.channel, to=channel, reason=reason)
    return True


def _attend_safely(desk: Desk, case: Case, now: datetime) -> None:
    """Attend to one case; one that cannot be judged is put off, and the rest go on."""
    desk.house.at("handoffs.seen")
    try:
        with desk.writing() as connection:
            ticket = desk.ticket(connection, shown(case.number))
            calendar = knowing.background(connection, desk.house, desk.workspace_id, ticket, now).calendar
            attend(Step(desk, connection, case, ticket, calendar, now))
            desk.house.at("handoffs.attended")
        desk.house.at("handoffs.written")
    except SPOILT:
        log.exception("handoff.spoilt", ticket=case.number)
        with desk.writing() as connection:
            handoffs.change(connection, desk.workspace_id, case, next_at=now + LATER)


def attend(step: Step) -> None:
    """Do what is due about a case: remind, bring in the next rung, or ask after it."""
    if step.case.next_what == life.QUIET:
        _ask_after(step)
    elif step.case.next_what == "remind" and step.now < step.case.due_at:
        _remind(step)
    else:
        _next_rung(step)


def _remind(step: Step) -> None:
    case = step.change(next_at=step.case.due_at, next_what="rung")
    if case is not None:
        mentions = posting.mentions(case.asked, step.desk.settings)
        step.say(case, "remind", blocks.reminder(case, mentions, case.due_at - step.now))


def _next_rung(step: Step) -> None:
    settings = step.desk.settings
    rung = next_rung(step.case, routing.ladder(step.case.asked[0], settings), routing.routes(settings))
    case = step.change(**_planned(step, rung))
    if case is None:
        return
    workspace_id = step.desk.workspace_id
    if rung.way is not None and rung.way.channel != case.channel:
        known = posting.linked_channels(step.case, settings)
        if rung.way.channel not in known:
            posting.link(step.connection, workspace_id, case, step.ticket, rung.way.channel, [rung.way], step.now)
    step.say(case, "rung", blocks.rung(case, rung, settings.team.leads))
    routing.tell_leads(step.connection, workspace_id, list(rung.skipped), settings, step.now)
    posting.refresh(step.connection, workspace_id, case, step.ticket, settings, step.now)


def _planned(step: Step, rung: Rung) -> dict[str, Any]:
    """The case with who is brought in and their time to answer; with nobody left it is said again after a while."""
    if rung.way is None:
        again = max(step.case.within, AGAIN_AFTER)
        return {"rung": rung.rung, "next_at": step.after(again), "next_what": "rung"}
    asked = (*step.case.asked, rung.way.target)
    return {"rung": rung.rung, "asked": asked} | opening.planned(step.calendar, step.case.within, step.now)


def _ask_after(step: Step) -> None:
    """An acknowledged case on which nothing happened for half its time is asked after."""
    half = step.case.within / 2
    last = events.last_of_ticket(step.connection, step.desk.workspace_id, step.case.number)
    quiet_from = max(step.case.moved_at, last.recorded_at) if last else step.case.moved_at
    quiet_until = due(step.calendar, quiet_from, half)
    if quiet_until > step.now:
        step.change(next_at=quiet_until)
        return
    case = step.change(next_at=step.after(half))
    if case is not None:
        step.say(case, "quiet", blocks.quiet(case, step.now - quiet_from))


def _lead_to_threads(desk: Desk, cases: Sequence[Case], now: datetime) -> None:
    """The thread is there by now: the links lead to it."""
    for case in cases:
        with desk.writing() as connection:
            if handoffs.mark_linked(connection, desk.workspace_id, case.case_id):
                ticket = desk.ticket(connection, shown(case.number))
                posting.refresh_links(connection, desk.workspace_id, case, ticket, desk.settings, now)
