"""A storm of alerts: told in one summary from the stored rows alone, and as the tickets' trails would tell it."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from bot.escalations import opening
from bot.sla.auditor import audit
from bot.sla.sweep import Sweep
from db import clocks, customers, session, tickets
from domain import ticket
from domain.escalation import Handoff, Trigger
from domain.ticket import Status
from tests.domain.sla_story import at
from tests.promises import BEN, OFFICE, WORKSPACE, Team, settings
from tests.together import at_once

SEVERAL = OFFICE["sla"] | {"warn_at": [0.5, 0.8, "5m"]}


def sweep(team: Team, when: str) -> int:
    team.clock.set(at(when))
    return Sweep(team.house, WORKSPACE).turn()


def as_the_trails_say(team: Team) -> bool:
    """Whether every stored clock is what a new fold of its ticket's trail gives now."""
    keeper = team.house.keeper
    with session.reading(team.house.engine) as connection:
        found = tickets.numbered(connection, WORKSPACE, range(1, 100))
        folded = keeper.folded(connection, WORKSPACE, found, team.clock.now())
    rows = [(one, row) for one in folded for row in one.stored.values()]
    return all(
        keeper.planner.replanned(one, clock, row, team.clock.now()) == row
        for one, row in rows
        if (clock := one.clock(row.key)) is not None
    )


@pytest.mark.parametrize("when", ["mon 9:31", "mon 9:50", "mon 9:56", "mon 10:05", "mon 16:00"])
def test_it_leaves_what_the_trails_would(engine: Engine, when: str) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla=SEVERAL))
    numbers = [team.opens("mon 9:00") for _ in range(8)]
    assert sweep(team, when) >= 8
    assert as_the_trails_say(team)
    assert audit(team.house, WORKSPACE) == 0
    posts = {one.outbox_key for number in numbers for one in team.told(number) if one.state == "posted"}
    assert len(posts) == len(team.posts()) == 1


def test_each_threshold_of_a_storm_is_told_in_its_turn(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla=SEVERAL))
    number, *_ = (team.opens("mon 9:00") for _ in range(8))
    for when in ("mon 9:30", "mon 9:48", "mon 9:55", "mon 10:00"):
        assert sweep(team, when) == 8
        assert sweep(team, when) == 0
        assert as_the_trails_say(team)
    assert [(one.label, one.state) for one in team.told(number)] == [
        ("warn:50%", "posted"), ("warn:80%", "posted"), ("warn:5m", "posted"), ("breach", "posted"),
    ]  # fmt: skip


def test_it_says_how_late_each_was_noticed_and_what_was_skipped_for_it(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number, *_ = (team.opens("mon 9:00") for _ in range(8))
    sweep(team, "mon 10:35")
    assert {one.label: (one.state, one.late_us // 60_000_000) for one in team.told(number)} == {
        "warn:80%": ("skipped", 0),
        "breach": ("posted", 35),
    }


@pytest.mark.parametrize("taken", [False, True])
def test_a_warning_that_had_a_post_of_its_own_follows_a_breach_that_a_storm_tells(engine: Engine, taken: bool) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens(f"mon 9:00:{second}") for second in range(1, 9)]
    for second in range(1, 9):
        sweep(team, f"mon 9:48:{second}")
    assert all("is due soon" in post for post in team.posts())
    if taken:
        for number in numbers:
            team.does("mon 9:50", number, lambda found: ticket.take(found, BEN))
    sweep(team, "mon 10:01")
    *warnings, summary = team.posts()
    assert "8 promises need attention" in summary
    assert len(warnings) == 8
    assert all("First response breached" in post for post in warnings)
    assert audit(team.house, WORKSPACE) == 0


def test_what_somebody_took_or_answered_is_told_by_its_trail(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens("mon 9:00") for _ in range(8)]
    sweep(team, "mon 9:48")
    team.does("mon 9:49", numbers[0], lambda found: ticket.take(found, BEN), BEN)
    team.replies("mon 9:50", numbers[1])
    sweep(team, "mon 10:00")
    breached = [n for n in numbers if any(one.label == "breach" for one in team.told(n))]
    assert breached == [numbers[0], *numbers[2:]]
    assert team.posts()[-1] == "🔴 7 promises need attention, 7 still open"
    assert as_the_trails_say(team)


def test_who_replies_while_a_storm_is_decided_is_not_alerted(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens("mon 9:00") for _ in range(8)]

    def reply_meanwhile(point: str) -> None:
        if point == "sweep.decided" and not team.clocks(numbers[3])["first_response"].ended_at:
            at_once(lambda: team.replies("mon 9:59:59", numbers[3]))
            team.clock.set(at("mon 10:00"))

    team.clock.set(at("mon 10:00"))
    Sweep(team.house, WORKSPACE, at=reply_meanwhile).turn()
    sweep(team, "mon 10:00:01")
    told = [n for n in numbers if any(one.label == "breach" for one in team.told(n))]
    assert told == [n for n in numbers if n != numbers[3]]
    assert audit(team.house, WORKSPACE) == 0


def test_it_goes_where_the_routes_say(engine: Engine) -> None:
    route = {"priority": ["P1"], "channel": "C0INCIDENT"}
    sla = OFFICE["sla"] | {"P1": {"first_response": "60m", "pickup": "10h"}, "routes": [route], "summary_above": 2}
    team = Team.at(engine, "mon 9:00", settings(sla=sla))
    for priority in ("P1", "P1", "P1", "P2", "P2", "P2", "P2"):
        team.opens("mon 9:00", priority)
    sweep(team, "mon 10:05")
    posts = {row["channel"]: row["payload"]["text"] for row in team.owed() if ":summary:" in row["key"]}
    assert posts == {
        "C0INCIDENT": "🔴 3 promises need attention, 3 still open",
        "C0ALERTS": "🔴 4 promises need attention, 4 still open",
    }


@pytest.mark.parametrize("asked", [{"customer_tier": ["enterprise"]}, {"area": ["billing"]}])
def test_alerts_one_by_one_go_where_tier_and_area_say(engine: Engine, asked: dict[str, list[str]]) -> None:
    route = asked | {"channel": "C0SPECIAL", "mention": "S0SPECIAL"}
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"routes": [route]}))
    with session.writing(engine) as connection:
        customers.save(connection, WORKSPACE, "acme", name="Acme", tier="enterprise")
    special = team.opens("mon 9:00", customer_id="acme", area="billing")
    usual = team.opens("mon 9:00", area="api")
    sweep(team, "mon 9:48")
    went = {row["key"].split(":")[1]: (row["channel"], "S0SPECIAL" in str(row["payload"])) for row in team.owed()}
    assert went == {f"T-{special}": ("C0SPECIAL", True), f"T-{usual}": ("C0ALERTS", False)}


def test_outside_the_teams_hours_a_storm_is_held_to_opening(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    for _ in range(8):
        team.opens("mon 16:20")
    sweep(team, "mon 20:00")
    assert team.posts() == []
    sweep(team, "tue 9:08")
    assert team.posts() == ["🔴 8 promises need attention, 8 still open"]
    assert as_the_trails_say(team)


@pytest.mark.parametrize("spoilt", [None, "", "breach@yesterday"])
def test_clocks_without_readable_crossings_are_told_by_their_trails(engine: Engine, spoilt: str | None) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens("mon 9:00") for _ in range(8)]
    with session.writing(engine) as connection:
        connection.execute(text("update sla_clock set crossings = :s"), {"s": spoilt})
    sweep(team, "mon 10:05")
    assert team.posts() == ["🔴 8 promises need attention, 8 still open"]
    assert all(replace(row, crossings=None).next_label == "remind" for row in _first_responses(team, numbers))


def _first_responses(team: Team, numbers: list[int]) -> list[clocks.StoredClock]:
    return [team.clocks(number)["first_response"] for number in numbers]


def test_handoffs_that_come_due_together_are_no_storm(engine: Engine) -> None:
    routes = {"routes": {"L2": {"channel": "C0L2"}}, "ladder": {}}
    team = Team.at(engine, "mon 9:00", settings(escalations=routes))
    for _ in range(8):
        number = team.opens("mon 9:00", assignee=BEN, status=Status.OPEN)
        team.replies("mon 9:00", number)
        opening.open_for(team.desk(BEN), f"T-{number}", Handoff(Trigger.STUCK, "Export is empty", "A peer"))
    sweep(team, "mon 9:40")
    assert {one.metric for number in range(1, 9) for one in team.told(number)} == {"escalation_ack"}
    assert not [row["key"] for row in team.owed() if row["key"].startswith("sla:")]
