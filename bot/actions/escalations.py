"""The buttons and windows of a handoff."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.blocks import escalation_windows as windows
from bot.blocks import field_errors
from bot.desk import Action, Answer, Click, Desk, FieldErrors, Submission, View
from bot.escalations import life, noticing, opening
from domain import refusal
from domain.escalation import CaseState, Handoff, Tried, Trigger
from domain.ticket_reference import shown


def escalate(desk: Desk, click: Click) -> Answer:
    """The window, from a ticket's card."""
    return opening.window(desk, click.value.partition(":")[0], "")


def add_row(desk: Desk, click: Click) -> Answer:
    """One more row of what was tried; what was typed stays."""
    return _with_rows(desk, click, lambda rows, row: rows if row in rows else [*rows, row])


def remove_row(desk: Desk, click: Click) -> Answer:
    """One row less."""
    return _with_rows(desk, click, lambda rows, row: [one for one in rows if one != row])


def _with_rows(desk: Desk, click: Click, change: Callable[[list[int], int], list[int]]) -> Answer:
    if click.window is None or "rows" not in click.window.about:
        raise refusal.StaleButton
    about, row = click.window.about, _number(click.value)
    return opening.redrawn(desk, about, click.window.values, change(about["rows"], row))


def chosen(desk: Desk, submission: Submission) -> Answer:
    """The ticket was named: the window that asks for its handoff takes the place."""
    reference = (submission.values.get("ticket") or "").strip()
    return opening.window(desk, reference, (submission.values.get("reason") or "").strip())


def opened(desk: Desk, submission: Submission) -> Answer:
    """The window is filled in: hand the ticket on."""
    values, rows = submission.values, submission.about["rows"]
    errors = _errors(values, rows)
    if errors:
        return FieldErrors(errors)
    tried = tuple(Tried(_said(values, f"action_{row}"), _said(values, f"result_{row}")) for row in rows)
    handoff = Handoff(
        Trigger(values["trigger"]),
        summary=_said(values, "summary"),
        needed=_said(values, "needed"),
        expected=_said(values, "expected"),
        urgent=_said(values, "urgent"),
        sentiment=values.get("sentiment"),
        tried=tuple(one for one in tried if one.action),
    )
    return opening.open_for(desk, shown(submission.about["number"]), handoff)


def _errors(values: Mapping[str, Any], rows: list[int]) -> dict[str, str]:
    missing = {name: why for name, why in field_errors.HANDOFF_NEEDS.items() if not _said(values, name)}
    alone = [row for row in rows if _said(values, f"result_{row}") and not _said(values, f"action_{row}")]
    return missing | {f"action_{row}": field_errors.RESULT_ALONE for row in alone}


def _said(values: Mapping[str, Any], name: str) -> str:
    return (values.get(name) or "").strip()


def _number(value: str) -> int:
    """The number a button carries; raises StaleButton for anything else."""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise refusal.StaleButton
    return int(value)


def acknowledge(desk: Desk, click: Click) -> Answer:
    """Somebody of those who were asked has heard it."""
    return life.acknowledge(desk, _number(click.value))


def _asking(to: CaseState) -> Action:
    return lambda desk, click: life.asks(desk, _number(click.value), to)


def _ending(to: CaseState) -> View:
    def ended(desk: Desk, submission: Submission) -> Answer:
        values = submission.values
        if not _said(values, "answer"):
            return FieldErrors({"answer": field_errors.NO_ANSWER})
        avoidable = {"yes": True, "no": False}.get(values.get("avoidable") or "")
        if avoidable and not values.get("avoided_by"):
            return FieldErrors({"avoided_by": field_errors.NOT_SAID_BY_WHAT})
        said = {
            "answer": _said(values, "answer"),
            "category": values.get("category"),
            "avoidable": avoidable,
            "avoided_by": values.get("avoided_by") if avoidable else None,
        }
        return life.finish(desk, submission.about["case"], to, said)

    return ended


def _about_offer(click: Click) -> tuple[int, Trigger]:
    number, _, trigger = click.value.partition(":")
    if trigger not in set(Trigger):
        raise refusal.StaleButton
    return _number(number), Trigger(trigger)


def accept_offer(desk: Desk, click: Click) -> Answer:
    """A noticed trigger: hand the ticket on with one click."""
    return noticing.accept(desk, *_about_offer(click))


def dismiss_offer(desk: Desk, click: Click) -> Answer:
    """A noticed trigger that needs no handoff."""
    return noticing.dismiss(desk, *_about_offer(click))


ACTIONS: Mapping[str, Action] = {
    "ticket_escalate": escalate,
    windows.ADD: add_row,
    windows.REMOVE: remove_row,
    "escalation_offer_taken": accept_offer,
    "escalation_offer_dismissed": dismiss_offer,
    "escalation_acknowledge": acknowledge,
    "escalation_decline": _asking(CaseState.DECLINED),
    "escalation_hand_back": _asking(CaseState.HANDED_BACK),
    "escalation_resolve": _asking(CaseState.RESOLVED),
}
VIEWS: Mapping[str, View] = {
    windows.WINDOW: opened,
    windows.WHICH: chosen,
    **{callback: _ending(to) for to, callback in windows.ENDINGS.items()},
}
