"""The scorecard in a window: fields within Slack's limits, the rubric beside each, errors at their field."""

from bot.blocks import kit, scorecard
from domain.calibration import Note
from domain.scorecard import DIMENSIONS
from slack_sandbox.blockkit.surfaces import check_view


def test_each_dimension_has_its_points_with_the_rubric_and_a_comment() -> None:
    blocks = scorecard.inputs({})
    assert [block["block_id"] for block in blocks] == [
        name for dimension in DIMENSIONS for name in (dimension, f"comment_{dimension}")
    ]
    hint = blocks[0]["hint"]["text"]
    assert "23–25 exceptional: right and complete" in hint
    assert "0–14 immediate coaching: wrong or misleading" in hint
    assert not blocks[0]["optional"]
    assert blocks[1]["optional"]


def test_what_was_entered_stands_there_again() -> None:
    entered = {"accuracy": "21", "comment_accuracy": "The cause was <found>"}
    blocks = {block["block_id"]: block["element"] for block in scorecard.inputs(entered)}
    assert blocks["accuracy"]["initial_value"] == "21"
    assert blocks["comment_accuracy"]["initial_value"] == "The cause was <found>"
    assert "initial_value" not in blocks["process"]


def test_what_was_agreed_stands_at_its_dimension() -> None:
    notes = [Note("process", "A missing tag costs <two>", "U0LEAD", 4, 1)]
    blocks = scorecard.inputs({}, notes)
    at = next(i for i, block in enumerate(blocks) if block.get("block_id") == "process")
    assert blocks[at + 1]["elements"][0]["text"] == ":round_pushpin: A missing tag costs &lt;two&gt; (calibration 4)"


def test_slack_takes_the_window_also_when_it_is_full() -> None:
    entered = {f"comment_{name}": "x" * 1000 for name in DIMENSIONS} | dict.fromkeys(DIMENSIONS, "0")
    notes = [Note(name, "n" * 5000, "U0LEAD", 1, 1) for name in DIMENSIONS for _ in range(5)]
    view = kit.modal("score", "Scorecard", scorecard.inputs(entered, notes), submit="Save").view
    assert check_view(view) == []


def test_what_is_wrong_is_said_at_its_field() -> None:
    assert scorecard.errors({"process": 20}) == {"process": "Whole points from 0 to 20."}


def test_what_is_submitted_is_sorted_into_points_and_comments() -> None:
    entered = scorecard.typed({"accuracy": "9", "process": None, "comment_accuracy": " good ", "other": "x"})
    assert entered == {"accuracy": "9", "comment_accuracy": " good "}
    assert scorecard.comments_in(entered) == {"accuracy": "good"}
