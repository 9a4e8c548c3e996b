"""A calibration's result as plain JSON values: what is undefined is null, and `why` says so. Pure."""

from typing import Any

from domain.agreement import Estimate
from domain.calibration import Item, Session
from domain.calibration_result import Driver, Result, TicketResult
from domain.ticket_reference import shown


def as_json(session: Session, result: Result) -> dict[str, Any]:
    """All of it. Points are whole, coefficients and means unrounded; people are Slack user ids."""
    found: dict[str, Any] = {
        "calibration": session.number,
        "state": session.state.value,
        "opened_at": session.opened_at.isoformat() if session.opened_at else None,
        "closed_at": session.ended_at.isoformat() if session.ended_at else None,
        "closed_by": session.ended_how.value if session.ended_how else None,
        "extended": session.extended,
        "invited": list(session.reviewers),
        "reviewers": list(result.reviewers),
        "units": result.units,
        "alpha": result.alpha.value,
        "alpha_by_dimension": {name: one.value for name, one in result.alpha_by_dimension.items()},
        "icc_2_1": result.icc.value,
        "rwg": {shown(one.number): one.rwg.value for one in result.tickets},
        "reading": str(result.alpha.reading) if result.alpha.reading else None,
        "trusted": result.alpha.trusted,
        "dimensions": dict(result.dimensions),
    }
    pairs = zip(session.items, result.tickets, strict=True)
    return found | {"tickets": [_ticket(item, one) for item, one in pairs], "why": _why(result)}


def _why(result: Result) -> dict[str, str]:
    """The reason of each figure that is null, by its key."""
    told: dict[str, Estimate] = {"alpha": result.alpha, "icc_2_1": result.icc}
    told |= {f"alpha_by_dimension.{name}": one for name, one in result.alpha_by_dimension.items()}
    told |= {f"rwg.{shown(one.number)}": one.rwg for one in result.tickets}
    return {key: str(one.why) for key, one in told.items() if one.why is not None}


def _ticket(item: Item, found: TicketResult) -> dict[str, Any]:
    return {
        "ticket": shown(found.number),
        "scores": {who: dict(given) for who, given in found.scores.items()},
        "totals": dict(found.totals),
        "mean": found.mean,
        "range": found.range,
        "flagged": found.flagged,
        "driver": _driver(found.driver) if found.driver else None,
        "rwg": found.rwg.value,
        "why": str(found.rwg.why) if found.rwg.why else None,
        "comments": {who: dict(said) for who, said in found.comments.items() if said},
        "chosen_as": item.kind,
        "agreed": dict(item.agreed) if item.agreed else None,
        "agreed_by": item.agreed_by,
    }


def _driver(driver: Driver) -> dict[str, Any]:
    return {
        "dimension": driver.dimension,
        "range": driver.apart,
        "highest": driver.highest,
        "highest_by": list(driver.highest_by),
        "lowest": driver.lowest,
        "lowest_by": list(driver.lowest_by),
    }
