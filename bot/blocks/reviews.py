"""A review as people read it: the agent privately, and whoever else may."""

import json
from collections.abc import Sequence

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.scorecard import COMMENT_MOST
from bot.blocks.tickets import title
from bot.blocks.words import command
from domain.qa_review import Reply, Review
from domain.scorecard import HIGHEST, SCORECARD
from domain.ticket import Ticket
from domain.ticket_reference import shown

REPLY = "review_reply"
REPLY_SHOWN = 2000
REPLIES_SHOWN, VERSIONS_SHOWN = 3, 5


def for_agent(review: Review, ticket: Ticket, prefix: str) -> Message:
    """To whose work was reviewed, alone. The notification says nothing of the score: others may see the screen."""
    again = "was revised" if review.version > 1 else "is here"
    text = f"The review of your work on {shown(review.number)} {again}"
    show = command(prefix, f"review show {shown(review.number)}")
    private = f"Only you, {kit.person(review.reviewer)} and the leads see this. `{show}` shows it again."
    blocks = [
        kit.section(f"🔎 *{text}*\n{title(ticket)}\nReviewed by {kit.person(review.reviewer)}"),
        *scores(review, to_agent=True),
        kit.actions(kit.button("Reply…", REPLY, str(review.number))),
        kit.context(private),
    ]
    return Message(text, blocks)


def replaced(review: Review) -> Message:
    """In the place of a version that holds no more."""
    text = f"🔎 The review of your work on {shown(review.number)} was revised: the new one is further down."
    return kit.paragraph(text)


def scores(review: Review, to_agent: bool, most: int = COMMENT_MOST) -> list[Block]:
    """The total and its band; then every dimension with what its points mean and the comment.

    What follows from the band is said `to_agent` alone, as it speaks to them. `most` is how many characters
    of a comment are shown.
    """
    band = review.band
    follows = f"\n{band.consequence}" if to_agent else ""
    blocks = [kit.section(f"*{review.total} of {HIGHEST} · {band.label}*{follows}")]
    for name, one in SCORECARD.items():
        points = review.points[name]
        line = f"*{one.label}: {points} of {one.most}*  {one.meaning_of(points)}"
        said = review.comments.get(name)
        blocks.append(kit.section(f"{line}\n{_quoted(said, most)}" if said else line))
    return blocks


def _quoted(text: str, most: int) -> str:
    return kit.quote(kit.escape(kit.clip(text.strip(), most)))


def immediate(review: Review, ticket: Ticket, prefix: str) -> Message:
    """To each lead alone: somebody needs their time this week."""
    text = f"🤝 {shown(review.number)}: a talk with {kit.person(review.agent)} this week"
    show = command(prefix, f"review show {shown(review.number)}")
    told = (
        f"*{text}*\n{title(ticket)}\n{kit.person(review.reviewer)} gave it {review.total} of {HIGHEST}: "
        f"{review.band.label}. `{show}` has the comments. "
        f"Only leads, the reviewer and {kit.person(review.agent)} see it."
    )
    return Message(text, [kit.section(told)])


def no_longer(review: Review, ticket: Ticket) -> Message:
    """To each lead alone, in the place of the earlier message: a revision took the urgency away."""
    text = f"🤝 {shown(review.number)}: its review was revised, and asks for no talk this week any more."
    return Message(text, [kit.section(f"*{text}*\n{title(ticket)}")])


def reply_for_others(review: Review, ticket: Ticket, text: str, reader: str, prefix: str) -> Message:
    """To the reviewer and each lead alone: what the agent says to their review."""
    head = f"💬 {kit.person(review.agent)} replied to the review of {shown(review.number)}"
    about = f"{kit.person(review.reviewer)} gave it {review.total} of {HIGHEST}, {review.band.label}."
    show = command(prefix, f"review show {shown(review.number)}")
    revise = kit.actions(kit.button("Open scorecard…", "review_score", str(review.number)))
    blocks = [
        kit.section(f"*{head}*\n{title(ticket)}\n{about}"),
        kit.section(_quoted(text, REPLY_SHOWN)),
        *([revise] if reader == review.reviewer else []),
        kit.context(f"Only the leads and the reviewer get this. `{show}` has the whole review."),
    ]
    return Message(head, blocks)


def replied(review: Review) -> Message:
    """To the agent."""
    return Message(f"💬 Your reply went to {kit.person(review.reviewer)} and the leads, privately.")


def saved(review: Review, left: int) -> Message:
    """To the reviewer; the score is not repeated where others may stand by."""
    done = "revised" if review.version > 1 else "saved"
    more = f" {left} more in your share." if left else ""
    return Message(
        f"✅ The review of {shown(review.number)} is {done}, and {kit.person(review.agent)} is told privately.{more}"
    )


Held = Sequence[tuple[Sequence[Review], Sequence[Reply]]]


def whole(held: Held, ticket: Ticket, reader: str) -> Message:
    """Every review of a ticket that the `reader` may see: its versions, and what was replied.

    What people wrote is shortened only where Slack would not take all of it.
    """
    head = f"Review of {shown(ticket.number)}"
    first = kit.section(f"🔎 *{head}*\n{title(ticket)}")
    for most in (COMMENT_MOST, 400, 150, 50):
        blocks = [first, *(block for versions, replies in held for block in _one(versions, replies, reader, most))]
        if len(json.dumps(blocks, ensure_ascii=False)) <= kit.MESSAGE_TEXT_MAX:
            break
    return Message(head, blocks[: kit.BLOCKS_MAX])


def _one(versions: Sequence[Review], replies: Sequence[Reply], reader: str, most: int) -> list[Block]:
    latest = versions[-1]
    who = f"Work of {kit.person(latest.agent)} · reviewed by {kit.person(latest.reviewer)} {kit.when(latest.at)}"
    by = kit.section(who)
    said = [
        kit.section(f"{kit.person(latest.agent)}, {kit.when(one.at)}\n{_quoted(one.text, most)}")
        for one in replies[-REPLIES_SHOWN:]
    ]
    history = [kit.context(_history(versions))] if len(versions) > 1 else []
    return [by, *scores(latest, reader == latest.agent, most), *history, *said]


def _history(versions: Sequence[Review]) -> str:
    earlier = " · ".join(f"{one.total} ({kit.when(one.at)})" for one in versions[-1 - VERSIONS_SHOWN : -1])
    return f"Revised {kit.when(versions[-1].at)}. Before: {earlier}"
