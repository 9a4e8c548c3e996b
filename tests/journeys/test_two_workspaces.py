"""Two teams in one database, with the same ticket numbers and the same words: neither ever sees the other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.digests.posting import sweep as post_digests
from bot.main import Bot, build
from db.tickets import tickets
from slack_sandbox.client import Sandbox
from slack_sandbox.server import start_in_thread
from tests.clock import MovableClock
from tests.journeys.test_dying import CHANNELS, QUIET, ROUTES
from tests.workplace import (
    ALERTS,
    ANA,
    LEAD,
    LEADS,
    PATIENT,
    TEAM,
    Json,
    Workplace,
    all_text,
    served,
    settings_for,
    workspace,
)

OURS, THEIRS = TEAM, "T0OTHER"
WORDS = {OURS: "walnut", THEIRS: "pebble"}


def of_team(made: Json, team: str) -> Json:
    """The same people and channels, in another workspace."""
    return {**made, "team": {**made["team"], "id": team}, "app": {**made["app"], "rate": {"per_second": 0, "burst": 1}}}


@pytest.fixture
def teams(slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock) -> Iterator[dict[str, Workplace]]:
    """Both teams, each with a Slack and a bot of its own, on one database."""
    other = start_in_thread()
    places = {}
    servers = []
    for team, url in ((OURS, slack_url), (THEIRS, other.url)):
        folder = tmp_path / team
        folder.mkdir()
        slack = Sandbox(url)
        slack.reset(of_team(workspace("http://127.0.0.1:9/slack/events"), team))
        bot = build(settings_for(folder, url, database_url, CHANNELS + ROUTES + QUIET), clock)
        servers.append(served(bot))
        address = servers[-1].__enter__()
        slack.app(request_url=f"{address}/slack/events", **PATIENT)
        places[team] = Workplace(slack, bot, clock, address)
        places[team].pass_time(seconds=0)
    yield places
    for server in servers:
        server.__exit__(None, None, None)
    for place in places.values():
        place.bot.house.engine.dispose()
        place.slack.close_client()
    other.stop()


def watch(bot: Bot, foreign: str) -> list[str]:
    """Every statement of this bot that is given the other workspace's name."""
    heard: list[str] = []

    def hears(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if re.search(rf"'{foreign}'", repr(values)) or foreign in statement:
            heard.append(statement)

    event.listen(bot.house.engine, "before_cursor_execute", hears)
    return heard


def a_day(place: Workplace, word: str) -> None:
    """Every kind of work, about this team's word."""
    ana, lead = place.person(ANA), place.person(LEAD)
    ana.types(f"/ticket new P2 The {word} export is slow for {word} Ltd")
    ana.types(f"/ticket new P0 All of {word} is down")
    ana.types("/ticket take 1")
    ana.types("/tag T-1 usability api")
    ana.types("/ticket reply 1")
    ana.types("/ticket undo")
    assert place.ingest({"external_id": "Z1", "subject": f"{word} by mail", "priority": "P2"}, "event 1").is_success
    ana.types("/ticket solve 1 nothing")
    for command in ("/ticket list open", "/sla", "/sla T-2", "/tag report 30d", "/escalate list", "/digest weekly"):
        answer = (lead if command.startswith("/digest") else ana).types(command)
        assert answer
        assert not [other for other in WORDS.values() if other != word and other in answer]


def everything_read(place: Workplace) -> str:
    """All that stands in any channel of a team's Slack."""
    seen = [
        m
        for person in (ANA, LEAD)
        for one in place.slack.channels(person)
        for m in place.slack.messages(person, one["id"])
    ]
    return "\n".join(all_text(message) for message in seen)


def test_neither_sees_the_other(teams: dict[str, Workplace]) -> None:
    heard = {team: watch(place.bot, THEIRS if team == OURS else OURS) for team, place in teams.items()}
    for team, place in teams.items():
        a_day(place, WORDS[team])
    for place in teams.values():
        place.pass_time(hours=26)
        place.goes_through_its_timetable()
        place.pass_time(days=7)
        post_digests(place.bot.house, place.bot.workspace_id)
        place.person(LEAD, LEADS).waits_for("Weekly review")
        place.person(ANA, ALERTS).waits_for("T-3")
    for team, place in teams.items():
        read = everything_read(place)
        assert WORDS[team] in read
        assert [word for word in WORDS.values() if word in read] == [WORDS[team]]
        mine = place.query(tickets.select().where(tickets.c.workspace_id == team))
        assert sorted(row.number for row in mine) == [1, 2, 3]
    assert heard == {OURS: [], THEIRS: []}
