"""A calibration and what reviewers said in it, as plain values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.calibration_rules import How, State, Step, may_score


@dataclass(frozen=True, slots=True)
class Item:
    """One ticket of a calibration: why it was chosen, who handled it, and what was agreed on after the close."""

    number: int
    kind: str
    signs: tuple[tuple[str, int], ...] = ()
    handled_by: tuple[str, ...] = ()
    agreed: Mapping[str, int] | None = None
    agreed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One calibration. `number` is what people call it by, from its opening on; people are Slack user ids."""

    session_id: int
    number: int | None
    state: State
    channel: str
    created_by: str
    until: datetime
    quorum: int
    reviewers: tuple[str, ...]
    items: tuple[Item, ...] = ()
    opened_at: datetime | None = None
    extended: bool = False
    scheduled: bool = False
    next_at: datetime | None = None
    next_what: Step | None = None
    ended_at: datetime | None = None
    ended_how: How | None = None
    ended_by: str | None = None
    generation: int = 1

    def item(self, number: int) -> Item | None:
        """The ticket with this number, where it is part of the calibration."""
        return next((one for one in self.items if one.number == number), None)

    def to_score(self, person: str) -> list[int]:
        """The tickets a reviewer is asked to score: all but those they handled."""
        return [one.number for one in self.items if may_score(person, one.handled_by)]


@dataclass(frozen=True, slots=True)
class Vote:
    """What one reviewer gave one ticket: points and comments by dimension."""

    number: int
    person: str
    scores: Mapping[str, int]
    comments: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All points together."""
        return sum(self.scores.values())


@dataclass(frozen=True, slots=True)
class Note:
    """What was agreed a dimension means, after a calibration: shown beside it from the next one on."""

    dimension: str
    text: str
    by: str
    session: int
    number: int


def has_voted(session: Session, person: str, scored: Collection[int]) -> bool:
    """Whether a reviewer has scored every ticket that is theirs to score; one with none of them has not."""
    asked = session.to_score(person)
    return bool(asked) and set(asked) <= set(scored)


def voters(session: Session, scored: Mapping[str, Collection[int]]) -> list[str]:
    """Who has voted, in the order of the invitation: the order of voting says nothing, and is told nobody."""
    return [one for one in session.reviewers if has_voted(session, one, scored.get(one, ()))]


def everybody_voted(session: Session, scored: Mapping[str, Collection[int]]) -> bool:
    """Whether nobody is left who could still vote."""
    able = [one for one in session.reviewers if session.to_score(one)]
    return bool(able) and all(has_voted(session, one, scored.get(one, ())) for one in able)
