"""Small rules that are put together into the shapes of Block Kit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sandbox.limits import IDENTIFIER


@dataclass
class Problem:
    """One thing wrong: a code, a sentence, and where (a JSON pointer)."""

    code: str
    message: str
    pointer: str
    constraint: Any = None

    def line(self) -> str:
        """As in response_metadata.messages."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"

    def said(self) -> dict[str, Any]:
        """As in the answer of blocks.validate."""
        out = {"code": self.code, "message": self.message, "pointer": self.pointer}
        out["field"] = self.pointer.rsplit("/", 1)[-1]
        return out if self.constraint is None else out | {"constraint": self.constraint}


@dataclass
class Where:
    """What is being checked: the surface it stands on, and the problems found so far."""

    surface: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, message: str, pointer: str, constraint: Any = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, pointer, constraint))


Rule = Callable[[Any, str, Where], None]


def string(most: int, least: int = 1) -> Rule:
    """A string of so many characters."""

    def check(value: Any, at: str, where: Where) -> None:
        if not isinstance(value, str):
            where.wrong("invalid_type", "must be a string", at)
        elif len(value) < least:
            where.wrong("too_short", f"must be more than {least - 1} characters", at, least)
        elif len(value) > most:
            where.wrong("too_long", f"must be less than {most + 1} characters", at, most)

    return check


def boolean(value: Any, at: str, where: Where) -> None:
    """True or false."""
    if not isinstance(value, bool):
        where.wrong("invalid_type", "must be a boolean", at)


def integer(least: int, most: int) -> Rule:
    """A whole number between two bounds."""

    def check(value: Any, at: str, where: Where) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            where.wrong("invalid_type", "must be an integer", at)
        elif not least <= value <= most:
            where.wrong("out_of_range", f"must be between {least} and {most}", at, [least, most])

    return check


def number(value: Any, at: str, where: Where) -> None:
    """Any finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        where.wrong("invalid_type", "must be a number", at)


def anything(value: Any, at: str, where: Where) -> None:
    """No rule at all."""


def one_of(*allowed: Any) -> Rule:
    """One of a few values."""

    def check(value: Any, at: str, where: Where) -> None:
        if not isinstance(value, str) or value not in allowed:
            where.wrong("invalid_value", f"must be one of {', '.join(map(str, allowed))}", at, list(allowed))

    return check


def many(rule: Rule, most: int, least: int = 1) -> Rule:
    """An array of so many items, each by the rule."""

    def check(value: Any, at: str, where: Where) -> None:
        if not isinstance(value, list):
            where.wrong("invalid_type", "must be an array", at)
            return
        if len(value) > most:
            where.wrong("too_many_items", f"no more than {most} items allowed", at, most)
        if len(value) < least:
            where.wrong("too_few_items", f"no fewer than {least} items allowed", at, least)
        for index, item in enumerate(value[: most + 1]):
            rule(item, f"{at}/{index}", where)

    return check


def obj(need: dict[str, Rule] | None = None, may: dict[str, Rule] | None = None) -> Rule:
    """An object with these fields and no others; a null optional field counts as absent."""
    required, optional = need or {}, may or {}

    def check(value: Any, at: str, where: Where) -> None:
        if not isinstance(value, dict):
            where.wrong("invalid_type", "must be an object", at)
            return
        for name in required:
            if value.get(name) is None:
                where.wrong("missing_field", f"missing required field: {name}", at, name)
        for name, inner in value.items():
            rule = required.get(name) or optional.get(name)
            if rule is None:
                where.wrong("additional_property", f"invalid additional property: {name}", at, name)
            elif inner is not None:
                rule(inner, f"{at}/{name}", where)

    return check


def tagged(kinds: dict[str, Rule], noun: str) -> Rule:
    """An object whose ``type`` picks its rule."""

    def check(value: Any, at: str, where: Where) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        rule = kinds.get(kind) if isinstance(kind, str) else None
        if rule is None:
            where.wrong("unsupported_type", f"unsupported {noun} type: {str(kind)[:80]}", f"{at}/type", sorted(kinds))
        else:
            rule(value, at, where)

    return check


def both(*rules: Rule) -> Rule:
    """Several rules on one value; the later ones only where the earlier found nothing wrong."""

    def check(value: Any, at: str, where: Where) -> None:
        for rule in rules:
            before = len(where.problems)
            rule(value, at, where)
            if len(where.problems) > before:
                return

    return check


def a(kind: str, need: dict[str, Rule] | None = None, may: dict[str, Rule] | None = None) -> Rule:
    """A typed object: its ``type``, then its fields."""
    return obj({"type": one_of(kind), **(need or {})}, may)


IDENT = string(IDENTIFIER)
