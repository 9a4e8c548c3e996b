"""`rethrow …`: thin. Each command reads the settings, calls one function and prints what it answers."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from bot.settings import SettingsError, load
from domain.sla_promise import Metric
from domain.ticket import Priority


class Instant(click.ParamType[datetime]):
    """An instant in ISO 8601 with its offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """An aware datetime, or a usage error that says what is allowed."""
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"{value!r}: allowed is ISO 8601 with an offset, such as 2026-03-27T16:30:00+00:00", param, ctx)
        return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rethrow")
def rethrow() -> None:
    """The Slack bot a support team works with."""


@rethrow.command()
@click.option("--no-migrate", is_flag=True, help="Leave the database as it is.")
def run(no_migrate: bool) -> None:
    """The bot against Slack: HTTP, or Socket Mode where SLACK_APP_TOKEN is set."""
    settings = load(needs_slack=True)
    # Imported here and below: the other commands start at once, without server or Slack's libraries.
    from bot import logs, main

    logs.configure(level=settings.log_level)
    main.run(settings, migrate=not no_migrate)


@rethrow.command()
def doctor() -> None:
    """Check config, Slack, database, disk, clock and the running bot, and say how to mend each."""
    from bot.clock import WallClock
    from bot.doctor import examine

    well = True
    for finding in examine(os.environ, WallClock()):
        click.echo(finding.line())
        well &= finding.well
    if not well:
        sys.exit(1)


@rethrow.command()
@click.option("--url", help="The bot's public address, https://…; not needed in Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the Slack app manifest for this config."""
    from bot.listeners import COMMANDS
    from bot.manifest import manifest as made

    if url and not url.startswith("https://"):
        raise click.BadParameter("Slack sends its requests to an https:// address only", param_hint="--url")
    try:
        described = made(load(), COMMANDS, url)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(described, indent=2, ensure_ascii=False))


@rethrow.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where the local Slack serves (0: any free one); else 4500, or the next that is free.",
)
@click.option("--reset", is_flag=True, help="Start anew instead of going on where the last demo stopped.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=".rethrow-demo",
    show_default=True,
    help="The folder it keeps its things in.",
)
def demo(port: int | None, reset: bool, state: Path) -> None:
    """Try it out: the bot in a local Slack with a made-up team. Needs no account."""
    from bot import logs
    from bot.clock import WallClock
    from bot.demo.programs import DemoFailed
    from bot.demo.run import demo as run_demo

    logs.configure(level="WARNING")
    try:
        run_demo(click.echo, WallClock().now(), port, reset, state)
    except DemoFailed as failed:
        raise click.ClickException(str(failed)) from failed


@rethrow.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a file that is there already.")
def backup(file: Path, replace: bool) -> None:
    """Copy the SQLite database to FILE, also while the bot runs; the copy is checked."""
    from bot.cli_backup import backed_up

    click.echo(backed_up(load().database_url, file, replace))


@rethrow.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def import_(file: Path, workspace: str | None) -> None:
    """Import tickets, JSON Lines or CSV; importing the same file again changes nothing."""
    from bot.cli_import import complaints, import_file, summary
    from bot.clock import WallClock
    from helpdesk.lines import BadFile

    try:
        report = import_file(load(), file, WallClock(), workspace)
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    for line in complaints(report):
        click.echo(line, err=True)
    click.echo(summary(report))
    if report.refused_lines:
        sys.exit(1)


@rethrow.command()
@click.option("--customer", metavar="ID", help="The customer's id in the helpdesk, or their name.")
@click.option("--everything", is_flag=True, help="All that is stored of the workspace, instead of one customer.")
@click.option("--vacuum", is_flag=True, help="Only rewrite the file, so that nothing removed is left in it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def forget(customer: str | None, everything: bool, vacuum: bool, yes: bool, workspace: str | None) -> None:
    """Remove a customer's data for good; figures stay true. Shows what it will do, and asks."""
    from bot import cli_care
    from bot.clock import WallClock

    if (customer is not None) + everything + vacuum != 1:
        raise click.UsageError("One of --customer ID, --everything or --vacuum is needed.")
    settings, clock = load(), WallClock()
    ask = (lambda question: True) if yes else click.confirm
    try:
        if vacuum:
            cli_care.vacuum(settings, click.echo)
        elif everything:
            cli_care.forget_everything(settings, clock, workspace, ask, click.echo)
        else:
            cli_care.forget(settings, customer or "", clock, workspace, ask, click.echo)
    except cli_care.Unknown as error:
        raise click.ClickException(str(error)) from error


@rethrow.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("--customer", metavar="ID", help="Only this customer's data: their id in the helpdesk, or their name.")
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def export(file: Path, customer: str | None, workspace: str | None) -> None:
    """Write all that is stored to FILE or standard output, as JSON Lines; no secret, no open vote."""
    from bot import cli_care, cli_files
    from bot.clock import WallClock

    try:
        with cli_files.Later(file) as into:
            written = cli_care.export(load(), into, WallClock(), workspace, customer)
    except cli_care.Unknown as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{written} rows", err=True)


@rethrow.group("db")
def database() -> None:
    """The database."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest schema."""
    from bot.database import opened
    from db import schema

    engine = opened(load().database_url)
    schema.upgrade(engine)
    engine.dispose()
    click.echo("the database is up to date")


@rethrow.group(invoke_without_command=True)
@click.pass_context
def outbox(context: click.Context) -> None:
    """What is owed to Slack, parked or unsure, and why."""
    from bot import outbox_report
    from bot.clock import WallClock

    if context.invoked_subcommand is None:
        with outbox_report.opened(load().database_url) as engine:
            click.echo(outbox_report.listed(engine, WallClock().now()))


@outbox.command("resend")
@click.argument("outbox_ids", metavar="ID…", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that is parked.")
@click.option("--channel", metavar="C…", help="With --all: only what is for this channel or person.")
@click.option("--reason", metavar="CODE", help="With --all: only what is parked for this reason, as `outbox` shows it.")
def outbox_resend(outbox_ids: tuple[int, ...], everything: bool, channel: str | None, reason: str | None) -> None:
    """Send parked or unsure messages again."""
    from bot import outbox_report
    from bot.clock import WallClock

    if bool(outbox_ids) == everything:
        raise click.UsageError("say which, as in `rethrow outbox resend 12 13`, or --all")
    if (channel or reason) and not everything:
        raise click.UsageError("--channel and --reason go with --all")
    with outbox_report.opened(load().database_url) as engine:
        wanted = None if everything else outbox_ids
        told = outbox_report.resend(engine, wanted, WallClock().now(), channel=channel, reason=reason)
    for done, sentence in told:
        click.echo(sentence, err=not done)
    if not all(done for done, _ in told):
        sys.exit(1)


@rethrow.group()
def sla() -> None:
    """Promises and their clocks."""


@sla.command("due")
@click.option("--priority", type=click.Choice([p.value for p in Priority], case_sensitive=False))
@click.option("--metric", type=click.Choice([m.value for m in Metric]))
@click.option("--start", type=Instant(), help="ISO 8601 with an offset.")
@click.option("--calendar", help="A calendar of rethrow.toml, or always; else the policy's own.")
@click.option(
    "--jsonl", is_flag=True, help='Read {"start", "priority", "metric", "calendar"} a line from standard input.'
)
def sla_due(
    priority: str | None, metric: str | None, start: datetime | None, calendar: str | None, jsonl: bool
) -> None:
    """Print when a promise that starts at START is due, ISO 8601, UTC."""
    from bot.sla_due import CannotTell, answers, due_at

    if jsonl:
        all_good = True
        for good, answer in answers(load(), sys.stdin):
            click.echo(answer)
            all_good = all_good and good
        sys.exit(0 if all_good else 1)
    if priority is None or metric is None or start is None:
        raise click.UsageError("--priority, --metric and --start are needed, or --jsonl.")
    try:
        click.echo(due_at(load(), Priority(priority), Metric(metric), start, calendar).isoformat())
    except CannotTell as error:
        raise click.ClickException(str(error)) from error


@sla.command("recompute")
def sla_recompute() -> None:
    """Put running clocks under the present config; each ticket's trail records that it was done."""
    from bot.sla_report import recompute

    for line in recompute(load()):
        click.echo(line)


@rethrow.group()
def digest() -> None:
    """The reviews."""


@digest.command("weekly")
@click.option("--week", help="An ISO week such as 2026-W12; else the last whole one.")
@click.option("--json", "as_figures", is_flag=True, help="Every figure, as one JSON object.")
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def digest_weekly(week: str | None, as_figures: bool, workspace: str | None) -> None:
    """Print the weekly review without posting it."""
    from bot.digest_report import weekly
    from domain.digest_window import NotAWeek

    try:
        click.echo(weekly(load(), week, as_figures, workspace))
    except NotAWeek as error:
        raise click.BadParameter(f"{week!r}: allowed is an ISO week such as 2026-W12", param_hint="--week") from error


@rethrow.group()
def calibration() -> None:
    """Calibrations of QA reviewers."""


@calibration.command("list")
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def calibration_list(workspace: str | None) -> None:
    """List the calibrations: when, how they ended, and how far reviewers agreed."""
    from bot.calibration_report import listed

    click.echo(listed(load(), workspace))


@calibration.command("show")
@click.argument("number", metavar="N", type=click.IntRange(1, 10**9))
@click.option("--json", "as_figures", is_flag=True, help="Every score and figure, as one JSON object.")
@click.option("--workspace", help="The Slack workspace (T…), where the database knows several.")
def calibration_show(number: int, as_figures: bool, workspace: str | None) -> None:
    """Show what a calibration found, after its close."""
    from bot.calibration_report import NotToBeShown, show

    try:
        click.echo(show(load(), number, as_figures, workspace))
    except NotToBeShown as error:
        raise click.ClickException(str(error)) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. A wrong setting ends it with one line and exit code 2, a database that fails with code 1."""
    try:
        rethrow.main(arguments, prog_name="rethrow")
    except SettingsError as error:
        click.echo(f"rethrow: {error}", err=True)
        sys.exit(2)
    except _of_the_database() as error:
        from bot.database import given_up

        click.echo(f"rethrow: {given_up(error)}", err=True)
        sys.exit(1)


def _of_the_database() -> tuple[type[Exception], ...]:
    """What the database raises when it fails in the middle of it; nothing where a command never came to it."""
    if "sqlalchemy" not in sys.modules:
        return ()
    from db.room import DOES_NOT_ANSWER

    return DOES_NOT_ANSWER
