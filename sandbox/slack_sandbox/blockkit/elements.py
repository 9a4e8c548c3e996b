"""Block elements: buttons, menus, pickers, inputs."""

import re
from typing import Any

from slack_sandbox.blockkit.objects import (
    CONFIRM,
    OPTION_GROUPS,
    OPTION_LIST,
    initial_among_options,
    option,
    options_or_groups,
    plain,
    text,
)  # fmt: skip
from slack_sandbox.blockkit.rich_text import RICH_TEXT
from slack_sandbox.blockkit.schema import (
    IDENT,
    Rule,
    Where,
    a,
    anything,
    boolean,
    both,
    integer,
    many,
    obj,
    one_of,
    string,
)
from slack_sandbox.limits import (
    ALT,
    BUTTON,
    BUTTON_VALUE,
    CHOICES,
    ICON_USERS,
    INPUT_LENGTH,
    OPTION,
    OPTIONS,
    OVERFLOW,
    PLACEHOLDER,
    URL,
)  # fmt: skip

DISPATCH = obj(
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)},
)
BASE: dict[str, Rule] = {"action_id": IDENT}
ASKING = BASE | {"placeholder": plain(PLACEHOLDER), "focus_on_load": boolean}
MENU = ASKING | {"confirm": CONFIRM}
SEVERAL = MENU | {"max_selected_items": integer(1, 100)}
CHOICE = option(plain(OPTION))
STATIC = {"options": OPTION_LIST, "option_groups": OPTION_GROUPS}
FILTER = obj(may={"include": many(one_of("im", "mpim", "private", "public"), 4), "exclude_bot_users": boolean,
                  "exclude_external_shared_channels": boolean})  # fmt: skip
TALKS = {"default_to_current_conversation": boolean, "filter": FILTER}
LENGTHS = {"min_length": integer(0, INPUT_LENGTH), "max_length": integer(1, INPUT_LENGTH)}


def matching(pattern: str, what: str) -> Rule:
    """A string of a fixed form."""
    compiled = re.compile(pattern)

    def check(value: Any, at: str, where: Where) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            where.wrong("invalid_format", f"must be {what}", at)

    return check


DATE_FORM = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME_FORM = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DATE = matching(DATE_FORM, "a date as YYYY-MM-DD")
TIME = matching(TIME_FORM, "a time as HH:mm")
MOMENT = integer(1_000_000_000, 9_999_999_999)


def image_source(value: Any, at: str, where: Where) -> None:
    """An image comes from a URL or from a Slack file."""
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        where.wrong("one_of_required", "exactly one of image_url, slack_file is required", at)


IMAGE_FIELDS: dict[str, Rule] = {"image_url": string(URL), "slack_file": anything}
IMAGE = both(a("image", {"alt_text": string(ALT)}, IMAGE_FIELDS), image_source)
BUTTON_ELEMENT = a(
    "button",
    {"text": plain(BUTTON)},
    BASE | {"value": string(BUTTON_VALUE), "url": string(URL), "style": one_of("primary", "danger"),
            "confirm": CONFIRM, "accessibility_label": string(BUTTON)},
)  # fmt: skip
FEEDBACK_BUTTON = obj({"text": plain(BUTTON), "value": string(BUTTON_VALUE)}, {"accessibility_label": string(BUTTON)})
FEEDBACK = a("feedback_buttons", {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, BASE)
ICON_BUTTON = a(
    "icon_button",
    {"icon": one_of("trash"), "text": plain(BUTTON)},
    BASE | {"value": string(BUTTON_VALUE), "confirm": CONFIRM, "accessibility_label": string(BUTTON),
            "visible_to_user_ids": many(IDENT, ICON_USERS)},
)  # fmt: skip


def choices(kind: str, initial: str, rule: Rule) -> Rule:
    """Checkboxes or radio buttons."""
    fields = {"confirm": CONFIRM, "focus_on_load": boolean, initial: rule}
    choice = many(option(text(OPTION)), CHOICES)
    return both(a(kind, {"options": choice}, BASE | fields), initial_among_options)


MANY_IDS = many(IDENT, 100)
MENUS: dict[str, Rule] = {
    "static_select": both(a("static_select", {}, MENU | STATIC | {"initial_option": CHOICE}), options_or_groups),
    "external_select": a("external_select", {}, MENU | {"initial_option": CHOICE, "min_query_length": integer(0, 100)}),
    "users_select": a("users_select", {}, MENU | {"initial_user": IDENT}),
    "conversations_select": a(
        "conversations_select", {}, MENU | TALKS | {"initial_conversation": IDENT, "response_url_enabled": boolean}
    ),
    "channels_select": a("channels_select", {}, MENU | {"initial_channel": IDENT, "response_url_enabled": boolean}),
    "multi_static_select": both(
        a("multi_static_select", {}, SEVERAL | STATIC | {"initial_options": many(CHOICE, OPTIONS)}), options_or_groups
    ),
    "multi_external_select": a(
        "multi_external_select",
        {},
        SEVERAL | {"initial_options": many(CHOICE, OPTIONS), "min_query_length": integer(0, 100)},
    ),
    "multi_users_select": a("multi_users_select", {}, SEVERAL | {"initial_users": MANY_IDS}),
    "multi_conversations_select": a(
        "multi_conversations_select", {}, SEVERAL | TALKS | {"initial_conversations": MANY_IDS}
    ),
    "multi_channels_select": a("multi_channels_select", {}, SEVERAL | {"initial_channels": MANY_IDS}),
}
PICKERS: dict[str, Rule] = {
    "button": BUTTON_ELEMENT,
    "overflow": a(
        "overflow", {"options": many(option(plain(OPTION), url=True), OVERFLOW)}, BASE | {"confirm": CONFIRM}
    ),
    "datepicker": a("datepicker", {}, MENU | {"initial_date": DATE}),
    "timepicker": a("timepicker", {}, MENU | {"initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": a(
        "datetimepicker", {}, BASE | {"initial_date_time": MOMENT, "confirm": CONFIRM, "focus_on_load": boolean}
    ),
    "checkboxes": choices("checkboxes", "initial_options", many(option(text(OPTION)), CHOICES)),
    "radio_buttons": choices("radio_buttons", "initial_option", option(text(OPTION))),
    "workflow_button": a("workflow_button", {"text": plain(BUTTON), "workflow": anything}, BASE),
}
TYPED = ASKING | {"dispatch_action_config": DISPATCH}
INPUTS: dict[str, Rule] = {
    "plain_text_input": a(
        "plain_text_input", {}, TYPED | LENGTHS | {"initial_value": string(INPUT_LENGTH, 0), "multiline": boolean}
    ),
    "email_text_input": a("email_text_input", {}, TYPED | {"initial_value": string(INPUT_LENGTH, 0)}),
    "url_text_input": a("url_text_input", {}, TYPED | {"initial_value": string(INPUT_LENGTH, 0)}),
    "number_input": a(
        "number_input",
        {"is_decimal_allowed": boolean},
        TYPED | {n: string(100, 0) for n in ("initial_value", "min_value", "max_value")},
    ),
    "rich_text_input": a("rich_text_input", {}, TYPED | {"initial_value": RICH_TEXT}),
    "file_input": a("file_input", {}, BASE | {"filetypes": many(string(20), 50), "max_files": integer(1, 10)}),
}

ONLY_ON = {
    "workflow_button": ("message",),
    "feedback_buttons": ("message",),
    "icon_button": ("message",),
    "email_text_input": ("modal",),
    "number_input": ("modal",),
    "url_text_input": ("modal",),
    "file_input": ("modal",),
    "rich_text_input": ("modal", "home"),
    "datetimepicker": ("message", "modal"),
}


def on_surface(rule: Rule) -> Rule:
    """The rule, after a look whether such an element may stand on this surface at all."""

    def check(value: Any, at: str, where: Where) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        allowed = ONLY_ON.get(kind) if isinstance(kind, str) else None
        if allowed and where.surface not in allowed:
            where.wrong("unsupported_element", f"{kind} is not allowed in a {where.surface}", at, list(allowed))
            return
        rule(value, at, where)

    return check
