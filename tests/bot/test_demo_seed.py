"""The demo's team is one the intake takes, the same each time, and has something to say in its reports."""

import json
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from bot.demo.team import sandbox_workspace
from bot.demo.tickets import ABOUT, WEEKS, tickets
from bot.settings_sections import ConfigFile
from domain.priority import assess
from domain.taxonomy import Taxonomy
from domain.ticket import Priority
from helpdesk.payload import placed, ticket_of

# A Monday noon, a Sunday before dawn, new year, and the night in which London's clocks go forward.
MOMENTS = (
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    datetime(2026, 6, 7, 3, 20, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
)


@pytest.fixture(params=MOMENTS, ids=lambda now: f"{now:%a-%H%M}")
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


def instant(ticket: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(ticket[name])


def config() -> dict[str, Any]:
    return tomllib.loads(files("bot.demo").joinpath("rethrow.toml").read_text(encoding="utf-8"))


def test_every_ticket_is_one_the_intake_takes(now: datetime) -> None:
    areas = config()["taxonomy"]["areas"]
    for ticket in tickets(now):
        said = ticket_of(json.dumps(ticket).encode())
        placed(said, Taxonomy.shipped("resend"))
        assert said.area is None or said.area in areas
        assert "{" not in (said.subject or "").replace("{{first_name}}", "")


def test_the_same_moment_makes_the_same_tickets(now: datetime) -> None:
    assert tickets(now) == tickets(now)


def test_nothing_happens_before_its_cause_or_in_the_future(now: datetime) -> None:
    order = ("created_at", "first_response_at", "solved_at", "closed_at")
    for ticket in tickets(now):
        at = [instant(ticket, name) for name in order if name in ticket]
        assert at == sorted(at)
        assert at[-1] <= instant(ticket, "updated_at") <= now
        assert ("closed_at" in ticket) == (ticket["status"] == "closed")
        assert ("assignee_email" in ticket) == (ticket["status"] != "new")


def test_eight_weeks_of_a_busy_team(now: datetime) -> None:
    made = tickets(now)
    assert abs(len(made) - ABOUT) < ABOUT / 8
    assert instant(made[0], "created_at") > now - timedelta(weeks=WEEKS)
    assert [t["created_at"] for t in made] == sorted(t["created_at"] for t in made)
    assert len({t["external_id"] for t in made}) == len(made)
    by_day = Counter(instant(t, "created_at").weekday() for t in made)
    assert min(by_day[day] for day in range(5)) > 2 * max(by_day[5], by_day[6])


def test_there_is_something_of_everything(now: datetime) -> None:
    made = tickets(now)
    status = Counter(t["status"] for t in made)
    assert status["closed"] + status["solved"] > 0.8 * len(made)
    assert status["new"] >= 3
    assert min(status["open"], status["escalated"], status["solved"]) >= 2
    assert {t["customer"]["tier"] for t in made} == {"free", "pro", "business", "enterprise"}
    assert {t.get("csat") for t in made} == {None, 1, 2, 3, 4, 5}
    found = {assess(f"{t['subject']}\n{t['body']}", t.get("category"), t["customer"]["tier"]).priority for t in made}
    assert found == set(Priority)


def test_one_subject_grows_so_that_reports_have_something_to_say(now: datetime) -> None:
    def domains_questions(since: int, until: int) -> int:
        window = (now - timedelta(days=since), now - timedelta(days=until))
        return sum(
            (t.get("category"), t.get("area")) == ("usability", "domains")
            and window[0] <= instant(t, "created_at") < window[1]
            for t in tickets(now)
        )

    assert domains_questions(28, 0) >= 2 * max(1, domains_questions(56, 28))


def test_the_config_is_valid_and_names_only_those_who_are_there() -> None:
    known = ConfigFile.model_validate(config())
    workspace = sandbox_workspace("http://127.0.0.1:3000/slack/events", {})
    people = {user["id"]: user for user in workspace["users"]}
    channels = {channel["id"]: channel for channel in workspace["channels"]}
    groups = {group["id"] for group in workspace["usergroups"]}
    assert {*known.team.leads, *known.team.reviewers} <= set(people)
    posted_to = {channel for channel in known.channels.model_dump().values() if channel}
    posted_to |= {route.channel for route in known.escalations.routes.values()}
    bot = workspace["app"]["bot_user_id"]
    assert all(bot in channels[channel]["members"] for channel in posted_to)
    assert {route.mention for route in known.escalations.routes.values() if route.mention} <= groups | set(people)
    assert all(set(channel["members"]) <= {*people, bot} for channel in channels.values())
    assert len({user["tz"] for user in people.values()}) >= 6
