"""Clocks are stored in the transaction of each change, and always as a new fold of the trail gives them."""

import json
from dataclasses import replace

from sqlalchemy import Engine, select

from bot.keeping import Keeper
from db import clocks, events, session, tickets
from domain import ticket
from domain.sla_events import Kind
from domain.ticket import Change, Priority, Status
from helpdesk import inbox
from tests.domain.sla_story import at, minutes
from tests.promises import ANA, OFFICE, WORKSPACE, Team, settings


def test_a_new_ticket_has_its_clocks_and_the_instant_of_the_first_warning(engine: Engine) -> None:
    team = Team.at(engine, "fri 16:00")
    stored = team.clocks(team.opens("fri 16:30"))
    assert set(stored) == {"first_response", "resolution", "pickup"}
    first = stored["first_response"]
    assert (first.state, first.due_at, first.next_at, first.next_label) == (
        "running", at("mon 9:30"), at("mon 9:18"), "warn:80%",
    )  # fmt: skip
    assert (first.policy, first.calendar, first.edition, first.priority) == ("P2", "office", 1, "P2")


def test_a_reply_ends_the_clock_and_says_by_whom(engine: Engine) -> None:
    team = Team.at(engine, "fri 16:00")
    number = team.opens("fri 16:30")
    team.replies("mon 9:10", number)
    stored = team.clocks(number)
    first = stored["first_response"]
    assert (first.state, first.fulfilled_at, first.fulfilled_by, first.next_at) == ("kept", at("mon 9:10"), ANA, None)
    assert stored["pickup"].state == "kept"


def test_an_undone_reply_leaves_the_clock_running(engine: Engine) -> None:
    team = Team.at(engine, "fri 16:00")
    number = team.opens("fri 16:30")
    team.replies("mon 9:10", number)
    with session.reading(engine) as connection:
        past = events.last_of_actor(connection, WORKSPACE, ANA, at("fri 16:00"))
        assert past is not None
        found = tickets.find(connection, WORKSPACE, number)
        assert found is not None
    undo = ticket.undo(past, found, at("mon 9:12"))
    with session.writing(engine) as connection:
        assert events.mark_undone(connection, WORKSPACE, past.event_id)
    team.does("mon 9:12", number, undo, undoes=past.event_id)
    assert team.clocks(number)["first_response"].state == "running"
    assert team.clocks(number)["pickup"].state == "running"


def test_a_pause_is_an_interval_and_moves_the_due_instant(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.moves("mon 10:30", number, Status.PENDING)
    assert (team.clocks(number)["resolution"].state, team.clocks(number)["resolution"].due_at) == ("paused", None)
    team.does("tue 11:00", number, ticket.customer_wrote)
    resumed = team.clocks(number)["resolution"]
    assert (resumed.state, resumed.due_at) == ("running", at("tue 13:30"))
    with session.reading(engine) as connection:
        (told,) = connection.execute(select(clocks.pauses)).all()
    assert told == (WORKSPACE, number, "resolution", 1, at("mon 10:30"), at("tue 11:00"), "pending")


def test_a_change_of_priority_breaches_at_the_recomputed_instant(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla={"calendar": "office", "P1": {"resolution": "60m"}}))
    number = team.opens("mon 9:00", "P3")
    team.does("mon 11:00", number, Change("prioritised", {"priority": Priority.P1}))
    stored = team.clocks(number)["resolution"]
    assert (stored.state, stored.breached_at, stored.changed_at) == ("breached", at("mon 10:00"), at("mon 11:00"))


def test_late_events_give_what_events_in_order_give(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    in_order, late = team.opens("mon 9:00"), team.opens("mon 9:00")
    team.moves("mon 10:00", in_order, Status.PENDING)
    team.does("mon 11:00", in_order, ticket.customer_wrote)
    with session.writing(engine) as connection:
        # The helpdesk tells of the customer's answer first, and of the pause before it only later.
        for kind, fields, when in (
            ("customer_wrote", {"customer_replies": 1}, "mon 11:00"),
            ("pending", {"status": Status.PENDING}, "mon 10:00"),
            ("opened", {"status": Status.OPEN}, "mon 11:00"),
        ):
            found = tickets.find(connection, WORKSPACE, late)
            assert found is not None
            change = Change(kind, fields)
            assert tickets.apply(
                connection, WORKSPACE, found, change, actor="helpdesk:z", at=at(when), now=at("mon 11:30")
            )
        found = tickets.find(connection, WORKSPACE, late)
        assert found is not None
        team.house.keeper.keep(connection, WORKSPACE, [found], at("mon 11:30"))
    one, other = team.clocks(in_order)["resolution"], team.clocks(late)["resolution"]
    assert replace(one, number=0, version=0) == replace(other, number=0, version=0)


def test_a_new_config_holds_for_running_clocks_from_their_next_event_on(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    faster = settings(sla={"calendar": "office", "P2": {"first_response": "30m", "resolution": "2h"}})
    team.clock.set(at("mon 9:30"))
    team = team.restarted(faster)
    assert team.clocks(number)["resolution"].due_at == at("mon 13:00")
    fresh = team.opens("mon 9:40")
    assert team.clocks(fresh)["resolution"].target_us == minutes(120) // minutes(1) * 60_000_000
    team.replies("mon 9:50", number)
    moved = team.clocks(number)["resolution"]
    assert (moved.due_at, moved.edition) == (at("mon 11:00"), 2)


def test_an_unchanged_config_is_no_new_edition(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    team.clock.set(at("mon 12:00"))
    again = team.restarted(settings())
    with session.reading(engine) as connection:
        assert len(Keeper(again.house.settings).in_force(connection, WORKSPACE).editions.books) == 1


def test_a_kept_edition_reads_back_as_it_was(engine: Engine) -> None:
    day = {"mon": ["09:00-12:00", "13:00-17:00"]}
    uk = {"timezone": "Europe/London", "country": "GB", "hours": day, "dates": {"2026-03-09": ["10:00-11:00"]}}
    rich = settings(
        calendars={**OFFICE["calendars"], "uk": uk},
        sla={
            "calendar": "office", "warn_at": [0.5, "30m"], "reopening": "restart",
            "policies": [{"name": "vip", "customer_tier": ["enterprise"], "first_response": "10m", "calendar": "uk"}],
        },
    )  # fmt: skip
    team = Team.at(engine, "mon 9:00", rich).restarted(settings())
    with session.reading(engine) as connection:
        editions = team.house.keeper.in_force(connection, WORKSPACE).editions
    then = editions.books[0][1]
    assert [policy for policy in then.policies if policy.name == "vip"] == [
        policy for policy in rich.policy_book.policies if policy.name == "vip"
    ]
    assert then.policies == rich.policy_book.policies
    assert then.calendars["office"] == rich.policy_book.calendars["office"]


def test_tagging_moves_no_clock_unless_a_policy_asks_for_the_category(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    with session.reading(engine) as connection:
        assert not team.house.keeper.moved_by(connection, WORKSPACE, {"category", "area"})
    slow = {"name": "slow", "category": ["usability"], "resolution": "8h"}
    team = team.restarted(settings(sla=OFFICE["sla"] | {"policies": [slow]}))
    number = team.opens("mon 9:00")
    team.does("mon 9:10", number, Change("tagged", {"category": "usability"}))
    assert team.clocks(number)["resolution"].policy == "slow"
    assert team.clocks(number)["resolution"].due_at == at("mon 17:00")


def test_history_that_comes_in_bulk_is_settled_and_what_is_fresh_is_not(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    with session.writing(engine) as connection:
        born = {"subject": "Old", "status": "new", "priority": "P2"}
        now = at("thu 9:00")
        made = [
            tickets.create(connection, WORKSPACE, born, actor="helpdesk:z", at=at(when), now=now)
            for when in ("mon 9:00", "wed 15:30")
        ]
        assert team.house.keeper.keep_many(connection, WORKSPACE, made, at("thu 9:00")) == 2
        assert team.house.keeper.keep_many(connection, WORKSPACE, made, at("thu 9:00")) == 0
    old, fresh = (team.clocks(one.number)["first_response"] for one in made)
    assert (old.state, old.next_at) == ("breached", None)
    assert (fresh.state, fresh.next_at) == ("breached", at("wed 16:18"))
    assert {one.state for one in team.told(old.number)} == {"settled"}


def test_promises_of_one_moment_are_each_on_one_page(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens("mon 9:00") for _ in range(9)]
    with session.reading(engine) as connection:
        pages = [clocks.unfinished(connection, WORKSPACE, at("mon 10:01"), offset=n, limit=2) for n in range(0, 10, 2)]
    assert [one.number for page in pages for one in page] == numbers


def test_a_ticket_called_off_is_outside_all_counts(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.does("mon 9:30", number, Change(Kind.SPAM.value, {"status": Status.CLOSED}))
    assert {one.state for one in team.clocks(number).values()} == {"cancelled"}


def heard(team: Team, when: str, tier: str) -> int:
    """A helpdesk tells of a ticket and of its customer's plan."""
    team.clock.set(at(when))
    keeper, now, settled = team.house.keeper, team.clock.now(), team.house.settings
    said = {
        "external_id": "Z1", "subject": "Slow", "priority": "P2", "updated_at": now.isoformat(),
        "created_at": at("mon 9:00").isoformat(), "customer": {"external_id": "acme", "name": "Acme", "tier": tier},
    }  # fmt: skip
    body = json.dumps({"event_id": tier, "type": "ticket.upsert", "ticket": said}).encode()
    with session.writing(team.house.engine) as connection:
        return inbox.receive(
            connection, WORKSPACE, "generic", body, now, settled.taxonomy(), settled.priority_rules(),
            lambda c, found: None, keep=lambda c, found: keeper.keep(c, WORKSPACE, [found], now),
        )  # fmt: skip


def test_another_plan_of_the_customer_swaps_the_target_and_keeps_the_start(engine: Engine) -> None:
    vip = {"name": "vip", "customer_tier": ["enterprise"], "resolution": "2h"}
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"policies": [vip]}))
    heard(team, "mon 9:00", "pro")
    stored = team.clocks(heard(team, "mon 12:00", "enterprise"))["resolution"]
    assert (stored.policy, stored.breached_at, stored.changed_at) == ("vip", at("mon 11:00"), at("mon 12:00"))
