"""Settings: the defaults of the operating model, and one line for whatever is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import SOURCES, Settings, SettingsError, load
from domain.business_hours import is_open
from domain.sla_policy import Facts
from domain.sla_promise import Metric
from domain.ticket import Priority
from helpdesk.inbox import PARSERS

OFFICE = '[calendars.office]\ntimezone = "Europe/London"\nhours = { mon = ["09:00-17:00"] }\n'


def from_file(folder: Path, text: str, **environment: str) -> Settings:
    file = folder / "rethrow.toml"
    file.write_text(text, encoding="utf-8")
    return load({"RETHROW_CONFIG": str(file), **environment})


def refused(folder: Path, text: str, **environment: str) -> str:
    with pytest.raises(SettingsError) as error:
        from_file(folder, text, **environment)
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(f"{folder / 'rethrow.toml'}: ")


def target(settings: Settings, metric: Metric, priority: Priority) -> timedelta:
    promise = settings.policy_book.promise(metric, Facts(priority=priority))
    assert promise is not None
    return promise.target


def test_with_no_file_the_operating_models_numbers_hold() -> None:
    settings = load({})
    assert [target(settings, Metric.FIRST_RESPONSE, p) for p in Priority] == [
        timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24)
    ]  # fmt: skip
    assert [target(settings, Metric.RESOLUTION, p) for p in Priority] == [timedelta(hours=h) for h in (4, 8, 24, 72)]
    assert target(settings, Metric.ESCALATION_ACK, Priority.P0) == timedelta(minutes=15)
    assert settings.policy_book.promise(Metric.NEXT_RESPONSE, Facts()) is None
    assert list(settings.calendars) == ["always"]
    assert settings.taxonomy().has("reliability")
    assert settings.digests["weekly"].day == "mon"
    assert (settings.host, settings.port, settings.slack_api_url) == ("127.0.0.1", 3000, "https://slack.com/api/")


def test_the_products_own_example_is_accepted(tmp_path: Path) -> None:
    settings = from_file(
        tmp_path,
        """
        [channels]
        alerts = "C0ALERTS"
        leads = "C0LEADS"
        [team]
        leads = ["U0LEAD"]
        reviewers = ["U0REV1", "U0REV2"]
        [calendars.office]
        timezone = "Europe/London"
        hours = { mon = ["09:00-17:00"], fri = ["09:00-12:00", "13:00-17:00"] }
        holidays = ["2026-12-25"]
        [sla]
        calendar = "office"
        warn_at = 0.8
        [sla.P2]
        first_response = "4h"
        calendar = "office"
        [escalations.routes]
        L2 = { channel = "C0L2", mention = "S0L2TEAM" }
        engineering = { channel = "C0ENG" }
        [digests.weekly]
        day = "mon"
        time = "09:00"
        timezone = "Europe/London"
        [taxonomy]
        use = "resend"
        areas = ["dashboard", "api", "billing"]
        [ingest.generic]
        secret = "a secret of its own"
        """,
    )
    book = settings.policy_book
    normal, critical = (book.promise(Metric.RESOLUTION, Facts(priority=p)) for p in ("P2", "P0"))
    assert normal is not None
    assert normal.calendar.name == "office"
    assert critical is not None
    assert critical.calendar.name == "always"
    assert settings.taxonomy().areas == ("dashboard", "api", "billing")
    assert settings.is_lead("U0LEAD")
    assert settings.escalations.routes["L2"].mention == "S0L2TEAM"
    secret = settings.ingest_secret("generic")
    assert secret is not None
    assert secret.get_secret_value() == "a secret of its own"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (OFFICE.replace("09:00-17:00", "9-17"), "calendars.office.hours.mon[0]: found '9-17', allowed is HH:MM-HH:MM"),
        (OFFICE.replace("London", "Londn"), "calendars.office.timezone: found 'Europe/Londn', allowed is an IANA"),
        (OFFICE.replace('["09:00-17:00"]', "[]"), "calendars.office.hours: found {'mon': []}, allowed is at least one"),
        (OFFICE + 'country = "ZZ"', "calendars.office.country: found 'ZZ', allowed is a country's code"),
        (OFFICE + 'holidays = ["25.12."]', "calendars.office.holidays[0]: found '25.12.', allowed is a date"),
        ('[calendars.office]\ntimezone = "UTC"', "calendars.office.hours: found nothing, allowed is a table of week"),
        ('[sla]\ncalendar = "ofice"\n' + OFFICE, "sla.calendar: found 'ofice', allowed is one of always, office"),
        ('[sla.P2]\nfirst_response = "4 hrs"', "sla.P2.first_response: found '4 hrs', allowed is a whole number"),
        ('[qa]\nstarted = { U0ANA = "12.1.2026" }', "qa.started.U0ANA: found '12.1.2026', allowed is a date"),
        ("[qa]\nshare = 30", "qa.share: found 30, allowed is a share of the tickets from 0 to 1"),
        ("[sla]\nwarn_at = 8", "sla.warn_at[0]: found 8, allowed is a share"),
        ('[sla.P5]\nresolution = "4h"', "sla.P5: found an unknown key, allowed is one of calendar, warn_at"),
        ('[channels]\nalert = "C0X"', "channels.alert: found an unknown key, allowed is one of alerts, leads, esc"),
        ('[channels]\nalerts = "#help"', "channels.alerts: found '#help', allowed is a channel id such as C0ALERTS"),
        ('[team]\nleads = "U0LEAD"', "team.leads: found 'U0LEAD', allowed is a list"),
        ('[digests.weekly]\nday = "monday"', "digests.weekly.day: found 'monday', allowed is 'mon', 'tue'"),
        ('[escalations.routes]\nL9 = { channel = "C0X" }', "escalations.routes.L9: found 'L9', allowed is 'L2'"),
        ("[escalations.routes]\nL2 = {}", "escalations.routes.L2.channel: found nothing, allowed is a channel id"),
        ('[taxonomy]\nuse = "own"', "taxonomy.categories: found 'none', allowed is at least one category"),
        ('[taxonomy.categories]\nBUG = []', "taxonomy.categories: found 'BUG'; allowed: lower-case"),
        ('[taxonomy.renamed]\nold = "nowhere"', "taxonomy.renamed.old: found 'nowhere'; allowed: reliability"),
        ('[slack]\nprefix = "Sup "', "slack.prefix: found 'Sup ', allowed is lower-case letters"),
        ("[ingest.generic]", "ingest.generic.secret: found nothing, allowed is one shared with the source"),
        ('[ingest.genric]\nsecret = "x"', "ingest.genric: found 'genric', allowed is one of generic"),
        ("[sla\n", "not TOML: "),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_place_what_was_found_and_what_is_allowed(
    tmp_path: Path, text: str, line: str
) -> None:
    assert refused(tmp_path, text).startswith(line)


def test_the_sources_that_may_be_named_are_those_that_are_understood() -> None:
    assert set(SOURCES) == set(PARSERS)


def test_a_key_that_is_nearly_right_is_guessed(tmp_path: Path) -> None:
    assert refused(tmp_path, '[sla.P1]\nfirst_respons = "1h"').endswith("did you mean first_response?")


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({}, "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set: copy the Signing Secret"),
    ],
)
def test_what_talking_to_slack_takes_is_named_with_how_to_get_it(environment: dict[str, str], line: str) -> None:
    with pytest.raises(SettingsError, match=line):
        load(environment, needs_slack=True)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SLACK_BOT_TOKEN", "hunter2", "starts with xoxb-"),
        ("SLACK_APP_TOKEN", "hunter2", "starts with xapp-"),
        ("SLACK_API_URL", "http://localhost:4500", "ends in /api/"),
        ("DATABASE_URL", "mysql://me:hunter2@host/db", "sqlite:///FILE or postgresql"),
        ("PORT", "80a", "0 to 65535"),
        ("RETHROW_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("RETHROW_CONFIG", "/nowhere/at/all.toml", "a file that exists"),
    ],
)
def test_a_wrong_environment_names_the_variable_and_shows_no_secret(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as error:
        load({name: value})
    assert str(error.value).startswith(name)
    assert allowed in str(error.value)
    assert "hunter2" not in str(error.value)


def test_an_environment_written_with_the_line_ends_of_windows_is_read_as_it_was_meant() -> None:
    given = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "PORT": "80",
        "RETHROW_INGEST_GENERIC_SECRET": "i",
    }
    found = load({name: f"{value}\r" for name, value in given.items()}, needs_slack=True)
    assert (found.bot_token.get_secret_value(), found.signing_secret.get_secret_value()) == ("xoxb-1", "s")
    assert found.port == 80
    secret = found.ingest_secret("generic")
    assert secret is not None
    assert secret.get_secret_value() == "i"
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET is not set"):
        load({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": " "}, needs_slack=True)


def test_socket_mode_needs_no_signing_secret() -> None:
    settings = load({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, needs_slack=True)
    assert settings.app_token is not None


def test_secrets_are_in_no_repr_and_no_refusal(tmp_path: Path) -> None:
    settings = from_file(
        tmp_path,
        '[ingest.generic]\nsecret = "hunter2-hunter2-hunter2"',
        SLACK_BOT_TOKEN="xoxb-hunter2",
        SLACK_SIGNING_SECRET="hunter2",
        DATABASE_URL="postgresql+psycopg://me:hunter2@host/db",
    )
    assert "hunter2" not in repr(settings)
    assert "77123" not in refused(tmp_path, "[ingest.generic]\nsecret = 77123")


def test_the_environments_ingest_secret_comes_before_the_files(tmp_path: Path) -> None:
    file = '[ingest.generic]\nsecret = "the secret of the file"'
    settings = from_file(tmp_path, file, RETHROW_INGEST_GENERIC_SECRET="that of the environment")
    secret = settings.ingest_secret("generic")
    assert secret is not None
    assert secret.get_secret_value() == "that of the environment"
    assert settings.ingest_secret("zendesk") is None


@pytest.mark.parametrize("line", ['country = "GB"', 'holidays = { country = "GB" }'])
def test_a_countrys_holidays_are_days_off(tmp_path: Path, line: str) -> None:
    office = from_file(tmp_path, f"{OFFICE}{line}\n").calendars["office"]
    assert not is_open(office, datetime(2026, 5, 4, 12, tzinfo=UTC))  # the early May bank holiday
    assert is_open(office, datetime(2026, 5, 11, 12, tzinfo=UTC))


def test_a_part_of_a_country_has_its_own(tmp_path: Path) -> None:
    office = from_file(tmp_path, f'{OFFICE}country = "GB"\nsubdivision = "ENG"\n').calendars["office"]
    easter_monday = datetime(2026, 4, 6, 12, tzinfo=UTC)
    assert not is_open(office, easter_monday)


def test_a_teams_own_policy_comes_first_and_keeps_what_it_does_not_say(tmp_path: Path) -> None:
    settings = from_file(
        tmp_path,
        '[[sla.policies]]\nname = "vip"\ncustomer_tier = ["enterprise"]\nfirst_response = "30m"\n'
        'warn_at = [0.5, "10m"]',
    )
    vip = settings.policy_book.promise(Metric.FIRST_RESPONSE, Facts(priority="P2", customer_tier="enterprise"))
    assert vip is not None
    assert (vip.target, vip.policy) == (timedelta(minutes=30), "vip")
    kept = settings.policy_book.promise(Metric.RESOLUTION, Facts(priority="P3", customer_tier="enterprise"))
    assert kept is not None
    assert kept.target == timedelta(hours=72)
    assert target(settings, Metric.FIRST_RESPONSE, Priority.P2) == timedelta(hours=4)


def test_a_policy_for_all_priorities_warns_as_each_of_them_does(tmp_path: Path) -> None:
    book = from_file(
        tmp_path, '[sla.P1]\nwarn_at = 0.5\n\n[[sla.policies]]\nname = "vip"\nfirst_response = "30m"\n'
    ).policy_book
    normal, high = (book.promise(Metric.FIRST_RESPONSE, Facts(priority=priority)) for priority in ("P2", "P1"))
    assert normal is not None
    assert high is not None
    assert [one.label for one in (*normal.warn, *high.warn)] == ["warn:80%", "warn:50%"]


def test_a_teams_own_taxonomy_with_a_rename(tmp_path: Path) -> None:
    settings = from_file(
        tmp_path, '[taxonomy.categories]\nbugs = ["api"]\nquestions = []\n[taxonomy.renamed]\nerrors = "bugs/api"'
    )
    assert settings.taxonomy().current("errors") == ("bugs", "api")


def test_the_words_of_priority_can_be_the_teams_own(tmp_path: Path) -> None:
    rules = from_file(tmp_path, '[priority]\ncritical = ["meltdown"]\nmany_users = 5').priority_rules()
    assert (rules.critical, rules.many_users) == (("meltdown",), 5)
    assert "broken" in rules.high


def test_a_secret_that_can_be_guessed_is_taken_but_told(tmp_path: Path) -> None:
    path = tmp_path / "rethrow.toml"
    path.write_text('[ingest.generic]\nsecret = "fifteen letters"\n')
    (told,) = load({"RETHROW_CONFIG": str(path)}).weak_secrets.items()
    assert told[0] == "ingest.generic.secret"
    assert told[1].startswith("15 characters can be guessed; `python3 -c")
    assert "fifteen" not in str(told)
    assert load({"RETHROW_CONFIG": str(path), "RETHROW_INGEST_GENERIC_SECRET": "x" * 16}).weak_secrets == {}
