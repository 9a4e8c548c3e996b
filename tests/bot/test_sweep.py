"""The sweep: each alert once, late ones by how much, nothing lost to a spoilt ticket, and quiet outside hours."""

import threading
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bot.actions.alerts import ACTIONS, VIEWS
from bot.blocks import refusals
from bot.commands.sla import explained
from bot.desk import Click, Submission
from bot.sla.auditor import audit, recompute
from bot.sla.sweep import Sweep
from db import clocks, events, session, tickets
from domain import refusal, ticket
from domain.ticket import Change, Priority, Status
from tests.domain.sla_story import at
from tests.promises import ANA, BEN, LEAD, OFFICE, WORKSPACE, Team, settings
from tests.together import at_once

LONGER = {"calendar": "office", "P2": {"first_response": "2h"}}  # than OFFICE promises


def sweep(team: Team, when: str) -> int:
    """The bot looks at an instant."""
    team.clock.set(at(when))
    return Sweep(team.house, WORKSPACE).turn()


def keys(team: Team) -> list[str]:
    return [row["key"] for row in team.owed()]


def test_w6_after_downtime_one_post_says_how_late_and_the_warning_is_skipped(engine: Engine) -> None:
    team = Team.at(engine, "fri 16:00")
    number = team.opens("fri 16:30")
    assert sweep(team, "mon 8:59") == 0
    assert sweep(team, "mon 10:05") == 1
    (post,) = team.posts()
    assert "First response breached" in post
    (row,) = [row for row in team.owed() if row["key"] == f"sla:T-{number}:first_response:breach:1"]
    said = str(row["payload"])
    assert "Posted 35 min late." in said
    assert f"<!date^{int(at('mon 9:30').timestamp())}^" in said
    assert {one.label: (one.state, one.late_us // 60_000_000) for one in team.told(number)} == {
        "warn:80%": ("skipped", 0),
        "breach": ("posted", 35),
    }


def test_a_warning_then_a_breach_each_once_and_the_warning_follows(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    team.opens("mon 9:00")
    assert sweep(team, "mon 9:47:59") == 0
    sweep(team, "mon 9:48")
    assert sweep(team, "mon 9:48:30") == 0
    assert "is due soon" in team.posts()[0]
    sweep(team, "mon 10:00")
    assert len(team.posts()) == 2
    assert all("breached" in post for post in team.posts())
    assert sweep(team, "mon 10:30") == 0


def test_fulfilled_before_it_is_due_there_is_no_alert(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    team.replies("mon 9:30", team.opens("mon 9:00"))
    sweep(team, "mon 11:00")
    assert team.posts() == []


def test_the_post_says_what_became_of_it_and_the_owner_is_asked_why(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    sweep(team, "mon 10:00")
    team.replies("mon 10:12", number, BEN)
    (post,) = team.posts()
    assert f"replied 12 min late by <@{BEN}>" in post
    assert f"sla:T-{number}:first_response:breach:1:cause" in keys(team)


def test_a_breach_nobody_takes_is_told_again_each_hour_until_somebody_does(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    sweep(team, "mon 10:00")
    sweep(team, "mon 11:00")
    again = [row for row in team.owed() if ":again:" in row["key"]]
    assert [row["payload"]["reply_broadcast"] for row in again] == [True]
    team.does("mon 11:10", number, lambda found: ticket.take(found, BEN), BEN)
    assert sweep(team, "mon 11:31") == 0
    assert team.clocks(number)["first_response"].taken_by == BEN
    sweep(team, "mon 11:40")
    (nudge,) = [row for row in team.owed() if ":nudge:" in row["key"]]
    assert f"<@{BEN}>" in nudge["payload"]["text"]


@pytest.mark.parametrize(
    ("action_id", "done"), [("sla_snooze", "answered"), ("sla_replied", "answered"), ("sla_snooze", "solved")]
)
def test_a_button_of_a_promise_that_is_over_by_now_says_so_and_changes_nothing(
    engine: Engine, action_id: str, done: str
) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    sweep(team, "mon 10:00")
    if done == "solved":
        team.moves("mon 10:02", number, Status.SOLVED)
    else:
        team.replies("mon 10:02", number, BEN)
    before = keys(team)
    with pytest.raises(refusal.AlreadySo) as told:
        ACTIONS[action_id](team.desk(ANA), Click(action_id, f"{number}:first_response:1"))
    assert refusals.sentence(told.value) == f"T-1 is already {done}. Nothing changed."
    assert keys(team) == before
    assert team.clocks(number)["first_response"].snoozed_until is None


def test_more_than_five_in_a_channel_are_one_summary(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    numbers = [team.opens("mon 9:00") for _ in range(400)]
    sweep(team, "mon 10:05")
    (post,) = team.posts()
    assert post == "🔴 400 promises need attention, 400 still open"
    told = str(team.owed()[0]["payload"])
    assert all(f"T-{number}" in told for number in numbers)
    team.replies("mon 10:20", numbers[0])
    assert team.posts() == ["🔴 400 promises need attention, 399 still open"]
    sweep(team, "mon 11:05")
    assert len([row for row in team.owed() if ":again:" in row["key"]]) == 1


def test_a_summary_goes_on_over_the_batches_of_one_sweep(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    for _ in range(25):
        team.opens("mon 9:00")
    team.clock.set(at("mon 10:05"))
    Sweep(team.house, WORKSPACE, batch=10).turn()
    assert team.posts() == ["🔴 25 promises need attention, 25 still open"]


def test_two_sweeps_at_once_tell_each_breach_once(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"summary_above": 50}))
    numbers = [team.opens("mon 9:00") for _ in range(30)]
    team.clock.set(at("mon 10:05"))
    together = threading.Barrier(2)

    def run() -> None:
        def meet(point: str) -> None:
            if point == "sweep.decided":
                together.wait(60)

        one = Sweep(team.house, WORKSPACE, at=meet)
        one.turn()

    at_once(run, run)
    told = [key for key in keys(team) if key.endswith("breach:1")]
    assert sorted(told) == sorted(f"sla:T-{number}:first_response:breach:1" for number in numbers)
    assert len(team.posts()) == 30


@pytest.mark.parametrize("point", ["sweep.decided", "sweep.claimed", "sweep.told"])
def test_a_sweep_that_dies_anywhere_loses_and_doubles_nothing(engine: Engine, point: str) -> None:
    team = Team.at(engine, "mon 9:00")
    team.opens("mon 9:00")
    team.clock.set(at("mon 10:05"))

    def die(reached: str) -> None:
        if reached == point:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Sweep(team.house, WORKSPACE, at=die).turn()
    sweep(team, "mon 10:06")
    sweep(team, "mon 10:07")
    assert len(team.posts()) == 1


def test_one_spoilt_ticket_is_put_off_and_the_rest_go_on(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    spoilt, whole = team.opens("mon 9:00"), team.opens("mon 9:00")
    with session.writing(engine) as connection:
        connection.execute(text("update ticket_event set fields = '{\"status\": 7}' where number = :n"), {"n": spoilt})
    sweep(team, "mon 10:05")
    assert [key for key in keys(team) if key.endswith("breach:1")] == [f"sla:T-{whole}:first_response:breach:1"]
    assert team.clocks(spoilt)["first_response"].next_at == at("mon 10:10")


def test_outside_the_teams_hours_only_p0_and_what_runs_always_disturbs(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    normal = team.opens("mon 16:00")
    critical = team.opens("mon 19:50", "P0")
    sweep(team, "mon 20:05")
    assert {key.split(":")[1] for key in keys(team) if key.startswith("sla:")} == {f"T-{critical}"}
    sweep(team, "tue 8:59")
    assert not [key for key in keys(team) if f"T-{normal}:" in key]
    sweep(team, "tue 9:00")
    assert f"sla:T-{normal}:first_response:breach:1" in keys(team)


def test_a_due_time_at_closing_is_told_then_and_the_team_may_ask_for_everything(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    at_closing = team.opens("mon 16:00")
    sweep(team, "mon 17:00:01")
    assert f"sla:T-{at_closing}:first_response:breach:1" in keys(team)
    loud = team.restarted(settings(sla=OFFICE["sla"] | {"disturb_outside_hours": True}))
    late = loud.opens("tue 16:00")
    sweep(loud, "tue 21:00")
    assert f"sla:T-{late}:first_response:breach:1" in keys(loud)


def test_a_breach_taken_back_is_superseded_and_alerts_anew(engine: Engine) -> None:
    slow = {"first_response": "10d"}
    sla: dict[str, Any] = {"calendar": "office", "pickup": "10d"}
    sla |= {"P1": slow | {"resolution": "60m"}, "P3": slow | {"resolution": "8h"}}
    team = Team.at(engine, "mon 9:00", settings(sla=sla))
    number = team.opens("mon 9:00", "P1")
    sweep(team, "mon 10:00")
    team.does("mon 10:30", number, Change("prioritised", {"priority": Priority.P3}))
    assert "is no longer breached" in team.posts()[0]
    sweep(team, "mon 17:00")
    assert f"sla:T-{number}:resolution:breach:1.2" in keys(team)


def test_what_was_said_of_a_breach_that_is_taken_back_does_not_excuse_the_next_one(engine: Engine) -> None:
    sla = {"calendar": "office", "pickup": "10d", "P1": {"first_response": "60m"}, "P3": {"first_response": "3h"}}
    team = Team.at(engine, "mon 9:00", settings(sla=sla))
    number = team.opens("mon 9:00", "P1")
    clock = f"{number}:first_response:1"
    excuse = Submission({"clock": clock}, {"why": "Their own outage"})
    sweep(team, "mon 10:00")
    VIEWS["sla_waive"](team.desk(LEAD), excuse)
    ACTIONS["sla_cause_customer"](team.desk(LEAD), Click("sla_cause_customer", clock))
    team.does("mon 10:30", number, Change("prioritised", {"priority": Priority.P3}))
    row = team.clocks(number)["first_response"]
    assert (row.waived_by, row.waived_at, row.waived_why, row.cause, row.cause_by) == (None,) * 5
    (asked,) = [post["payload"] for post in team.owed() if post["key"].endswith(":cause")]
    assert "button" not in str(asked)
    with pytest.raises(refusal.AlreadySo):
        VIEWS["sla_waive"](team.desk(LEAD), excuse)
    sweep(team, "mon 12:00")
    (post,) = [row for row in team.owed() if row["key"] == f"sla:T-{number}:first_response:breach:1.2"]
    assert "sla_mine" in str(post["payload"])


def test_a_solved_ticket_closes_by_itself_and_a_long_pause_is_told_to_the_assignee(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla={}, calendars={}))
    solved, waiting = team.opens("mon 9:00", category="usability"), team.opens("mon 9:00")
    team.replies("mon 9:01", solved)
    team.moves("mon 9:02", solved, Status.SOLVED)
    team.replies("mon 9:01", waiting)
    team.moves("mon 9:02", waiting, Status.PENDING)
    sweep(team, "wed 9:02")
    with session.reading(engine) as connection:
        closed = tickets.find(connection, WORKSPACE, solved)
    assert closed is not None
    assert (closed.status, closed.closed_at) == (Status.CLOSED, at("wed 9:02"))
    sweep(team, "thu 9:02")
    (told,) = [row for row in team.owed() if ":pending_warning:" in row["key"]]
    assert told["channel"] == ANA


def test_the_auditor_mends_what_was_tampered_with_and_nothing_else(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    sweep(team, "mon 10:05")
    assert audit(team.house, WORKSPACE) == 0
    before = team.clocks(number)
    with session.writing(engine) as connection:
        clocks.say(connection, WORKSPACE, (number, "resolution", 1), due_at=at("wed 9:00"), next_at=None)
    assert audit(team.house, WORKSPACE) == 1
    assert team.clocks(number)["resolution"].due_at == before["resolution"].due_at
    assert audit(team.house, WORKSPACE) == 0


def test_who_did_something_else_at_the_same_instant_did_not_keep_the_promise(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.replies("mon 9:30", number, ANA)
    team.does("mon 9:30", number, Change("tagged", {"category": "usability"}), BEN)
    assert audit(team.house, WORKSPACE) == 0
    team.moves("mon 9:40", number, Status.PENDING)
    assert team.clocks(number)["first_response"].fulfilled_by == ANA


def test_recompute_puts_running_clocks_under_the_new_config_and_records_it(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.clock.set(at("mon 9:30"))
    team = team.restarted(settings(sla=LONGER))
    assert recompute(team.house, WORKSPACE) == 1
    assert recompute(team.house, WORKSPACE) == 0
    assert team.clocks(number)["first_response"].due_at == at("mon 11:00")
    kinds: list[Any] = []
    with session.reading(engine) as connection:
        kinds = [row.kind for row in connection.execute(text("select kind from ticket_event order by event_id"))]
    assert kinds == ["created", "recomputed"]


def test_what_moves_no_clock_leaves_it_under_its_edition_until_a_recompute(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.clock.set(at("mon 9:30"))
    team = team.restarted(settings(sla=LONGER))
    team.does("mon 9:40", number, Change("tagged", {"category": "usability"}))
    assert audit(team.house, WORKSPACE) == 0
    assert "edition 1: 1h on" in str(explained(team.desk(), f"T-{number}").blocks)
    assert recompute(team.house, WORKSPACE) == 1
    assert team.clocks(number)["first_response"].due_at == at("mon 11:00")
    assert "edition 2: 2h on" in str(explained(team.desk(), f"T-{number}").blocks)


def test_a_process_with_an_older_config_does_not_undo_a_recompute(engine: Engine) -> None:
    older = Team.at(engine, "mon 9:00")
    number = older.opens("mon 9:00")
    older.clock.set(at("mon 9:30"))
    newer = older.restarted(settings(sla=LONGER))
    assert recompute(newer.house, WORKSPACE) == 1
    older.does("mon 9:40", number, lambda found: ticket.take(found, BEN))
    clock = newer.clocks(number)["first_response"]
    assert (clock.due_at, clock.edition) == (at("mon 11:00"), 2)


def test_a_process_with_nothing_to_do_hears_of_a_newer_config(engine: Engine) -> None:
    older = Team.at(engine, "mon 9:00")
    number = older.opens("mon 9:00")
    older.clock.set(at("mon 9:30"))
    older.restarted(settings(sla=LONGER))
    assert sweep(older, "mon 9:31") == 0
    older.does("mon 9:40", number, lambda found: ticket.take(found, BEN))
    assert older.clocks(number)["first_response"].due_at == at("mon 11:00")


def test_alerts_go_where_the_routes_say_and_mention_whom_they_name(engine: Engine) -> None:
    route = {"priority": ["P0"], "channel": "C0INCIDENT", "mention": "S0ONCALL"}
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"routes": [route]}))
    team.opens("mon 9:00")
    team.opens("mon 9:50", "P0")
    sweep(team, "mon 10:05")
    breaches = {row["channel"]: str(row["payload"]) for row in team.owed() if row["key"].endswith("breach:1")}
    assert "<!subteam^S0ONCALL>" in breaches["C0INCIDENT"]
    assert "<!subteam^S0DUTY>" in breaches["C0ALERTS"]


def test_without_a_channel_nothing_is_posted_and_nothing_is_kept_back_for_later(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(channels={}))
    number = team.opens("mon 9:00")
    sweep(team, "mon 10:05")
    assert team.owed() == []
    assert {one.state for one in team.told(number)} == {"skipped"}


def test_a_handoff_that_nobody_acknowledges_is_noted_and_left_to_its_own_thread(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    team.replies("mon 9:01", number)
    team.clock.set(at("mon 9:05"))
    with session.writing(engine) as connection:
        told = {"handoff": (None, "h1"), "target": (None, 15 * 60_000_000)}
        now = team.clock.now()
        events.record(connection, WORKSPACE, number, kind="handed_off", actor=ANA, at=now, fields=told)
        found = tickets.find(connection, WORKSPACE, number)
        assert found is not None
        team.house.keeper.keep(connection, WORKSPACE, [found], now)
    assert sweep(team, "mon 9:21") == 1
    assert team.posts() == []
    assert team.clocks(number)["escalation_ack"].state == "breached"
    assert sweep(team, "mon 9:22") == 0


def test_sweeps_and_people_at_once_leave_nothing_to_mend(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", settings(sla=OFFICE["sla"] | {"summary_above": 50}))
    numbers = [team.opens("mon 9:00") for _ in range(24)]
    team.clock.set(at("mon 10:05"))

    def sweeps() -> None:
        for _ in range(3):
            Sweep(team.house, WORKSPACE, batch=7).turn()

    def answers(mine: list[int]) -> None:
        desk = team.desk(BEN)
        for number in mine:
            with desk.writing() as connection:
                found = desk.ticket(connection, f"T-{number}")
                desk.change(connection, found, ticket.reply(found, BEN, desk.now()), desk.now())

    at_once(sweeps, sweeps, lambda: answers(numbers[::2]), lambda: answers(numbers[1::4]))
    Sweep(team.house, WORKSPACE).turn()
    assert audit(team.house, WORKSPACE) == 0
    told = [key for key in keys(team) if key.endswith("first_response:breach:1") and not key.startswith("edit:")]
    assert sorted(told) == sorted(f"sla:T-{number}:first_response:breach:1" for number in numbers)
    waiting = [number for number in numbers if number not in {*numbers[::2], *numbers[1::4]}]
    assert all(team.clocks(number)["first_response"].remind_at == at("mon 11:05") for number in waiting)
