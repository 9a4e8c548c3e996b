"""Priority by itself: what a ticket without one gets, and why. The words are config; defaults are here."""

import re
from dataclasses import dataclass
from functools import lru_cache

from domain.ticket import Priority

P0, P1, P2, P3 = Priority.P0, Priority.P1, Priority.P2, Priority.P3


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """The words, one phrase each; `*` in a phrase stands for up to six words of the same sentence.

    `not_meant` are phrases in which a word does not mean what it says ("scroll down"). `lifts` are one step each:
    customer tier, from, to. `lifted_by_revenue` are the tiers whose P2 becomes a P1 when revenue is at stake.
    Raises ValueError for a lift to P0 or a step that is not one up.
    """

    critical: tuple[str, ...] = (
        "outage", "outages", "down", "data loss", "lost data", "lost all * data",
        "breach", "breached", "breaches",
        "nobody * log in", "no one * log in", "nobody * login", "no one * login", "no users * log in",
        "nobody * sign in", "no one * sign in", "everyone * locked out", "everybody * locked out",
    )  # fmt: skip
    high: tuple[str, ...] = (
        "broken", "not working", "isn't working", "stopped working", "doesn't work", "does not work",
        "error", "errors", "billing issue", "billing issues", "billing problem", "billing error",
        "revenue impact", "impact on * revenue", "impacts * revenue", "impacting * revenue",
        "affects * revenue", "affecting * revenue", "losing revenue", "lost revenue", "revenue loss",
        "loss of revenue", "losing money", "losing sales",
    )  # fmt: skip
    low: tuple[str, ...] = (
        "feature request", "feature requests", "suggestion", "suggestions", "nice to have", "would be nice",
    )  # fmt: skip
    revenue: tuple[str, ...] = ("revenue", "revenues", "sales", "checkout", "our customers pay", "turnover")
    not_meant: tuple[str, ...] = (
        "scroll down", "scrolling down", "drop down", "slow down", "narrow down", "write down", "break down",
        "further down", "down below", "down arrow", "arrow down", "page down", "up and down", "down the road",
        "no errors", "without error", "without errors",
    )  # fmt: skip
    low_categories: tuple[str, ...] = ("enhancement",)
    many_users: int = 100
    lifts: tuple[tuple[str, Priority, Priority], ...] = (
        ("enterprise", P2, P1),
        ("enterprise", P3, P2),
        ("business", P3, P2),
    )
    lifted_by_revenue: tuple[str, ...] = ("business",)

    def __post_init__(self) -> None:
        for tier, before, after in self.lifts:
            if after is P0 or int(before[1]) - int(after[1]) != 1:
                raise ValueError(f"{tier} cannot lift {before} to {after}: one step up, and never to P0")


DEFAULT_RULES = PriorityRules()


@dataclass(frozen=True, slots=True)
class Assessment:
    """A priority and the sentence that says why."""

    priority: Priority
    reason: str


def assess(
    text: str,
    category: str | None = None,
    customer_tier: str | None = None,
    rules: PriorityRules = DEFAULT_RULES,
) -> Assessment:
    """The priority of a new ticket from its text (subject and body), its category and its customer's tier.

    The rules are in docs/CONFIGURATION.md, `[priority]`. Words count as whole words, and not inside links or addresses.
    """
    words = _compiled(rules)
    spoken = _spoken(text, words.not_meant)
    base = _by_words(spoken, category, rules, words)
    for tier, before, after in rules.lifts:
        if customer_tier == tier and base.priority is before:
            return Assessment(after, f"{base.reason}; {tier} lifts {before} to {after}")
    if base.priority is P2 and customer_tier in rules.lifted_by_revenue and words.revenue.search(spoken):
        return Assessment(P1, f"{base.reason}; revenue at stake lifts {customer_tier} from P2 to P1")
    return base


def _by_words(spoken: str, category: str | None, rules: PriorityRules, words: "_Words") -> Assessment:
    """What the text and the category say, whoever wrote it."""
    if found := words.critical.search(spoken):
        return _because_of(P0, found)
    users = users_affected(spoken)
    if users > rules.many_users:
        return Assessment(P0, f"{users} users affected, more than {rules.many_users}")
    if found := words.high.search(spoken):
        return _because_of(P1, found)
    if found := words.low.search(spoken):
        return _because_of(P3, found)
    if category is not None and category.casefold() in rules.low_categories:
        return Assessment(P3, f"category {category}")
    return Assessment(P2, "nothing in the text says otherwise")


def _because_of(priority: Priority, found: re.Match[str]) -> Assessment:
    return Assessment(priority, f'"{" ".join(found.group().split())}" in the text')


_COUNT = re.compile(
    r"(?<![\w.,])(?P<over>(?:more than|over|above) )?"
    r"(?:(?P<digits>[0-9]{1,3}(?:[,.' ][0-9]{3}){1,3}|[0-9]{1,9})"
    r"(?: ?(?P<times>k|thousand|m|million))?(?P<plus>\+)?"
    r"|(?P<roughly>hundreds|thousands) of)"
    r" +(?:of +)?(?:[a-z-]{1,20} +){0,2}?(?:users|customers|people|employees|colleagues|accounts)\b"
)
_COUNTED_NOUNS = ("users", "customers", "people", "employees", "colleagues", "accounts")
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_ROUGHLY = {"hundreds": 200, "thousands": 2_000}


def users_affected(text: str) -> int:
    """The most users the text speaks of ("250 users", "1,200 of our customers", "2k people"); else 0."""
    lower = text.lower()
    if not any(noun in lower for noun in _COUNTED_NOUNS):
        return 0
    return max((_counted(found) for found in _COUNT.finditer(lower)), default=0)


def _counted(found: re.Match[str]) -> int:
    if roughly := found["roughly"]:
        return _ROUGHLY[roughly]
    number = int(re.sub("[^0-9]", "", found["digits"])) * _TIMES.get(found["times"], 1)
    return number + 1 if found["over"] or found["plus"] else number


# Each alternative starts only where a word starts, which keeps the search linear in the length of the text.
_LINK = re.compile(
    r"(?<!\w)(?:[a-z][a-z0-9+.-]{1,15}://|www\.|mailto:)[^\s<>|)\]]+"
    r"|(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)*"
    r"|(?<![\w.@-])(?:[\w-]{1,63}\.){1,8}(?:com|net|org|io|dev|app|co|eu|uk|de|fr|ai|cloud|info)(?![\w-])(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def _spoken(text: str, not_meant: "_Phrases") -> str:
    """The text without links, addresses and phrases that are not meant, in plain quotes."""
    plain = text.replace("’", "'").replace("\u00a0", " ")
    if "." in plain or "@" in plain or ":" in plain:
        plain = _LINK.sub(" · ", plain)
    return not_meant.pattern.sub(" · ", plain) if not_meant.may_be_in(plain.lower()) else plain


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases as one pattern, and a part of each: most texts hold none of these, and looking closer is dear."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]

    @staticmethod
    def of(phrases: tuple[str, ...]) -> "_Phrases":
        return _Phrases(_any_of(phrases), tuple(sorted({_hint(phrase) for phrase in phrases})))

    def may_be_in(self, lower: str) -> bool:
        return any(hint in lower for hint in self.hints)

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.may_be_in(text.lower()) else None


@dataclass(frozen=True, slots=True)
class _Words:
    critical: _Phrases
    high: _Phrases
    low: _Phrases
    revenue: _Phrases
    not_meant: _Phrases


@lru_cache(maxsize=32)
def _compiled(rules: PriorityRules) -> _Words:
    return _Words(*map(_Phrases.of, (rules.critical, rules.high, rules.low, rules.revenue, rules.not_meant)))


def _hint(phrase: str) -> str:
    """The longest run of letters of a phrase: a text without it cannot hold the phrase."""
    return max(re.findall(r"[^\W_]+", phrase.lower()), key=len, default="")


def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the phrases as whole words: "_down_" and "down!" are "down"; "drop-down" and "download" are not."""
    if not phrases:
        return re.compile(r"(?!)")
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(
        r"(?<![^\W_])(?<![^\W_][_-])(?:" + "|".join(map(_phrase, longest_first)) + r")(?![_-]?[^\W_])",
        re.IGNORECASE,
    )


def _phrase(phrase: str) -> str:
    """A phrase as a pattern: blanks or a hyphen between words; `*` is up to six words and no full stop."""
    pattern = ""
    for word in phrase.split():
        if word == "*":
            pattern += r"(?:[\s,]+[\w']{1,30}){0,6}"
        else:
            pattern += (r"[\s,-]+" if pattern else "") + re.escape(word)
    return pattern
