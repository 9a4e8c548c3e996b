"""The settings: environment and `rethrow.toml`, read and validated once, then handed around frozen."""

import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import holidays
from pydantic import SecretStr, ValidationError

from bot.settings_book import UnknownCalendar, policy_book
from bot.settings_problems import SettingsError, first_problem, wrong
from bot.settings_retention import Retention
from bot.settings_sections import (
    CalendarTable,
    Calibration,
    Channels,
    ConfigFile,
    Digest,
    Escalations,
    PriorityTable,
    Qa,
    Sla,
    Slack,
    Team,
)
from domain.calendars import ALWAYS, Calendar
from domain.escalation_triggers import TriggerRules
from domain.opening_hours import WrongValue as WrongCalendar
from domain.opening_hours import calendar_from_config
from domain.priority import PriorityRules
from domain.sla_policy import PolicyBook
from domain.taxonomy import Taxonomy

__all__ = ["Settings", "SettingsError", "load"]

SLACK_API = "https://slack.com/api/"
NO_SECRET = SecretStr("")
SOURCES = ("generic",)  # the helpdesks that helpdesk.inbox has a parser for
SECRET_MIN = 16  # characters; under that it is said at each start, as whoever guesses it writes tickets
MAKE_SECRET = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
APP_PAGE = "your app's page on api.slack.com/apps"
HOW_TO_GET = {
    "SLACK_BOT_TOKEN": f"copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions on {APP_PAGE}",
    "SLACK_SIGNING_SECRET": f"copy the Signing Secret from Basic Information on {APP_PAGE}",
}


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Secrets stay out of its repr; instants and sizes are as in docs/CONFIGURATION.md."""

    bot_token: SecretStr = NO_SECRET
    signing_secret: SecretStr = NO_SECRET
    app_token: SecretStr | None = None
    slack_api_url: str = SLACK_API
    database_url: str = field(default="sqlite:///rethrow.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 3000
    log_level: str = "INFO"
    file: ConfigFile = field(default_factory=ConfigFile)
    file_name: str = "rethrow.toml"
    ingest_secrets: Mapping[str, SecretStr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build what the file describes, so that whatever is wrong with it shows at the start."""
        _ = self.policy_book, self._taxonomy, self._priority_rules
        self._check_areas()

    @property
    def slack(self) -> Slack:
        """`[slack]`: the prefix of the slash commands."""
        return self.file.slack

    @property
    def channels(self) -> Channels:
        """`[channels]`: where things are posted."""
        return self.file.channels

    @property
    def team(self) -> Team:
        """`[team]`: who leads and who reviews."""
        return self.file.team

    @property
    def sla(self) -> Sla:
        """`[sla]`: promises and alerts."""
        return self.file.sla

    @property
    def escalations(self) -> Escalations:
        """`[escalations]`: who is brought in, and where."""
        return self.file.escalations

    @property
    def retention(self) -> Retention:
        """`[retention]`: how long words are kept."""
        return self.file.retention

    @property
    def digests(self) -> Mapping[str, Digest]:
        """`[digests.NAME]`; a weekly one is among them, whatever else is written, until it is switched off."""
        written = self.file.digests
        has_weekly = any(one.kind == "weekly" for one in written.values())
        return written if has_weekly else {"weekly": Digest(), **written}

    @property
    def calibration(self) -> Calibration:
        """`[calibration]`: when reviewers score the same tickets, and for how long."""
        return self.file.calibration

    @property
    def calibration_zone(self) -> str:
        """The zone in which a calibration's days and times are meant: its own, else the weekly digest's."""
        return self.calibration.timezone or self._digest_zone

    @property
    def qa(self) -> Qa:
        """`[qa]`: which tickets are reviewed, and when reviewers are given their share."""
        return self.file.qa

    @property
    def qa_zone(self) -> str:
        """The zone of the weeks that are sampled: its own, else the weekly digest's."""
        return self.qa.timezone or self._digest_zone

    @property
    def _digest_zone(self) -> str:
        weekly = (one for one in self.digests.values() if one.kind == "weekly")
        return next(weekly, Digest()).timezone

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        """Every calendar by name; `always` is there unless the file has its own."""
        own = {name: self._calendar(name, table) for name, table in self.file.calendars.items()}
        return {ALWAYS.name: ALWAYS, **own}

    @cached_property
    def policy_book(self) -> PolicyBook:
        """The promises: the team's own policies, then one a priority."""
        try:
            return policy_book(self.file.sla, self.calendars)
        except UnknownCalendar as error:
            raise wrong(self.file_name, error.path, error.found, error.allowed) from error

    def taxonomy(self) -> Taxonomy:
        """The categories and product areas, with what they were called before."""
        return self._taxonomy

    def priority_rules(self) -> PriorityRules:
        """The words by which a ticket gets its priority."""
        return self._priority_rules

    def trigger_rules(self) -> TriggerRules:
        """The words and figures by which the triggers of the escalation matrix are noticed."""
        return self._trigger_rules

    @property
    def weak_secrets(self) -> dict[str, str]:
        """Ingest secrets that are short enough to be guessed, by where they are, and how to make a better one."""
        lengths = {name: len(secret.get_secret_value()) for name, secret in self.ingest_secrets.items()}
        return {
            f"ingest.{name}.secret": f"{length} characters can be guessed; `{MAKE_SECRET}` makes one that cannot"
            for name, length in lengths.items()
            if length < SECRET_MIN
        }

    def ingest_secret(self, source: str) -> SecretStr | None:
        """The secret that signs a source's events; None where the source is not configured."""
        return self.ingest_secrets.get(source)

    def is_lead(self, person: str) -> bool:
        """Whether a person may post digests, run calibrations and change policy."""
        return person in self.team.leads

    @cached_property
    def _taxonomy(self) -> Taxonomy:
        table = self.file.taxonomy
        if table.categories and table.use in ("resend", "classic"):
            raise wrong(self.file_name, "taxonomy.use", table.use, '"own", or no taxonomy.categories')
        if table.use == "own" and not table.categories:
            raise wrong(self.file_name, "taxonomy.categories", "none", "at least one category")
        try:
            known = Taxonomy.own(table.categories) if table.categories else Taxonomy.shipped(table.use or "resend")
            return (known.with_areas(table.areas) if table.areas else known).with_renames(table.renamed)
        except ValueError as error:
            raise SettingsError(f"{self.file_name}: taxonomy.{error}") from error

    @cached_property
    def _trigger_rules(self) -> TriggerRules:
        found = self.file.escalations
        return TriggerRules(**found.words.model_dump(), large_arr=found.large_arr, stuck_after=found.stuck_after)

    @cached_property
    def _priority_rules(self) -> PriorityRules:
        try:
            return PriorityRules(**{name: getattr(self.file.priority, name) for name in PriorityTable.model_fields})
        except ValueError as error:
            raise SettingsError(f"{self.file_name}: priority.lifts: {error}") from error

    def _calendar(self, name: str, table: CalendarTable) -> Calendar:
        days_off = self._country(name, table)
        try:
            made = calendar_from_config(name, table.timezone, table.hours, table.holidays, table.dates, days_off)
        except WrongCalendar as error:
            raise wrong(self.file_name, error.path, error.found, error.allowed) from error
        if not any((*made.week, *made.dates.values())):
            allowed = "at least one window such as 09:00-17:00"
            raise wrong(self.file_name, f"calendars.{name}.hours", dict(table.hours), allowed)
        return made

    def _country(self, name: str, table: CalendarTable) -> Callable[[int], Collection[date]] | None:
        """The public holidays of the calendar's country, by year."""
        country, subdivision = table.country, table.subdivision
        if country is None:
            return None
        known = holidays.list_supported_countries()
        at = f"calendars.{name}"
        if country not in known:
            raise wrong(self.file_name, f"{at}.country", country, "a country's code as in ISO 3166, such as GB")
        if subdivision is not None and subdivision not in known[country]:
            parts = ", ".join(known[country]) or "none for this country"
            raise wrong(self.file_name, f"{at}.subdivision", subdivision, parts)
        return lambda year: holidays.country_holidays(country, subdiv=subdivision, years=year).keys()

    def _check_areas(self) -> None:
        known = self._taxonomy.areas
        for name, digest in self.file.digests.items():
            for i, area in enumerate(digest.areas):
                if known and area not in known:
                    path = f"digests.{name}.areas[{i}]"
                    raise wrong(self.file_name, path, area, f"one of taxonomy.areas: {', '.join(known)}")


def load(environment: Mapping[str, str] = os.environ, *, needs_slack: bool = False) -> Settings:
    """The settings of this environment and the file that RETHROW_CONFIG names.

    `needs_slack` refuses to go on without what talking to Slack takes. Raises SettingsError, one line.
    """
    # A file of the environment may have been written with the line ends of Windows, or with a space after a secret.
    environment = {name: value.strip() for name, value in environment.items()}
    name = environment.get("RETHROW_CONFIG") or "rethrow.toml"
    file = _read(Path(name), must_exist=bool(environment.get("RETHROW_CONFIG")))
    app_token = environment.get("SLACK_APP_TOKEN")
    if needs_slack:
        _require(environment, "SLACK_BOT_TOKEN")
        if not app_token:
            _require(environment, "SLACK_SIGNING_SECRET")
    return Settings(
        bot_token=SecretStr(_prefixed(environment, "SLACK_BOT_TOKEN", "xoxb-")),
        signing_secret=SecretStr(environment.get("SLACK_SIGNING_SECRET", "")),
        app_token=SecretStr(_prefixed(environment, "SLACK_APP_TOKEN", "xapp-")) if app_token else None,
        slack_api_url=_api_url(environment.get("SLACK_API_URL") or SLACK_API),
        database_url=_database_url(environment.get("DATABASE_URL") or "sqlite:///rethrow.db"),
        host=environment.get("HOST") or "127.0.0.1",
        port=_port(environment.get("PORT") or "3000"),
        log_level=_log_level(environment.get("RETHROW_LOG_LEVEL") or "INFO"),
        file=file,
        file_name=name,
        ingest_secrets=_ingest_secrets(file, name, environment),
    )


def _read(path: Path, *, must_exist: bool) -> ConfigFile:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if must_exist:
            raise SettingsError(f"RETHROW_CONFIG: found {str(path)!r}, allowed is a file that exists") from error
        return ConfigFile()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from error
    try:
        return ConfigFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        raise first_problem(error, ConfigFile, path) from error


def _require(environment: Mapping[str, str], name: str) -> None:
    if not environment.get(name):
        raise SettingsError(f"{name} is not set: {HOW_TO_GET[name]}")


def _prefixed(environment: Mapping[str, str], name: str, prefix: str) -> str:
    token = environment.get(name, "")
    if token and not token.startswith(prefix):
        raise SettingsError(f"{name}: found something else (not shown), allowed is a token that starts with {prefix}")
    return token


def _api_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path.endswith("/api/"):
        raise SettingsError(f"SLACK_API_URL: found {url!r}, allowed is an http(s) address that ends in /api/")
    return url


def _database_url(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        kind = url.partition(":")[0]
        raise SettingsError(
            f"DATABASE_URL: found {kind!r}, allowed is sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
        )
    return url


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise SettingsError(f"PORT: found {text!r}, allowed is a number from 0 to 65535 (0: any free one)")
    return int(text)


def _log_level(name: str) -> str:
    if name.upper() not in LOG_LEVELS:
        raise SettingsError(f"RETHROW_LOG_LEVEL: found {name!r}, allowed is one of {', '.join(LOG_LEVELS)}")
    return name.upper()


def _ingest_secrets(file: ConfigFile, file_name: str, environment: Mapping[str, str]) -> Mapping[str, SecretStr]:
    """The secret of each source: the environment's before the file's."""
    start, end = "RETHROW_INGEST_", "_SECRET"
    of_file = {name: source.secret for name, source in file.ingest.items() if source.secret is not None}
    of_environment = {
        name.removeprefix(start).removesuffix(end).lower(): SecretStr(value)
        for name, value in environment.items()
        if name.startswith(start) and name.endswith(end) and value
    }
    known = of_file | of_environment
    for name in file.ingest:
        if name not in SOURCES:
            raise SettingsError(f"{file_name}: ingest.{name}: found {name!r}, allowed is one of {', '.join(SOURCES)}")
        if not known.get(name, NO_SECRET).get_secret_value():
            allowed = f"one shared with the source, here or in {start}{name.upper()}{end}; `{MAKE_SECRET}` makes one"
            raise SettingsError(f"{file_name}: ingest.{name}.secret: found nothing, allowed is {allowed}")
    return known
