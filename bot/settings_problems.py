"""One line for whatever is wrong with the settings: where, what was found, what is allowed."""

from collections.abc import Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

FOUND_MAX = 60
_ALLOWED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "mapping_type": "a table",
}


class SettingsError(Exception):
    """A setting is missing or wrong. Its text is one line: the place, what was found, what is allowed."""

    def __init__(self, line: str) -> None:
        super().__init__(" ".join(line.split()))


class WrongValue(ValueError):
    """Raised in a validator: what could stand there. The place and what was found are added here."""


def wrong(file: Path | str, path: str, found: object, allowed: str) -> SettingsError:
    """The refusal of one value in the file."""
    return SettingsError(f"{file}: {path}: found {shown(path, found)}, allowed is {allowed}")


def first_problem(error: ValidationError, model: type[BaseModel], file: Path | str) -> SettingsError:
    """The first thing pydantic found wrong, as a sentence for a person."""
    detail = error.errors(include_url=False)[0]
    where = [part for part in detail["loc"] if not str(part).endswith("]")]
    path = path_of(where)
    if detail["type"] == "missing":
        return SettingsError(f"{file}: {path}: found nothing, allowed is {_allowed_at(model, where)}")
    if detail["type"] == "extra_forbidden":
        return SettingsError(f"{file}: {path}: found an unknown key, allowed is {_keys_at(model, where)}")
    return wrong(file, path, detail["input"], _allowed(detail))


def path_of(parts: Sequence[int | str]) -> str:
    """`calendars.office.hours.mon[0]`."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


def shown(path: str, found: object) -> str:
    """What was found, short, and never a secret."""
    if "secret" in path.lower() or "token" in path.lower():
        return "something else (not shown: it is secret)"
    text = repr(found)
    return text if len(text) <= FOUND_MAX else f"{text[:FOUND_MAX]}…"


def _allowed(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if known := _ALLOWED.get(detail["type"]):
        return known
    said = detail["msg"]
    return said.removeprefix("Input should be ").removeprefix("String should have ")


def _keys_at(model: type[BaseModel], where: Sequence[int | str]) -> str:
    holder = _model_at(model, where[:-1])
    keys = [field.alias or name for name, field in holder.model_fields.items()] if holder else []
    near = process.extractOne(str(where[-1]), keys, score_cutoff=75)
    guess = f"; did you mean {near[0]}?" if near else ""
    return f"one of {', '.join(keys)}{guess}" if keys else "none"


def _allowed_at(model: type[BaseModel], where: Sequence[int | str]) -> str:
    holder = _model_at(model, where[:-1])
    names = {field.alias or name: field for name, field in holder.model_fields.items()} if holder else {}
    field = names.get(str(where[-1]))
    return field.description if field and field.description else "a value: it is required"


def _model_at(model: type[BaseModel] | None, where: Sequence[int | str]) -> type[BaseModel] | None:
    """The model that holds the keys at a place, walking fields, tables by name, and lists."""
    kind: Any = model
    for part in where:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = _inside(names.get(str(part)))
        else:
            kind = _inside(next((arg for arg in reversed(get_args(kind)) if arg is not Ellipsis), None))
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _inside(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next((arg for arg in get_args(kind) if arg is not type(None)), None)
    return kind
