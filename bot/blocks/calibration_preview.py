"""A calibration before it is posted: what would be scored, by whom, until when, and why these tickets."""

import json
from collections.abc import Mapping, Sequence

from bot.blocks import ask, kit
from bot.blocks.kit import Message, Modal
from bot.blocks.words import counted
from domain.calibration import Item, Session
from domain.calibration_choice import Kind
from domain.ticket import Ticket
from domain.ticket_reference import shown

POST, CHANGE, CANCEL = "calibration_post", "calibration_change", "calibration_cancel"
WINDOW = "calibration_change"
SUBJECT_SHOWN = 100
KINDS = {
    Kind.POOR: "went badly",
    Kind.GOOD: "went well",
    Kind.PLAIN: "neither good nor poor",
    Kind.NAMED: "named by you",
}


def preview(session: Session, tickets: Mapping[int, Ticket], zone: str) -> Message:
    """To the lead alone: Post, Change or Cancel."""
    people = " ".join(kit.person(one) for one in session.reviewers)
    tickets_ = counted(len(session.items), "ticket")
    head = f"A calibration of {tickets_} in <#{session.channel}>, until {kit.when(session.until)}"
    blocks = [
        kit.section(f"*{head}*\nReviewers: {people}"),
        kit.section("\n".join(_line(item, tickets[item.number], session.reviewers) for item in session.items)),
        kit.context(
            f"Times are meant in {kit.escape(zone)}. Only you see this; the reasons are not posted. "
            "Nobody scores a ticket they had themselves."
        ),
        kit.actions(
            kit.button("Post", POST, str(session.session_id), "primary"),
            kit.button("Change…", CHANGE, str(session.session_id)),
            kit.button("Cancel", CANCEL, str(session.session_id)),
        ),
    ]
    return Message(head, blocks)


def _line(item: Item, ticket: Ticket, reviewers: Sequence[str]) -> str:
    own = [one for one in reviewers if one in item.handled_by]
    not_by = f" · not scored by {' '.join(kit.person(one) for one in own)}, who had it" if own else ""
    subject = kit.escape(kit.clip(kit.one_line(ticket.subject), SUBJECT_SHOWN))
    return f"• *{shown(item.number)}* {subject}\n      _{reason(item)}_{not_by}"


def reason(item: Item) -> str:
    """Why a ticket was chosen."""
    told = {
        "csat": "rated {} of 5",
        "qa_score": "reviewed with {} of 100",
        "breached": "promises broken: {}",
    }
    signs = "; ".join(told[name].format(value) for name, value in item.signs if name in told)
    return KINDS[Kind(item.kind)] + (f": {signs}" if signs else "")


def posted(session: Session) -> Message:
    """In the preview's place once it is posted."""
    return Message(
        f"Calibration {session.number} is on its way to <#{session.channel}>, open until {kit.when(session.until)}."
    )


def cancelled() -> Message:
    """In the preview's place once it was dropped."""
    return Message("Cancelled: nothing was posted.")


def window(session: Session, until: str) -> Modal:
    """Change what a preview says."""
    numbers = " ".join(shown(item.number) for item in session.items)
    blocks = [
        ask.field_block("reviewers", "Reviewers", ask.people_menu("reviewers", session.reviewers)),
        ask.field_block(
            "tickets",
            "Tickets",
            ask.text_input("tickets", numbers, most=300),
            optional=True,
            hint="Leave it empty to have others chosen among those solved in the last 30 days.",
        ),
        ask.field_block(
            "until",
            "Open until",
            ask.text_input("until", until, most=40),
            hint="For example: tomorrow 17:00, friday, 2026-03-27 12:00, 2d.",
        ),
    ]
    about = json.dumps({"session": session.session_id})
    return kit.modal(WINDOW, "Change the calibration", blocks, submit="Show preview", private_metadata=about)


def opened_by_itself(session: Session, tickets: Mapping[int, Ticket]) -> Message:
    """To each lead when a calibration opens by schedule: which tickets, and why."""
    lines = "\n".join(_line(item, tickets[item.number], session.reviewers) for item in session.items)
    head = f"Calibration {session.number} opens now in <#{session.channel}>, until {kit.when(session.until)}."
    blocks = [
        kit.section(f"*{head}*"),
        kit.section(lines),
        kit.context("The reasons are for leads alone and are not posted."),
    ]
    return Message(head, blocks)
