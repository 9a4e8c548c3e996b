"""The promises of a workspace over time: each edition of the config, kept and read back (docs/SLA.md R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from bot.settings import Settings
from bot.settings_sections import ConfigFile
from db import editions
from domain import sla_trail
from domain.duration import format_duration
from domain.instants import EPOCH
from domain.sla_policy import Editions, PolicyBook
from domain.sla_promise import Threshold

# These change what is said about a clock, not what was promised.
NO_PROMISE = frozenset({"remind_every", "snooze", "summary_above", "disturb_outside_hours", "routes"})


@dataclass(frozen=True, slots=True)
class InForce:
    """The editions of a workspace, the number of the newest, and which fields of a ticket move its clocks."""

    editions: Editions
    newest: int
    watched: frozenset[str]


def remember(connection: Connection, workspace_id: str, settings: Settings, now: datetime) -> bool:
    """Keep what the config promises now as a new edition, if it differs from the newest; whether it does."""
    return editions.remember(connection, workspace_id, written(settings), now)


def in_force(connection: Connection, workspace_id: str, settings: Settings) -> InForce:
    """Every edition that was kept; before any was, what the config promises now."""
    now_written = written(settings)
    kept = editions.all_of(connection, workspace_id)
    books = [
        (since, settings.policy_book if config == now_written else _read_back(config, settings.file_name))
        for since, config in kept
    ]
    known = Editions(tuple(books) or ((EPOCH, settings.policy_book),))
    return InForce(known, max(1, len(kept)), sla_trail.watched(known))


def written(settings: Settings) -> dict[str, Any]:
    """The part of the config that promises are made of, as JSON that reads back the same."""
    sla = {name: value for name, value in _plain(settings.file.sla).items() if name not in NO_PROMISE}
    return {"sla": sla, "calendars": _plain(settings.file.calendars)}


def _read_back(config: Mapping[str, Any], file_name: str) -> PolicyBook:
    return Settings(file=ConfigFile.model_validate(config), file_name=file_name).policy_book


def _plain(value: Any) -> Any:
    """A value of the config as JSON has it, in the form it is written in the file."""
    if isinstance(value, BaseModel):
        told = {name: getattr(value, name) for name in type(value).model_fields}
        return {name: _plain(one) for name, one in told.items() if one is not None}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Threshold):
        return value.share if value.before is None else format_duration(value.before)
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return [_plain(one) for one in value] if isinstance(value, list | tuple | frozenset) else value
