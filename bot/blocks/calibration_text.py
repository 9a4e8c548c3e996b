"""Calibrations as plain text, for a terminal."""

from collections.abc import Mapping, Sequence

from bot.blocks.calibration_results import figure, label, points, reading
from domain.calibration import Session
from domain.calibration_result import Result, TicketResult
from domain.calibration_rules import State
from domain.ticket_reference import shown

STATES: Mapping[State, str] = {State.OPEN: "open", State.CLOSED: "closed", State.TOO_FEW: "too few"}
NONE = "No calibration was opened yet."


def listing(found: Sequence[tuple[Session, Result | None]]) -> str:
    """A line each, the oldest first; of an open one no figure is known."""
    lines = [_line(session, result) for session, result in found]
    return "\n".join(["  N  opened      state    tickets  reviewers  alpha", *lines]) if lines else NONE


def _line(session: Session, result: Result | None) -> str:
    opened = f"{session.opened_at:%Y-%m-%d}" if session.opened_at else ""
    people = len(session.reviewers) if result is None else len(result.reviewers)
    alpha = "" if result is None else figure(result.alpha)
    state = STATES[session.state]
    return f"{session.number:>3}  {opened}  {state:<7}  {len(session.items):>7}  {people:>9}  {alpha:>5}".rstrip()


def still_open(number: int) -> str:
    """Its scores are shown to nobody before the close."""
    return f"calibration {number} is still open: its scores are shown after the close"


def unknown(number: int) -> str:
    """There is none with this number."""
    return f"there is no calibration {number}: `rethrow calibration list` shows those that there are"


def result(session: Session, found: Result) -> str:
    """The whole result."""
    head = f"Calibration {session.number}, {STATES[session.state]} {session.ended_at:%Y-%m-%d %H:%M} UTC"
    lines = [head, f"alpha {figure(found.alpha)}: {reading(found.alpha)}"]
    lines += [f"  {label(name)}: {figure(one)}" for name, one in found.alpha_by_dimension.items()]
    why = f": {found.icc.why}" if found.icc.why else ""
    lines += [f"ICC(2,1) {figure(found.icc)}{why}", f"units {found.units}, reviewers {len(found.reviewers)}"]
    for one in found.tickets:
        lines += ["", *_ticket(one, found.dimensions)]
    return "\n".join(lines)


def _ticket(one: TicketResult, dimensions: Mapping[str, int]) -> list[str]:
    if one.mean is None:
        return [f"{shown(one.number)}: no scores"]
    flag = ", discuss" if one.flagged else ""
    apart = "–" if one.range is None else str(one.range)
    lines = [f"{shown(one.number)}: mean {points(one.mean)}, range {apart}, r*wg {figure(one.rwg)}{flag}"]
    if one.driver:
        driver = one.driver
        lines.append(
            f"  {label(driver.dimension)} drives it: {driver.highest} by {', '.join(driver.highest_by)}, "
            f"{driver.lowest} by {', '.join(driver.lowest_by)}"
        )
    lines.append("  " + " ".join(["reviewer".ljust(12), *(f"{label(name):>13}" for name in dimensions), "Total"]))
    for who, given in one.scores.items():
        lines.append(
            "  " + " ".join([who.ljust(12), *(f"{given[name]:>13}" for name in dimensions), f"{one.totals[who]:>5}"])
        )
    return lines
