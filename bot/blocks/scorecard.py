"""The scorecard's fields in a window: points with what each band means beside them, and a comment."""

from collections.abc import Mapping, Sequence

from bot.blocks import ask, kit
from bot.blocks.kit import Block
from domain.calibration import Note
from domain.scorecard import BAND_NAMES, SCORECARD, Dimension

COMMENT = "comment_"
COMMENT_MOST, NOTES_SHOWN, NOTE_SHOWN = 1000, 3, 300
DRAFT = ":floppy_disk: This is your draft. It counts once you submit it."
DRAFT_KEPT = ":floppy_disk: Your draft is kept. It counts once you submit it."


def inputs(entered: Mapping[str, str], notes: Sequence[Note] = (), comments: bool = True) -> list[Block]:
    """A field of points for each dimension, what was agreed it means, and a comment."""
    blocks: list[Block] = []
    for name, one in SCORECARD.items():
        blocks.append(_points(name, one, entered.get(name)))
        blocks += _agreed([note for note in notes if note.dimension == name])
        if comments:
            field = ask.text_input(f"{COMMENT}{name}", entered.get(f"{COMMENT}{name}"), lines=True, most=COMMENT_MOST)
            blocks.append(ask.field_block(f"{COMMENT}{name}", f"{one.label}: comment", field, optional=True))
    return blocks


def _points(name: str, one: Dimension, entered: str | None) -> Block:
    bands = zip(one.bands(), BAND_NAMES, one.meaning, strict=True)
    rubric = "\n".join(f"{low}–{high} {band}: {meaning}" for (low, high), band, meaning in bands)
    return ask.field_block(
        name, f"{one.label}, 0 to {one.most}", ask.number_input(name, one.most, entered), hint=rubric
    )


def _agreed(notes: Sequence[Note]) -> list[Block]:
    lines = [
        f":round_pushpin: {kit.escape(kit.clip(note.text, NOTE_SHOWN))} (calibration {note.session})"
        for note in notes[:NOTES_SHOWN]
    ]
    return [kit.context("\n".join(lines))] if lines else []


def errors(problems: Mapping[str, int]) -> dict[str, str]:
    """What is wrong, at its field."""
    return {name: f"Whole points from 0 to {most}." for name, most in problems.items()}


def typed(values: Mapping[str, object]) -> dict[str, str]:
    """What stands in the fields, as typed."""
    names = [*SCORECARD, *(f"{COMMENT}{name}" for name in SCORECARD)]
    return {name: str(values[name]) for name in names if values.get(name) not in (None, "")}


def comments_in(entered: Mapping[str, str]) -> dict[str, str]:
    """The comments by dimension."""
    found = {name: entered.get(f"{COMMENT}{name}", "").strip() for name in SCORECARD}
    return {name: text for name, text in found.items() if text}
