"""Composition objects: texts, options, confirm dialogs."""

from typing import Any

from slack_sandbox.blockkit.schema import Rule, Where, a, boolean, many, obj, string, tagged
from slack_sandbox.limits import (
    CONFIRM_BUTTON,
    CONFIRM_TEXT,
    CONFIRM_TITLE,
    OPTION,
    OPTION_VALUE,
    OPTIONS,
    TEXT,
    URL,
)


def plain(most: int = TEXT) -> Rule:
    """A plain_text object."""
    return a("plain_text", {"text": string(most)}, {"emoji": boolean})


def mrkdwn(most: int = TEXT) -> Rule:
    """A mrkdwn object."""
    return a("mrkdwn", {"text": string(most)}, {"verbatim": boolean})


def text(most: int = TEXT) -> Rule:
    """A text object of either kind."""
    return tagged({"plain_text": plain(most), "mrkdwn": mrkdwn(most)}, "text")


def option(label: Rule, url: bool = False) -> Rule:
    """An option of a menu, or of checkboxes and radio buttons."""
    may = {"description": text(OPTION)} | ({"url": string(URL)} if url else {})
    return obj({"text": label, "value": string(OPTION_VALUE)}, may)


OPTION_LIST = many(option(plain(OPTION)), OPTIONS)
OPTION_GROUPS = many(obj({"label": plain(OPTION), "options": OPTION_LIST}), OPTIONS)
CONFIRM = obj(
    {
        "title": plain(CONFIRM_TITLE),
        "text": text(CONFIRM_TEXT),
        "confirm": plain(CONFIRM_BUTTON),
        "deny": plain(CONFIRM_BUTTON),
    },
    {"style": string(10)},
)


def options_or_groups(value: Any, at: str, where: Where) -> None:
    """A static menu has options or option groups, and its initial choice is one of them."""
    if (value.get("options") is None) == (value.get("option_groups") is None):
        where.wrong("one_of_required", "exactly one of options, option_groups is required", at)
        return
    initial_among_options(value, at, where)


def choices_of(element: dict[str, Any]) -> list[Any]:
    """All options of an element, those in groups included."""
    groups = element.get("option_groups") or []
    return list(element.get("options") or []) + [o for g in groups for o in g.get("options", [])]


def initial_among_options(value: Any, at: str, where: Where) -> None:
    """Initial options must be among the options, word for word; values must differ."""
    choices = choices_of(value)
    chosen = list(value.get("initial_options") or [])
    if value.get("initial_option"):
        chosen.append(value["initial_option"])
    if any(c not in choices for c in chosen):
        where.wrong("invalid_initial_option", "initial option must match one of the options", at)
    values = [o.get("value") for o in choices]
    if len(values) != len(set(values)):
        where.wrong("duplicate_values", "option values must be unique", at)
