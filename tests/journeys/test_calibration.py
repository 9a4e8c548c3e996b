"""A calibration from start to result: a lead and reviewers, each alone, blind until the close."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.calibration_report import NotToBeShown, listed, show
from bot.calibrations import sweep
from bot.main import build
from db.calibrations import calibrations
from db.outbox import outbox
from domain.agreement import Missing
from slack_sandbox.client import Sandbox
from tests.calibrating import CONFIG, DIMENSIONS, Table, inputs, solved_tickets
from tests.clock import MovableClock
from tests.domain.recomputed import (
    alpha_by_coincidences,
    icc_by_variances,
    rwg_by_definition,
    squares,
    strictness_by_hand,
)
from tests.workplace import ANA, BEN, CLEO, DORA, EVE, LEAD, TEAM, Workplace, all_text, opened, served

SECRET = "xyzzy, the invoice was never looked at"
# What five reviewers' three who vote give five tickets; Dora and Eve never do.
GIVEN = {
    BEN: ((24, 22, 18, 13, 10), (10, 12, 9, 8, 4), (20, 20, 15, 10, 8), (18, 20, 16, 12, 9), (25, 25, 20, 15, 15)),
    CLEO: ((22, 22, 17, 12, 9), (20, 12, 10, 8, 5), (19, 21, 15, 11, 8), (16, 18, 15, 11, 9), (25, 24, 20, 15, 14)),
    LEAD: ((23, 20, 18, 13, 11), (14, 13, 9, 7, 4), (21, 20, 14, 10, 7), (17, 19, 16, 12, 8), (24, 25, 19, 15, 15)),
}


@pytest.fixture
def config() -> str:
    """A team with a QA channel, a lead and reviewers."""
    return CONFIG


def shown(table: Table, number: int = 1) -> dict[str, Any]:
    """What `rethrow calibration show N --json` prints."""
    found: dict[str, Any] = json.loads(show(table.workplace.bot.house.settings, number, as_figures=True))
    return found


def test_what_a_lead_is_shown_first_is_for_them_alone_and_can_be_changed(table: Table) -> None:
    workplace = table.workplace
    lead = workplace.person(LEAD)
    solved_tickets(workplace, [ANA, ANA, BEN])
    workplace.person(ANA).types("/ticket csat T-1 1")
    told = lead.types("/calibrate start until tomorrow 17:00")
    assert "A calibration of 3 tickets" in told
    assert "went badly: rated 1 of 5" in told
    assert f"not scored by <@{BEN}>, who had it" in told
    assert "Only a lead may start a calibration" in workplace.person(BEN).types("/calibrate start")
    lead.clicks("Change…")
    assert "T-99" in str(table.fills(LEAD, {"tickets": "T-99"})["errors"]["tickets"])
    many = " ".join(f"T-{number}" for number in range(1, 12))
    assert "At most 10 tickets" in str(table.fills(LEAD, {"tickets": many})["errors"].get("tickets"))
    assert "names no time" in str(table.fills(LEAD, {"tickets": "T-2, 3", "until": "in a while"})["errors"]["until"])
    table.fills(LEAD, {"tickets": "T-2, 3", "until": "tomorrow 9:00"})
    lead.waits_for("A calibration of 2 tickets")
    lead.clicks("Cancel")
    lead.waits_for("Cancelled: nothing was posted")
    assert not table.thread(LEAD)
    assert "names no time" in lead.types("/calibrate start until yesterday")
    assert "at least" in lead.types("/calibrate start <@U0BEN> <@U0CLEO>")
    assert "is not a member" in lead.types("/calibrate start @ben")


def test_before_the_close_nothing_gives_away_a_vote(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA, BEN])
    table.starts("T-1 T-2", tickets=2)
    post = all_text(table.waits_for("· T-1 ·"))
    assert "Acme" not in post
    assert ANA not in post
    table.scores(CLEO, 1, (20, 20, 15, 10, 5), SECRET)
    table.waits_for(f"<@{CLEO}> has begun")
    before = table.seen_by_others(CLEO)
    assert SECRET not in before
    table.scores(CLEO, 1, (1, 2, 3, 4, 5), SECRET + " again")
    assert table.opens(CLEO, 1)["ok"]
    assert SECRET + " again" in json.dumps(workplace.slack.view(CLEO))
    assert table.seen_by_others(CLEO) == before
    for person in (LEAD, BEN):
        status = workplace.person(person).types("/calibrate status")
        assert f"<@{CLEO}> has begun" in status
        assert SECRET not in status
        assert SECRET not in workplace.person(person).types("/calibrate history")
    for row in workplace.query(select(outbox.c.key, outbox.c.payload)):
        assert SECRET not in json.dumps(row.payload)
    settings = workplace.bot.house.settings
    assert "open" in listed(settings)
    with pytest.raises(NotToBeShown, match="still open"):
        show(settings, 1, as_figures=True)
    asked_of_slack = [one for one in workplace.slack.log() if one["direction"] != "to_bot"]
    own_window = ("views.open", "views.update")
    assert SECRET not in json.dumps([one for one in asked_of_slack if one["method"] not in own_window])


def test_a_draft_is_kept_and_errors_stand_at_their_field(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    table.starts("T-1")
    table.opens(BEN, 1)
    typed = dict(zip(DIMENSIONS, ("20", "", "", "", ""), strict=True)) | {"comment_process": SECRET}
    workplace.person(BEN).presses("Save draft", **typed)
    assert "Your draft is kept" in all_text(workplace.slack.view(BEN))
    workplace.slack.close(BEN)
    table.opens(BEN, 1)
    fields = {b["block_id"]: b["element"].get("initial_value") for b in inputs(workplace.slack.view(BEN))}
    assert (fields["accuracy"], fields["communication"], fields["comment_process"]) == ("20", None, SECRET)
    assert "This is your draft" in all_text(workplace.slack.view(BEN))
    wrong = dict(zip(DIMENSIONS, ("26", "25", "20", "15", "15"), strict=True))
    assert "accuracy" in str(table.fills(BEN, wrong)["errors"])
    status = workplace.person(BEN).types("/calibrate status")
    assert "Nobody of 4 has voted yet" in status
    assert "Yours to score" in status


def test_only_the_invited_vote_and_nobody_on_their_own_ticket(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA, BEN])
    table.starts("T-1 T-2", tickets=2)
    table.opens(BEN, 2)
    table.whispered(BEN, "is one you had yourself")
    table.opens(ANA, 1)
    table.whispered(ANA, "Only who was invited may score")
    assert not workplace.slack.views(BEN)
    assert not workplace.slack.views(ANA)


def test_from_start_to_result_with_the_bot_restarted_around_the_close(
    slack_url: str, tmp_path: Path, database_url: str, clock: MovableClock
) -> None:
    """Two of five never vote; time closes it once, whoever runs; every number equals a recomputation."""
    with opened(slack_url, tmp_path, database_url, clock, CONFIG) as workplace:
        table = Table(workplace)
        everybody_but_two_votes(table)
        workplace.pass_time(hours=24)
        for person in (DORA, EVE):
            assert "Yours to score: T-1, T-2, T-3, T-4, T-5" in all_text(
                table.direct(person, "Half of the time is over")
            )
        workplace.pass_time(hours=23)
        table.direct(DORA, "Last call")
        assert not told_alone(table, BEN, "Yours to score")
        settings = workplace.bot.house.settings
    clock.move(hours=2)
    with Sandbox(slack_url) as slack:
        for _ in range(2):  # it comes back after the end, goes, and comes back again
            bot, other = build(settings, clock), build(settings, clock)
            with served(bot) as address:
                slack.app(request_url=f"{address}/slack/events")
                sweep.turn(other.house, TEAM)
                table = Table(Workplace(slack, bot, clock, address))
                table.waits_for("how far 3 reviewers agree")
                table.waits_for("Discuss.")
                table.direct(LEAD, "how you score beside the others")
            other.house.engine.dispose()
        closed_once_and_every_number_is_right(table)


def everybody_but_two_votes(table: Table) -> None:
    solved_tickets(table.workplace, [ANA] * 5)
    people = " ".join(f"<@{one}>" for one in (BEN, CLEO, DORA, EVE, LEAD))
    table.starts(f"{people} T-1 T-2 T-3 T-4 T-5 until 2d", tickets=5)
    for person, rows in GIVEN.items():
        for number, given in enumerate(rows, 1):
            table.scores(person, number, given, f"{SECRET} {number}" if person == BEN else "")
    table.waits_for("*3 of 5* voted")


def told_alone(table: Table, person: str, text: str) -> list[str]:
    slack = table.workplace.slack
    said = (m["text"] for m in slack.messages(person, slack.open_dm(person, "U0BOT")))
    return [one for one in said if text in one]


def closed_once_and_every_number_is_right(table: Table) -> None:
    assert len([m for m in table.thread(LEAD) if "how far 3 reviewers agree" in m["text"]]) == 1
    assert [len(told_alone(table, one, "how you score")) for one in (BEN, CLEO, LEAD, DORA)] == [1, 1, 1, 0]
    found = shown(table)
    totals = [{who: sum(rows[at]) for who, rows in GIVEN.items()} for at in range(5)]
    assert found["reviewers"] == [BEN, CLEO, LEAD]
    assert found["units"] == 5
    assert found["why"] == {}
    alpha = alpha_by_coincidences([list(row.values()) for row in totals], squares)
    assert found["alpha"] == pytest.approx(alpha)
    assert found["icc_2_1"] == pytest.approx(icc_by_variances([list(map(float, row.values())) for row in totals]))
    for place, name in enumerate(DIMENSIONS):
        by_ticket = [[rows[at][place] for rows in GIVEN.values()] for at in range(5)]
        assert found["alpha_by_dimension"][name] == pytest.approx(alpha_by_coincidences(by_ticket, squares))
    for at, ticket in enumerate(found["tickets"]):
        given = list(totals[at].values())
        assert ticket["ticket"] == f"T-{at + 1}"
        assert ticket["totals"] == totals[at]
        assert ticket["scores"] == {w: dict(zip(DIMENSIONS, rows[at], strict=True)) for w, rows in GIVEN.items()}
        assert ticket["mean"] == pytest.approx(sum(given) / 3)
        assert ticket["range"] == max(given) - min(given)
        assert ticket["flagged"] == (max(given) - min(given) > 10)
        assert found["rwg"][f"T-{at + 1}"] == ticket["rwg"] == pytest.approx(rwg_by_definition(given, 101))
    assert [one["ticket"] for one in found["tickets"] if one["flagged"]] == ["T-2"]
    said = all_text(table.waits_for("how far 3 reviewers agree"))
    assert f"alpha {alpha:.2f}" in said
    discussed = all_text(table.waits_for("Discuss."))
    assert f"*Accuracy* drives it, 10 points apart: <@{CLEO}> gave 20, <@{BEN}> gave 10." in discussed
    assert f"<@{BEN}> on accuracy: {SECRET} 2" in discussed
    assert "Acme" in discussed
    assert f"<@{ANA}>" in discussed
    for person in GIVEN:
        leaning = strictness_by_hand([{w: float(t) for w, t in row.items()} for row in totals], person) or 0
        (told,) = told_alone(table, person, "how you score")
        assert f"{abs(leaning):.1f}".removesuffix(".0") in told
        assert ("stricter" if leaning < 0 else "more lenient") in told


def test_the_last_vote_closes_it_and_what_is_agreed_on_is_kept(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA, DORA])
    table.starts("T-1 T-2", tickets=2)
    for person in (BEN, CLEO, EVE):
        table.scores(person, 1, (20, 20, 15, 10, 5))
        table.scores(person, 2, (25, 20, 15, 10, 5))
    table.scores(DORA, 1, (5, 20, 15, 10, 5), SECRET)
    table.waits_for("how far 4 reviewers agree")
    found = shown(table)
    assert (found["closed_by"], found["units"], found["alpha"]) == ("all", 2, None)
    assert found["why"]["alpha"] == str(Missing.TOO_FEW_UNITS)
    assert found["why"]["icc_2_1"] == str(Missing.GAPS)
    assert found["rwg"]["T-2"] == 1
    table.clicks(LEAD, "Agreed score…", "· T-1 ·")
    table.fills(LEAD, dict(zip(DIMENSIONS, ("18", "20", "15", "10", "5"), strict=True)))
    table.waits_for("Agreed: *68*")
    table.clicks(BEN, "Rubric note…", "· T-1 ·")
    table.fills(BEN, {"text": "A wrong link costs five points"})
    table.waits_for("A wrong link costs five points")
    assert shown(table)["tickets"][0]["agreed"] == dict(zip(DIMENSIONS, (18, 20, 15, 10, 5), strict=True))
    table.clicks(ANA, "Rubric note…", "· T-1 ·")
    table.whispered(ANA, "Only a lead or who was invited may say what was agreed on")
    history = workplace.person(BEN)
    assert "Accuracy*: 1 ticket, in 1 calibration" in history.types("/calibrate history")
    workplace.person(ANA).types("/ticket new P2 Another one for Acme")
    table.starts("T-3", number=2)
    table.opens(BEN, 3, number=2)
    assert "A wrong link costs five points" in all_text(workplace.slack.view(BEN))


def test_below_the_quorum_it_is_extended_once_then_closed_as_too_few(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    table.starts("T-1 until 2d")
    for person in (BEN, CLEO):
        table.scores(person, 1, (20, 20, 15, 10, 5), SECRET)
    workplace.pass_time(hours=48, seconds=5)
    table.waits_for("2 of 3 needed have voted, so it runs on")
    workplace.pass_time(hours=24, seconds=5)
    table.waits_for("what was scored stays sealed")
    found = shown(table)
    assert (found["state"], found["alpha"], found["tickets"][0]["scores"]) == ("too_few", None, {})
    assert found["why"]["alpha"] == str(Missing.TOO_FEW_REVIEWERS)
    assert SECRET not in table.seen_by_others(BEN)
    assert workplace.query(select(calibrations.c.state, calibrations.c.extended)) == [("too_few", True)]


def test_a_lead_closes_it_and_looks_back(table: Table) -> None:
    workplace = table.workplace
    lead = workplace.person(LEAD)
    solved_tickets(workplace, [ANA] * 5)
    assert "No calibration is open" in lead.types("/calibrate close")
    table.starts("T-1 T-2 T-3 T-4 T-5", tickets=5)
    for person, rows in zip((BEN, CLEO, DORA), GIVEN.values(), strict=True):
        for number, given in enumerate(rows, 1):
            table.scores(person, number, given)
    table.opens(EVE, 1)
    assert "Only a lead may close" in workplace.person(BEN).types("/calibrate close")
    assert "calibration 1 is closed" in lead.types("/calibrate close").casefold()
    table.waits_for("how far 3 reviewers agree")
    workplace.person(EVE).presses("Save draft", accuracy="7")
    assert "is not open any more" in all_text(workplace.slack.view(EVE))
    lead.types("/calibrate history")
    kinds = [block["type"] for block in lead.messages()[-1]["blocks"]]
    assert "data_visualization" in kinds
    assert "table" in kinds
    assert "closed" in listed(workplace.bot.house.settings)
