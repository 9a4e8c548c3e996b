"""The QA scorecard: five dimensions, 100 points, what each band means, and what follows from a total. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, slots=True)
class Band:
    """A band of totals: its lowest of 100, what it is called, and what follows for whoever was reviewed."""

    lowest: int
    label: str
    consequence: str


BANDED = (
    Band(90, "exceptional", "Others can learn from this one: your lead may ask you to show it to them."),
    Band(75, "meets expectations", "This is how it should be. Nothing has to change; the comments are for you."),
    Band(60, "coaching needed", "You and your lead choose one thing of it to practise, at your next talk."),
    Band(0, "immediate coaching", "Your lead goes through it with you this week: it is about help, not about blame."),
)
BAND_NAMES = tuple(band.label for band in BANDED)


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its most points, and what each band means, the best first; `short` is for a table's head."""

    label: str
    short: str
    most: int
    meaning: tuple[str, str, str, str]

    def bands(self) -> list[tuple[int, int]]:
        """The lowest and highest whole points of each band, the best first."""
        lows = [ceil(Fraction(self.most * band.lowest, 100)) for band in BANDED]
        highs = [self.most, *(low - 1 for low in lows)]
        return list(zip(lows, highs, strict=False))

    def meaning_of(self, points: int) -> str:
        """What this many points mean."""
        return next(said for (low, _), said in zip(self.bands(), self.meaning, strict=True) if points >= low)


SCORECARD: Mapping[str, Dimension] = {
    "accuracy": Dimension(
        "Accuracy",
        "Acc.",
        25,
        (
            "right and complete; the cause was found",
            "right; a detail is missing",
            "partly right, or right only after asking again",
            "wrong or misleading",
        ),
    ),
    "communication": Dimension(
        "Communication",
        "Comm.",
        25,
        (
            "clear, warm, in the customer's words; the next step is plain",
            "clear and polite",
            "hard to follow, or cold",
            "rude, confusing, or no answer to what was asked",
        ),
    ),
    "process": Dimension(
        "Process",
        "Proc.",
        20,
        (
            "tagged, handed on and noted so that anyone could go on",
            "followed; a note or tag is missing",
            "steps left out that somebody had to make up for",
            "not followed, and it did harm",
        ),
    ),
    "efficiency": Dimension(
        "Efficiency",
        "Eff.",
        15,
        (
            "no needless message or wait",
            "one message or one wait too many",
            "slow, or asked for what was known already",
            "went in circles",
        ),
    ),
    "going_above": Dimension(
        "Going above",
        "Above",
        15,
        (
            "spared this customer's next question, or the next customer's",
            "did a little more than was asked",
            "did what was asked and no more",
            "did less than was asked",
        ),
    ),
}
DIMENSIONS: Mapping[str, int] = {name: one.most for name, one in SCORECARD.items()}
LABELS: Mapping[str, str] = {name: one.label for name, one in SCORECARD.items()}
SHORT: Mapping[str, str] = {name: one.short for name, one in SCORECARD.items()}
HIGHEST = sum(DIMENSIONS.values())


class WrongPoints(ValueError):
    """Points that cannot be: `problems` has a dimension and the most it allows for each."""

    def __init__(self, problems: Mapping[str, int]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def read(typed: Mapping[str, str]) -> dict[str, int]:
    """The points of every dimension, typed as whole numbers; raises WrongPoints with all that are not."""
    wrong = {name: most for name, most in DIMENSIONS.items() if not _is_whole(typed.get(name, ""), most)}
    if wrong:
        raise WrongPoints(wrong)
    return {name: int(typed[name]) for name in DIMENSIONS}


def _is_whole(text: str, most: int) -> bool:
    said = text.strip()
    return said.isascii() and said.isdigit() and len(said) < 4 and int(said) <= most


def total(points: Mapping[str, int]) -> int:
    """The sum over the dimensions, of 100."""
    return sum(points[name] for name in DIMENSIONS)


def band_of(points: int) -> Band:
    """The band that a total of 0 to 100 lies in."""
    return next(band for band in BANDED if points >= band.lowest)
