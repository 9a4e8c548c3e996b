"""What a helpdesk says moves a ticket's clocks as it moves the ticket, in whatever order it is heard."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bot.sla.auditor import audit
from bot.sla.sweep import Sweep
from db import session, tickets
from db.clocks import StoredClock
from domain import ticket
from domain.refusal import Refusal
from domain.ticket import Status, Ticket
from helpdesk import inbox
from tests.databases import engine_at
from tests.domain.sla_story import at
from tests.promises import ANA, OFFICE, WORKSPACE, Team, settings
from tests.waiting import wait_until

_ids = count(1)


@pytest.fixture
def team(engine: Engine) -> Team:
    """A team that starts on Monday morning."""
    return Team.at(engine, "mon 9:00")


def says(team: Team, when: str | datetime, **said: Any) -> int:
    """The helpdesk's word about its one ticket, as of now unless it says otherwise; the ticket's number."""
    team.clock.set(at(when) if isinstance(when, str) else when)
    keeper, now, settled = team.house.keeper, team.clock.now(), team.house.settings
    told = {"external_id": "Z1", "updated_at": now.isoformat()} | said
    body = json.dumps({"event_id": f"e{next(_ids)}", "type": "ticket.upsert", "ticket": told}).encode()
    with session.writing(team.house.engine) as connection:
        return inbox.receive(
            connection, WORKSPACE, "generic", body, now, settled.taxonomy(), settled.priority_rules(),
            lambda c, found: None, keep=lambda c, found: keeper.keep(c, WORKSPACE, [found], now),
        )  # fmt: skip


def born(team: Team, **said: Any) -> int:
    """A P2 of the helpdesk, which is to be resolved within 4 hours."""
    first = {"subject": "Export is empty", "priority": "P2", "status": "open", "created_at": at("mon 9:00").isoformat()}
    return says(team, "mon 9:00", **first | said)


def swept(team: Team, when: str) -> None:
    """The bot looks at an instant."""
    team.clock.set(at(when))
    Sweep(team.house, WORKSPACE).turn()


def stands(team: Team, number: int) -> tuple[Ticket, StoredClock]:
    """The ticket and its resolution clock."""
    with team.desk().reading() as connection:
        return team.desk().ticket(connection, f"T-{number}"), team.clocks(number)["resolution"]


def test_a_customer_with_a_calendar_of_their_own_is_promised_on_it_from_when_they_are_known(engine: Engine) -> None:
    late = {"timezone": "Europe/London", "hours": {"mon": ["12:00-20:00"]}}
    sla = OFFICE["sla"] | {"customer_calendars": {"acme": "late"}}
    team = Team.at(engine, "mon 9:00", settings(calendars=OFFICE["calendars"] | {"late": late}, sla=sla))
    number = born(team)
    assert stands(team, number)[1].due_at == at("mon 13:00")
    says(team, "mon 10:00", customer={"external_id": "acme", "name": "Acme"})
    clock = stands(team, number)[1]  # an hour is used; three are left from noon on
    assert (clock.calendar, clock.due_at) == ("late", at("mon 15:00"))


def test_a_ticket_that_stays_pending_stays_paused_though_its_customer_wrote(team: Team) -> None:
    number = born(team)
    says(team, "mon 10:00", status="pending")
    says(team, "mon 11:00", status="pending", customer_replies=1, agent_replies=1)
    found, clock = stands(team, number)
    assert (found.status, clock.state, clock.due_at) == (Status.PENDING, "paused", None)


def test_a_ticket_that_comes_in_with_an_assignee_waits_for_nobody_to_pick_it_up(team: Team) -> None:
    assert "pickup" not in team.clocks(born(team, status="new", assignee_email="bo@us.example"))


def test_a_ticket_solved_again_was_not_solved_before_it_was_opened_again(team: Team) -> None:
    number, first_end = born(team), at("mon 10:00").isoformat()
    says(team, "mon 10:00", status="solved", solved_at=first_end)
    says(team, "tue 9:00", status="open")
    says(team, "tue 10:00", status="solved", solved_at=first_end)
    says(team, "tue 11:00", status="solved", solved_at=first_end, tags=["export"])
    found, clock = stands(team, number)
    assert (found.status, found.solved_at) == (Status.SOLVED, at("tue 10:00"))
    assert (clock.state, clock.fulfilled_at) == ("kept", at("tue 10:00"))


def test_what_a_person_opened_again_is_solved_when_the_helpdesk_says_so_again(team: Team) -> None:
    number, first_end = born(team), at("mon 10:00").isoformat()
    says(team, "mon 10:00", status="solved", solved_at=first_end)
    team.does("tue 9:00", number, lambda found: ticket.reopen(found, at("tue 9:00")))
    says(team, "tue 10:00", status="solved", solved_at=first_end)
    found, clock = stands(team, number)
    assert (found.status, clock.state, clock.ended_at) == (Status.SOLVED, "kept", at("tue 10:00"))


def test_taken_by_somebody_who_had_not_heard_that_it_was_solved_it_is_solved(team: Team) -> None:
    number = born(team, status="new")
    team.does("mon 11:00", number, lambda found: ticket.take(found, ANA))
    says(team, "mon 12:00", status="solved", solved_at=at("mon 10:00").isoformat())
    found, clock = stands(team, number)
    assert (found.status, clock.state, clock.fulfilled_at) == (Status.SOLVED, "kept", at("mon 10:00"))


@pytest.mark.parametrize("said", [{"status": "open"}, {"customer_replies": 1}])
def test_late_news_that_opens_a_pending_ticket_ends_its_pause(team: Team, said: dict[str, Any]) -> None:
    number = born(team)
    team.moves("mon 10:30", number, Status.PENDING)
    says(team, "mon 12:00", updated_at=at("mon 10:00").isoformat(), **said)
    found, clock = stands(team, number)
    assert (found.status, clock.state, clock.due_at) == (Status.OPEN, "running", at("mon 13:00"))


def test_a_breach_that_late_news_takes_back_is_superseded_and_the_next_one_alerts_anew(team: Team) -> None:
    number = born(team)
    swept(team, "mon 13:00")
    says(team, "mon 13:30", updated_at=at("mon 10:00").isoformat(), status="pending")
    assert [post for post in team.posts() if "Resolution" in post] == [
        "↩️ Resolution is no longer breached: T-1 · Export is empty (P2, unknown)"
    ]
    says(team, "mon 14:00", status="open")
    swept(team, "mon 15:00")
    assert not [row["key"] for row in team.owed() if "resolution" in row["key"] and ":again:" in row["key"]]
    swept(team, "mon 17:00")
    told = {(one.label, one.alert_cycle): one.state for one in team.told(number) if one.metric == "resolution"}
    assert (told["breach", "1"], told["breach", "1.2"]) == ("superseded", "posted")
    assert audit(team.house, WORKSPACE) == 0


def test_late_news_of_another_priority_does_so_as_well(team: Team) -> None:
    number = born(team)
    swept(team, "mon 13:00")
    says(team, "mon 13:30", updated_at=at("mon 12:00").isoformat(), priority="P3")
    clock = team.clocks(number)["resolution"]
    assert (clock.state, clock.alert_cycle, clock.due_at) == ("running", "1.2", at("mon 17:00") + timedelta(days=10))


def test_a_breach_that_stands_by_late_news_as_well_is_told_once(team: Team) -> None:
    number = born(team)
    swept(team, "mon 13:10")
    says(team, "mon 13:30", updated_at=at("mon 13:05").isoformat(), status="pending")
    says(team, "mon 14:00", status="open")
    swept(team, "mon 14:01")
    told = [one.alert_cycle for one in team.told(number) if (one.metric, one.label) == ("resolution", "breach")]
    assert told == ["1"]


def anything(pick: random.Random, now: datetime, replies: int) -> dict[str, Any]:
    """What a helpdesk may say at an instant: some status, and things that happened a while ago."""

    def some_of(chances: dict[str, float]) -> dict[str, Any]:
        ago = {name: (now - timedelta(minutes=pick.randrange(300))).isoformat() for name in chances}
        return {name: ago[name] for name, chance in chances.items() if pick.random() < chance}

    said = some_of({"solved_at": 0.3, "closed_at": 0.2, "first_response_at": 0.2, "updated_at": 0.3})
    status = {"status": pick.choice(list(Status)).value} if pick.random() < 0.7 else {}
    return said | status | {"customer_replies": replies + pick.randrange(2), "created_at": at("mon 8:00").isoformat()}


def does_anything(pick: random.Random, team: Team, number: int, now: datetime) -> None:
    """Somebody does something with the ticket in Slack, where it can be done."""
    to = pick.choice([Status.OPEN, Status.PENDING, Status.ESCALATED])
    choices = (
        lambda found: ticket.take(found, ANA),
        lambda found: ticket.move(found, to, now),
        lambda found: ticket.reopen(found, now),
        lambda found: ticket.reply(found, ANA, now),
    )
    desk = team.desk()
    with desk.writing() as connection:
        found = desk.ticket(connection, f"T-{number}")
        try:
            change = pick.choice(choices)(found)
        except Refusal:
            return
        desk.change(connection, found, change, now)


def test_whatever_is_heard_in_whatever_order_the_clocks_stand_as_the_ticket_does(team: Team) -> None:
    for seed in range(25):
        pick, now, number = random.Random(seed), team.clock.now(), 0
        for step in range(9):
            now += timedelta(minutes=pick.randrange(1, 120))
            team.clock.set(now)
            if not number or pick.random() < 0.5:
                number = says(team, now, external_id=f"X{seed}", **anything(pick, now, step))
            else:
                does_anything(pick, team, number, now)
        with team.desk().reading() as connection:
            found = team.desk().ticket(connection, f"T-{number}")
            (folded,) = team.house.keeper.folded(connection, WORKSPACE, [found], now)
        assert folded.story.status is found.status, seed


def test_another_plan_of_a_customer_waits_for_who_is_changing_their_ticket(postgresql_url: str) -> None:
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    customer = {"external_id": "acme", "name": "Acme", "tier": "free"}
    with engine_at(postgresql_url) as engine, ThreadPoolExecutor(1) as helpdesk:
        team = Team.at(engine, "mon 9:00")
        number = born(team, customer=customer)
        desk, now = team.desk(), team.clock.now()
        with desk.writing() as connection:
            found = desk.ticket(connection, f"T-{number}")
            replied = ticket.reply(found, ANA, now)
            assert tickets.apply(connection, WORKSPACE, found, replied, actor=ANA, at=now)
            upgraded = customer | {"tier": "enterprise"}
            told = helpdesk.submit(says, team, "mon 9:00", customer=upgraded, subject="Export is empty again")
            with engine.connect() as looking:
                wait_until(lambda: looking.scalar(waits), "the helpdesk waits for Ana")
            team.house.keeper.keep(connection, WORKSPACE, [tickets.with_change(found, replied, now)], now)
        told.result(30)
        after, _ = stands(team, number)
        assert (after.agent_replies, after.subject, after.customer_tier) == (1, "Export is empty again", "enterprise")
