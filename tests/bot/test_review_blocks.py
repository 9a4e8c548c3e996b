"""What is said about reviews is within Slack's limits, also when people wrote as much as they may."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks import review_shares, review_windows, reviews
from bot.blocks.kit import MESSAGE_TEXT_MAX, Message
from domain.qa_review import Reply, Review
from domain.review_plan import Pick, Reason, Share
from domain.scorecard import DIMENSIONS
from domain.ticket import Status, Ticket
from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view, text_of
from tests.workplace import all_text

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
LONG = "It <was> said & done. " * 200
TICKET = Ticket(1, LONG, status=Status.SOLVED, solved_at=NOON, csat=2, url="https://help.example/1")


def review(version: int = 1, comment: str = LONG[:1000]) -> Review:
    points = {name: most // 2 for name, most in DIMENSIONS.items()}
    return Review(1, "U0ANA", "U0REV", version, points, NOON, dict.fromkeys(DIMENSIONS, comment))


def shares(count: int, done: int) -> list[Share]:
    return [
        Share(number, "U0ANA", NOON, (Reason.ESCALATED, Reason.BADLY_RATED, Reason.SAMPLED), number <= done)
        for number in range(1, count + 1)
    ]


TICKETS = {number: Ticket(number, LONG, status=Status.SOLVED, solved_at=NOON, csat=2) for number in range(1, 61)}
REPLIES = [Reply(place, 1, LONG[:2000], NOON) for place in range(1, 9)]
MESSAGES = {
    "agent": reviews.for_agent(review(2), TICKET, "sup-"),
    "replaced": reviews.replaced(review(2)),
    "talk": reviews.immediate(review(), TICKET, ""),
    "no talk": reviews.no_longer(review(), TICKET),
    "reply": reviews.reply_for_others(review(), TICKET, LONG[:2000], "U0REV", ""),
    "replied": reviews.replied(review()),
    "saved": reviews.saved(review(), 3),
    "whole": reviews.whole([([review(n) for n in range(1, 30)], REPLIES)], TICKET, "U0ANA"),
    "three": reviews.whole([([review()], REPLIES)] * 3, TICKET, "U0ANA"),
    "share": review_shares.weekly(shares(60, 3), TICKETS, ""),
    "queue": review_shares.queue(shares(60, 0), TICKETS, NOON, ""),
    "nothing": review_shares.queue([], {}, None, ""),
    "left over": review_shares.left_over([Pick(n, "U0ANA", (), frozenset()) for n in range(1, 200)], ""),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_it(name: str) -> None:
    blocks = list(MESSAGES[name].blocks)
    assert check_message_blocks(blocks) == []
    assert len(text_of(blocks)) <= MESSAGE_TEXT_MAX


@pytest.mark.parametrize("before", [None, review()])
def test_slack_takes_the_windows(before: Review | None) -> None:
    for just_saved in (False, True):
        draft = dict.fromkeys(DIMENSIONS, "x")
        assert check_view(review_windows.score(TICKET, "U0ANA", before, draft, just_saved).view) == []
    assert check_view(review_windows.score(TICKET, "U0ANA", before).view) == []
    assert check_view(review_windows.reply(review(), TICKET).view) == []


@pytest.mark.parametrize("name", ["agent", "replaced", "saved", "replied", "share", "queue"])
def test_what_a_locked_screen_shows_has_no_score(name: str) -> None:
    assert str(review().total) not in MESSAGES[name].text
    assert review().band.label not in MESSAGES[name].text


def test_nothing_that_people_wrote_is_read_as_a_mention_or_a_link() -> None:
    said = all_text({"blocks": list(reviews.for_agent(review(comment="<!channel> <@U0EVE>"), TICKET, "").blocks)})
    assert "&lt;!channel&gt; &lt;@U0EVE&gt;" in said


def test_a_long_share_comes_up_as_it_is_worked_off() -> None:
    def numbers(message: Message) -> list[int]:
        found = all_text({"blocks": list(message.blocks)})
        return [number for number in TICKETS if f"T-{number} ·" in found]

    assert numbers(review_shares.weekly(shares(20, 0), TICKETS, "")) == list(range(1, 16))
    assert numbers(review_shares.weekly(shares(20, 15), TICKETS, "")) == [*range(1, 11), *range(16, 21)]
    assert "15 of 20 done" in all_text({"blocks": list(review_shares.weekly(shares(20, 15), TICKETS, "").blocks)})


def test_the_reasons_are_said_in_words() -> None:
    share = Share(1, "U0ANA", NOON + timedelta(days=1), (Reason.ESCALATED, Reason.BADLY_RATED, Reason.NEW_AGENT), False)
    said = "escalated, rated 2 of 5, drawn by lot, in the agent's first months"
    assert review_shares.why(share, TICKET) == said


def test_what_follows_from_a_band_is_said_to_the_agent_alone() -> None:
    follows = review().band.consequence
    held: reviews.Held = [([review()], [])]
    assert follows in text_of(list(reviews.whole(held, TICKET, review().agent).blocks))
    assert follows not in text_of(list(reviews.whole(held, TICKET, review().reviewer).blocks))
