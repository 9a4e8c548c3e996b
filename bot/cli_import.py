"""`rethrow import FILE`: a file of tickets into the workspace this database is for, with progress."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from bot import announcements
from bot.clock import Clock
from bot.database import opened
from bot.keeping import Keeper
from bot.settings import Settings, SettingsError
from db import schema, session, tickets, workspaces
from helpdesk.importer import Report
from helpdesk.importer import run as import_tickets


def import_file(
    settings: Settings,
    path: Path,
    clock: Clock,
    workspace: str | None = None,
    at: Callable[[str], None] = lambda point: None,
) -> Report:
    """Import the file, the database migrated first. Raises SettingsError, or BadFile where it cannot be read."""
    engine = opened(settings.database_url)
    try:
        schema.upgrade(engine)
        workspace_id = workspace_of(settings, engine, clock, workspace)
        keeper, now = Keeper(settings), clock.now()
        with progress_bar() as shown:
            task = shown.add_task(path.name, total=None)
            return import_tickets(
                engine,
                workspace_id,
                path,
                now,
                settings.taxonomy(),
                settings.priority_rules(),
                progress=lambda done, total: shown.update(task, completed=done, total=total),
                people=settings.team.people,
                keep=lambda connection, ticket: keeper.keep(connection, workspace_id, [ticket], now),
                keep_many=lambda connection, numbers: keeper.keep_many(
                    connection, workspace_id, tickets.numbered(connection, workspace_id, numbers), now
                ),
                refresh=lambda connection, ticket: announcements.refresh(connection, workspace_id, ticket, now),
                at=at,
            )
    finally:
        engine.dispose()


def workspace_of(settings: Settings, engine: Engine, clock: Clock, named: str | None) -> str:
    """The workspace named, else the only one this database knows, else the one the token is for (then remembered)."""
    with session.reading(engine) as connection:
        known = workspaces.all_ids(connection)
    if named in known or (named is None and len(known) == 1):
        return named or known[0]
    if known:
        wanted = "nothing" if named is None else repr(named)
        raise SettingsError(f"--workspace: found {wanted}, allowed is one of {', '.join(known)}")
    if not settings.bot_token.get_secret_value():
        raise SettingsError("SLACK_BOT_TOKEN is not set: a new database learns from it which workspace it is for")
    return _ask_slack(settings, engine, clock)


def _ask_slack(settings: Settings, engine: Engine, clock: Clock) -> str:
    # Imported here: the server's libraries are needed for a first import only.
    from bot.main import identify, slack_client

    identity = identify(slack_client(settings))
    workspace_id = identity.team_id or identity.enterprise_id or ""
    with session.writing(engine) as connection:
        workspaces.remember(connection, workspace_id, identity.team or "", clock.now())
    return workspace_id


def summary(report: Report) -> str:
    """What the import did, in one line."""
    passed_over = f", {report.refused_lines} passed over" if report.refused_lines else ""
    return f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged{passed_over}"


def complaints(report: Report) -> list[str]:
    """A line for each ticket that was passed over, and for columns that nobody reads."""
    said = [f"line {one.line}: {one.field}: {one.problem}" for one in report.refused]
    if report.refused_lines > len(said):
        said.append(f"and {report.refused_lines - len(said)} more")
    unknown = ", ".join(report.unknown_columns)
    return [*([f"columns not read: {unknown}"] if unknown else []), *said]


def progress_bar() -> Progress:
    """A bar on standard error; nothing where that is no terminal."""
    bar = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    return Progress(*bar, console=console, transient=True, disable=not console.is_terminal)
