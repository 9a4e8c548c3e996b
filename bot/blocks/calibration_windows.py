"""The windows of a calibration: the scorecard of one ticket, the score that was agreed on, and a rubric note."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.blocks import ask, kit, scorecard
from bot.blocks.calibrations import SCORE, subject
from bot.blocks.kit import Modal
from bot.blocks.tickets import label
from domain.calibration import Note, Session, Vote
from domain.scorecard import LABELS
from domain.ticket import Ticket
from domain.ticket_reference import shown

SAVE, AGREE, NOTE = "calibration_save_draft", "calibration_agree", "calibration_note"
NOTE_MOST = 500


class Standing(StrEnum):
    """What stands in the fields when the window opens."""

    NOTHING = "nothing"
    SUBMITTED = "submitted"
    DRAFT = "draft"
    DRAFT_AFTER_VOTE = "draft after vote"
    JUST_SAVED = "just saved"


STANDINGS = {
    Standing.NOTHING: "",
    Standing.SUBMITTED: ":ballot_box_with_ballot: This is what you submitted. You may change it until the close.",
    Standing.DRAFT: scorecard.DRAFT,
    Standing.DRAFT_AFTER_VOTE: ":floppy_disk: This is your draft. Until you submit it, your earlier vote counts.",
    Standing.JUST_SAVED: scorecard.DRAFT_KEPT,
}


def score(
    session: Session, ticket: Ticket, entered: Mapping[str, str], notes: Sequence[Note], standing: Standing
) -> Modal:
    """Score one ticket; `entered` is what was given or typed before, `standing` says which of these it is."""
    told = (
        f"*{shown(ticket.number)} · {subject(ticket)}*\nUntil {kit.when(session.until)}; only you see what you enter."
    )
    kept = STANDINGS[standing]
    blocks = [
        kit.section(told),
        *([kit.context(kept)] if kept and standing is not Standing.JUST_SAVED else []),
        *scorecard.inputs(entered, notes),
        kit.actions(kit.button("Save draft", SAVE, "draft"), block_id="draft"),
        *([kit.context(kept)] if standing is Standing.JUST_SAVED else []),  # beside the button that was pressed
    ]
    return kit.modal(
        SCORE, f"Score {shown(ticket.number)}", blocks, submit="Submit", private_metadata=_about(session, ticket)
    )


def as_typed(vote: Vote) -> dict[str, str]:
    """A vote as it stands in the fields."""
    comments = {f"{scorecard.COMMENT}{name}": text for name, text in vote.comments.items()}
    return {name: str(points) for name, points in vote.scores.items()} | comments


def agree(session: Session, ticket: Ticket, agreed: Mapping[str, int] | None) -> Modal:
    """Record the score that was agreed on after the discussion."""
    entered = {name: str(points) for name, points in (agreed or {}).items()}
    told = f"*{label(ticket)}*\nWhat you agreed on after the discussion."
    blocks = [kit.section(told), *scorecard.inputs(entered, comments=False)]
    title = f"Agreed on {shown(ticket.number)}"
    return kit.modal(AGREE, title, blocks, submit="Record", private_metadata=_about(session, ticket))


def note(session: Session, ticket: Ticket, dimension: str | None) -> Modal:
    """Write down what a dimension is agreed to mean; `dimension` is chosen at first."""
    options = [ask.option(label, name) for name, label in LABELS.items()]
    said = ask.text_input(
        "text", lines=True, most=NOTE_MOST, hint="A wrong link in an otherwise right answer costs five points"
    )
    blocks = [
        kit.section(
            f"From the next calibration on, reviewers see this at the field. It comes from *{shown(ticket.number)}*."
        ),
        ask.field_block("dimension", "Dimension", ask.select_menu("dimension", options, dimension)),
        ask.field_block("text", "What was agreed", said),
    ]
    return kit.modal(NOTE, "Rubric note", blocks, submit="Save note", private_metadata=_about(session, ticket))


def _about(session: Session, ticket: Ticket) -> str:
    return json.dumps({"session": session.session_id, "number": ticket.number})
