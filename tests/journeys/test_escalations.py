"""A hard case handed on and back: Ana asks, Ben answers, Cleo watches over it."""

import json
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from db.handoffs import handoffs
from db.tickets import tickets
from tests.waiting import wait_until
from tests.workplace import (
    ANA,
    BEN,
    BOT_TOKEN,
    CLEO,
    CONFIG,
    ENGINEERING,
    ESCALATIONS,
    L2,
    LEAD,
    LEADS,
    Workplace,
    all_text,
    option,
)

ROUTES = """
[escalations.routes]
L2 = { channel = "C0L2", mention = "U0BEN" }
engineering = { channel = "C0ENG", mention = "U0CLEO" }
[escalations.ladder]
L2 = ["legal", "engineering"]
"""
CHANNEL = CONFIG.replace('leads = "C0LEADS"', 'leads = "C0LEADS"\nescalations = "C0ESC"', 1)


@pytest.fixture
def config() -> str:
    """A team whose L2 and engineering have routes of their own."""
    return CHANNEL + ROUTES


def hands_on(workplace: Workplace, command: str = "/escalate T-1 I am stuck", **values: Any) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Single sign-on fails for Acme")
    ana.types("/ticket take 1")
    ana.types(command)
    filled = {"needed": "Somebody who knows SAML", "expected": "An answer today"} | values
    answer = ana.submits(**filled)
    assert answer["ok"], answer
    ana.waits_for("is handed on to")


def ticket_of(workplace: Workplace) -> tuple[str, str]:
    return tuple(workplace.query(select(tickets.c.status, tickets.c.tier))[0])


def direct(workplace: Workplace, person: str, seen: str) -> str:
    return workplace.person(person, workplace.slack.open_dm(person, "U0BOT")).waits_for(seen)


def thread_of(workplace: Workplace, channel: str) -> str:
    parent = next(one for one in workplace.slack.messages(CLEO, channel) if "handed on" in all_text(one)
                  or "worked on" in all_text(one))  # fmt: skip
    return "\n".join(all_text(one) for one in workplace.slack.messages(CLEO, channel, parent["ts"]))


def in_thread(workplace: Workplace, channel: str, seen: str) -> str:
    wait_until(lambda: seen in thread_of(workplace, channel), seen)
    return thread_of(workplace, channel)


def test_the_window_is_filled_in_with_what_is_known(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    workplace.ingest(
        {
            "external_id": "HD-1",
            "subject": "Invoices are wrong",
            "customer": {"external_id": "acme", "name": "Acme", "tier": "enterprise", "arr": 84000},
        },
        "e1",
    )
    ana.types("/escalate T-1 legal threat from their counsel")
    told = all_text(ana.window())
    for known in ("Acme (enterprise)", "84,000", "Earlier escalations*\n0", "Legal threat or compliance"):
        assert known in told
    assert "Resolution" in told
    assert "legal threat from their counsel" in json.dumps(ana.window())
    chosen = next(block for block in ana.window()["blocks"] if block["block_id"] == "trigger")
    assert chosen["element"]["initial_option"]["value"] == "legal"


def test_rows_are_added_and_taken_away_and_nothing_typed_is_lost(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Single sign-on fails for Acme")
    ana.types("/escalate T-1")
    typed: dict[str, Any] = {"needed": "A SAML expert", "action_0": "Reset the certificate", "result_0": "Same error"}

    def presses(label: str) -> None:
        view = ana.window()
        pressed = next(
            (block, element)
            for block in view["blocks"]
            for element in block.get("elements", ())
            if element.get("type") == "button" and element["text"]["text"] == label
        )
        state = {
            block["block_id"]: {
                block["element"]["action_id"]: {
                    "type": block["element"]["type"],
                    "value": typed.get(block["block_id"], block["element"].get("initial_value")),
                }
            }
            for block in view["blocks"]
            if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
        }
        answer = workplace.slack.click(
            ANA, view, pressed[1]["action_id"], block_id=pressed[0]["block_id"], value=pressed[1]["value"], state=state
        )
        assert answer["ok"], answer

    presses("Add a row")
    typed |= {"action_1": "Called them", "result_1": "No answer"}
    presses("Add a row")
    typed |= {"action_2": "Read the logs", "result_2": "Nothing"}
    presses("Remove row 2")
    fields = {block["block_id"] for block in ana.window()["blocks"] if block["type"] == "input"}
    assert {"action_0", "action_2"} <= fields
    assert "action_1" not in fields
    refused = ana.submits(**typed, expected="   ")
    assert set(refused["errors"]) == {"expected"}
    typed["expected"] = "Today"
    assert ana.submits(**typed)["ok"]
    ana.waits_for("is handed on to")
    assert workplace.query(select(handoffs.c.tried)) == [
        ([["Reset the certificate", "Same error"], ["Read the logs", "Nothing"]],)
    ]


def test_those_asked_read_it_all_in_one_thread_and_links_lead_there(workplace: Workplace) -> None:
    hands_on(workplace, trigger=option("p0"), action_0="Restarted", result_0="No change")
    post = workplace.person(BEN, L2).waits_for("is handed on")
    for told in ("Somebody who knows SAML", "An answer today", "Restarted → No change", f"<@{BEN}>", "Acme"):
        assert told in post
    link = workplace.person(CLEO, ENGINEERING).waits_for("is handed on")
    assert f"<@{CLEO}>" in link
    assert f"<#{L2}>" in link
    assert "Manager" in workplace.person(CLEO, ESCALATIONS).waits_for("is handed on")
    assert "manager = { channel" in workplace.person(CLEO, LEADS).waits_for("no route")
    assert ticket_of(workplace) == ("escalated", "L3")


def test_ben_acknowledges_and_hands_back_with_an_answer(workplace: Workplace) -> None:
    hands_on(workplace)
    ben = workplace.person(BEN, L2)
    ben.waits_for("is handed on")
    ben.clicks("Acknowledge")
    ben.waits_for("You acknowledged")
    assert "acknowledged" in direct(workplace, ANA, "works on it")
    ben.waits_for("is being worked on")
    ben.clicks("Hand back…")
    ben.submits(answer="Their certificate expired: have them renew it")
    ben.waits_for("was handed back")
    assert "certificate expired" in direct(workplace, ANA, "handed")
    assert ticket_of(workplace) == ("open", "L1")
    history = workplace.person(ANA).types("/escalate history T-1")
    assert "came back once" in history
    assert "certificate expired" in history


def test_ben_declines_with_a_reason_and_the_ticket_is_open_again(workplace: Workplace) -> None:
    hands_on(workplace)
    ben = workplace.person(BEN, L2)
    ben.waits_for("is handed on")
    ben.clicks("Decline…")
    ben.submits(answer="This is for billing")
    assert "This is for billing" in ben.waits_for("was declined")
    assert "This is for billing" in direct(workplace, ANA, "declined")
    assert ticket_of(workplace) == ("open", "L1")


def test_cleo_resolves_it_and_says_how_it_could_have_been_avoided(workplace: Workplace) -> None:
    hands_on(workplace)
    cleo = workplace.person(CLEO, L2)
    cleo.waits_for("is handed on")
    cleo.clicks("Resolve…")
    cleo.submits(
        answer="Fixed the metadata parser",
        category=option("reliability"),
        avoidable=option("yes"),
        avoided_by=option("tooling"),
    )
    assert "better tooling" in cleo.waits_for("is resolved")
    assert ticket_of(workplace) == ("solved", "L2")
    assert workplace.query(select(handoffs.c.state, handoffs.c.avoidable, handoffs.c.avoided_by)) == [
        ("resolved", True, "tooling")
    ]


def test_a_second_click_and_ones_own_handoff_are_refused(workplace: Workplace) -> None:
    hands_on(workplace)
    ana, ben, cleo = (workplace.person(one, L2) for one in (ANA, BEN, CLEO))
    ana.waits_for("is handed on")
    ana.clicks("Acknowledge")
    ana.waits_for("somebody else answers")
    ben.clicks("Acknowledge")
    ben.waits_for("You acknowledged")
    refused = workplace.person(CLEO).types("/escalate T-1 again")
    assert f"was acknowledged by <@{BEN}>" in refused
    assert cleo.waits_for("is being worked on")
    assert len(workplace.query(select(handoffs.c.case_id))) == 1


def test_what_is_handed_on_is_listed_and_stands_on_the_card(workplace: Workplace) -> None:
    hands_on(workplace)
    ana = workplace.person(ANA)
    listed = ana.types("/escalate list")
    assert "waiting for L2, 30 min left" in listed or "waiting for L2, 29 min left" in listed
    assert "waiting for L2" in ana.types("/ticket show 1")


def test_nobody_answers_so_it_is_said_again_and_the_next_rung_is_asked(workplace: Workplace) -> None:
    hands_on(workplace)
    ben, cleo = workplace.person(BEN, L2), workplace.person(CLEO, ENGINEERING)
    ben.waits_for("is handed on")
    workplace.pass_time(minutes=24)
    in_thread(workplace, L2, f"<@{BEN}>: T-1 still waits")
    workplace.pass_time(minutes=6)
    rung = in_thread(workplace, L2, "Nobody acknowledged in time")
    assert f"Engineering <@{CLEO}> is asked now" in rung
    assert "Legal skipped: no route" in rung
    assert f"<@{CLEO}>" in cleo.waits_for("is handed on")
    ben.waits_for("Asked: L2")
    workplace.pass_time(minutes=31)
    in_thread(workplace, L2, "nobody is left to ask")
    ben.clicks("Acknowledge")
    ben.waits_for("is being worked on")
    workplace.pass_time(minutes=10)
    assert workplace.query(select(handoffs.c.next_what)) == [("quiet",)]


def test_an_acknowledged_case_that_goes_quiet_is_asked_after(workplace: Workplace) -> None:
    hands_on(workplace)
    ben = workplace.person(BEN, L2)
    ben.waits_for("is handed on")
    ben.clicks("Acknowledge")
    ben.waits_for("is being worked on")
    workplace.pass_time(minutes=10)
    workplace.person(ANA).types("/ticket reply 1")
    workplace.pass_time(minutes=10)
    wait_until(lambda: workplace.query(select(handoffs.c.generation)) == [(3,)], "it is noted")
    assert "nothing has happened" not in thread_of(workplace, L2)
    workplace.pass_time(minutes=5)
    in_thread(workplace, L2, f"<@{BEN}>, nothing has happened on T-1 for 15 min")


def test_a_handoff_undone_is_withdrawn_and_can_be_made_again(workplace: Workplace) -> None:
    hands_on(workplace)
    ana, ben = workplace.person(ANA), workplace.person(BEN, L2)
    ben.waits_for("is handed on")
    assert "Undone" in ana.types("/ticket undo 1")
    ben.waits_for("went on without an answer")
    assert ticket_of(workplace) == ("open", "L1")
    ana.types("/escalate T-1 I am stuck")
    assert ana.submits(needed="Help", expected="Soon")["ok"]
    wait_until(lambda: len(workplace.query(select(handoffs.c.case_id))) == 2, "it is handed on again")


def test_a_ticket_moved_by_hand_withdraws_a_handoff_unless_somebody_works_on_it(
    workplace: Workplace,
) -> None:
    hands_on(workplace)
    ana, ben = workplace.person(ANA), workplace.person(BEN, L2)
    ben.waits_for("is handed on")
    ana.types("/ticket pending 1")
    ben.clicks("Acknowledge")
    ben.waits_for("is being worked on")
    ana.types("/ticket customer 1")
    workplace.pass_time(minutes=2)
    ben.clicks("Hand back…")
    assert ben.submits(answer="Ask them for the metadata file")["ok"]
    ben.waits_for("was handed back")
    assert ticket_of(workplace) == ("open", "L1")
    ana.types("/escalate T-1 I am stuck")
    assert ana.submits(needed="Help", expected="Soon")["ok"]
    wait_until(lambda: ticket_of(workplace) == ("escalated", "L2"), "it is handed on again")
    ana.types("/ticket open 1")
    ben.waits_for("went on without an answer")
    wait_until(lambda: ticket_of(workplace) == ("open", "L1"), "it is withdrawn")


def test_links_lead_to_the_thread_once_it_is_there(workplace: Workplace) -> None:
    hands_on(workplace, trigger=option("p0"))
    assert "slack.com/archives/C0L2/p" in workplace.person(CLEO, ENGINEERING).waits_for("the thread")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/escalate li", "Nothing is handed on"),
        ("/escalate HIST T-1", "T-1"),
        ("/escalate histroy T-1", "Did you mean `/escalate history T-1`?"),
        ("/escalate h", "Did you mean `/escalate history` or `/escalate help`?"),
        ("/escalate nobody", "There is no ticket `nobody`"),
        ("/sla pol", "P0"),
        ("/sla polcy", "Did you mean `/sla policy`?"),
    ],
)
def test_the_words_of_forms_are_forgiven(workplace: Workplace, typed: str, said: str) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Single sign-on fails for Acme")
    assert said in ana.types(typed)


def test_without_a_ticket_a_window_asks_for_it(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Single sign-on fails for Acme")
    ana.types("/escalate")
    ana.submits(ticket="T-1", reason="threatens to leave")
    assert ana.window()["callback_id"] == "escalation_open"
    assert "Customer threatens to leave" in all_text(ana.window())


def test_a_thread_whose_channel_is_archived_is_held_elsewhere_and_the_leads_are_told_once(
    workplace: Workplace,
) -> None:
    workplace.slack.app(scopes=["chat:write", "commands", "users:read", "channels:read", "channels:manage"])
    WebClient(BOT_TOKEN, base_url=f"{workplace.slack.base_url}/api/").conversations_archive(channel=L2)
    hands_on(workplace)
    cleo = workplace.person(CLEO, ESCALATIONS)
    cleo.waits_for("is handed on")
    said = in_thread(workplace, ESCALATIONS, "takes no posts")
    assert "The channel is archived" in said
    assert ticket_of(workplace) == ("escalated", "L2")
    lead = workplace.person(LEAD, LEADS)
    assert "is_archived" in lead.waits_for("could not be delivered")
    assert sum("could not be delivered" in all_text(one) for one in lead.messages()) == 1
    cleo.clicks("Acknowledge")
    cleo.waits_for("is being worked on")
