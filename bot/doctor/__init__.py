"""`rethrow doctor`: looks at config, Slack, database and the bot that runs, and says how to mend what is wrong."""

from collections.abc import Iterator, Mapping

from bot.clock import Clock
from bot.doctor import config, database, running, slack
from bot.doctor.findings import Finding
from bot.settings import SettingsError, load


def examine(environment: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    """Every finding, in the order in which they are best mended. Raises nothing for what can be wrong."""
    try:
        settings = load(environment)
    except SettingsError as error:
        yield Finding("config", False, str(error))
        return
    yield from config.findings(settings)
    yield from slack.findings(settings, clock)
    yield from database.findings(settings)
    yield running.finding(settings)
