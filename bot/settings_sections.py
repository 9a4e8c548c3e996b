"""The tables of `rethrow.toml` as frozen models. Every default is the operating model's."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from bot.settings_base import Section as Section
from bot.settings_problems import WrongValue
from bot.settings_retention import Retention
from domain.calibration_choice import MOST as MOST_TICKETS
from domain.calibration_choice import TICKETS
from domain.calibration_rules import EXTENDED_BY, QUORUM, RUNS_FOR
from domain.duration import ALLOWED as ALLOWED_DURATION
from domain.duration import WrongDuration, parse_duration
from domain.escalation_triggers import DEFAULT_RULES as TRIGGERS
from domain.priority import DEFAULT_RULES
from domain.review_plan import Rates
from domain.review_scope import Scope
from domain.sla_policy import Reopening
from domain.sla_promise import Threshold, WrongThreshold, parse_threshold
from domain.ticket import Priority

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Target = Literal[
    "L2", "engineering", "manager", "account_manager", "support_lead", "legal", "product", "social", "pr", "team_lead"
]


def _duration(found: object) -> timedelta:
    try:
        return found if isinstance(found, timedelta) else parse_duration(str(found))
    except WrongDuration as error:
        raise WrongValue(ALLOWED_DURATION) from error


def _threshold(found: object) -> Threshold:
    if isinstance(found, Threshold):
        return found
    allowed = 'a share of the target such as 0.8 or "80%", or a time before it is due such as "30m"'
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise WrongValue(allowed)
    try:
        return parse_threshold(found)
    except WrongThreshold as error:
        raise WrongValue(allowed) from error


def _day(found: object) -> date:
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    try:
        return date.fromisoformat(found if isinstance(found, str) else "")
    except ValueError as error:
        raise WrongValue("a date such as 2026-01-12") from error


def _rate(found: object) -> Fraction:
    allowed = "a share of the tickets from 0 to 1, such as 0.3"
    if isinstance(found, Fraction):
        return found
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
        raise WrongValue(allowed)
    return Fraction(str(found))


def _several(found: object) -> object:
    return tuple(found) if isinstance(found, list | tuple) else (found,)


def _zone(found: str) -> str:
    try:
        ZoneInfo(found)
    except (KeyError, ValueError, OSError) as error:
        raise WrongValue("an IANA time zone such as Europe/London") from error
    return found


def _matching(pattern: str, allowed: str) -> AfterValidator:
    def check(found: str) -> str:
        if not re.fullmatch(pattern, found):
            raise WrongValue(allowed)
        return found

    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Day = Annotated[date, BeforeValidator(_day)]
Rate = Annotated[Fraction, BeforeValidator(_rate)]
Thresholds = Annotated[tuple[Annotated[Threshold, BeforeValidator(_threshold)], ...], BeforeValidator(_several)]
Zone = Annotated[str, AfterValidator(_zone)]
TimeOfDay = Annotated[str, _matching(r"([01][0-9]|2[0-3]):[0-5][0-9]", "a time of day such as 09:00")]
Channel = Annotated[str, _matching("[CG][A-Z0-9]{2,20}", "a channel id such as C0ALERTS (in Slack: channel details)")]
User = Annotated[str, _matching("[UW][A-Z0-9]{2,20}", "a member id such as U0LEAD (in Slack: profile, Copy member ID)")]
Group = Annotated[str, _matching("S[A-Z0-9]{2,20}", "a user group id such as S0L2TEAM")]
Mention = Annotated[str, _matching("[SUW][A-Z0-9]{2,20}", "a user group id such as S0L2TEAM, or a member id")]
Phrases = tuple[str, ...]


class Slack(Section):
    prefix: Annotated[str, _matching("[a-z0-9_-]{0,20}", 'lower-case letters, digits, - and _, such as "sup-"')] = ""
    rich_blocks: bool = True


class Channels(Section):
    alerts: Channel | None = None
    leads: Channel | None = None
    escalations: Channel | None = None
    qa: Channel | None = None


class Team(Section):
    leads: tuple[User, ...] = ()
    reviewers: tuple[User, ...] = ()
    on_duty: Mention | None = None
    people: Mapping[str, User] = {}

    @field_validator("people")
    @classmethod
    def _addresses_in_any_case(cls, found: Mapping[str, str]) -> Mapping[str, str]:
        return {address.lower(): person for address, person in found.items()}


class CalendarTable(Section):
    """`hours`, `holidays` and `dates` are read by domain.opening_hours, which names the place at fault itself."""

    timezone: str = Field(description='an IANA time zone such as "Europe/London"')
    hours: Mapping[str, Any] = Field(description='a table of weekdays such as { mon = ["09:00-17:00"] }')
    holidays: tuple[Any, ...] = ()
    dates: Mapping[str, Any] = {}
    country: str | None = None
    subdivision: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _holidays_of_a_country(cls, found: Any) -> Any:
        """`holidays = { country = "GB" }` says the same as `country = "GB"`."""
        if isinstance(found, dict) and isinstance(found.get("holidays"), dict):
            return {**found, "holidays": (), **found["holidays"]}
        return found


class Targets(Section):
    """One priority's or one policy's promises; what is not written keeps its default."""

    first_response: Duration | None = None
    resolution: Duration | None = None
    next_response: Duration | None = None
    pickup: Duration | None = None
    escalation_ack: Duration | None = None
    pending_warning: Duration | None = None
    auto_close: Duration | None = None
    calendar: str | None = None
    warn_at: Thresholds | None = None
    reopening: Reopening | None = None


class PolicyTable(Targets):
    """A policy of the team's own, tried in order before those of the priorities."""

    name: str = Field(description="a name of its own")
    priority: tuple[Priority, ...] = ()
    customer_tier: tuple[Literal["free", "pro", "business", "enterprise"], ...] = ()
    category: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class AlertRoute(Section):
    """Alerts of some tickets go to a channel of their own; all lists that are written must hold."""

    priority: tuple[Priority, ...] = ()
    customer_tier: tuple[Literal["free", "pro", "business", "enterprise"], ...] = ()
    area: tuple[str, ...] = ()
    channel: Channel = Field(description="a channel id such as C0ALERTS")
    mention: Mention | None = None


class Sla(Section):
    calendar: str = "always"
    warn_at: Thresholds = (Threshold(share=0.8),)
    reopening: Reopening = Reopening.RESUME
    pickup: Duration | None = None
    escalation_ack: Duration | None = None
    pending_warning: Duration | None = None
    auto_close: Duration | None = None
    P0: Targets = Targets()
    P1: Targets = Targets()
    P2: Targets = Targets()
    P3: Targets = Targets()
    policies: tuple[PolicyTable, ...] = ()
    customer_calendars: Mapping[str, str] = {}
    remind_every: Duration = timedelta(hours=1)
    snooze: Duration = timedelta(minutes=30)
    summary_above: Annotated[int, Field(ge=1, le=50)] = 5
    disturb_outside_hours: bool = False
    routes: tuple[AlertRoute, ...] = ()


class PriorityTable(Section):
    """The words; a list replaces the default one."""

    critical: Phrases = DEFAULT_RULES.critical
    high: Phrases = DEFAULT_RULES.high
    low: Phrases = DEFAULT_RULES.low
    revenue: Phrases = DEFAULT_RULES.revenue
    not_meant: Phrases = DEFAULT_RULES.not_meant
    low_categories: Phrases = DEFAULT_RULES.low_categories
    many_users: Annotated[int, Field(ge=1)] = DEFAULT_RULES.many_users
    lifts: tuple[tuple[str, Priority, Priority], ...] = DEFAULT_RULES.lifts
    lifted_by_revenue: Phrases = DEFAULT_RULES.lifted_by_revenue


class Route(Section):
    channel: Channel = Field(description="a channel id such as C0L2")
    mention: Mention | None = None


class EscalationWords(Section):
    """The words by which a trigger is preselected or noticed; a list replaces the default one."""

    legal: Phrases = TRIGGERS.legal
    leaving: Phrases = TRIGGERS.leaving
    manager: Phrases = TRIGGERS.manager
    public: Phrases = TRIGGERS.public
    stuck: Phrases = TRIGGERS.stuck
    repeated: Phrases = TRIGGERS.repeated
    p0: Phrases = TRIGGERS.p0


class Escalations(Section):
    words: EscalationWords = EscalationWords()
    large_arr: Annotated[float, Field(ge=0)] = TRIGGERS.large_arr
    stuck_after: Duration = TRIGGERS.stuck_after
    routes: Mapping[Target, Route] = {}
    ladder: Mapping[Target, tuple[Target, ...]] = {}
    p0_at_once: bool = True


class Digest(Section):
    kind: Literal["weekly", "daily"] = "weekly"
    enabled: bool = True
    day: Weekday = "mon"
    time: TimeOfDay = "09:00"
    timezone: Zone = "UTC"
    channel: Channel | None = None
    areas: tuple[str, ...] = ()
    people: tuple[User, ...] = ()

    @property
    def scope(self) -> Scope:
        """Which tickets it is about."""
        return Scope(self.areas, self.people)


class Calibration(Section):
    monthly: bool = True
    day: Weekday = "tue"
    time: TimeOfDay = "10:00"
    timezone: Zone | None = None
    tickets: Annotated[int, Field(ge=1, le=MOST_TICKETS)] = TICKETS
    runs_for: Duration = RUNS_FOR
    quorum: Annotated[int, Field(ge=2, le=20)] = QUORUM
    extended_by: Duration = EXTENDED_BY


class Qa(Section):
    weekly: bool = True
    day: Weekday = "mon"
    time: TimeOfDay = "09:00"
    timezone: Zone | None = None
    new_share: Rate = Rates().new
    share: Rate = Rates().later
    new_for: Duration = Rates().new_for
    started: Mapping[User, Day] = {}

    @property
    def rates(self) -> Rates:
        """How much of an agent's work is sampled."""
        return Rates(self.new_share, self.share, self.new_for)


class TaxonomyTable(Section):
    use: Literal["resend", "classic", "own"] | None = None
    areas: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] | tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}


class IngestSource(Section):
    secret: SecretStr | None = None


def _daily_by_name(found: Any) -> Any:
    """`[digests.daily]` is a daily one without saying so twice."""
    if isinstance(found, Mapping) and isinstance(found.get("daily"), Mapping):
        return {**found, "daily": {"kind": "daily", **found["daily"]}}
    return found


class ConfigFile(Section):
    """All of `rethrow.toml`."""

    slack: Slack = Slack()
    channels: Channels = Channels()
    team: Team = Team()
    calendars: Mapping[str, CalendarTable] = {}
    sla: Sla = Sla()
    priority: PriorityTable = PriorityTable()
    escalations: Escalations = Escalations()
    digests: Annotated[Mapping[str, Digest], BeforeValidator(_daily_by_name)] = {}
    calibration: Calibration = Calibration()
    qa: Qa = Qa()
    taxonomy: TaxonomyTable = TaxonomyTable()
    retention: Retention = Retention()
    ingest: Mapping[str, IngestSource] = {}
