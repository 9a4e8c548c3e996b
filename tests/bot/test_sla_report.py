"""`rethrow sla recompute`: running clocks are put under the present config, and it says how many."""

from dataclasses import replace

from sqlalchemy import Engine

from bot.sla_report import recompute
from tests.domain.sla_story import at
from tests.promises import Team, settings


def test_it_recomputes_once_and_says_so(engine: Engine, database_url: str) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.clock.set(at("mon 9:30"))
    faster = replace(settings(sla={"calendar": "office", "P2": {"resolution": "2h"}}), database_url=database_url)
    assert list(recompute(faster, team.clock)) == ["T0SLA: the clocks of 1 ticket now run under the present config"]
    assert list(recompute(faster, team.clock)) == ["T0SLA: the clocks of 0 tickets now run under the present config"]
    assert team.clocks(number)["resolution"].due_at == at("mon 11:00")


def test_a_database_that_no_bot_has_used_says_what_to_do(database_url: str) -> None:
    assert list(recompute(replace(settings(), database_url=database_url))) == [
        "there is no workspace yet: start the bot once"
    ]
