"""The names a tag can be made of, and finding one from what was typed: whole, begun, or misspelt. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from domain.taxonomy import RESOLUTION_TYPES, ROOT_CAUSES, SENTIMENTS, Taxonomy, path, split

CATEGORY, AREA = "category", "area"
SENTIMENT, ROOT_CAUSE, RESOLUTION = "sentiment", "root_cause", "resolution_type"
SPOKEN = {
    CATEGORY: "category",
    AREA: "area",
    SENTIMENT: "sentiment",
    ROOT_CAUSE: "root",
    RESOLUTION: "resolution",
}
NONE = frozenset({"none", "nothing", "clear", ""})
KEYS = {
    "category": CATEGORY,
    "area": AREA,
    "productarea": AREA,
    "sentiment": SENTIMENT,
    "root": ROOT_CAUSE,
    "cause": ROOT_CAUSE,
    "rootcause": ROOT_CAUSE,
    "resolution": RESOLUTION,
    "resolutiontype": RESOLUTION,
}
NEAR = 0.6

_SEPARATORS = str.maketrans("", "", "-_ \t\n'\"`‘’“”")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word may stand for: a field of the ticket and its value; a category's value is its path."""

    slot: str
    value: str | None

    @property
    def spoken(self) -> str:
        """The words that mean this and nothing else, as in `area:api`."""
        return f"{SPOKEN[self.slot]}:{self.value or 'none'}"


Entries = tuple[tuple[str, Meaning], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every name with what it means: whole names, names by kind (tried in this order) and by slot."""

    whole: Mapping[str, tuple[Meaning, ...]]
    kinds: tuple[Entries, Entries]
    slots: Mapping[str, Entries]
    paths: Entries
    longest: int

    def look_up(self, typed: str, slot: str | None) -> tuple[tuple[Meaning, ...], bool]:
        """What a key may mean, for one slot or any, and whether it is a whole name."""
        if slot is None and typed in self.whole:
            return self.whole[typed], True
        if slot not in (None, CATEGORY) and typed in NONE:
            return (Meaning(slot or "", None),), True
        if "/" in typed and slot in (None, CATEGORY):
            return self._path(typed)
        for entries in self.kinds if slot is None else (self.slots[slot],):
            exact = distinct(meaning for name, meaning in entries if name == typed)
            begun = exact or distinct(meaning for name, meaning in entries if typed and name.startswith(typed))
            if begun:
                return begun, bool(exact)
        return (), False

    def _path(self, typed: str) -> tuple[tuple[Meaning, ...], bool]:
        """`product/bug`, with either side begun only."""
        typed = typed.rstrip("/")
        category, _, subcategory = typed.partition("/")
        exact = distinct(meaning for name, meaning in self.paths if name == typed)
        sides = [(*name.partition("/"), meaning) for name, meaning in self.paths if "/" in name]
        begun = [m for left, _, right, m in sides if left.startswith(category) and right.startswith(subcategory)]
        return exact or distinct(begun), bool(exact)

    def spoken(self, meaning: Meaning) -> str:
        """The shortest words that mean this alone: `api`, or `area:api` where the name has other meanings."""
        alone = meaning.value or ""
        found, whole = self.look_up(key(alone), None)
        return alone if whole and found == (meaning,) else meaning.spoken

    def near(self, typed: str, slot: str | None) -> list[tuple[float, Meaning]]:
        """What a key is close to, with how close from NEAR to 1, closest first."""
        if "/" in typed:
            entries = self.paths
        else:
            entries = self.kinds[0] + self.kinds[1] if slot is None else self.slots[slot]
        scored = [(closeness(typed, name), meaning) for name, meaning in entries]
        return sorted((one for one in scored if one[0] >= NEAR), key=lambda one: -one[0])


def key(word: str) -> str:
    """A word without what is forgiven: case, `-`, `_`, blanks and quotes."""
    return word.casefold().translate(_SEPARATORS)


def slot_of(name: str) -> str | None:
    """The field meant by `sentiment:` or the beginning of such a word, when only one begins so."""
    typed = key(name)
    slots = {slot for known, slot in KEYS.items() if typed and known.startswith(typed)}
    return slots.pop() if len(slots) == 1 else None


def distinct(meanings: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """Each once, in the order given."""
    return tuple(dict.fromkeys(meanings))


def closeness(typed: str, name: str) -> float:
    """1 for the same word, less for each slip of the finger; the beginning of a name counts a little less."""
    whole = OSA.normalized_similarity(typed, name)
    if len(typed) < 4 or len(typed) >= len(name):
        return whole
    return max(whole, 0.9 * OSA.normalized_similarity(typed, name[: len(typed)]))


@lru_cache(maxsize=16)
def vocabulary(taxonomy: Taxonomy) -> Vocabulary:
    """Every name of the taxonomy with what it means; worked out once and kept."""
    slots = {
        CATEGORY: tuple((key(split(one)[1] or one), Meaning(CATEGORY, one)) for one in taxonomy.paths()),
        AREA: _entries(AREA, taxonomy.areas),
        SENTIMENT: _entries(SENTIMENT, SENTIMENTS),
        ROOT_CAUSE: _entries(ROOT_CAUSE, ROOT_CAUSES),
        RESOLUTION: _entries(RESOLUTION, RESOLUTION_TYPES),
    }
    kinds = (slots[CATEGORY] + slots[AREA], slots[SENTIMENT] + slots[ROOT_CAUSE] + slots[RESOLUTION])
    return Vocabulary(
        whole=_olds(taxonomy) | _whole(kinds[1]) | _joined_paths(taxonomy) | _whole(kinds[0]),
        kinds=kinds,
        slots=slots,
        paths=_entries(CATEGORY, taxonomy.paths()),
        longest=_longest(taxonomy),
    )


def _entries(slot: str, names: Iterable[str]) -> Entries:
    return tuple((key(name), Meaning(slot, name)) for name in names)


def _whole(entries: Entries) -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, tuple[Meaning, ...]] = {}
    for name, meaning in entries:
        found[name] = (*found.get(name, ()), meaning)
    return found


def _joined_paths(taxonomy: Taxonomy) -> dict[str, tuple[Meaning, ...]]:
    """`product bug` is the path, also where `product_bug` is a root cause."""
    return {key(one.replace("/", "")): (Meaning(CATEGORY, one),) for one in taxonomy.paths()}


def _olds(taxonomy: Taxonomy) -> dict[str, tuple[Meaning, ...]]:
    """What categories were called before: the old names still work, where no new one has taken the word."""
    successors = [(old, Meaning(CATEGORY, path(*new))) for old, new in taxonomy.successors.items()]
    alone: dict[str, tuple[Meaning, ...]] = {key(old[1] or old[0]): (meaning,) for old, meaning in successors}
    return alone | {key(path(*old)): (meaning,) for old, meaning in successors}


def _longest(taxonomy: Taxonomy) -> int:
    """How many words the longest name has."""
    own = [*taxonomy.paths(), *taxonomy.renamed, *taxonomy.areas]
    return max(len(re.split("[_/]", name)) for name in [*own, *SENTIMENTS, *ROOT_CAUSES, *RESOLUTION_TYPES])
