"""What is filled in on a message or view: the ``state.values`` of Slack's payloads."""

import copy
import re
from typing import Any

from slack_sandbox.blockkit.elements import DATE_FORM, TIME_FORM
from slack_sandbox.blockkit.objects import choices_of
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json

# element type -> (key in the state, key of its initial value, what an empty one holds)
FIELDS: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CHECKS = {
    "datepicker": (re.compile(DATE_FORM), "Please choose a date"),
    "timepicker": (re.compile(TIME_FORM), "Please choose a time"),
    "email_text_input": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "Please enter a valid email address"),
    "url_text_input": (re.compile(r"https?://\S+"), "Please enter a valid URL"),
}


def elements_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Every element that can be acted on, with the block that holds it."""
    found: list[tuple[Json, Json]] = []
    for block in blocks:
        if block.get("type") == "rich_text":
            continue
        inner = [
            *(block.get("elements") or []),
            block.get("element"),
            block.get("accessory"),
            *(block.get("actions") or []),
        ]
        for element in inner:
            if isinstance(element, dict) and element.get("type") == "card":
                found += elements_of([element])
            elif isinstance(element, dict) and "action_id" in element:
                found.append((block, element))
        found += elements_of(block.get("child_blocks") or [])
    return found


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and element of an action, or ``no_such_element``."""
    for block, element in elements_of(blocks):
        if element["action_id"] == action_id and block_id in ("", block.get("block_id")):
            return block, element
    raise SlackError("no_such_element", status=404, detail=f"{block_id}/{action_id}")


def initial(blocks: list[Json]) -> Json:
    """The state of a form nobody has touched."""
    values: Json = {}
    for block, element in elements_of(blocks):
        if element["type"] in FIELDS:
            key, first, empty = FIELDS[element["type"]]
            value = copy.deepcopy(element.get(first) or empty)
            values.setdefault(block["block_id"], {})[element["action_id"]] = {
                "type": element["type"],
                key: value,
            }
    return values


def merged(blocks: list[Json], given: Any, before: Json | None = None) -> Json:
    """The state of a form after somebody filled in ``given``; fields that the form has not are refused."""
    values = initial(blocks)
    elements = {(b["block_id"], e["action_id"]): e for b, e in elements_of(blocks)}
    for source in (before or {}, mapping(given).get("values", given)):
        for block_id, actions in mapping(source).items():
            for action_id, entry in mapping(actions).items():
                element = elements.get((block_id, action_id))
                if element is None and source is not before:
                    raise SlackError("no_such_element", status=404, detail=f"{block_id}/{action_id}")
                if element is not None and element["type"] in FIELDS and isinstance(entry, dict):
                    held = taken(element, entry, strict=source is not before)
                    values[block_id][action_id] = held or values[block_id][action_id]
    return values


def mapping(value: Any) -> Json:
    """An object, or an empty one for null; anything else is refused."""
    if value is not None and not isinstance(value, dict):
        raise SlackError("invalid_values", status=400)
    return value or {}


def taken(element: Json, entry: Json, strict: bool) -> Json | None:
    """One field's state from what was given; None for a choice that is no longer offered, an error when strict."""
    key = FIELDS[element["type"]][0]
    try:
        return {"type": element["type"], key: chosen(element, key, entry.get(key, entry.get("value")))}
    except SlackError:
        if strict:
            raise
        return None


def chosen(element: Json, key: str, value: Any) -> Any:
    """A field's value; options are made whole from their values."""
    if key == "selected_option" and value is not None:
        return chosen_option(element, value)
    if key == "selected_options":
        return [chosen_option(element, v) for v in value or []]
    return value


def chosen_option(element: Json, value: Any) -> Json:
    """The option with this value, whole; external menus take any."""
    wanted = value.get("value") if isinstance(value, dict) else value
    choices = choices_of(element)
    if not choices and element["type"].endswith("external_select"):
        text = {"type": "plain_text", "text": str(wanted), "emoji": True}
        return value if isinstance(value, dict) else {"text": text, "value": str(wanted)}
    option: Json | None = next((o for o in choices if o.get("value") == wanted), None)
    if option is None:
        raise SlackError("no_such_option", status=400, detail=str(wanted)[:80])
    return option


def client_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own client would not let through: missing and malformed input, by block_id."""
    errors: dict[str, str] = {}
    for block, element in elements_of(blocks):
        if block.get("type") != "input" or element["type"] not in FIELDS:
            continue
        held = values[block["block_id"]][element["action_id"]]
        said = complaint(block, element, held.get(FIELDS[element["type"]][0]))
        if said:
            errors[block["block_id"]] = said
    return errors


def complaint(block: Json, element: Json, value: Any) -> str:
    """Why one input is not acceptable; empty when it is."""
    if value in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    kind = element["type"]
    if kind in CHECKS and not CHECKS[kind][0].fullmatch(str(value)):
        return CHECKS[kind][1]
    if kind == "number_input":
        return number_complaint(element, str(value))
    if kind == "plain_text_input":
        length = len(str(value))
        if length < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters"
        if length > element.get("max_length", 3000):
            return f"Please enter at most {element.get('max_length', 3000)} characters"
    most = element.get("max_selected_items") or element.get("max_files")
    return f"Please select at most {most}" if most and isinstance(value, list) and len(value) > most else ""


def number_complaint(element: Json, value: str) -> str:
    """Why a number is not acceptable; empty when it is."""
    if not NUMBER.fullmatch(value) or ("." in value and not element.get("is_decimal_allowed")):
        return "Please enter a valid number"
    number = float(value)
    if element.get("min_value") not in (None, "") and number < float(element["min_value"]):
        return f"Please enter a number of {element['min_value']} or more"
    if element.get("max_value") not in (None, "") and number > float(element["max_value"]):
        return f"Please enter a number of {element['max_value']} or less"
    return ""
