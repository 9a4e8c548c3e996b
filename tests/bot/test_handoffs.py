"""Handoffs without Slack: their clock, two sweeps at once, downtime, what is noticed and what is history."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.exc import OperationalError

from bot.escalations import life, opening, reading, sweep
from bot.escalations.noticing import Watch
from bot.settings import Settings
from bot.sla.sweep import Sweep as SlaSweep
from db import customers, events, handoffs, session, tickets
from domain import refusal
from domain.escalation import Case, CaseState, Handoff, Trigger
from domain.ticket import Priority, Status
from tests.domain.sla_story import at
from tests.promises import ANA, BEN, LEAD, WORKSPACE, Team, settings
from tests.together import at_once

HANDOFF = Handoff(Trigger.STUCK, "Export is empty", "A peer", expected="Today")
ROUTES: dict[str, Any] = {
    "escalations": {
        "routes": {"L2": {"channel": "C0L2"}, "engineering": {"channel": "C0ENG"}},
        "ladder": {"L2": ["legal", "engineering"]},
    },
    "channels": {"alerts": "C0ALERTS", "leads": "C0LEADS", "escalations": "C0ESC"},
}


def routed(**sections: Any) -> Settings:
    return settings(**(ROUTES | sections))


def handed_on(engine: Engine, when: str = "mon 9:00", priority: str = "P2") -> tuple[Team, int]:
    team = Team.at(engine, when, routed())
    number = team.opens(when, priority, assignee=ANA, status=Status.OPEN)
    opening.open_for(team.desk(ANA), f"T-{number}", HANDOFF)
    return team, number


def case_of(team: Team, number: int) -> Case:
    with session.reading(team.house.engine) as connection:
        return handoffs.of_ticket(connection, WORKSPACE, number)[-1]


def said(team: Team, word: str) -> list[str]:
    return [row["payload"]["text"] for row in team.owed() if word in row["key"]]


def test_the_clock_of_a_handoff_runs_for_the_triggers_own_time_and_is_kept_by_acknowledging(engine: Engine) -> None:
    team, number = handed_on(engine)
    clock = team.clocks(number)["escalation_ack"]
    assert (clock.due_at, clock.ended_at) == (at("mon 9:30"), None)
    team.clock.set(at("mon 9:20"))
    life.acknowledge(team.desk(BEN), case_of(team, number).case_id)
    clock = team.clocks(number)["escalation_ack"]
    assert (clock.state, clock.fulfilled_at, clock.fulfilled_by) == ("kept", at("mon 9:20"), BEN)


def test_a_declined_handoff_is_neither_kept_nor_broken(engine: Engine) -> None:
    team, number = handed_on(engine)
    team.clock.set(at("mon 9:20"))
    life.finish(team.desk(BEN), case_of(team, number).case_id, CaseState.DECLINED, {"answer": "Not ours"})
    assert team.clocks(number)["escalation_ack"].state == "cancelled"


def test_a_handoff_after_hours_is_waited_for_from_the_next_opening(engine: Engine) -> None:
    team, number = handed_on(engine, "fri 16:45")
    assert case_of(team, number).due_at == at("mon 9:15")


def test_two_sweeps_at_once_remind_once_and_bring_in_one_rung(engine: Engine) -> None:
    team, number = handed_on(engine)
    for when, word in (("mon 9:24", ":remind:"), ("mon 9:30", ":rung:")):
        team.clock.set(at(when))
        at_once(*[lambda: sweep.turn(team.house, WORKSPACE)] * 4)
        assert len(said(team, word)) == 1
    case = case_of(team, number)
    assert (case.asked, case.rung, case.due_at) == (("L2", "engineering"), 2, at("mon 10:00"))
    assert "Legal skipped" in said(team, ":rung:")[0]


def test_after_downtime_the_reminder_that_came_too_late_is_left_out(engine: Engine) -> None:
    team, _ = handed_on(engine)
    team.clock.set(at("mon 11:00"))
    sweep.turn(team.house, WORKSPACE)
    assert said(team, ":remind:") == []
    assert len(said(team, ":rung:")) == 1


def test_an_acknowledged_handoff_leaves_its_old_timers_without_effect(engine: Engine) -> None:
    team, number = handed_on(engine)
    old = case_of(team, number)
    life.acknowledge(team.desk(BEN), old.case_id)
    team.clock.set(at("mon 9:31"))
    with team.desk().writing() as connection:
        ticket = team.desk().ticket(connection, f"T-{number}")
        step = sweep.Step(team.desk(), connection, old, ticket, settings().calendars["office"], team.clock.now())
        sweep.attend(step)
    assert said(team, ":rung:") == []
    assert case_of(team, number).asked == ("L2",)


def test_two_who_acknowledge_at_once_are_one_and_the_other_is_told(engine: Engine) -> None:
    team, number = handed_on(engine)
    case = case_of(team, number)

    def click(person: str) -> bool:
        try:
            life.acknowledge(team.desk(person), case.case_id)
        except refusal.HandoffAlready as already:
            return already.person == (case_of(team, number).acknowledged_by)
        return False

    assert sorted(at_once(lambda: click(BEN), lambda: click(LEAD))) == [False, True]


def test_tiers_share_the_time_that_was_used(engine: Engine) -> None:
    team, number = handed_on(engine, "mon 10:00")
    team.clock.set(at("mon 11:00"))
    life.finish(team.desk(BEN), case_of(team, number).case_id, CaseState.HANDED_BACK, {"answer": "Ask for logs"})
    team.clock.set(at("mon 11:30"))
    told = reading.history(team.desk(), f"T-{number}")
    shares = str(told.blocks[-1])
    assert "L2 1 h (25 %)" in shares
    assert "L1 30 min (12 %)" in shares


def test_a_handoff_that_reaches_nobody_is_refused_with_the_line_to_add(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    number = team.opens("mon 9:00")
    with pytest.raises(refusal.NoChannel) as refused:
        opening.window(team.desk(), f"T-{number}", "")
    assert "escalations" in refused.value.line


def offered(team: Team) -> list[str]:
    return said(team, "handoff:offer:")


def test_what_is_noticed_is_offered_once_whatever_looks_and_however_often(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())
    number = team.opens("mon 9:00", assignee=ANA, subject="Our lawyer will write")
    watches = [Watch(team.house, WORKSPACE) for _ in range(3)]
    assert sum(at_once(*(watch.turn for watch in watches))) == 1
    team.replies("mon 9:01", number)
    assert [watch.turn() for watch in (*watches, Watch(team.house, WORKSPACE))] == [0, 0, 0, 0]
    assert len(offered(team)) == 1


def test_history_offers_nothing(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())
    long_ago = team.clock.now() - timedelta(days=3)
    with session.writing(engine) as connection:
        values = {"subject": "Our lawyer will write", "status": Status.OPEN, "priority": Priority.P0, "assignee": ANA}
        tickets.create(connection, WORKSPACE, values, actor="import", at=long_ago, now=team.clock.now())
    assert Watch(team.house, WORKSPACE).turn() == 0
    team.clock.move(minutes=40)
    assert Watch(team.house, WORKSPACE).turn() == 0


def test_a_p0_is_offered_where_the_config_says_to_ask(engine: Engine) -> None:
    asking = routed(escalations=ROUTES["escalations"] | {"p0_at_once": False})
    team = Team.at(engine, "mon 9:00", asking)
    team.opens("mon 9:00", "P0", assignee=ANA)
    assert Watch(team.house, WORKSPACE).turn() == 1
    assert "P0 incident" in offered(team)[0]


def test_a_p0_in_a_team_without_routes_is_offered_too(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00")
    team.opens("mon 9:00", "P0", assignee=ANA)
    assert Watch(team.house, WORKSPACE).turn() == 1
    assert len(offered(team)) == 1


def test_two_bad_ratings_in_a_row_are_noticed(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())
    with session.writing(engine) as connection:
        customers.save(connection, WORKSPACE, "acme", name="Acme")
    for rating in (5, 2, 1):
        team.opens("mon 9:00", customer_id="acme", csat=rating, status=Status.SOLVED)
    team.opens("mon 9:10", customer_id="acme", assignee=ANA)
    assert Watch(team.house, WORKSPACE).turn() == 1
    assert "Same issue" in offered(team)[0]


def about_acme(engine: Engine) -> Team:
    """A team with a customer; whoever is looked for is looked for by a Watch of the test's own."""
    team = Team.at(engine, "mon 9:00", routed())
    with session.writing(engine) as connection:
        customers.save(connection, WORKSPACE, "acme", name="Acme")
    return team


def again(team: Team, when: str, how_many: int = 3, category: str = "reliability", **values: Any) -> list[int]:
    """So many tickets of the customer on one matter; their numbers."""
    like = {"customer_id": "acme", "category": category, "area": "api", "assignee": ANA, "status": Status.OPEN}
    return [team.opens(when, **(like | values)) for _ in range(how_many)]


def noticed(team: Team) -> list[str]:
    """The offers there are, by ticket and trigger."""
    return sorted(row["key"].removeprefix("handoff:offer:") for row in team.owed() if "offer" in row["key"])


def test_of_three_that_came_between_two_looks_the_third_alone_is_offered(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00")
    assert Watch(team.house, WORKSPACE).turn() == 1
    assert noticed(team) == ["T-3:repeated"]


def test_the_same_matter_is_offered_once_whatever_happens_to_its_tickets_and_however_many_follow(
    engine: Engine,
) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00")
    watch = Watch(team.house, WORKSPACE)
    watch.turn()
    team.replies("mon 9:01", 1)
    again(team, "mon 9:02", 1)
    assert watch.turn() == 0
    again(team, "mon 9:03", category="usability")
    assert watch.turn() == 1
    assert noticed(team) == ["T-3:repeated", "T-7:repeated"]


def test_when_the_third_is_solved_before_anybody_looked_another_of_them_is_offered(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00")
    team.moves("mon 9:01", 3, Status.SOLVED)
    assert Watch(team.house, WORKSPACE).turn() == 1
    assert noticed(team) == ["T-2:repeated"]


def turn_while(watch: Watch, happens: Callable[[], object]) -> int:
    """A look during which something happens, once it has found which tickets to look at."""
    engine, left = watch.house.engine, iter([happens])

    def read(*_: Any) -> None:
        if now := next(left, None):
            now()

    event.listen(engine, "checkin", read)
    try:
        return watch.turn()
    finally:
        event.remove(engine, "checkin", read)


def test_of_three_the_third_is_offered_also_where_it_comes_in_during_a_look(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00", 2)
    watch = Watch(team.house, WORKSPACE)
    assert turn_while(watch, lambda: again(team, "mon 9:00", 1)) + watch.turn() == 1
    assert noticed(team) == ["T-3:repeated"]


def test_when_the_third_comes_in_and_is_solved_during_a_look_another_of_them_is_offered(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00", 2)
    watch = Watch(team.house, WORKSPACE)
    assert turn_while(watch, lambda: again(team, "mon 9:00", 1, status=Status.SOLVED)) + watch.turn() == 1
    assert noticed(team) == ["T-2:repeated"]


def test_two_that_look_at_once_offer_one_matter_once(engine: Engine) -> None:
    team = about_acme(engine)
    watches = [Watch(team.house, WORKSPACE) for _ in range(3)]
    again(team, "mon 9:00", 6)
    assert sum(at_once(*(watch.turn for watch in watches))) == 1


def test_a_customer_who_rates_badly_twice_is_offered_once_and_not_with_each_ticket_they_have(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00", 2, category="usability", csat=1, status=Status.SOLVED)
    numbers = [team.opens("mon 9:10", customer_id="acme", assignee=ANA) for _ in range(3)]
    watch = Watch(team.house, WORKSPACE)
    assert watch.turn() == 1
    team.replies("mon 9:11", numbers[0])
    assert watch.turn() == 0
    assert noticed(team) == ["T-5:repeated"]


def test_what_was_offered_with_another_ticket_does_not_hide_what_else_this_one_shows(engine: Engine) -> None:
    team = about_acme(engine)
    again(team, "mon 9:00", priority="P1")
    watch = Watch(team.house, WORKSPACE)
    watch.turn()
    team.clock.set(at("mon 9:31"))
    watch.turn()
    assert noticed(team) == ["T-1:stuck", "T-2:stuck", "T-3:repeated", "T-3:stuck"]


def test_a_ticket_is_stuck_once_nothing_has_happened_for_over_30_minutes(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())
    team.opens("mon 9:00", "P1", assignee=ANA, status=Status.OPEN)
    watch = Watch(team.house, WORKSPACE)
    team.clock.set(at("mon 9:30"))
    assert watch.turn() == 0
    team.clock.set(at("mon 9:31"))
    assert watch.turn() == 1
    assert "nothing has happened on this P1 for over 30 minutes" in str(team.owed())


def like_it(team: Team, number: int, how_many: int) -> None:
    """So many more tickets that are as this one is, all of them offered as stuck before but the last."""
    more = range(number + 1, number + how_many + 1)
    with session.writing(team.house.engine) as connection:
        for table in (tickets.tickets, events.events):
            row = dict(connection.execute(select(table).where(table.c.number == number)).mappings().one())
            row.pop("event_id", None)
            connection.execute(insert(table), [row | {"number": one} for one in more])
        for one in more[:-1]:
            handoffs.offer(connection, WORKSPACE, one, "stuck", team.clock.now(), state="offered", offered_to=ANA)


def test_a_stuck_ticket_is_reached_however_many_others_were_offered_before_it(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())
    number = team.opens("mon 9:00", "P1", assignee=ANA, status=Status.OPEN)
    like_it(team, number, 1010)
    team.clock.set(at("mon 9:31"))
    watch, done = Watch(team.house, WORKSPACE), []
    for _ in range(5):
        done.append(watch.turn())
        team.clock.move(seconds=15)
    assert noticed(team) == ["T-1011:stuck", "T-1:stuck"]
    assert done == [1, 0, 1, 0, 0]


def fails_once(engine: Engine, error: Exception) -> Watch:
    """A watch that meets this error with the first of two tickets."""
    team = Team.at(engine, "mon 9:00", routed())
    for _ in range(2):
        team.opens("mon 9:00", assignee=ANA, subject="Our lawyer will write")
    errors = iter([error])

    def at_point(point: str) -> None:
        if point == "triggers.noticed" and (now := next(errors, None)):
            raise now

    return Watch(replace(team.house, at=at_point), WORKSPACE)


def test_a_look_that_the_database_broke_off_is_taken_again(engine: Engine) -> None:
    watch = fails_once(engine, OperationalError("away", {}, Exception()))
    with pytest.raises(OperationalError):
        watch.turn()
    assert watch.turn() == 2


def test_a_ticket_that_cannot_be_judged_holds_up_no_other(engine: Engine) -> None:
    assert fails_once(engine, ValueError("its calendar never opens")).turn() == 1


def test_a_handoff_speaks_in_its_own_thread_and_not_in_the_alerts_channel(engine: Engine) -> None:
    team, number = handed_on(engine)
    for when in ("mon 9:24", "mon 9:31"):
        team.clock.set(at(when))
        SlaSweep(team.house, WORKSPACE).turn()
        sweep.turn(team.house, WORKSPACE)
    assert not [text for text in team.posts() if "Acknowledgement" in text]
    assert team.clocks(number)["escalation_ack"].breached_at == at("mon 9:30")
    assert len(said(team, ":remind:")) == len(said(team, ":rung:")) == 1


def test_of_two_who_hand_a_ticket_on_at_once_one_does_and_the_other_is_told_who(engine: Engine) -> None:
    team = Team.at(engine, "mon 9:00", routed())

    def hands_on(person: str, number: int) -> str:
        try:
            opening.open_for(team.desk(person), f"T-{number}", HANDOFF)
        except refusal.HandoffAlready as told:
            return "told" if told.person != person else "told of oneself"
        return "handed on"

    for _ in range(5):
        number = team.opens("mon 9:00", assignee=ANA, status=Status.OPEN)
        outcomes = at_once(partial(hands_on, ANA, number), partial(hands_on, BEN, number))
        assert sorted(outcomes) == ["handed on", "told"]
