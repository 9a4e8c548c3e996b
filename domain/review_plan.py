"""Which tickets of a week are reviewed, why, and by whom. Pure: the same seed gives the same plan.

Everything that depends on chance is a hash of the week's seed (`unit`). The seed is drawn when the week is over, so
nobody who works on a ticket can know or change what it gives; it is kept, so that anybody can work the plan out again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from math import floor

BAD_RATING = 2  # of 5, and below


class Reason(StrEnum):
    """Why a ticket is reviewed."""

    ESCALATED = "escalated"
    BADLY_RATED = "badly_rated"
    NEW_AGENT = "new_agent"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Rates:
    """The shares of an agent's tickets: `new` in the first `new_for` since their first day, `later` after that."""

    new: Fraction = Fraction(3, 10)
    later: Fraction = Fraction(1, 10)
    new_for: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Handled:
    """A finished ticket: its agent at solve, and all who had it. One `earlier` than the week is in no sample."""

    number: int
    agent: str
    solved_at: datetime
    handled_by: frozenset[str]
    escalated: bool = False
    csat: int | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A ticket to be reviewed, and why; those who had it cannot review it."""

    number: int
    agent: str
    reasons: tuple[Reason, ...]
    handled_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Share:
    """One ticket of a reviewer's share, by the draw of a scheduled time; `done` once it has a review."""

    number: int
    agent: str
    scheduled_at: datetime
    reasons: tuple[Reason, ...]
    done: bool


def unit(seed: str, what: str) -> Fraction:
    """A number from 0 up to 1 that the seed gives to `what`, evenly spread (SHA-256, its first 64 bits)."""
    return Fraction(int.from_bytes(sha256(f"{seed}:{what}".encode()).digest()[:8], "big"), 2**64)


def picked(handled: Sequence[Handled], started: Mapping[str, datetime], seed: str, rates: Rates) -> list[Pick]:
    """The tickets to review, by number: all escalated, all badly rated, and the sample of each agent.

    `started` has the first day of every agent.
    """
    in_sample = _sample([one for one in handled if not one.earlier], started, seed, rates)
    picks = [
        Pick(one.number, one.agent, reasons, one.handled_by)
        for one in handled
        if (reasons := (*_sure(one), *in_sample.get(one.number, ())))
    ]
    return sorted(picks, key=lambda pick: pick.number)


def _sure(one: Handled) -> tuple[Reason, ...]:
    """The reasons that leave nothing to chance."""
    badly_rated = one.csat is not None and one.csat <= BAD_RATING
    escalated = one.escalated and not one.earlier
    return (*([Reason.ESCALATED] if escalated else []), *([Reason.BADLY_RATED] if badly_rated else []))


def _sample(
    handled: Iterable[Handled], started: Mapping[str, datetime], seed: str, rates: Rates
) -> dict[int, tuple[Reason]]:
    strata: dict[tuple[str, bool], list[int]] = {}
    for one in handled:
        is_new = one.solved_at < started[one.agent] + rates.new_for
        strata.setdefault((one.agent, is_new), []).append(one.number)
    return {
        number: (Reason.NEW_AGENT if is_new else Reason.SAMPLED,)
        for (agent, is_new), numbers in strata.items()
        for number in _drawn(numbers, rates.new if is_new else rates.later, seed, f"{agent}:{is_new}")
    }


def _drawn(numbers: Sequence[int], rate: Fraction, seed: str, whose: str) -> list[int]:
    """The sample of one agent: the rate times the tickets, rounded up or down by chance so that the mean is exact.

    Of 7 tickets at 30 % that is 2 in nine weeks of ten and 3 in the tenth; of 4 at 10 % it is 1 in four weeks of ten.
    """
    how_many = floor(rate * len(numbers) + unit(seed, whose))
    return sorted(numbers, key=lambda number: unit(seed, str(number)))[:how_many]


@dataclass(frozen=True, slots=True)
class Spread:
    """The picks of each reviewer, by number, and those that no reviewer can take because all of them had it."""

    shares: Mapping[str, list[Pick]]
    left_over: list[Pick]


def spread(picks: Sequence[Pick], reviewers: Collection[str], seed: str) -> Spread:
    """Give every pick to a reviewer who never had the ticket, as evenly as can be; chance decides between equals.

    Even in the sense of optimal semi-matchings (Harvey, Ladner, Lovász, Tamir 2003): as long as work can be passed
    along a chain of reviewers to one who has two less, it is.
    """
    order = sorted(reviewers, key=lambda reviewer: unit(seed, reviewer))
    shares: dict[str, list[Pick]] = {reviewer: [] for reviewer in order}
    left_over = []
    for pick in sorted(picks, key=lambda pick: unit(seed, str(pick.number))):
        able = [reviewer for reviewer in order if reviewer not in pick.handled_by]
        if able:
            shares[min(able, key=lambda reviewer: len(shares[reviewer]))].append(pick)
        else:
            left_over.append(pick)
    while chain := _uneven(shares):
        _pass_along(shares, chain)
    return Spread(
        {reviewer: sorted(share, key=lambda pick: pick.number) for reviewer, share in shares.items()},
        sorted(left_over, key=lambda pick: pick.number),
    )


def _uneven(shares: Mapping[str, list[Pick]]) -> list[str]:
    """A chain of reviewers from one who has too much to one who has two less; empty when all is even."""
    for heavy in sorted(shares, key=lambda reviewer: -len(shares[reviewer])):
        came_from: dict[str, str | None] = {heavy: None}
        waiting = [heavy]
        for giver in waiting:
            for taker in shares:
                if taker in came_from or _to_pass(shares[giver], taker) is None:
                    continue
                came_from[taker] = giver
                waiting.append(taker)
                if len(shares[taker]) <= len(shares[heavy]) - 2:
                    return _back_to_start(came_from, taker)
    return []


def _back_to_start(came_from: Mapping[str, str | None], end: str) -> list[str]:
    chain: list[str] = []
    at: str | None = end
    while at is not None:
        chain.insert(0, at)
        at = came_from[at]
    return chain


def _to_pass(share: Sequence[Pick], taker: str) -> Pick | None:
    return next((pick for pick in share if taker not in pick.handled_by), None)


def _pass_along(shares: dict[str, list[Pick]], chain: Sequence[str]) -> None:
    """Each of the chain gives one pick to the next."""
    for giver, taker in reversed(list(pairwise(chain))):
        pick = _to_pass(shares[giver], taker)
        assert pick is not None
        shares[giver].remove(pick)
        shares[taker].append(pick)
