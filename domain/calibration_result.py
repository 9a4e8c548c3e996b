"""What a calibration found: per ticket who gave what and how far apart, for the whole how far reviewers agree. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.agreement import APART, Estimate, Missing, alpha, icc_2_1, mean, rwg, shown, spread, strictness
from domain.calibration import Vote

TOTAL = "total"
Points = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Driver:
    """The dimension that drives a difference: how far apart it is, and who is at its ends."""

    dimension: str
    apart: int
    highest: int
    highest_by: tuple[str, ...]
    lowest: int
    lowest_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketResult:
    """One ticket: what each reviewer gave it, in the order of the invitation."""

    number: int
    scores: Mapping[str, Points]
    comments: Mapping[str, Mapping[str, str]]
    totals: Points
    mean: float | None
    range: int | None
    flagged: bool
    driver: Driver | None
    rwg: Estimate


@dataclass(frozen=True, slots=True)
class Result:
    """The whole: figures are as shown to people, held back where they rest on fewer than five tickets."""

    dimensions: Points
    reviewers: tuple[str, ...]
    tickets: tuple[TicketResult, ...]
    alpha: Estimate
    alpha_by_dimension: Mapping[str, Estimate]
    icc: Estimate

    @property
    def units(self) -> int:
        """How many tickets were scored by two reviewers or more."""
        return self.alpha.units

    @property
    def flagged(self) -> list[TicketResult]:
        """The tickets to discuss."""
        return [one for one in self.tickets if one.flagged]


def result_of(numbers: Sequence[int], invited: Sequence[str], votes: Sequence[Vote], dimensions: Points) -> Result:
    """The result of `votes` on the tickets `numbers`; `dimensions` maps each to its highest score."""
    people = tuple(one for one in invited if any(vote.person == one for vote in votes))
    given = {(vote.number, vote.person): vote for vote in votes}
    by_ticket = [[given.get((number, person)) for person in people] for number in numbers]
    totals = [[None if vote is None else vote.total for vote in row] for row in by_ticket]
    by_dimension = {
        name: shown(alpha([[None if vote is None else vote.scores[name] for vote in row] for row in by_ticket]))
        for name in dimensions
    }
    tickets = tuple(
        _ticket(number, [vote for vote in row if vote is not None], dimensions)
        for number, row in zip(numbers, by_ticket, strict=True)
    )
    return Result(dimensions, people, tickets, shown(alpha(totals)), by_dimension, shown(icc_2_1(totals)))


def sealed(numbers: Sequence[int], dimensions: Points) -> Result:
    """The result of a calibration that closed below its quorum: it has none, and what was scored stays sealed."""
    nothing = Estimate(None, 0, Missing.TOO_FEW_REVIEWERS)
    tickets = tuple(TicketResult(number, {}, {}, {}, None, None, False, None, nothing) for number in numbers)
    return Result(dimensions, (), tickets, nothing, dict.fromkeys(dimensions, nothing), nothing)


def _ticket(number: int, votes: Sequence[Vote], dimensions: Points) -> TicketResult:
    totals = {vote.person: vote.total for vote in votes}
    apart = spread(list(totals.values()))
    flagged = apart is not None and apart > APART
    return TicketResult(
        number,
        {vote.person: vote.scores for vote in votes},
        {vote.person: vote.comments for vote in votes},
        totals,
        mean(list(totals.values())),
        apart,
        flagged,
        _driver(votes, dimensions) if flagged else None,
        rwg(list(totals.values()), sum(dimensions.values())),
    )


def _driver(votes: Sequence[Vote], dimensions: Points) -> Driver:
    """The dimension with the most points between its ends; of several, the one where that is more of its scale."""

    def apart(name: str) -> tuple[int, float]:
        given = [vote.scores[name] for vote in votes]
        return max(given) - min(given), 1 / dimensions[name]

    name = max(dimensions, key=apart)
    highest, lowest = (end(vote.scores[name] for vote in votes) for end in (max, min))
    return Driver(
        name,
        highest - lowest,
        highest,
        tuple(vote.person for vote in votes if vote.scores[name] == highest),
        lowest,
        tuple(vote.person for vote in votes if vote.scores[name] == lowest),
    )


def leanings(result: Result, person: str) -> dict[str, Estimate]:
    """How strict or lenient a reviewer was against the others, by dimension and on the total (leave-one-out)."""
    units = {name: [_of(one.scores, name) for one in result.tickets] for name in result.dimensions}
    units[TOTAL] = [{who: float(points) for who, points in one.totals.items()} for one in result.tickets]
    return {name: strictness(given, person) for name, given in units.items()}


def _of(scores: Mapping[str, Points], name: str) -> dict[str, float]:
    return {person: float(points[name]) for person, points in scores.items()}


def recurrent(results: Sequence[Result]) -> list[tuple[str, int, int]]:
    """Dimensions that drove the difference on flagged tickets: name, tickets, sessions; the most frequent first."""
    tickets: dict[str, int] = {}
    sessions: dict[str, int] = {}
    for result in results:
        drivers = [one.driver.dimension for one in result.flagged if one.driver]
        for name in drivers:
            tickets[name] = tickets.get(name, 0) + 1
        for name in set(drivers):
            sessions[name] = sessions.get(name, 0) + 1
    return sorted(((name, tickets[name], sessions[name]) for name in tickets), key=lambda one: (-one[1], one[0]))
