"""How those who are asked are reached: the routes of the config, and what to tell a lead where one is missing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.blocks import escalations as blocks
from bot.settings import Settings
from db import outbox
from domain import refusal
from domain.escalation import Routes, Way, ways

FALLBACK_LINE = '[channels] escalations = "C0ESC"'


def routes(settings: Settings) -> Routes:
    """Target to channel and mention, as `[escalations.routes]` has them."""
    return {target: (route.channel, route.mention) for target, route in settings.escalations.routes.items()}


def ladder(target: str, settings: Settings) -> Sequence[str]:
    """Who is brought in, one after the other, while nobody who was asked as `target` answers."""
    rungs: dict[str, Sequence[str]] = dict(settings.escalations.ladder.items())
    return rungs.get(target, ())


def asked(targets: tuple[str, ...], settings: Settings) -> list[Way]:
    """How these targets are reached, the first that is has the thread; raises NoChannel where nobody is reached."""
    found = ways(targets, routes(settings), settings.channels.escalations)
    if not found:
        raise refusal.NoChannel(f"a handoff to {blocks.names(targets)}", FALLBACK_LINE)
    return found


def must_reach_somebody(settings: Settings) -> None:
    """Raise NoChannel where no handoff can reach anybody, before anything is typed."""
    if not settings.escalations.routes and settings.channels.escalations is None:
        raise refusal.NoChannel("handoffs", FALLBACK_LINE)


def tell_leads(
    connection: Connection, workspace_id: str, missing: list[str], settings: Settings, now: datetime
) -> None:
    """Tell the leads, once a target, which line of rethrow.toml would reach it directly."""
    whom = [settings.channels.leads] if settings.channels.leads else list(settings.team.leads)
    for target in missing:
        payload = blocks.route_missing(target, settings.channels.escalations).payload()
        for channel in whom:
            outbox.owe(connection, workspace_id, f"handoff:route:{target}:{channel}", channel, payload, now)
