"""Who may do what: the table has a line for everything there is, and it is the server that holds to it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.blocks import help as help_blocks
from bot.commands.ticket import FORMS
from bot.listeners import ACTIONS, COMMANDS, VIEWS
from bot.manifest import COMMANDS as DESCRIBED
from db.calibrations import calibrations, trail
from db.clocks import clocks
from db.outbox import outbox
from db.review_drafts import drafts as review_drafts
from db.reviews import replies, reviews
from db.votes import notes_log, votes
from domain import roles
from domain.refusal import NotAllowed
from domain.roles import ABOUT_THE_THING, RULES, Rule, Who, must_be_allowed, rule_of
from domain.scorecard import DIMENSIONS
from tests.clock import MovableClock
from tests.waiting import wait_until
from tests.wire import Wire, mailbox
from tests.workplace import BEN, CLEO, CONFIG, DORA, LEAD, Workplace

TEAM = roles.Team(leads=["U0LEAD"], reviewers=["U0REV"])
LED = {name for name, rule in RULES.items() if Who.ANYONE not in rule.who}
REFUSED = "Leads and reviewers are named"
BREACH = "1:first_response:1"


@pytest.fixture
def config() -> str:
    """A team with a lead and reviewers, who calibrate when somebody says so."""
    named = CONFIG.replace("[channels]", '[channels]\nqa = "C0QA"')
    named = named.replace("[team]", '[team]\nreviewers = ["U0LEAD", "U0CLEO"]')
    return named + "[calibration]\nmonthly = false\n"


@pytest.fixture
def at_work(workplace: Workplace, clock: MovableClock) -> Iterator[tuple[Workplace, Wire]]:
    """A team with a ticket whose promise is broken, and somebody who forges requests of its members."""
    with mailbox() as box:
        workplace.person(BEN).types("/ticket new P2 Invoices are wrong for Acme")
        wire = Wire.of(workplace, box)
        _calibrations(wire)
        _reviews(workplace, wire)
        clock.move(hours=5)
        yield workplace, wire


PREVIEW, OPEN, CLOSED = 1, 2, 3
POINTS = {name: {"type": "number_input", "value": str(most)} for name, most in DIMENSIONS.items()}


def _calibrations(wire: Wire) -> None:
    """One that is previewed, one open, one closed; the lead is invited, Ben is not."""
    invited = (CLEO, DORA, LEAD)
    for _ in range(3):
        wire.command("calibrate", " ".join(["start", *(f"<@{one}>" for one in invited), "T-1"]), LEAD)
    for session in (OPEN, CLOSED):
        wire.click("calibration_post", str(session), LEAD)
        wire.box.waits()
    for person in invited:
        wire.submit("calibration_score", {"session": CLOSED, "number": 1}, POINTS, person)
        wire.box.waits()


TO_REVIEW, OF_THE_LEAD = 2, 3


def _reviews(workplace: Workplace, wire: Wire) -> None:
    """Dora's ticket that may be reviewed, and one of the lead's that was."""
    for number, agent in ((TO_REVIEW, DORA), (OF_THE_LEAD, LEAD)):
        person = workplace.person(agent)
        for words in ("new P2 Export is slow", f"take T-{number}", f"solve T-{number} nothing"):
            if words.startswith("solve"):
                person.types(f"/tag T-{number} usability")
            person.types(f"/ticket {words}")
    wire.submit("review_scorecard", {"number": OF_THE_LEAD, "agent": LEAD}, POINTS, CLEO)
    wire.box.waits()


# What is done with a name, and what then must be in the database, when it is done by whoever may.
TRIED: Mapping[str, Callable[[Wire, str], str]] = {
    "/digest weekly post": lambda wire, person: wire.command("digest", "weekly post", person).text,
    "button sla_waive": lambda wire, person: _clicked(wire, "sla_waive", BREACH, person),
    "window sla_waive": lambda wire, person: (
        wire.submit(
            "sla_waive", {"clock": BREACH}, {"why": {"type": "plain_text_input", "value": "Their own outage"}}, person
        ).text
    ),
    "/calibrate start": lambda wire, person: (
        wire.command("calibrate", f"start <@{CLEO}> <@{DORA}> <@{LEAD}> T-1", person).text
    ),
    "/calibrate close": lambda wire, person: wire.command("calibrate", "close", person).text,
    **{
        f"button calibration_{what}": lambda wire, person, what=what: (  # type: ignore[misc]
            _clicked(wire, f"calibration_{what}", str(PREVIEW), person)
        )
        for what in ("post", "change", "cancel")
    },
    "window calibration_change": lambda wire, person: _submitted(
        wire,
        "calibration_change",
        PREVIEW,
        {"reviewers": {"type": "multi_users_select", "selected_users": [CLEO, DORA, LEAD]}, "tickets": _text("T-1")},
        person,
    ),
    "button calibration_score": lambda wire, person: _clicked(wire, "calibration_score", f"{OPEN}:1", person),
    "button calibration_save_draft": lambda wire, person: _drafted(
        wire, person, "calibration_score", {"session": OPEN, "number": 1}, "calibration_save_draft"
    ),
    "window calibration_score": lambda wire, person: _submitted(wire, "calibration_score", OPEN, POINTS, person),
    **{
        f"button calibration_{what}": lambda wire, person, what=what: (  # type: ignore[misc]
            _clicked(wire, f"calibration_{what}", f"{CLOSED}:1", person)
        )
        for what in ("agree", "note")
    },
    "window calibration_agree": lambda wire, person: _submitted(wire, "calibration_agree", CLOSED, POINTS, person),
    "window calibration_note": lambda wire, person: _submitted(
        wire, "calibration_note", CLOSED, {"dimension": _chosen("accuracy"), "text": _text("Links count")}, person
    ),
    "/review T-12": lambda wire, person: wire.command("review", f"T-{TO_REVIEW}", person).text,
    "/review queue": lambda wire, person: wire.command("review", "queue", person).text,
    "button review_score": lambda wire, person: _clicked(wire, "review_score", str(TO_REVIEW), person),
    "button review_save_draft": lambda wire, person: _drafted(
        wire, person, "review_scorecard", {"number": TO_REVIEW, "agent": DORA}, "review_save_draft"
    ),
    "window review_scorecard": lambda wire, person: _told(
        wire, wire.submit("review_scorecard", {"number": TO_REVIEW, "agent": DORA}, POINTS, person)
    ),
    "button review_reply": lambda wire, person: _clicked(wire, "review_reply", str(OF_THE_LEAD), person),
    "window review_reply": lambda wire, person: _told(
        wire, wire.submit("review_reply", {"number": OF_THE_LEAD}, {"text": _text("Thanks")}, person)
    ),
}
OPENS_A_WINDOW = {
    *("button sla_waive", "button calibration_change", "button calibration_score"),
    *("button calibration_agree", "button calibration_note"),
    *("/review T-12", "button review_score", "button review_reply"),
}
ONLY_READS = {"/review queue"}
TELLS_NOBODY_THAT_IT_IS_THERE = {"/review show"}


def _text(said: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": said}


def _chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def _submitted(wire: Wire, callback_id: str, session: int, values: Mapping[str, Any], person: str) -> str:
    return _told(wire, wire.submit(callback_id, {"session": session, "number": 1}, values, person))


def _told(wire: Wire, answer: httpx.Response) -> str:
    return answer.text or str(wire.box.waits())


def _drafted(wire: Wire, person: str, window: str, about: Mapping[str, object], action_id: str) -> str:
    told = json.dumps({**about, "response_url": wire.box.url})
    state = {"values": {"accuracy": {"accuracy": {"type": "number_input", "value": "7"}}}}
    view = {"id": "V1", "hash": "1.a", "callback_id": window, "private_metadata": told, "state": state}
    answer = wire.click(action_id, "draft", person, view=view | {"type": "modal", "blocks": []})
    # Whoever may is told in the window, which Slack does not know here; what they did is looked for in the database.
    return answer.text + (str(wire.box.waits()) if person == BEN else "")


def _clicked(wire: Wire, action_id: str, value: str, person: str) -> str:
    answer = wire.click(action_id, value, person)
    # A window that opens says nothing; Slack refuses the forged trigger, and that is told.
    return answer.text + wire.box.waits()


def done(workplace: Workplace) -> tuple[object, ...]:
    """What the led things leave behind."""
    waived = workplace.query(clocks.select().where(clocks.c.waived_by.is_not(None)))
    posted = workplace.query(outbox.select().where(outbox.c.key.like("digest:%")))
    counts = [
        workplace.query(select(func.count()).select_from(table))[0][0]
        for table in (calibrations, trail, votes, notes_log, reviews, review_drafts, replies)
    ]
    moved = workplace.query(calibrations.select().where(calibrations.c.generation > 1))
    return (len(waived), len(posted), len(moved), *counts)


def test_every_command_button_and_window_has_its_line_and_no_line_is_left_over() -> None:
    names = {f"button {one}" for one in ACTIONS} | {f"window {one}" for one in VIEWS}
    lines = {name for name in RULES if name.startswith(("button ", "window "))}
    meant = {name if name in RULES else f"{name.rpartition('_')[0]}_*" for name in names}
    assert meant == lines
    assert {name.split()[0] for name in RULES if name.startswith("/")} == {f"/{word}" for word in COMMANDS}


def forms_told(word: str) -> set[str]:
    """The first words of a command's forms, as its help and the manifest tell them."""
    own = getattr(help_blocks, word.upper(), ())
    told = " · ".join([*(form for form, _ in own), DESCRIBED[word][1]])
    told = re.sub(r"\[[^]]*\]", "", told)
    return {(form.split() or [""])[0] for form in told.split(" · ")}


@pytest.mark.parametrize("word", COMMANDS)
def test_every_form_that_is_told_has_its_line(word: str) -> None:
    lines = {" ".join(name.split()[1:2]) for name in RULES if name.split()[0] == f"/{word}"}
    told = forms_told(word)
    assert told - lines <= {""}, "a form of the help that domain/roles.py does not have"


def test_every_form_of_ticket_has_its_line() -> None:
    assert {f"/ticket {form}" for form in FORMS} <= set(RULES)


def test_what_has_no_line_is_done_for_nobody() -> None:
    with pytest.raises(LookupError, match="button made_up"):
        must_be_allowed("button made_up", "U0LEAD", TEAM)


@given(st.sampled_from(sorted(RULES)), st.sampled_from(["U0LEAD", "U0REV", "U0ANA", ""]))
def test_leads_and_reviewers_are_those_of_the_settings(name: str, person: str) -> None:
    rule = rule_of(name)
    allowed = Who.ANYONE in rule.who
    allowed |= Who.LEADS in rule.who and person == "U0LEAD"
    allowed |= Who.REVIEWERS in rule.who and person == "U0REV"
    with nullcontext() if allowed else pytest.raises(NotAllowed, match=rule.what or "nothing"):
        must_be_allowed(name, person, TEAM)


@pytest.mark.parametrize("who", sorted(ABOUT_THE_THING))
def test_what_is_about_the_thing_is_judged_by_those_it_concerns(who: Who) -> None:
    assert Rule((who,), "vote").is_about_the_thing
    assert not Rule((Who.LEADS,), "vote").is_about_the_thing


def test_each_line_that_is_not_for_anyone_is_tried_both_ways() -> None:
    assert set(TRIED) | TELLS_NOBODY_THAT_IT_IS_THERE == LED


def test_a_review_is_read_by_whose_work_it_is_about_its_reviewer_and_the_leads_alone(
    at_work: tuple[Workplace, Wire],
) -> None:
    _, wire = at_work
    wire.submit("review_scorecard", {"number": TO_REVIEW, "agent": DORA}, POINTS, CLEO)
    wire.box.waits()
    for number, readers in ((TO_REVIEW, {DORA, CLEO, LEAD}), (OF_THE_LEAD, {CLEO, LEAD})):
        for person in (BEN, CLEO, DORA, LEAD):
            told = wire.command("review", f"show T-{number}", person).text
            assert ("for you to read" in told) is (person not in readers), (number, person)


@pytest.mark.parametrize("name", sorted(TRIED))
def test_whoever_may_does_it_and_others_are_told_who_may(at_work: tuple[Workplace, Wire], name: str) -> None:
    workplace, wire = at_work
    before = done(workplace)
    refused = TRIED[name](wire, BEN)
    assert f"Only {' or '.join(RULES[name].who)} may {RULES[name].what}" in refused
    assert REFUSED in refused
    assert done(workplace) == before
    assert REFUSED not in TRIED[name](wire, LEAD)
    if name not in OPENS_A_WINDOW | ONLY_READS:
        wait_until(lambda: done(workplace) > before, "it is done")


@pytest.mark.parametrize("kind", ["/", "button ", "window "])
def test_what_anyone_may_do_is_refused_to_nobody(at_work: tuple[Workplace, Wire], kind: str) -> None:
    _, wire = at_work
    for name in sorted(name for name in set(RULES) - LED if name.startswith(kind)):
        first, _, rest = name.partition(" ")
        if kind == "button ":
            answer = wire.click(next(one for one in ACTIONS if one.startswith(rest.rstrip("*"))), "1", "U0CLEO")
        elif kind == "window ":
            answer = wire.submit(rest, {}, {}, "U0CLEO")
        else:
            answer = wire.command(first[1:], rest, "U0CLEO")
        assert answer.status_code == 200, (name, answer.text)
        assert REFUSED not in answer.text, name
    assert not [letter for letter in wire.box.letters if REFUSED in str(letter)]
