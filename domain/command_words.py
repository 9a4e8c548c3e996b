"""Words that people type, forgiven case, `-`/`_` and unique prefixes."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

NEAR_ENOUGH = 70.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """A word that is none of the choices: `meant` are those it may stand for, best first."""

    word: str
    meant: tuple[str, ...]


def normal(word: str) -> str:
    """A word as it is compared: lower case, with `_` for every separator."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def match(word: str, choices: Iterable[str]) -> str | Unclear:
    """The choice meant by `word`: itself or a unique prefix. Otherwise what it may have meant."""
    known = {normal(choice): choice for choice in choices}
    wanted = normal(word)
    if wanted in known:
        return known[wanted]
    starting = [choice for key, choice in known.items() if wanted and key.startswith(wanted)]
    if len(starting) == 1:
        return starting[0]
    if starting:
        return Unclear(word, tuple(starting))
    near = process.extract(wanted, known.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH, limit=3)
    return Unclear(word, tuple(known[key] for key, _, _ in near))
