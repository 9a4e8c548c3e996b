"""Layout blocks, and the surfaces each may stand on."""

from typing import Any

from slack_sandbox.blockkit.data import DATA_TABLE, DATA_VISUALIZATION, TABLE
from slack_sandbox.blockkit.elements import (
    BUTTON_ELEMENT,
    FEEDBACK,
    ICON_BUTTON,
    IMAGE,
    IMAGE_FIELDS,
    INPUTS,
    MENUS,
    PICKERS,
    image_source,
    on_surface,
)  # fmt: skip
from slack_sandbox.blockkit.objects import mrkdwn, plain, text
from slack_sandbox.blockkit.rich_text import RICH_TEXT
from slack_sandbox.blockkit.schema import (
    IDENT,
    Rule,
    Where,
    a,
    anything,
    boolean,
    both,
    many,
    obj,
    one_of,
    string,
    tagged,
)  # fmt: skip
from slack_sandbox.limits import (
    ACTIONS,
    ALERT,
    ALT,
    CARD_ACTIONS,
    CARD_BODY,
    CARD_TITLE,
    CARDS,
    CONTAINER_BLOCKS,
    CONTAINER_TITLE,
    CONTEXT_ACTIONS,
    CONTEXT_ELEMENTS,
    FIELD,
    FIELDS,
    HEADER,
    LABEL,
    MARKDOWN_TEXT,
    TEXT,
    URL,
)  # fmt: skip

ID: dict[str, Rule] = {"block_id": IDENT}
ACTION = on_surface(tagged({**MENUS, **PICKERS, "rich_text_input": INPUTS["rich_text_input"]}, "element"))
ACCESSORY = on_surface(tagged({"image": IMAGE, **MENUS, **PICKERS}, "element"))
ASKABLE = ("datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons")
ASKED = on_surface(tagged({**MENUS, **INPUTS, **{name: PICKERS[name] for name in ASKABLE}}, "element"))
NOTE = tagged({"image": IMAGE, "plain_text": plain(), "mrkdwn": mrkdwn()}, "element")
ICON = tagged({"icon": a("icon", {"name": string(100)})}, "icon")


def text_or_fields(value: Any, at: str, where: Where) -> None:
    """A section says something."""
    if value.get("text") is None and value.get("fields") is None:
        where.wrong("missing_field", "missing required field: text or fields", at)


def some_content(value: Any, at: str, where: Where) -> None:
    """A card has something to show."""
    if not any(value.get(name) for name in ("hero_image", "title", "actions", "body")):
        where.wrong("missing_field", "at least one of hero_image, title, actions, body is required", at)


def some_title(value: Any, at: str, where: Where) -> None:
    """A container is named."""
    if value.get("title") is None and value.get("rich_text_title") is None:
        where.wrong("missing_field", "missing required field: title or rich_text_title", at)


TASK_NEED: dict[str, Rule] = {
    "task_id": IDENT, "title": string(HEADER), "status": one_of("pending", "in_progress", "complete", "error"),
}  # fmt: skip
SOURCE = a("url", {"url": string(URL), "text": string(TEXT)})
TASK_MAY: dict[str, Rule] = {
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": many(SOURCE, 20, 0),
    "type": anything,
}
CARD = both(
    a("card", {}, ID | {
        "hero_image": IMAGE, "icon": IMAGE, "slack_icon": ICON, "title": text(CARD_TITLE), "subtitle": text(CARD_TITLE),
        "body": text(CARD_BODY), "subtext": text(CARD_BODY), "actions": many(BUTTON_ELEMENT, CARD_ACTIONS),
    }),
    some_content,
)  # fmt: skip
SIMPLE: dict[str, Rule] = {
    "actions": a("actions", {"elements": many(ACTION, ACTIONS)}, ID),
    "context": a("context", {"elements": many(NOTE, CONTEXT_ELEMENTS)}, ID),
    "divider": a("divider", {}, ID),
    "header": a("header", {"text": plain(HEADER)}, ID),
    "image": both(a("image", {"alt_text": string(ALT)}, ID | IMAGE_FIELDS | {"title": plain(ALT)}), image_source),
    "section": both(
        a("section", {}, ID | {"text": text(TEXT), "fields": many(text(FIELD), FIELDS), "accessory": ACCESSORY,
                               "expand": boolean}),
        text_or_fields,
    ),
}  # fmt: skip
BLOCKS: dict[str, Rule] = SIMPLE | {
    "input": a(
        "input", {"label": plain(LABEL), "element": ASKED},
        ID | {"hint": plain(LABEL), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "video": a(
        "video", {"alt_text": string(ALT), "title": plain(200), "thumbnail_url": string(URL), "video_url": string(URL)},
        ID | {"author_name": string(50), "description": plain(200), "provider_icon_url": string(URL),
              "provider_name": string(50), "title_url": string(URL)},
    ),
    "alert": a("alert", {"text": text(ALERT)},
               ID | {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": a("carousel", {"elements": many(tagged({"card": CARD}, "element"), CARDS)}, ID),
    "container": both(
        a("container", {"child_blocks": many(tagged(SIMPLE, "child block"), CONTAINER_BLOCKS)}, ID | {
            "title": plain(CONTAINER_TITLE), "rich_text_title": RICH_TEXT, "subtitle": text(CONTAINER_TITLE),
            "width": one_of("narrow", "standard", "wide", "full"), "icon": IMAGE, "is_collapsible": boolean,
            "default_collapsed": boolean, "has_header_divider": boolean,
        }),
        some_title,
    ),
    "context_actions": a(
        "context_actions",
        {"elements": many(on_surface(tagged({"feedback_buttons": FEEDBACK, "icon_button": ICON_BUTTON}, "element")),
                          CONTEXT_ACTIONS)},
        ID,
    ),
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "markdown": a("markdown", {"text": string(MARKDOWN_TEXT)}, ID),
    "plan": a("plan", {"title": string(HEADER)}, ID | {"tasks": many(obj(TASK_NEED, TASK_MAY), 50, 0)}),
    "task_card": a("task_card", TASK_NEED, ID | {k: r for k, r in TASK_MAY.items() if k != "type"}),
    "table": TABLE,
}  # fmt: skip
EVERYWHERE = ("message", "modal", "home")
MESSAGE_ONLY = (
    "carousel", "container", "context_actions", "data_table", "data_visualization", "markdown", "plan",
    "task_card", "table", "card",
)  # fmt: skip
SURFACES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*SIMPLE, "input", "rich_text", "video"), EVERYWHERE),
    **dict.fromkeys(MESSAGE_ONLY, ("message",)),
    "alert": ("modal",),
}
