"""Who may do what: the table has a line for everything there is, and it is the server that holds to it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import help as help_blocks
from bot.commands.ticket import FORMS
from bot.listeners import ACTIONS, COMMANDS, VIEWS
from bot.manifest import COMMANDS as DESCRIBED
from db.clocks import clocks
from db.outbox import outbox
from domain import roles
from domain.refusal import NotAllowed
from domain.roles import RULES, Rule, Who, must_be_allowed, rule_of
from tests.conftest import MovableClock
from tests.wire import Wire, mailbox
from tests.workplace import BEN, LEAD, Workplace, opened

TEAM = roles.Team(leads=["U0LEAD"], reviewers=["U0REV"])
LED = {name for name, rule in RULES.items() if Who.ANYONE not in rule.who}
REFUSED = "Leads and reviewers are named"
BREACH = "1:first_response:1"


@pytest.fixture
def at_work(slack_url: str, tmp_path: Path, sqlite_url: str, clock: MovableClock) -> Iterator[tuple[Workplace, Wire]]:
    """A team with a ticket whose promise is broken, and somebody who forges requests of its members."""
    with opened(slack_url, tmp_path, sqlite_url, clock) as workplace, mailbox() as box:
        workplace.person(BEN).types("/ticket new P2 Invoices are wrong for Acme")
        clock.move(hours=5)
        yield workplace, Wire.of(workplace, box)


# What is done with a name, and what then must be in the database, when it is done by whoever may.
TRIED: Mapping[str, Callable[[Wire, str], str]] = {
    "/digest weekly post": lambda wire, person: wire.command("digest", "weekly post", person).text,
    "button sla_waive": lambda wire, person: _clicked(wire, "sla_waive", BREACH, person),
    "window sla_waive": lambda wire, person: (
        wire.submit(
            "sla_waive", {"clock": BREACH}, {"why": {"type": "plain_text_input", "value": "Their own outage"}}, person
        ).text
    ),
}


def _clicked(wire: Wire, action_id: str, value: str, person: str) -> str:
    answer = wire.click(action_id, value, person)
    # A window that opens says nothing; Slack refuses the forged trigger, and that is told.
    return answer.text + wire.box.waits()


def done(workplace: Workplace) -> tuple[object, ...]:
    """What the led things leave behind."""
    waived = workplace.query(clocks.select().where(clocks.c.waived_by.is_not(None)))
    posted = workplace.query(outbox.select().where(outbox.c.key.like("digest:%")))
    return len(waived), len(posted)


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


@pytest.mark.parametrize("who", [Who.ASSIGNEE, Who.INVITED])
def test_what_is_about_the_thing_is_judged_by_those_it_concerns(who: Who) -> None:
    assert Rule((who,), "vote").is_about_the_thing
    assert not Rule((Who.LEADS,), "vote").is_about_the_thing


def test_each_line_that_is_not_for_anyone_is_tried_both_ways() -> None:
    assert set(TRIED) == LED


@pytest.mark.parametrize("name", sorted(TRIED))
def test_whoever_may_does_it_and_others_are_told_who_may(at_work: tuple[Workplace, Wire], name: str) -> None:
    workplace, wire = at_work
    before = done(workplace)
    refused = TRIED[name](wire, BEN)
    assert f"Only a lead may {RULES[name].what}" in refused
    assert REFUSED in refused
    assert done(workplace) == before
    assert REFUSED not in TRIED[name](wire, LEAD)
    if name != "button sla_waive":  # which opens the window
        assert done(workplace) > before


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
