"""A ticket that comes without a priority gets one, with the reason in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.priority import DEFAULT_RULES, PriorityRules, assess, users_affected
from domain.ticket import Priority

P0, P1, P2, P3 = Priority.P0, Priority.P1, Priority.P2, Priority.P3
TIERS = ("free", "pro", "business", "enterprise", None)


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("There is an outage in Frankfurt", P0),
        ("The whole site is down!", P0),
        ("it is _down_ again", P0),
        ("We had data loss last night", P0),
        ("Data-loss after the import", P0),
        ("A breach of our account", P0),
        ("Nobody can log in", P0),
        ("No one in our office is able to log in since nine", P0),
        ("250 users cannot open the dashboard", P0),
        ("more than 100 users are affected", P0),
        ("1,200 of our customers see it", P0),
        ("100 users see it", P2),
        ("The editor is broken", P1),
        ("Export not working", P1),
        ("it isn’t working", P1),
        ("I get an error when saving", P1),
        ("a billing issue with my last invoice", P1),
        ("this has revenue impact for us", P1),
        ("Feature request: dark mode", P3),
        ("a suggestion for the editor", P3),
        ("a nice-to-have", P3),
        ("How do I change my address?", P2),
        ("", P2),
    ],
)
def test_the_text_decides(text: str, priority: Priority) -> None:
    assert assess(text).priority is priority


@pytest.mark.parametrize(
    "text",
    [
        "I cannot download the file",
        "the drop-down is empty",
        "when I scroll down it jumps",
        "see https://example.com/down?error=outage for the page",
        "see <https://status.example.com/outage|the page>",
        "www.outage.com",
        "read down.io please",
        "write to down@outage.example.com",
        "countdown, touchdown, breakdowns, terrors",
    ],
)
def test_words_inside_other_words_links_and_addresses_do_not_count(text: str) -> None:
    assert assess(text).priority is P2


def test_the_label_of_a_link_is_text() -> None:
    assert assess("<https://x.example.com/a|the api is down>").priority is P0


def test_the_most_urgent_word_wins() -> None:
    assert assess("feature request: a better error page").priority is P1
    assert assess("errors everywhere, the site is down").priority is P0


def test_a_whole_sentence_is_not_crossed() -> None:
    assert assess("Nobody answered me. How do I log in to the old site?").priority is P2


@pytest.mark.parametrize(
    ("text", "tier", "priority"),
    [
        ("a question", "enterprise", P1),
        ("a suggestion", "enterprise", P2),
        ("it is broken", "enterprise", P1),
        ("a question", "business", P2),
        ("a suggestion", "business", P2),
        ("a question about checkout", "business", P1),
        ("a question about checkout", "pro", P2),
        ("a suggestion", "pro", P3),
        ("a suggestion", "free", P3),
    ],
)
def test_the_tier_of_the_customer_lifts_by_one_step(text: str, tier: str, priority: Priority) -> None:
    assert assess(text, customer_tier=tier).priority is priority


def test_the_category_enhancement_is_low() -> None:
    assert assess("please", "enhancement").priority is P3
    assert assess("please", "usability").priority is P2
    assert assess("it is broken", "enhancement").priority is P1


def test_the_reason_is_a_sentence() -> None:
    assert assess("It is Down").reason == '"Down" in the text'
    assert assess("250 users").reason == "250 users affected, more than 100"
    assert (
        assess("hi", customer_tier="enterprise").reason
        == "nothing in the text says otherwise; enterprise lifts P2 to P1"
    )


def test_the_words_are_config() -> None:
    rules = PriorityRules(critical=("meltdown",), high=(), low=(), many_users=5, lifts=())
    assert assess("the site is down", rules=rules).priority is P2
    assert assess("a meltdown", rules=rules).priority is P0
    assert assess("6 users", rules=rules).priority is P0
    assert assess("hi", customer_tier="enterprise", rules=rules).priority is P2


def test_a_lift_to_p0_is_refused() -> None:
    with pytest.raises(ValueError, match="never to P0"):
        PriorityRules(lifts=(("enterprise", P1, P0),))


@given(st.text(), st.sampled_from(TIERS))
def test_any_text_gets_a_priority_and_a_tier_never_lifts_to_p0(text: str, tier: str | None) -> None:
    lifted, plain = assess(text, customer_tier=tier), assess(text)
    assert lifted.reason
    assert int(plain.priority[1]) - int(lifted.priority[1]) in (0, 1)
    assert (lifted.priority is P0) == (plain.priority is P0)


@given(st.sampled_from(DEFAULT_RULES.critical), st.text(alphabet="abcdefgh", min_size=1, max_size=5))
def test_a_word_counts_alone_and_not_with_letters_around_it(phrase: str, letters: str) -> None:
    said = phrase.replace(" * ", " ")
    assert assess(f"well: {said.upper()}.").priority is P0
    assert assess(f"https://x.example.com/{letters}/{said.replace(' ', '-')}").priority is P2
    if " " not in said:
        assert assess(f"{letters}{said}").priority is P2


@pytest.mark.parametrize(
    ("text", "number"),
    [("2k people", 2000), ("hundreds of users", 200), ("150+ accounts", 151), ("over 100 users", 101), ("users", 0)],
)
def test_users_are_counted(text: str, number: int) -> None:
    assert users_affected(text) == number
