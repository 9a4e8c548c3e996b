"""What the words of `/tag T-12 …` mean: in any order, forgiven case, separators and unique prefixes. Pure.

A word is taken first as a category, a subcategory or an area, then as a sentiment, a root cause or a
resolution type; `area:api` or `root:user_error` says which is meant. What is close to a name is asked back,
never guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.tag_vocabulary import (
    CATEGORY,
    KEYS,
    NEAR,
    Meaning,
    Vocabulary,
    closeness,
    distinct,
    key,
    slot_of,
    vocabulary,
)
from domain.taxonomy import Taxonomy, split

SUGGESTED = 3
_AROUND_SIGN = re.compile(r"\s*([/:=])\s*")
_KEY_OF_TWO_WORDS = re.compile(r"\b(root|resolution|product)[\s_-]+(?=(?:cause|type|area)[:=])", re.IGNORECASE)
_KEY_SIGN = re.compile("[:=]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that may have been meant, and all the words again with that one made plain."""

    meaning: Meaning
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What the words ask for: each slot named with its new value, None to clear it; a category is a path."""

    wanted: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A word that is nobody's name, and what it is close to, closest first."""

    word: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A word, or two that exclude each other, that may mean several things."""

    word: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word close to nothing; `slot` is the field it was given for, if it was."""

    word: str
    slot: str | None = None


Result = Understood | NearMiss | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class _Heard:
    """Some words with what they may mean; `whole` when they are a name from end to end."""

    first: int
    count: int
    meanings: tuple[Meaning, ...]
    whole: bool


def parse(text: str, taxonomy: Taxonomy) -> Result:
    """What `text` asks for. Only the first word that is not understood is reported."""
    words = _words(text)
    known = vocabulary(taxonomy)
    heard: list[_Heard] = []
    at = 0
    while at < len(words):
        found = _hear(known, words, at)
        if not isinstance(found, _Heard):
            return _with_the_word_before(known, words, heard, found)
        heard.append(found)
        at += found.count
    return _settle(known, words, heard)


def _words(text: str) -> list[str]:
    joined = _AROUND_SIGN.sub(r"\1", text.replace(",", " "))
    return _KEY_OF_TWO_WORDS.sub(r"\1", joined).split()


def _hear(known: Vocabulary, words: Sequence[str], at: int) -> _Heard | NearMiss | Unknown:
    """The longest run of words from `at` that is a name or the beginning of one."""
    name, *value = _KEY_SIGN.split(words[at], maxsplit=1)
    slot = slot_of(name) if value else None
    if value and slot is None:
        return _near_key(known, words, at, name, value[0])
    for count in range(_reach(known, words, at), 0, -1):
        meanings, whole = known.look_up(_joined(words, at, count), slot)
        if meanings:
            return _Heard(at, count, meanings, whole)
    return _near(known, words, at, slot)


def _reach(known: Vocabulary, words: Sequence[str], at: int) -> int:
    """How many words from `at` could make one name: up to the next `key:value`."""
    reach = 1
    while reach < known.longest and at + reach < len(words) and not _KEY_SIGN.search(words[at + reach]):
        reach += 1
    return reach


def _joined(words: Sequence[str], at: int, count: int) -> str:
    """The key of `count` words from `at`, without their `slot:`."""
    first = _KEY_SIGN.split(words[at], maxsplit=1)[-1]
    return key(first if count == 1 else first + "".join(words[at + 1 : at + count]))


def _near(known: Vocabulary, words: Sequence[str], at: int, slot: str | None, least: int = 1) -> NearMiss | Unknown:
    """What the words at `at` are close to; more than `least` words only where that is closer."""
    closest: list[tuple[float, Meaning]] = []
    of_words = least
    for count in range(least, _reach(known, words, at) + 1):
        near = known.near(_joined(words, at, count), slot)
        if near and (not closest or near[0][0] > closest[0][0]):
            closest, of_words = near, count
    word = " ".join(words[at : at + of_words])
    if not closest:
        return Unknown(word, slot)
    suggested = distinct(meaning for _, meaning in closest)[:SUGGESTED]
    return NearMiss(word, _candidates(known, words, at, of_words, suggested))


def _with_the_word_before(
    known: Vocabulary, words: Sequence[str], heard: Sequence[_Heard], found: NearMiss | Unknown
) -> NearMiss | Unknown:
    """`user eror`: what was taken as the beginning of a name may be that of a misspelt one."""
    if isinstance(found, NearMiss) or not heard or heard[-1].whole:
        return found
    near = _near(known, words, heard[-1].first, None, least=heard[-1].count + 1)
    return near if isinstance(near, NearMiss) else found


def _near_key(known: Vocabulary, words: Sequence[str], at: int, name: str, value: str) -> NearMiss | Unknown:
    """A key that is no slot's: the closest one is asked back, its value untouched."""
    score, slot = max((closeness(key(name), right), slot) for right, slot in KEYS.items())
    if score < NEAR or not value:
        return Unknown(words[at])
    return NearMiss(words[at], _candidates(known, words, at, 1, [Meaning(slot, value)]))


def _candidates(
    known: Vocabulary, words: Sequence[str], at: int, count: int, meanings: Iterable[Meaning]
) -> tuple[Candidate, ...]:
    def corrected(meaning: Meaning) -> str:
        return " ".join([*words[:at], known.spoken(meaning), *words[at + count :]])

    return tuple(Candidate(meaning, corrected(meaning)) for meaning in meanings)


def _settle(known: Vocabulary, words: Sequence[str], heard: Sequence[_Heard]) -> Understood | Ambiguous:
    """Give each word its one meaning, what is plain first: the rest then has fewer places to go."""
    wanted: dict[str, str | None] = {}
    said_by: dict[str, _Heard] = {}
    for one in sorted(heard, key=lambda heard: len(heard.meanings) > 1):
        left = _possible(one, wanted)
        if len(left) != 1:
            return Ambiguous(_said(words, one), _candidates(known, words, one.first, one.count, left or one.meanings))
        meaning = left[0]
        if not _agrees(meaning, wanted):
            return _conflict(known, words, said_by[meaning.slot], one, wanted[meaning.slot], meaning)
        wanted[meaning.slot] = _finer(meaning.value, wanted.get(meaning.slot))
        said_by[meaning.slot] = one
    return Understood(wanted)


def _possible(one: _Heard, wanted: Mapping[str, str | None]) -> tuple[Meaning, ...]:
    """What a word can still mean beside what is settled."""
    if len(one.meanings) == 1:
        return one.meanings
    free = [m for m in one.meanings if _agrees(m, wanted) and wanted.get(m.slot) != m.value]
    refining = [m for m in free if m.slot == CATEGORY and CATEGORY in wanted]
    broad = [m for m in free if one.whole and m.slot == CATEGORY and "/" not in (m.value or "")]
    return tuple(refining if len(refining) == 1 else broad if len(broad) == 1 else free)


def _agrees(meaning: Meaning, wanted: Mapping[str, str | None]) -> bool:
    """The slot is free, has that value, or has a category of which this is a subcategory (or the reverse)."""
    there, here = wanted.get(meaning.slot), meaning.value
    if meaning.slot not in wanted or there == here:
        return True
    if meaning.slot != CATEGORY or there is None or here is None:
        return False
    return split(there)[0] == split(here)[0] and None in (split(there)[1], split(here)[1])


def _finer(one: str | None, other: str | None) -> str | None:
    """A subcategory says more than its category."""
    return other if one is not None and other is not None and len(other) > len(one) else one


def _conflict(
    known: Vocabulary, words: Sequence[str], one: _Heard, other: _Heard, there: str | None, meaning: Meaning
) -> Ambiguous:
    """Two words for one slot: each choice drops the other word."""
    first, last = sorted((one, other), key=lambda heard: heard.first)
    between = words[first.first + first.count : last.first]
    before, after = words[: first.first], words[last.first + last.count :]
    either = (Meaning(meaning.slot, there), meaning)
    choices = (Candidate(m, " ".join([*before, known.spoken(m), *between, *after])) for m in either)
    return Ambiguous(f"{_said(words, first)} {_said(words, last)}", tuple(choices))


def _said(words: Sequence[str], one: _Heard) -> str:
    return " ".join(words[one.first : one.first + one.count])
