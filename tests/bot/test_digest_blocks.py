"""The review's messages keep Slack's limits, whatever a team's categories, names and figures are."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import daily_digest, digest, digest_answers, digest_charts, digest_numbers, digest_parts
from bot.blocks.kit import MESSAGE_TEXT_MAX, Message
from domain.category_report import Count, report
from domain.daily_review import DailyReview, Promise
from domain.digest_window import week_named
from domain.health import CSAT, FIRST_RESPONSE, Health
from domain.review import Claimed, Escalation, Recurring, Review, wins
from domain.week_figures import Kept, Share, Speed, Times, WeekFigures
from slack_sandbox.blockkit.surfaces import check_message_blocks, text_of

WEEK = week_named("2026-W12", "Europe/London")
NAMES = st.one_of(
    st.text(min_size=1, max_size=300).filter(str.strip),
    st.sampled_from(
        ["usability", "א" * 300, "👩‍👩‍👧‍👦" * 40, "<!channel> & <@U1>", "a" * 300, "usability in the dashboard"]
    ),
)
COUNTS = st.integers(0, 3_000)
SPEEDS = st.lists(st.integers(0, 10**13), max_size=5).map(lambda taken: Times(Speed.of(taken), Speed.of(taken[1:])))
KEPT = st.dictionaries(
    st.tuples(st.sampled_from(["first_response", "resolution", "pickup"]), st.sampled_from(["P0", "P2"])),
    st.tuples(COUNTS, COUNTS).map(lambda both: Kept(both[0], both[1], both[1] // 2)),
)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    weeks = [
        WeekFigures(
            WEEK.before(back),
            new=draw(COUNTS),
            solved=draw(COUNTS),
            backlog=draw(COUNTS),
            backlog_since=WEEK.start - timedelta(days=draw(st.integers(0, 900))),
            first_response=draw(SPEEDS),
            resolution=draw(SPEEDS),
            csat=Share(0, draw(st.integers(0, 5))),
            kept=draw(KEPT),
            per_agent=draw(st.dictionaries(NAMES, st.integers(1, 99), max_size=3)),
        )
        for back in range(5)
    ]
    names = draw(st.lists(NAMES, max_size=12))
    many = [f"category {at} {'x' * 280}" for at in range(draw(st.sampled_from([0, 0, 2_000])))]
    counts = [Count(name, draw(st.one_of(st.none(), NAMES)), draw(COUNTS), draw(COUNTS)) for name in names]
    counts += [Count(name, None, 7, 1) for name in many]
    recurring = [Recurring(kind, name, name, 99, 9) for kind in ("bug", "question", "request") for name in names]
    handed = [
        Escalation(at, at, draw(NAMES), "p0", "open", draw(st.sampled_from([None, True, False]))) for at in range(10)
    ]
    claimed = [Claimed(name, "U1", draw(st.sampled_from([None, "U2"]))) for name in names[:5]]
    return Review(
        weeks,
        report(counts),
        [(draw(COUNTS), draw(COUNTS)) for _ in range(7)],
        handed[: draw(st.integers(0, 10))],
        wins(recurring, draw(st.integers(0, 2))),
        claimed,
        draw(st.sampled_from([[], ["p0", "legal"]])),
        WEEK.end,
        WEEK.end + timedelta(hours=draw(st.integers(0, 60))),
    )


def fits(message: Message) -> None:
    assert message.text.strip()
    assert check_message_blocks(list(message.blocks)) == []
    assert sum(len(text_of(block)) for block in message.blocks) <= MESSAGE_TEXT_MAX
    assert sum(block["type"] == "data_visualization" for block in message.blocks) <= 2


@settings(max_examples=60)
@given(reviews())
def test_every_message_is_one_that_slack_takes(found: Review) -> None:
    for rich in (True, False):
        posted = digest.thread(found, "sup-", rich)
        assert len(posted) == 6
        for message in posted:
            fits(message)
            assert "<!channel>" not in message.text
    fits(digest.preview(found, ""))
    assert len(posted[0].text) < 900  # a phone's screen


def empty(weeks: int = 5) -> Review:
    figures = [WeekFigures(WEEK.before(back)) for back in range(weeks)]
    return Review(figures, report([]), [(0, 0)] * 7, [], [], [])


def test_an_empty_week_is_told_too() -> None:
    told = digest.as_text(empty(), "")
    assert "A quiet week" in told
    assert "n/a" in told
    assert "0 %" not in told
    for message in digest.thread(empty(), "", rich=True):
        fits(message)


def test_a_late_one_says_which_week_it_covers() -> None:
    quiet = empty()
    late = Review(quiet.weeks, quiet.issues, quiet.days, [], [], [], [], WEEK.end, WEEK.end + timedelta(days=2))
    assert "Late by 48 h" in str(digest.first(late).blocks)
    assert "covers 2026-W12" in str(digest.first(late).blocks)


def test_the_health_table() -> None:
    assert [FIRST_RESPONSE.judge(hours * 60) for hours in (3.9, 4, 24, 24.1)] == [
        Health.HEALTHY, Health.WARNING, Health.WARNING, Health.CRITICAL,
    ]  # fmt: skip
    assert [CSAT.judge(share) for share in (0.86, 0.85, 0.7, 0.69, None)] == [
        Health.HEALTHY, Health.WARNING, Health.WARNING, Health.CRITICAL, Health.UNKNOWN,
    ]  # fmt: skip


def test_the_first_post_judges_every_signal_of_the_health_table() -> None:
    said = digest.first(empty()).text.splitlines()
    signals = [line.partition(": ")[2] for line in said if line.startswith(digest.LIGHTS[Health.UNKNOWN])]
    names = ("Backlog", "First response", "Resolution", "First contact", "CSAT", "Escalated")
    assert len(signals) == len(names)
    assert all(line.startswith(name) for line, name in zip(signals, names, strict=True))


def test_where_a_breach_was_excused_both_rates_are_told() -> None:
    found = empty()
    kept = {("first_response", "P1"): Kept(5, 2, 1), ("first_response", "P2"): Kept(3, 0), ("pickup", "P2"): Kept(1, 1)}
    told = digest_numbers.numbers(replace(found, weeks=[replace(found.weeks[0], kept=kept), *found.weeks[1:]]))
    said = text_of(told.payload())
    assert "First response: 8 kept, 2 broken, 1 of these excused (80 % kept, 89 % without)" in said
    assert "Pickup: 1 kept, 1 broken" in said
    assert said.count("excused") == 1


def test_labels_of_a_chart_differ() -> None:
    labels = digest_charts.unique(["a" * 30, "a" * 40, "b", "b", " "])
    assert len(set(labels)) == 5
    assert max(map(len, labels)) <= 20


@given(st.lists(NAMES, max_size=5), st.integers(0, 9))
def test_the_daily_one_too(subjects: list[str], unassigned: int) -> None:
    promises = tuple(Promise(1, subject, "first_response", WEEK.start, "U1") for subject in subjects)
    total = len(promises) + 3
    fits(daily_digest.message(DailyReview(WEEK.monday, promises, total, promises, total, unassigned), "sup-"))
    quiet = daily_digest.message(DailyReview(WEEK.monday, (), 0, (), 0, 0), "")
    assert "No promise is broken" in quiet.text


def test_what_was_avoidable_twice_is_said() -> None:
    assert (
        "Avoidable two weeks running: P0 incident."
        in digest_parts.escalations(replace(empty(), avoidable_again=["p0"])).text
    )


def test_what_was_said_about_a_handoff_stands_above_its_buttons_once() -> None:
    handed = [
        Escalation(7, 12, "Cannot log in", "p0", "resolved", None),
        Escalation(8, 13, "Slow", "legal", "open", None),
    ]
    payload = digest_parts.escalations(replace(empty(), escalations=handed)).payload()
    once = digest_answers.with_judgement(payload, 7, True, "U1")
    twice = digest_answers.with_judgement(once, 7, False, "U2")
    assert check_message_blocks(twice["blocks"]) == []
    assert "Avoidable, says <@U1>" in str(once)
    assert "Not avoidable, says <@U2>" in str(twice)
    assert "says <@U1>" not in str(twice)
    assert len(twice["blocks"]) == len(payload["blocks"]) + 1


def test_what_was_said_when_a_handoff_ended_gives_way_to_what_is_said_of_it_later() -> None:
    handed = [Escalation(7, 12, "Cannot log in", "p0", "resolved", True)]
    message = digest_parts.escalations(replace(empty(), escalations=handed))
    assert "1 handoff. Could it have been avoided?" in message.text
    assert "P0 incident, resolved · avoidable" in message.text
    assert "'Avoidable'" in str(message.payload()["blocks"][2])
    later = digest_answers.with_judgement(message.payload(), 7, False, "U2")
    assert "Not avoidable, says <@U2>" in str(later["blocks"][2])
    assert len(later["blocks"]) == len(message.payload()["blocks"])
