"""The pieces of a message: people's text is shown as they typed it, and nothing in it comes alive."""

from datetime import UTC, datetime

import pytest

from bot.blocks import kit


@pytest.mark.parametrize(
    ("handed_over", "typed"),
    [
        ("<@U0BEN|ben> says <#C0HELP|help>", "@ben says #help"),
        ("see <https://a.example/b?c=1|a.example>", "see https://a.example/b?c=1"),
        ("<mailto:bob@a.example|bob@a.example> cannot log in", "bob@a.example cannot log in"),
        ("<tel:+4930123|030 123> does not ring", "030 123 does not ring"),
        ("<!subteam^S0ONDUTY|@on-duty> knows", "@on-duty knows"),
        ("1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_what_slack_turned_into_references_is_shown_as_typed(handed_over: str, typed: str) -> None:
    assert kit.as_typed(handed_over) == typed


def test_a_line_is_one_line_and_does_not_turn_what_follows() -> None:
    assert kit.one_line(" first\nsecond\t\u202eklat\x00  end ") == "first second klat end"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("https://a.example/b", True), ("HTTP://a.example", True), ("javascript:alert(1)", False), ("notalink", False),
     ("https://", False), ("https://a b", False), ("https://a|b", False), ("https://a.example\n", False)],
)  # fmt: skip
def test_a_link_is_an_address_and_nothing_else(text: str, is_one: bool) -> None:
    assert kit.is_link(text) is is_one
    assert kit.link(text, "label").startswith("<") is is_one


def test_a_date_in_a_sentence_is_not_written_large_and_has_a_fallback_in_utc() -> None:
    told = kit.when(datetime(2026, 3, 27, 17, 0, tzinfo=UTC))
    assert told == "<!date^1774630800^\u200b{date_short_pretty} {time}|2026-03-27 17:00 UTC>"


@pytest.mark.parametrize("whole", ["&amp;", "&lt;", "&gt;", "<@U0BEN>", "<https://a.example/b?c=1|a label>"])
def test_what_is_too_long_is_never_cut_within_an_entity_or_a_reference(whole: str) -> None:
    for before in range(kit.TEXT_MAX - len(whole) - 2, kit.TEXT_MAX + 1):
        text = kit.section("x" * before + whole + "y" * 10)["text"]["text"]
        assert len(text) <= kit.TEXT_MAX
        assert text.endswith("…")
        assert text.rstrip("…y").strip("x") in ("", whole)


def test_a_field_is_cut_as_a_section_is() -> None:
    (text,) = (one["text"] for one in kit.fields(["x" * (kit.FIELD_MAX - 3) + "&amp;&amp;"])["fields"])
    assert text == "x" * (kit.FIELD_MAX - 3) + "…"


def test_an_ampersand_or_an_angle_of_its_own_is_no_reason_to_cut_more() -> None:
    assert kit.clip_escaped("R&amp;D a&b" + "x" * 10, 14) == "R&amp;D a&bxx…"
