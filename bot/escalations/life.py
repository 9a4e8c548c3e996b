"""What becomes of a handoff: acknowledged, declined, handed back, resolved; each in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import escalation_windows as windows
from bot.blocks import escalations as blocks
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from bot.escalations import knowing, opening, posting
from db import handoffs
from domain import refusal, ticket
from domain.business_hours import due
from domain.escalation import Case, CaseState, may_become
from domain.taxonomy import split
from domain.ticket import FINISHED, Change, Status, Ticket
from domain.ticket_reference import shown

QUIET = "quiet"


def acknowledge(desk: Desk, case_id: int) -> Message:
    """Somebody of those who were asked has heard it."""

    def work(connection: Connection, now: datetime) -> Message:
        case, found = seen(desk, connection, case_id)
        may_become(case, CaseState.ACKNOWLEDGED, desk.person)
        calendar = knowing.background(connection, desk.house, desk.workspace_id, found, now).calendar
        changed = _changed(
            desk, connection, case,
            state=CaseState.ACKNOWLEDGED, acknowledged_by=desk.person, acknowledged_at=now, moved_at=now,
            next_at=due(calendar, now, case.within / 2), next_what=QUIET,
        )  # fmt: skip
        opening.record(connection, desk, changed, "acknowledged", now)
        _settle(desk, connection, changed, found, now)
        return blocks.did(changed)

    return desk.once(work)


def asks(desk: Desk, case_id: int, to: CaseState) -> Modal:
    """The window that asks for the reason, the answer, or what a resolution needs; raises what stands in the way."""
    with desk.reading() as connection:
        case, found = seen(desk, connection, case_id)
    may_become(case, to, desk.person)
    return windows.ending(case, found, to, desk.settings.taxonomy())


def finish(desk: Desk, case_id: int, to: CaseState, said: Mapping[str, Any]) -> Message:
    """The case is over: `said` has the answer and, for a resolution, `category`, `avoidable` and `avoided_by`."""

    def work(connection: Connection, now: datetime) -> Message:
        case, found = seen(desk, connection, case_id)
        may_become(case, to, desk.person)
        changed = _changed(
            desk, connection, case,
            state=to, ended_by=desk.person, ended_at=now, moved_at=now, next_at=None, next_what=None,
            answer=said.get("answer") or "", avoidable=said.get("avoidable"), avoided_by=said.get("avoided_by"),
        )  # fmt: skip
        # A decline is no answer to what was asked; anything else shows that it was heard.
        heard = case.state is CaseState.OPEN and to is not CaseState.DECLINED
        opening.record(connection, desk, changed, "acknowledged" if heard else "handoff_ended", now)
        moved = _moved(desk, connection, changed, found, said, now)
        _settle(desk, connection, changed, moved, now)
        return blocks.did(changed)

    return desk.once(work)


def withdraw(desk: Desk, connection: Connection, case: Case, by: str, now: datetime) -> bool:
    """The ticket went on without an answer: the case is over; False when somebody was faster."""
    changed = handoffs.change(
        connection, desk.workspace_id, case,
        state=CaseState.WITHDRAWN, ended_by=by, ended_at=now, moved_at=now, next_at=None, next_what=None,
    )  # fmt: skip
    if changed is None:
        return False
    found = desk.ticket(connection, shown(case.number))
    if found.status not in FINISHED and found.tier is not case.tier_before:
        found = desk.change(connection, found, Change("retiered", {"tier": case.tier_before}), now)
    opening.record(connection, desk, changed, "handoff_ended", now)
    desk.house.keeper.keep(connection, desk.workspace_id, [found], now)
    posting.refresh(connection, desk.workspace_id, changed, found, desk.settings, now)
    return True


def seen(desk: Desk, connection: Connection, case_id: int) -> tuple[Case, Ticket]:
    """The case and its ticket; raises UnknownTicket for one of another workspace."""
    case = handoffs.find(connection, desk.workspace_id, case_id)
    if case is None:
        raise refusal.UnknownTicket(f"handoff {case_id}")
    return case, desk.ticket(connection, shown(case.number))


def _changed(desk: Desk, connection: Connection, case: Case, **values: Any) -> Case:
    changed = handoffs.change(connection, desk.workspace_id, case, **values)
    if changed is None:
        now_is, _ = seen(desk, connection, case.case_id)
        who = now_is.ended_by or now_is.acknowledged_by or now_is.opened_by
        raise refusal.HandoffAlready(case.number, now_is.state, who)
    return changed


def _moved(
    desk: Desk, connection: Connection, case: Case, found: Ticket, said: Mapping[str, Any], now: datetime
) -> Ticket:
    """The ticket, where the end of its case leaves it: back with those who asked, or solved."""
    if found.status in FINISHED:
        return found
    if case.state is not CaseState.RESOLVED:
        back = {"tier": case.tier_before} | ({"status": Status.OPEN} if found.status is Status.ESCALATED else {})
        return desk.change(connection, found, Change(case.state.value, back), now)
    if category := said.get("category"):
        name, sub = split(category)
        found = desk.change(connection, found, Change("tagged", {"category": name, "subcategory": sub}), now)
    solved = ticket.solve(found, now)
    return desk.change(connection, found, Change("resolved", solved.fields), now)


def _settle(desk: Desk, connection: Connection, case: Case, found: Ticket, now: datetime) -> None:
    """Clocks, posts and the owner follow what happened."""
    desk.house.keeper.keep(connection, desk.workspace_id, [found], now)
    posting.refresh(connection, desk.workspace_id, case, found, desk.settings, now)
    posting.tell_owner(connection, desk.workspace_id, case, found, desk.person, now)
