"""An agent's day with tickets, from the first word typed to the answer read."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select

from bot.cli_import import import_file
from db.events import events
from db.tickets import tickets
from tests.workplace import ALERTS, ANA, BEN, Workplace, option


def test_ana_opens_takes_tags_and_solves_a_ticket(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    assert "T-1" in ana.types("/ticket new Export to CSV gives an error for Acme")
    assert "🟠 P1" in ana.reads()
    assert "error" in ana.reads()  # the reason for the priority
    assert "Acme" in ana.reads()
    ana.clicks_until("Take", "took it")
    ana.clicks_until("Reply sent", "answered the customer")
    assert "reliability" in ana.types("/tag T-1 reliab dash")
    assert ana.types("/ticket solve T-1 bug https://bugs.example.com/7").startswith("✅ Solved as reliability")
    card = ana.types("/ticket show t1")
    assert "a bug was filed" in card
    assert "solved" in card


def test_the_solve_window_demands_a_category_and_asks_how_the_next_customer_is_spared(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new How do I rotate a key")
    ana.clicks("Solve…")
    refused = ana.submits(category=None, spared=option("nothing"))
    assert not refused["ok"] or refused.get("errors")
    ana.submits(category=option("usability"), spared=option("article"), link="not a link")
    assert ana.window()["callback_id"] == "ticket_solve"  # still open, with the error at its field
    ana.submits(category=option("usability"), spared=option("article"), link="https://kb.example.com/keys")
    assert "an article was written" in ana.waits_for("solved it")
    assert workplace.query(select(tickets.c.status, tickets.c.category, tickets.c.spared)) == [
        ("solved", "usability", "article")
    ]


def test_two_people_take_the_same_ticket_and_one_is_told(workplace: Workplace) -> None:
    ana, ben = workplace.person(ANA), workplace.person(BEN)
    ana.types("/ticket new Webhooks are slow")
    ben.types("/ticket show T-1")
    ana.clicks_until("Take", "took it")
    ben.clicks("Take")
    told = ben.waits_for("was faster")
    assert f"<@{ANA}>" in told
    assert workplace.query(select(tickets.c.assignee)) == [(ANA,)]


def test_a_double_click_answers_the_customer_once(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Webhooks are slow")
    with ThreadPoolExecutor(2) as hand:
        for click in [hand.submit(ana.clicks, "Reply sent") for _ in range(2)]:
            click.exception()  # the second may find the card already drawn anew
    ana.waits_for("answered the customer")
    assert workplace.query(select(tickets.c.agent_replies)) == [(1,)]


def test_undo_puts_back_the_last_change_and_says_which(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Invoice shows the wrong sum")
    ana.types("/ticket take 1")
    ana.types("/ticket pending 1")
    assert "moved it to pending" in ana.types("/ticket undo")
    assert workplace.query(select(tickets.c.status)) == [("open",)]
    workplace.pass_time(minutes=16)
    assert "nothing" in ana.types("/ticket undo")


def test_a_move_that_is_not_possible_is_refused_with_what_is(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new A question")
    refused = ana.types("/ticket pending 1")
    assert "*open*, *escalated*, *solved*" in refused


def test_what_a_command_lacks_is_asked_for_in_a_window(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new A question")
    ana.types("/ticket assign 1")
    assert ana.window()["title"]["text"] == "Assign a ticket"
    ana.submits(ticket="T-99", person=BEN)
    assert ana.window()["callback_id"] == "ticket_missing"  # there is no T-99: nothing typed is lost
    ana.submits(ticket="1", person=BEN)
    assert f"<@{BEN}>" in ana.waits_for("Assigned to")
    assert workplace.query(select(tickets.c.assignee)) == [(BEN,)]


def test_a_message_on_a_closed_ticket_starts_a_follow_up(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new A question for Acme")
    ana.types("/tag 1 usability")
    ana.types("/ticket solve 1 nothing")
    ana.types("/ticket close 1")
    assert "T-2 follows it" in ana.types("/ticket customer 1")
    assert workplace.query(select(tickets.c.follow_up_of).where(tickets.c.number == 2)) == [(1,)]


def test_every_change_is_in_the_trail_with_who(workplace: Workplace) -> None:
    ana, ben = workplace.person(ANA), workplace.person(BEN)
    ana.types("/ticket new A question")
    ana.types("/ticket take 1")
    ben.types("/ticket priority 1 P1")
    trail = workplace.query(select(events.c.actor, events.c.kind).order_by(events.c.event_id))
    assert trail == [(ANA, "created"), (ANA, "taken"), (BEN, "prioritised")]


def test_lists_are_paged_most_urgent_first(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    for number in range(10):
        ana.types(f"/ticket new P3 Question {number}")
    ana.types("/ticket new P1 The urgent one")
    first = ana.types("/ticket list")
    assert "1–8 of 11" in first
    assert first.index("The urgent one") < first.index("Question 0")
    assert "9–11 of 11" in ana.clicks_until("Next →", "9–11 of 11")


def test_what_people_write_cannot_ping_a_channel_or_forge_a_link(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    shown = ana.types("/ticket new <!channel> & <https://evil.example|your bank>")
    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown


def test_a_critical_ticket_from_the_helpdesk_is_announced_once_and_its_post_follows_it(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    in_alerts = workplace.person(BEN, ALERTS)
    ticket = {"external_id": "ZD-9", "subject": "Nobody can log in", "created_at": workplace.clock.now().isoformat()}
    assert workplace.ingest(ticket, "e1").json() == {"ticket": "T-1"}
    assert workplace.ingest(ticket, "e1").json() == {"ticket": "T-1"}
    assert "P0 came in" in in_alerts.waits_for("Nobody can log in")
    ana.types("/ticket take ZD-9")
    assert f"<@{ANA}>" in in_alerts.waits_for(f"<@{ANA}>")
    assert len(in_alerts.messages()) == 1


def test_the_post_about_a_ticket_follows_what_a_file_says_of_it(workplace: Workplace, tmp_path: Path) -> None:
    told = {"external_id": "HD-1", "subject": "Receipts are wrong", "priority": "P1"}
    assert workplace.ingest(told | {"updated_at": "2026-03-02T09:00:00+00:00"}, "e1").status_code == 200
    lead = workplace.person(BEN, ALERTS)
    lead.waits_for("Receipts are wrong")
    file = tmp_path / "history.jsonl"
    later = {"status": "pending", "subject": "Receipts were wrong", "updated_at": "2026-03-02T10:00:00+00:00"}
    file.write_text(json.dumps(told | later))
    report = import_file(workplace.bot.house.settings, file, workplace.clock)
    assert (report.new, report.changed) == (0, 1)
    assert "pending" in lead.waits_for("P1 came in: T-1 · Receipts were wrong")
