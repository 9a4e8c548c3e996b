"""The words of `/tag T-12 …`: any order, forgiving, never guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tag_words import Ambiguous, NearMiss, Result, Understood, Unknown, parse
from domain.taxonomy import CLASSIC, RESEND, Taxonomy

OURS = RESEND.with_areas(["dashboard", "api", "billing"]).with_renames({"bugs": "reliability"})
CLASSIC_WITH_AREAS = CLASSIC.with_areas(["api", "billing", "dashboard"])


def wanted(text: str, taxonomy: Taxonomy = OURS) -> dict[str, str | None]:
    found = parse(text, taxonomy)
    assert isinstance(found, Understood), found
    return dict(found.wanted)


def candidates(found: Result) -> list[str]:
    assert isinstance(found, NearMiss | Ambiguous), found
    return [candidate.words for candidate in found.candidates]


@pytest.mark.parametrize(
    "text", ["usability", "USABILITY", "usab", "us", "Usa-Bility", "category:usability", "cat=usab"]
)
def test_a_category_is_forgiven_its_case_its_separators_and_its_end(text: str) -> None:
    assert wanted(text) == {"category": "usability"}


@pytest.mark.parametrize(
    "text",
    ["success outreach", "success-outreach", "Success_Outreach", "successoutreach", "success", "suc", "success out"],
)
def test_a_name_of_two_words_may_be_written_any_way(text: str) -> None:
    assert wanted(text) == {"category": "success_outreach"}


@pytest.mark.parametrize("text", ["usability api negative", "negative usability api", "api, negative, usability"])
def test_words_come_in_any_order(text: str) -> None:
    assert wanted(text) == {"category": "usability", "area": "api", "sentiment": "negative"}


def test_everything_a_tag_can_say_on_one_line() -> None:
    assert wanted("functional dash sentiment:urgent root: missing feature resolution type=product change") == {
        "category": "functional",
        "area": "dashboard",
        "sentiment": "urgent",
        "root_cause": "missing_feature",
        "resolution_type": "product_change",
    }


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("user error", "root_cause", "user_error"),
        ("root cause:user-error", "root_cause", "user_error"),
        ("cause:doc", "root_cause", "documentation_gap"),
        ("no action", "resolution_type", "no_action_needed"),
        ("res:refund", "resolution_type", "refund_credit"),
        ("urgent", "sentiment", "urgent"),
        ("s:pos", "sentiment", "positive"),
        ("product area:api", "area", "api"),
        ("area:none", "area", None),
        ("sentiment:-", "sentiment", None),
    ],
)
def test_bare_or_named_the_rest_is_understood_too(text: str, slot: str, value: str | None) -> None:
    assert wanted(text) == {slot: value}


@pytest.mark.parametrize(
    "text",
    ["bug", "product/bug", "product / bug", "product bug", "bug product", "prod/b", "PRODUCT_BUG", "product/bug bug"],
)
def test_a_subcategory_with_its_category_or_alone(text: str) -> None:
    assert wanted(text, CLASSIC) == {"category": "product/bug"}


def test_what_an_old_category_was_called_still_works_as_its_successor() -> None:
    assert wanted("bugs") == {"category": "reliability"}


def test_a_near_miss_is_asked_back_with_the_whole_line_corrected() -> None:
    found = parse("api usabilty negative", OURS)
    assert isinstance(found, NearMiss)
    assert found.word == "usabilty"
    assert candidates(found) == ["api usability negative"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sucess outrech", "success_outreach"),
        ("user eror", "user_error"),
        ("bililng", "billing"),
        ("reliabel", "reliability"),
        ("sentiment:negativ3", "negative"),
        ("sentimnt:negative", "negative"),
        ("reliability/outage", "reliability"),
    ],
)
def test_slips_of_the_finger_are_recognised(text: str, first: str) -> None:
    assert candidates(parse(text, OURS))[0] == first
    assert isinstance(parse(candidates(parse(text, OURS))[0], OURS), Understood)


def test_a_prefix_of_several_lists_them() -> None:
    found = parse("comp", CLASSIC)
    assert isinstance(found, Ambiguous)
    assert candidates(found) == ["feedback/complaint", "feedback/compliment"]
    assert candidates(parse("d", OURS)) == ["deliverability", "dashboard"]


def test_a_word_with_two_meanings_is_asked_back_unless_the_others_leave_one() -> None:
    assert candidates(parse("api", CLASSIC_WITH_AREAS)) == ["technical/api", "area:api"]
    assert wanted("technical api", CLASSIC_WITH_AREAS) == {"category": "technical/api"}
    assert wanted("technical api api", CLASSIC_WITH_AREAS) == {"category": "technical/api", "area": "api"}
    assert wanted("api feedback", CLASSIC_WITH_AREAS) == {"category": "feedback", "area": "api"}


def test_a_category_counts_before_an_area_of_the_same_name() -> None:
    both = Taxonomy.own(["billing", "login"]).with_areas(["billing"])
    assert wanted("billing", both) == {"category": "billing"}
    assert wanted("login billing", both) == {"category": "login", "area": "billing"}


def test_two_words_for_one_thing_are_asked_back() -> None:
    found = parse("reliability usability api", OURS)
    assert isinstance(found, Ambiguous)
    assert found.word == "reliability usability"
    assert candidates(found) == ["reliability api", "usability api"]


def test_a_word_close_to_nothing_is_said_to_be_unknown() -> None:
    assert parse("zzz", OURS) == Unknown("zzz")
    assert parse("usability area:qqqq", OURS) == Unknown("area:qqqq", "area")
    assert parse("r:x", OURS) == Unknown("r:x")


def test_a_path_is_no_area_and_is_asked_back() -> None:
    assert candidates(parse("area:product/bug", CLASSIC_WITH_AREAS))[0] == "product/bug"


def test_no_words_ask_for_nothing() -> None:
    assert wanted("  ") == {}


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_asked_about(text: str) -> None:
    assert isinstance(parse(text, CLASSIC_WITH_AREAS), Understood | NearMiss | Ambiguous | Unknown)


@given(st.permutations(["functional", "dash", "sentiment:neg", "root:user", "resolution:no action"]))
def test_no_order_changes_what_is_meant(words: list[str]) -> None:
    assert wanted(" ".join(words)) == wanted("functional dash sentiment:neg root:user resolution:no action")


@given(st.sampled_from([word for path in CLASSIC.paths() for word in (path, path.upper(), path.replace("_", " "))]))
def test_every_path_is_understood_however_it_is_written(text: str) -> None:
    assert wanted(text, CLASSIC) == {"category": text.lower().replace(" ", "_")}
