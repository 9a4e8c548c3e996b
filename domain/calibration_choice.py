"""Which tickets a calibration is made of: good and poor mixed, and never two of one agent where that can be. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TICKETS = 5
MOST = 10
REACHES_BACK = timedelta(days=30)
POOR_RATING, GOOD_RATING = 2, 4  # of 5: up to the one, from the other on
POOR_SCORE, GOOD_SCORE = 75, 90  # of 100: below the one, from the other on


class Kind(StrEnum):
    """How the ticket went, as far as one can tell without reading it."""

    POOR = "poor"
    GOOD = "good"
    PLAIN = "plain"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A solved ticket: who had it last, the customer's rating (1 to 5), its latest QA score, and broken promises."""

    number: int
    solved_at: datetime
    agent: str | None = None
    csat: int | None = None
    qa_score: int | None = None
    breached: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A ticket of the calibration, and why: `signs` are (what, how much), as in ("csat", 2)."""

    number: int
    kind: Kind
    signs: tuple[tuple[str, int], ...] = ()


def kind_of(one: Candidate) -> Kind:
    """Poor where things went badly, good where they went well; with signs of both, or of neither, it is plain."""
    rated = one.csat if one.csat is not None else POOR_RATING + 1
    scored = one.qa_score if one.qa_score is not None else POOR_SCORE
    badly = rated <= POOR_RATING or scored < POOR_SCORE or one.breached > 0
    well = rated >= GOOD_RATING or scored >= GOOD_SCORE
    return Kind.PLAIN if badly == well else Kind.POOR if badly else Kind.GOOD


def signs_of(one: Candidate) -> tuple[tuple[str, int], ...]:
    """What speaks for its kind."""
    found = (("csat", one.csat), ("qa_score", one.qa_score), ("breached", one.breached or None))
    return tuple((name, value) for name, value in found if value is not None)


def choose(candidates: Sequence[Candidate], how_many: int = TICKETS, reviewers: Collection[str] = ()) -> list[Chosen]:
    """Poor and good by turns, the clearest first; agents that were not chosen yet come before all else.

    Among those, tickets that no reviewer handled are preferred, as everybody may score them. By their numbers.
    """
    left, chosen, agents = list(candidates), list[Candidate](), set[str]()
    while left and len(chosen) < how_many:
        fresh = [one for one in left if one.agent is None or one.agent not in agents] or left
        one = min(fresh, key=_preference(_wanted(chosen), fresh, reviewers))
        chosen.append(one)
        left.remove(one)
        agents |= {one.agent} if one.agent else set()
    return [Chosen(one.number, kind_of(one), signs_of(one)) for one in sorted(chosen, key=lambda one: one.number)]


def _wanted(chosen: Sequence[Candidate]) -> Kind:
    """What the mix lacks."""
    kinds = [kind_of(one) for one in chosen]
    return Kind.POOR if kinds.count(Kind.POOR) <= kinds.count(Kind.GOOD) else Kind.GOOD


def _preference(
    wanted: Kind, fresh: Sequence[Candidate], reviewers: Collection[str]
) -> Callable[[Candidate], tuple[object, ...]]:
    other = Kind.GOOD if wanted is Kind.POOR else Kind.POOR
    needed = {one.agent for one in fresh if kind_of(one) is other}  # agents who could still serve the other kind

    def rank(one: Candidate) -> tuple[object, ...]:
        kind = kind_of(one)
        return (
            kind is not wanted,
            one.agent in reviewers,
            one.agent is not None and one.agent in needed,
            kind is Kind.PLAIN,
            _clearness(one),
            -one.solved_at.timestamp(),
            one.number,
        )

    return rank


def _clearness(one: Candidate) -> int:
    """Lower is clearer: how many signs there are, and how far from the middle they lie."""
    rating = 0 if one.csat is None else 25 * abs(one.csat - 3)
    score = 0 if one.qa_score is None else abs(one.qa_score - (POOR_SCORE + GOOD_SCORE) // 2)
    return -(rating + score + 20 * min(one.breached, 2))
