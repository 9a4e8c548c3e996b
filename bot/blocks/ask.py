"""What a window asks with: menus, fields to type in, and the labels around them."""

from collections.abc import Sequence

from bot.blocks.kit import OPTION_MAX, OPTIONS_MAX, Block, clip, plain


def option(text: str, value: str, description: str | None = None) -> Block:
    """One choice of a menu."""
    block: Block = {"text": plain(text, OPTION_MAX), "value": clip(value, 150)}
    return block | {"description": plain(description, OPTION_MAX)} if description else block


def select_menu(action_id: str, options: Sequence[Block], chosen: str | None = None, hint: str = "Choose…") -> Block:
    """A menu of at most 100 options; `chosen` is the value selected at first."""
    block: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(hint, 150),
        "options": list(options)[:OPTIONS_MAX],
    }
    initial = next((one for one in block["options"] if one["value"] == chosen), None)
    return block | {"initial_option": initial} if initial else block


def person_menu(action_id: str) -> Block:
    """A menu of members, one of them."""
    return {"type": "users_select", "action_id": action_id, "placeholder": plain("Choose a person")}


def people_menu(action_id: str, chosen: Sequence[str] = (), hint: str = "Choose people…") -> Block:
    """A menu of members, several of them."""
    block: Block = {"type": "multi_users_select", "action_id": action_id, "placeholder": plain(hint, 150)}
    return block | ({"initial_users": list(chosen)} if chosen else {})


def text_input(
    action_id: str, value: str | None = None, *, lines: bool = False, hint: str = "", most: int = 3000
) -> Block:
    """A field to type in."""
    block: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": lines,
        "max_length": most,
    }
    block |= {"initial_value": clip(value, most)} if value else {}
    return block | ({"placeholder": plain(hint, 150)} if hint else {})


def number_input(action_id: str, most: int, value: str | None = None) -> Block:
    """A field for a whole number from 0 to `most`; an initial value that is none is left out."""
    block: Block = {
        "type": "number_input",
        "action_id": action_id,
        "is_decimal_allowed": False,
        "min_value": "0",
        "max_value": str(most),
    }
    return block | ({"initial_value": value} if value and value.isdigit() else {})


def field_block(block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """A labelled input of a modal."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": plain(hint, 2000)} if hint else {})
