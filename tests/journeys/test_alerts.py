"""A promise that breaks, as the team sees it in Slack: told once, taken, answered late, and looked back on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from db.clocks import clocks
from db.events import events
from tests.clock import MovableClock
from tests.domain.sla_story import at
from tests.waiting import PATIENCE_S, wait_until
from tests.workplace import ALERTS, ANA, BEN, CONFIG, LEAD, Person, Workplace, all_text, opened

OFFICE = """
[calendars.office]
timezone = "Europe/London"
hours = { mon = ["09:00-17:00"], tue = ["09:00-17:00"], wed = ["09:00-17:00"], thu = ["09:00-17:00"], fri = ["09:00-17:00"] }
[sla]
calendar = "office"
pickup = "9h"
[sla.P2]
first_response = "60m"
next_response = "60m"
[escalations.routes]
L2 = { channel = "C0L2" }
"""  # fmt: skip  # noqa: E501


@pytest.fixture
def office(slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock) -> Iterator[Workplace]:
    """The bot at work in London's office hours, on Friday 6 March 2026 at 16:30."""
    clock.set(at("fri 16:30"))
    with opened(slack_url, tmp_path, database_url, clock, CONFIG + OFFICE) as at_work:
        yield at_work


def thread(person: Person, contains: str) -> str:
    """All that is said in the thread of the post that contains this."""
    post = next(message for message in person.messages() if contains in all_text(message))
    told = person.workplace.slack.messages(person.id, person.channel, thread_ts=post["ts"])
    return "\n".join(all_text(message) for message in told)


def breached(office: Workplace) -> Person:
    """A ticket's first response breaks; somebody who sees it in the alerts channel."""
    office.person(ANA).types("/ticket new P2 Export is empty for Acme")
    office.clock.set(at("mon 9:30"))
    office.pass_time(seconds=0)
    ben = office.person(BEN, ALERTS)
    ben.waits_for("First response breached")
    return ben


def test_w6_the_bot_was_down_and_says_once_how_late_it_is(
    slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock
) -> None:
    clock.set(at("fri 16:30"))
    with opened(slack_url, tmp_path, database_url, clock, CONFIG + OFFICE) as before:
        before.person(ANA).types("/ticket new P2 Export is empty for Acme")
    clock.set(at("mon 10:05"))
    with opened(slack_url, tmp_path, database_url, clock, CONFIG + OFFICE) as after:
        ben = after.person(BEN, ALERTS)
        post = ben.waits_for("First response breached")
        assert "Posted 35 min late." in post
        assert f"<!date^{int(at('mon 9:30').timestamp())}^" in post
        after.pass_time(minutes=1)
        after.bot.delivery.wake()
        assert len([one for one in ben.messages() if "First response" in all_text(one)]) == 1


def test_a_breach_is_taken_answered_late_and_its_cause_noted(office: Workplace) -> None:
    ben = breached(office)
    ben.clicks("I'm on it")
    ben.waits_for(f"<@{BEN}> is on it.")
    office.pass_time(minutes=12)
    ben.clicks("Reply sent")
    post = ben.waits_for(f"replied 12 min late by <@{BEN}>")
    assert "✅" in post
    wait_until(lambda: "hat was the cause of this breach?" in thread(ben, "replied 12 min late"), "they are asked why")
    stored = office.query(select(clocks.c.taken_by, clocks.c.fulfilled_by).where(clocks.c.metric == "first_response"))
    assert stored == [(BEN, BEN)]


def test_a_breach_is_snoozed_and_given_to_somebody(office: Workplace) -> None:
    ben = breached(office)
    ben.clicks("Snooze 30 min")
    ben.waits_for("Snoozed until")
    ben.clicks("Assign…")
    ben.submits(person=ANA)
    ben.waits_for(f"<@{ANA}> is on it.")
    assert office.query(select(clocks.c.taken_by).where(clocks.c.metric == "first_response")) == [(ANA,)]


def test_a_breach_is_handed_on_from_its_alert(office: Workplace) -> None:
    ben = breached(office)
    ben.clicks("Escalate…")
    wait_until(lambda: office.slack.views(BEN), "a window opens")
    assert ben.window()["title"]["text"] == "Escalate T-1"


def test_only_a_lead_excuses_a_breach_and_says_why(office: Workplace) -> None:
    ben = breached(office)
    post = next(one for one in ben.messages() if "First response breached" in all_text(one))
    lead = office.person(LEAD, ALERTS)
    asked = office.slack.wait(LEAD, ALERTS, "hat was the cause", thread_ts=post["ts"], timeout=PATIENCE_S)
    assert asked is not None
    where = {**asked, "channel": ALERTS}
    value = "1:first_response:1"
    office.slack.click(BEN, where, "sla_waive", value=value)
    assert office.slack.wait(BEN, ALERTS, "Only a lead may excuse a breach", thread_ts=post["ts"], timeout=PATIENCE_S)
    office.slack.click(BEN, where, "sla_cause_knowledge", value=value)
    ben.waits_for("Cause: Knowledge.")
    office.slack.click(LEAD, where, "sla_waive", value=value)
    lead.submits(why="The customer's own outage")
    lead.waits_for(f"Excused by <@{LEAD}>: The customer's own outage")
    assert ("waived", LEAD) in office.query(select(events.c.kind, events.c.actor))


def test_a_second_click_is_told_who_has_it(office: Workplace) -> None:
    ben = breached(office)
    lead = office.person(LEAD, ALERTS)
    post = next(one for one in ben.messages() if "First response breached" in all_text(one))
    office.slack.fault("chat.update", "429", retry_after=60)  # the post is drawn anew late, so its button stays
    for person in (BEN, LEAD):
        office.slack.click(person, {**post, "channel": ALERTS}, "sla_mine", value="1:first_response:1")
    lead.waits_for(f"T-1 is with <@{BEN}>")


def test_a_thanks_is_marked_as_needing_no_reply_and_alerts_nobody(office: Workplace) -> None:
    ana = office.person(ANA)
    ana.types("/ticket new P2 Export is empty for Acme")
    ana.types("/ticket reply 1")
    office.pass_time(minutes=1)
    ana.types("/ticket customer 1")
    ana.clicks("No reply needed")
    ana.waits_for("needs no reply")
    office.pass_time(minutes=1)
    next_response = select(clocks.c.state).where(clocks.c.metric == "next_response")
    assert office.query(next_response) == [("cancelled",)]
    assert "needs no reply" not in ana.types("/ticket customer 1")
    assert office.query(next_response.order_by(clocks.c.cycle)) == [("cancelled",), ("running",)]
