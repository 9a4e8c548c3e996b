"""Why customers write: the categories of a team, its product areas, and what a tag may say besides. Pure.

A name is lower case with `_` between words. A path is a category, alone or with a subcategory: `product/bug`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

SENTIMENTS = ("positive", "neutral", "negative", "urgent")
ROOT_CAUSES = (
    "user_error",
    "documentation_gap",
    "product_bug",
    "missing_feature",
    "third_party_issue",
    "billing_system",
)
RESOLUTION_TYPES = (
    "self_service_redirect",
    "agent_resolved",
    "engineering_fix",
    "product_change",
    "refund_credit",
    "no_action_needed",
)
NAME_MAX = 60
NAMES_MAX = 100  # what a menu of Slack's holds

_NAME = re.compile(r"[^\W_]+(?:_[^\W_]+)*")


@dataclass(frozen=True, eq=False)  # made once, at start: what is worked out from one is kept by its identity
class Taxonomy:
    """A team's categories with their subcategories, its product areas, and what they were called before.

    `renamed` maps an old path to the one that took its place; several old ones with one new one are a merge.
    Raises ValueError, naming the key at fault, what was found and what is allowed, when it cannot be used.
    """

    name: str
    categories: Mapping[str, tuple[str, ...]]
    areas: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names nobody could type, doubles, and renames that lead nowhere."""
        _check_names("categories", self.categories)
        for category, subcategories in self.categories.items():
            _check_names(f"categories.{category}", subcategories)
        if self.areas:
            _check_names("areas", self.areas)
        if not self.categories:
            raise ValueError("categories: none found; name at least one")
        for old in self.renamed:
            self._check_rename(old)

    @staticmethod
    def shipped(name: str) -> "Taxonomy":
        """One of the taxonomies that ship, `resend` or `classic`; ValueError for any other name."""
        if name not in SHIPPED:
            raise ValueError(f"use: found {name!r}; allowed: {', '.join(SHIPPED)}, or categories of your own")
        return SHIPPED[name]

    @staticmethod
    def own(categories: Mapping[str, Iterable[str]] | Iterable[str], name: str = "own") -> "Taxonomy":
        """A team's own taxonomy, from categories with their subcategories or from categories alone."""
        if isinstance(categories, Mapping):
            return Taxonomy(name, {one: tuple(subs) for one, subs in categories.items()})
        listed = tuple(categories)
        _check_names("categories", listed)
        return Taxonomy(name, dict.fromkeys(listed, ()))

    def with_areas(self, areas: Iterable[str]) -> "Taxonomy":
        """The same with these product areas."""
        return replace(self, areas=tuple(areas))

    def with_renames(self, renamed: Mapping[str, str]) -> "Taxonomy":
        """The same, knowing what its categories were called before."""
        return replace(self, renamed=dict(renamed))

    def has(self, category: str | None, subcategory: str | None = None) -> bool:
        """Whether a ticket may be given this category, and this subcategory of it."""
        known = self.categories.get(category or "")
        return known is not None and (subcategory is None or subcategory in known)

    def current(self, category: str, subcategory: str | None = None) -> tuple[str, str | None]:
        """What the category of an old ticket is called today; one without a successor stays as it is.

        A rename of the subcategory's path counts before one of its category; a subcategory goes along with its
        renamed category, from one name to the next, and is kept where the last of them has it.
        """
        went_along = False
        while successor := self.renamed.get(path(category, subcategory)) or self.renamed.get(category):
            went_along = path(category, subcategory) not in self.renamed
            category, named = split(successor)
            subcategory = named or (subcategory if went_along else None)
        return category, None if went_along and not self.has(category, subcategory) else subcategory

    @cached_property
    def successors(self) -> Mapping[tuple[str, str | None], tuple[str, str | None]]:
        """Each old category and subcategory with what it is called today, subcategories first.

        Among them are those that go along with their category to a name under which they were renamed themselves.
        """
        olds = [split(old) for old in self.renamed]
        parts = [old for old in olds if old[1] is not None]
        wholes = [old for old in olds if old[1] is None]
        along = [(old, part) for old, _ in wholes for later, part in parts if later in self._later_names(old)]
        return {old: self.current(*old) for old in (*along, *parts, *wholes)}

    def _later_names(self, category: str) -> list[str]:
        """What all of a category was called after this name, one name after the other."""
        names: list[str] = []
        while (later := self.renamed.get(category)) and split(later)[1] is None:
            names.append(category := later)
        return names

    def _check_rename(self, old: str) -> None:
        """Refuse a rename of what is still in use, one in a circle, and one that ends at nothing in use."""
        if self.has(*split(old)):
            raise ValueError(f"renamed.{old}: {old!r} is still one of the categories; remove it there")
        seen, here = {old}, self.renamed[old]
        while here in self.renamed:
            if here in seen:
                raise ValueError(f"renamed.{old}: {' → '.join([*seen, here])} goes round in a circle")
            seen.add(here)
            here = self.renamed[here]
        if not self.has(*split(here)):
            raise ValueError(f"renamed.{old}: found {here!r}; allowed: {', '.join(self.paths())}")

    def paths(self) -> list[str]:
        """Every category, each followed by its subcategories, as paths."""
        return [one for category, subs in self.categories.items() for one in (category, *_below(category, subs))]


def path(category: str, subcategory: str | None = None) -> str:
    """`product`, or `product/bug`."""
    return f"{category}/{subcategory}" if subcategory else category


def split(path: str) -> tuple[str, str | None]:
    """The category and the subcategory of a path."""
    category, _, subcategory = path.partition("/")
    return category, subcategory or None


def _below(category: str, subcategories: Iterable[str]) -> list[str]:
    return [path(category, one) for one in subcategories]


def _check_names(key: str, names: Iterable[str]) -> None:
    """Names are unlike each other, short enough for a menu, and can be typed as one word."""
    listed = list(names)
    for name in listed:
        if len(name) > NAME_MAX or not _NAME.fullmatch(name) or name != name.lower():
            raise ValueError(
                f"{key}: found {name!r}; allowed: lower-case letters, digits and single _ between words, "
                f"at most {NAME_MAX} characters"
            )
        if listed.count(name) > 1:
            raise ValueError(f"{key}: {name!r} is there twice; each name once")
    if len(listed) > NAMES_MAX:
        raise ValueError(
            f"{key}: found {len(listed)} names; allowed: at most {NAMES_MAX}, what a menu of Slack's holds"
        )


RESEND = Taxonomy(
    "resend",
    MappingProxyType(
        {
            "reliability": (),
            "usability": (),
            "functional": (),
            "deliverability": (),
            "abuse": (),
            "success_outreach": (),
        }
    ),
)
CLASSIC = Taxonomy(
    "classic",
    MappingProxyType(
        {
            "account": ("login", "password", "billing", "subscription", "permissions"),
            "product": ("bug", "feature_request", "how_to", "integration", "performance"),
            "onboarding": ("setup", "migration", "training", "documentation"),
            "technical": ("api", "webhook", "sso", "data_export", "custom_config"),
            "feedback": ("complaint", "compliment", "suggestion", "survey_response"),
        }
    ),
)
SHIPPED: Mapping[str, Taxonomy] = MappingProxyType({"resend": RESEND, "classic": CLASSIC})
