"""A review from scorecard to reply: the agent reads it alone, and nobody else sees a score."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.forgetting import forget
from bot.outbox_report import listed
from bot.reviews import shares
from db import exporting, forgetting, reviews, session
from db.digests import digests
from tests.calibrating import CONFIG, DIMENSIONS, Table, inputs, solved_tickets
from tests.workplace import ANA, BEN, CLEO, DORA, EVE, LEAD, LEADS, QA, SUPPORT, TEAM, Json, Workplace, all_text

GOOD = (21, 22, 18, 12, 10)  # 83
POOR = (10, 12, 9, 8, 4)  # 43
COMMENT = "xyzzy, the cause was <found> at once"


@pytest.fixture
def config() -> str:
    """A team with a QA channel, a lead and reviewers."""
    return CONFIG


def fills(table: Table, reviewer: str, given: tuple[int, ...], comment: str = "") -> Json:
    said = {name: str(points) for name, points in zip(DIMENSIONS, given, strict=True)}
    return table.fills(reviewer, said | ({"comment_accuracy": comment} if comment else {}))


def review(table: Table, reviewer: str, number: int, given: tuple[int, ...], comment: str = "") -> None:
    assert table.workplace.person(reviewer).types(f"/review T-{number}") == ""
    answer = fills(table, reviewer, given, comment)
    assert answer["ok"], answer
    assert "errors" not in answer, answer


def seen_by(table: Table, *people: str) -> str:
    """All that these people can see, with the metadata that apps can read."""
    slack = table.workplace.slack
    seen: list[Any] = []
    for person in people:
        for channel in (SUPPORT, LEADS, QA, slack.open_dm(person, "U0BOT")):
            seen += slack.messages(person, channel)
        seen += [slack.views(person), slack.home(person)]
    return json.dumps(seen)


def clicks_alone(table: Table, person: str, message: Json, label: str) -> Json:
    slack = table.workplace.slack
    buttons = [
        one for block in message["blocks"] for one in [*block.get("elements", ()), block.get("accessory")] if one
    ]
    button = next(one for one in buttons if one.get("text", {}).get("text") == label)
    block = next(block["block_id"] for block in message["blocks"] if button["action_id"] in json.dumps(block))
    where = {**message, "channel": slack.open_dm(person, "U0BOT")}
    return slack.click(person, where, button["action_id"], block_id=block, value=button["value"])


def test_the_agent_reads_the_review_alone_and_replies_to_the_reviewer_and_the_leads(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    review(table, BEN, 1, GOOD, COMMENT)
    told = table.workplace.person(BEN).waits_for("is saved")
    assert "83" not in told
    message = table.direct(ANA, "The review of your work on T-1")
    assert "83" not in message["text"]  # what a locked screen shows
    read = all_text(message)
    assert "83 of 100 · meets expectations" in read
    assert "Nothing has to change" in read
    assert "Accuracy: 21 of 25*  right; a detail is missing" in read
    assert "xyzzy, the cause was &lt;found&gt; at once" in read
    assert clicks_alone(table, ANA, message, "Reply…")["ok"]
    table.fills(ANA, {"text": "plugh, thank you"})
    table.direct(ANA, "Your reply went to")
    for person in (BEN, LEAD):
        passed_on = table.direct(person, "replied to the review of T-1")
        assert "plugh, thank you" in all_text(passed_on)
        assert "83 of 100" in all_text(passed_on)
        assert ("Open scorecard…" in all_text(passed_on)) == (person == BEN)
    others = seen_by(table, CLEO, DORA, EVE)
    for secret in ("xyzzy", "plugh", "83 of", "meets expectations"):
        assert secret not in others


def test_a_review_is_shown_to_those_it_concerns_and_told_to_nobody_else(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA, ANA])
    review(table, BEN, 1, GOOD, COMMENT)
    table.direct(ANA, "The review of your work")
    for person in (ANA, BEN, LEAD):
        assert "83 of 100" in workplace.person(person).types("/review show T-1")
    refused = {workplace.person(one).types(f"/review show T-{number}") for one in (CLEO, EVE) for number in (1, 2)}
    assert {text.replace("T-2", "T-1") for text in refused} == {
        "There is no review of T-1 for you to read. "
        "A review is shown to whose work it is about, to its reviewer and to the leads."
    }
    assert f"<@{BEN}> reviewed it" in workplace.person(CLEO).types("/ticket show T-1")
    assert "xyzzy" not in seen_by(table, CLEO, DORA, EVE)
    assert "xyzzy" not in told_to_administrators(workplace)
    assert "83 of" not in told_to_administrators(workplace)


def test_a_review_that_is_begun_is_kept_as_a_draft_and_is_told_to_nobody(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    ben = workplace.person(BEN)
    ben.types("/review T-1")
    ben.presses("Save draft", accuracy="21", comment_process=COMMENT)
    assert "Your draft is kept" in all_text(workplace.slack.view(BEN))
    workplace.slack.close(BEN)
    ben.types("/review T-1")
    assert "This is your draft" in all_text(workplace.slack.view(BEN))
    assert stands(table, "accuracy", "communication", "comment_process") == ["21", None, COMMENT]
    for person in (ANA, LEAD, CLEO):
        assert "no review of T-1 for you" in workplace.person(person).types("/review show T-1")
    workplace.person(CLEO).types("/review T-1")
    assert "xyzzy" not in json.dumps(workplace.slack.views(CLEO))
    assert "xyzzy" not in seen_by(table, ANA, LEAD, DORA, EVE)


def test_a_draft_is_gone_once_it_is_submitted_and_a_second_one_leaves_the_review_as_it_is(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    ben = workplace.person(BEN)
    ben.types("/review T-1")
    ben.presses("Save draft", accuracy="3")
    assert "errors" not in fills(table, BEN, GOOD)
    ben.waits_for("is saved")
    ben.types("/review T-1")
    assert "You reviewed it" in all_text(workplace.slack.view(BEN))
    assert stands(table, "accuracy") == ["21"]
    ben.presses("Save draft", accuracy="5")
    workplace.slack.close(BEN)
    ben.types("/review T-1")
    assert "Until you submit it, the review you gave" in all_text(workplace.slack.view(BEN))
    assert stands(table, "accuracy") == ["5"]
    assert "83 of 100" in ben.types("/review show T-1")


def test_a_draft_of_what_somebody_else_has_reviewed_meanwhile_is_refused_in_its_window(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    workplace.person(CLEO).types("/review T-1")
    review(table, BEN, 1, GOOD)
    workplace.person(BEN).waits_for("is saved")
    workplace.person(CLEO).presses("Save draft", accuracy="3")
    assert f"T-1 was reviewed by <@{BEN}>, who alone can revise it" in all_text(workplace.slack.view(CLEO))


def stands(table: Table, *fields: str) -> list[str | None]:
    """What stands in fields of Ben's window."""
    found = {one["block_id"]: one["element"].get("initial_value") for one in inputs(table.workplace.slack.view(BEN))}
    return [found[name] for name in fields]


def told_to_administrators(workplace: Workplace) -> str:
    """What `rethrow outbox` and `rethrow export` write out."""
    with session.reading(workplace.bot.house.engine) as connection:
        rows = list(exporting.rows(connection, TEAM, None, lambda table, row: True))
    (review,) = [row for row in rows if row["table"] == "review"]
    assert {"points", "total", "comments"}.isdisjoint(review)
    return listed(workplace.bot.house.engine, workplace.clock.now()) + json.dumps(rows)


def test_who_may_not_review_is_told_why(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA, BEN])
    ana, ben, cleo = (workplace.person(one) for one in (ANA, BEN, CLEO))
    ana.types("/ticket new P2 Still open for Acme")
    ana.types("/ticket new P2 Nobody had it for Acme")
    ana.types("/tag T-4 usability")
    ana.types("/ticket solve T-4 nothing")
    assert "Only a reviewer may review tickets" in ana.types("/review T-2")
    assert "Only a reviewer may review tickets" in workplace.person(LEAD).types("/review queue")
    assert "T-2 is one you had yourself" in ben.types("/review T-2")
    assert "T-3 is new: only solved and closed tickets are reviewed" in ben.types("/review T-3")
    assert "Nobody had T-4 when it was solved" in ben.types("/review T-4")
    review(table, BEN, 1, GOOD)
    assert f"T-1 was reviewed by <@{BEN}>, who alone can revise it" in cleo.types("/review T-1")
    assert "There is no ticket `T-99`" in cleo.types("/review T-99")
    assert "Did you mean `/review show T-1`" in cleo.types("/review shwo T-1")
    assert "review of which ticket" in cleo.types("/review show")
    assert "queue" in ana.types("/review")
    assert "Nothing waits for your review" in cleo.types("/review")


def test_whoever_had_it_when_it_was_solved_is_reviewed_and_whoever_had_it_before_does_not_review(table: Table) -> None:
    workplace = table.workplace
    workplace.person(BEN).types("/ticket new P2 The invoice is wrong for Acme")
    workplace.person(BEN).types("/ticket take T-1")
    workplace.person(BEN).types(f"/ticket assign T-1 <@{ANA}>")
    workplace.person(ANA).types("/tag T-1 usability")
    workplace.person(ANA).types("/ticket solve T-1 nothing")
    workplace.person(EVE).types(f"/ticket assign T-1 <@{DORA}>")
    assert "T-1 is one you had yourself" in workplace.person(BEN).types("/review T-1")
    review(table, CLEO, 1, GOOD)
    assert "83 of 100" in all_text(table.direct(ANA, "The review of your work on T-1"))


def test_what_are_no_points_is_said_at_its_field(table: Table) -> None:
    solved_tickets(table.workplace, [ANA])
    assert table.workplace.person(BEN).types("/review T-1") == ""
    errors = fills(table, BEN, (26, 22, 18, 12, 10))["errors"]
    assert set(errors) == {"accuracy"}
    assert table.workplace.query(reviews.reviews.select()) == []


def test_a_revision_is_a_version_of_its_own_and_the_agent_is_told_anew(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    review(table, BEN, 1, POOR, COMMENT)
    table.direct(ANA, "43 of 100 · immediate coaching")
    urgent = all_text(table.direct(LEAD, f"a talk with <@{ANA}> this week"))
    assert "43 of 100" in urgent
    assert workplace.person(BEN).types("/review T-1") == ""
    view = workplace.slack.view(BEN)
    given = {block["block_id"]: block["element"].get("initial_value") for block in view["blocks"] if "element" in block}
    assert [given[name] for name in DIMENSIONS] == [str(points) for points in POOR]
    assert given["comment_accuracy"] == COMMENT
    fills(table, BEN, GOOD)
    table.direct(ANA, "83 of 100 · meets expectations")
    assert "43" not in all_text(table.direct(ANA, "was revised: the new one is further down"))
    assert "no talk this week any more" in all_text(table.direct(LEAD, "T-1: its review was revised"))
    shown = workplace.person(LEAD).types("/review show T-1")
    assert "Before: 43" in shown
    with session.reading(workplace.bot.house.engine) as connection:
        kept = reviews.versions(connection, TEAM, 1, ANA)
        assert reviews.latest_totals(connection, TEAM, [1, 2]) == {1: 83}
    assert [(one.version, one.total, one.reviewer) for one in kept] == [(1, 43, BEN), (2, 83, BEN)]
    assert "reviewed with 83 of 100" in workplace.person(LEAD).types("/calibrate start")
    assert workplace.person(BEN).types("/review T-1") == ""
    told = fills(table, BEN, GOOD)
    assert "already reviewed just so" in json.dumps(told), told


def test_a_forgotten_customer_is_forgotten_in_reviews_too_and_the_points_stay(table: Table) -> None:
    workplace = table.workplace
    solved_tickets(workplace, [ANA])
    review(table, BEN, 1, GOOD, COMMENT)
    table.direct(ANA, "xyzzy")
    with session.writing(workplace.bot.house.engine) as connection:
        meant = forgetting.whose(connection, TEAM, "Acme")
        assert meant is not None
        forget(connection, TEAM, meant, workplace.clock.now())
    workplace.bot.house.wake()
    left = all_text(table.direct(ANA, "(removed)"))
    assert "83 of 100" in left
    assert "xyzzy" not in left
    assert "Acme" not in left


def monday_at_nine(workplace: Workplace, **before: float) -> None:
    """Go on to the next Monday, 9:00, or to some time before it."""
    now = workplace.clock.now()
    due = (now - timedelta(days=now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)
    at = due - timedelta(**before)
    workplace.pass_time(seconds=((at if at > now else at + timedelta(days=7)) - now).total_seconds())


def test_on_monday_each_reviewer_gets_a_share_and_it_shrinks_as_they_review(table: Table) -> None:
    workplace = table.workplace
    monday_at_nine(workplace, hours=12)
    solved_tickets(workplace, [ANA, ANA, ANA, BEN, BEN])
    for number in (1, 2, 3, 4, 5):
        workplace.person(ANA).types(f"/ticket csat T-{number} 1")
    monday_at_nine(workplace)
    for _ in range(3):
        shares.sweep(workplace.bot.house, TEAM)
    made = workplace.query(digests.select().where(digests.c.name == shares.NAME))
    assert len(made) == 1
    sizes = {}
    for reviewer in (BEN, CLEO, DORA, EVE):
        message = all_text(table.direct(reviewer, "Your reviews of the week"))
        assert "rated 1 of 5" in message
        sizes[reviewer] = message.count("· rated 1 of 5")
        assert not (reviewer == BEN and ("T-4" in message or "T-5" in message))
    assert sorted(sizes.values()) == [1, 1, 1, 2]
    assert "Your reviews" not in seen_by(table, ANA, LEAD)
    first = workplace.person(CLEO).types("/review queue").partition("T-")[2].partition(" ")[0]
    share = table.direct(CLEO, "Your reviews of the week")
    assert clicks_alone(table, CLEO, share, "Review…")["ok"]
    fills(table, CLEO, GOOD)
    assert f"✅ *T-{first}" in all_text(table.direct(CLEO, "done."))
    left = workplace.person(CLEO).types("/review queue")
    assert f"T-{first} ·" not in left
    assert ("Nothing waits" in left) == (sizes[CLEO] == 1)


def test_a_ticket_that_was_opened_again_waits_until_it_is_solved(table: Table) -> None:
    workplace = table.workplace
    monday_at_nine(workplace, hours=12)
    solved_tickets(workplace, [ANA])
    workplace.person(ANA).types("/ticket csat T-1 2")
    monday_at_nine(workplace)
    shares.sweep(workplace.bot.house, TEAM)
    reviewers = [workplace.person(one) for one in (BEN, CLEO, DORA, EVE)]
    (holder,) = [one for one in reviewers if "T-1 ·" in one.types("/review queue")]
    workplace.person(ANA).types("/ticket reopen T-1")
    assert "Nothing waits" in holder.types("/review queue")
    workplace.person(ANA).types("/ticket solve T-1 nothing")
    assert "T-1 ·" in holder.types("/review queue")
