"""The categories: what ships, what a team may write itself, and what old names have become."""

import pytest

from domain.taxonomy import CLASSIC, RESEND, Taxonomy, path, split


def test_the_default_has_six_categories_and_takes_its_areas_from_the_config() -> None:
    assert list(RESEND.categories) == [
        "reliability", "usability", "functional", "deliverability", "abuse", "success_outreach",
    ]  # fmt: skip
    assert RESEND.areas == ()
    assert Taxonomy.shipped("resend").with_areas(["dashboard", "api"]).areas == ("dashboard", "api")


def test_the_classic_one_has_subcategories() -> None:
    assert CLASSIC.has("product", "bug")
    assert CLASSIC.has("product")
    assert not CLASSIC.has("account", "bug")
    assert not CLASSIC.has("bug")
    assert not CLASSIC.has(None)


@pytest.mark.parametrize("text", ["product", "product/bug"])
def test_a_path_comes_apart_and_together_again(text: str) -> None:
    assert path(*split(text)) == text


def test_a_team_writes_its_own_with_or_without_subcategories() -> None:
    assert Taxonomy.own({"billing": ["invoice", "refund"], "café": []}).has("billing", "refund")
    assert Taxonomy.own(["billing", "login"]).has("login")


def test_a_renamed_category_is_followed_to_what_it_is_called_today() -> None:
    ours = Taxonomy.own(["bugs", "questions"]).with_renames(
        {"defects": "faults", "faults": "bugs", "howto": "questions"}
    )
    assert ours.current("defects") == ("bugs", None)
    assert ours.current("howto") == ("questions", None)
    assert ours.current("bugs") == ("bugs", None)
    assert ours.current("never heard of") == ("never heard of", None)


def test_two_categories_merged_have_one_successor() -> None:
    merged = RESEND.with_renames({"outage": "reliability", "errors": "reliability"})
    assert {merged.current("outage"), merged.current("errors")} == {("reliability", None)}


def test_a_subcategory_may_leave_its_category_while_the_rest_stays() -> None:
    moved = Taxonomy.own({"product": ["how_to"], "faults": ["bug", "outage"]}).with_renames(
        {"product/bug": "faults/bug"}
    )
    assert moved.current("product", "bug") == ("faults", "bug")
    assert moved.current("product", "how_to") == ("product", "how_to")


def test_a_renamed_category_keeps_the_subcategories_its_successor_has() -> None:
    ours = Taxonomy.own({"money": ["invoice"]}).with_renames({"billing": "money"})
    assert ours.current("billing", "invoice") == ("money", "invoice")
    assert ours.current("billing", "card") == ("money", None)


def test_a_category_that_was_renamed_twice_keeps_the_subcategories_of_its_last_name() -> None:
    ours = Taxonomy.own({"money": ["invoice"]}).with_renames({"accounts": "billing", "billing": "money"})
    assert ours.current("accounts", "invoice") == ("money", "invoice")
    assert ours.current("accounts", "card") == ("money", None)


def test_a_subcategory_follows_a_renamed_category_and_then_its_own_rename() -> None:
    ours = Taxonomy.own({"money": [], "faults": ["card"]}).with_renames(
        {"accounts": "billing", "billing": "money", "billing/card": "faults/card", "money/refund": "faults"}
    )
    assert ours.current("accounts", "card") == ("faults", "card")
    assert ours.current("accounts", "refund") == ("faults", None)


def test_a_category_may_become_a_subcategory() -> None:
    ours = Taxonomy.own({"product": ["bug"]}).with_renames({"bugs": "product/bug"})
    assert ours.current("bugs") == ("product", "bug")


def test_successors_name_subcategories_first_so_that_a_reader_can_stop_at_the_first_match() -> None:
    ours = Taxonomy.own(["a", "b"]).with_renames({"old": "a", "old/x": "b"})
    assert list(ours.successors.items()) == [(("old", "x"), ("b", None)), (("old", None), ("a", None))]


@pytest.mark.parametrize(
    ("renamed", "said"),
    [
        ({"abuse": "usability"}, "renamed.abuse: 'abuse' is still one of the categories"),
        ({"a": "b", "b": "a"}, "circle"),
        ({"a": "a"}, "circle"),
        ({"bug": "reliabilty"}, "renamed.bug: found 'reliabilty'; allowed: reliability"),
    ],
)
def test_a_rename_that_cannot_be_true_is_refused(renamed: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        RESEND.with_renames(renamed)


@pytest.mark.parametrize("name", ["Billing", "two words", "a/b", "", "_x", "x" * 61, "a__b", "<!here>"])
def test_a_name_nobody_could_type_is_refused_with_what_is_allowed(name: str) -> None:
    with pytest.raises(ValueError, match=r"areas: found .*; allowed: lower-case letters"):
        RESEND.with_areas([name])


def test_doubles_and_more_than_a_menu_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="areas: 'api' is there twice"):
        RESEND.with_areas(["api", "api"])
    with pytest.raises(ValueError, match="at most 100"):
        RESEND.with_areas([f"a{n}" for n in range(101)])
    with pytest.raises(ValueError, match="'a' is there twice"):
        Taxonomy.own(["a", "a"])
    with pytest.raises(ValueError, match="name at least one"):
        Taxonomy.own([])


def test_an_unknown_taxonomy_is_refused_with_the_ones_that_ship() -> None:
    with pytest.raises(ValueError, match="use: found 'zendesk'; allowed: resend, classic"):
        Taxonomy.shipped("zendesk")
