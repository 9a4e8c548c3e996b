"""The windows of a review: the scorecard, and the agent's reply."""

import json
from collections.abc import Mapping

from bot.blocks import ask, kit, scorecard
from bot.blocks.kit import Modal
from bot.blocks.reviews import REPLY
from bot.blocks.tickets import category, customer, title
from domain.qa_review import Review
from domain.ticket import Ticket
from domain.ticket_reference import shown

SCORECARD, SAVE = "review_scorecard", "review_save_draft"
REPLY_MOST = 2000


def score(
    ticket: Ticket, agent: str, before: Review | None, draft: Mapping[str, str] | None = None, just_saved: bool = False
) -> Modal:
    """Score how `agent` handled a ticket; the draft stands there, else what was given before.

    `just_saved`: the draft was kept at this moment, which is said beside the button that was pressed.
    """
    given = {} if before is None else as_typed(before)
    blocks = [
        kit.section(f"*{title(ticket)}*\nHandled by {kit.person(agent)}"),
        kit.fields(_facts(ticket)),
        *([kit.context(said)] if not just_saved and (said := _standing(before, draft)) else []),
        *scorecard.inputs(given if draft is None else draft),
        kit.actions(kit.button("Save draft", SAVE, "draft"), block_id="draft"),
        *([kit.context(scorecard.DRAFT_KEPT)] if just_saved else []),
        kit.context(f"{kit.person(agent)} is shown this privately; besides you two only the leads can see it."),
    ]
    about = json.dumps({"number": ticket.number, "agent": agent})
    name = f"Review {shown(ticket.number)}"
    return kit.modal(SCORECARD, name, blocks, submit="Revise" if before else "Submit", private_metadata=about)


def _standing(before: Review | None, draft: Mapping[str, str] | None) -> str:
    """What the fields are filled with, where they are."""
    if draft is None:
        return f"You reviewed it {kit.when(before.at)}. Every version is kept." if before else ""
    if before is None:
        return scorecard.DRAFT
    return f":floppy_disk: This is your draft. Until you submit it, the review you gave {kit.when(before.at)} counts."


def _facts(ticket: Ticket) -> list[str]:
    answered = kit.when(ticket.first_response_at) if ticket.first_response_at else "not known"
    solved = kit.when(ticket.solved_at) if ticket.solved_at else "not known"
    rating = f"{ticket.csat} of 5" if ticket.csat else "none"
    return [
        f"*Customer*\n{customer(ticket)}",
        f"*Category*\n{category(ticket)}",
        f"*Came in*\n{kit.when(ticket.created_at)}",
        f"*First response*\n{answered}",
        f"*Solved*\n{solved}",
        f"*Rating*\n{rating}",
    ]


def as_typed(review: Review) -> Mapping[str, str]:
    """A review as it stands in the fields."""
    comments = {f"{scorecard.COMMENT}{name}": text for name, text in review.comments.items()}
    return {name: str(points) for name, points in review.points.items()} | comments


def reply(review: Review, ticket: Ticket) -> Modal:
    """Reply to one's review."""
    said = ask.text_input("text", lines=True, most=REPLY_MOST, hint="What was missed, or what would have helped")
    told = f"*{title(ticket)}*\nYour reply goes to {kit.person(review.reviewer)} and the leads, privately."
    blocks = [kit.section(told), ask.field_block("text", "Your reply", said)]
    about = json.dumps({"number": review.number})
    return kit.modal(REPLY, f"Reply: {shown(review.number)}", blocks, submit="Send", private_metadata=about)
