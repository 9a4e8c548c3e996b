"""A reviewer's share: what is theirs to review this week, why, and what is left."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import title
from bot.blocks.words import command, counted
from domain.review_plan import Pick, Reason, Share
from domain.ticket import Ticket
from domain.ticket_reference import shown

SCORE = "review_score"
SHOWN = 15


def why(share: Share, ticket: Ticket) -> str:
    """The reasons for which a ticket is reviewed, as the rest of a line."""
    rated = f"rated {ticket.csat} of 5" if ticket.csat else "badly rated"
    words = {
        Reason.ESCALATED: "escalated",
        Reason.BADLY_RATED: rated,
        Reason.NEW_AGENT: "drawn by lot, in the agent's first months",
        Reason.SAMPLED: "drawn by lot",
    }
    return ", ".join(words[reason] for reason in share.reasons)


def weekly(shares: Sequence[Share], tickets: Mapping[int, Ticket], prefix: str) -> Message:
    """A reviewer's share of one draw, to them alone, edited as it shrinks."""
    left = [share for share in shares if not share.done]
    head = f"🔎 Your reviews of the week: {counted(len(shares), 'ticket')}"
    done = f"{len(shares) - len(left)} of {len(shares)} done." if len(left) < len(shares) else "None is done yet."
    queue = command(prefix, "review queue")
    blocks = [
        kit.section(f"*{head}*\n{done}"),
        *_rows(shares, tickets),
        kit.context(
            f"`{queue}` lists all that is left. Chosen by the team's sampling plan, none of them handled by you."
        ),
    ]
    return Message(head, blocks)


def queue(shares: Sequence[Share], tickets: Mapping[int, Ticket], following: datetime | None, prefix: str) -> Message:
    """All that waits for a reviewer."""
    later = f"The next share comes {kit.when(following)}." if following else ""
    usage = f"Any other solved ticket: `{command(prefix, 'review T-12')}`."
    if not shares:
        text = f"🔎 Nothing waits for your review. {later}".strip()
        return Message(text, [kit.section(text), kit.context(usage)])
    head = f"🔎 Yours to review: {counted(len(shares), 'ticket')}"
    blocks = [kit.section(f"*{head}*"), *_rows(shares, tickets), kit.context(f"{usage} {later}".strip())]
    return Message(head, blocks)


def _rows(shares: Sequence[Share], tickets: Mapping[int, Ticket]) -> list[Block]:
    """What is left first, so that the rest of a long list comes up as it is worked off."""
    in_order = sorted(shares, key=lambda share: share.done)
    rows = [_row(share, tickets[share.number]) for share in in_order[:SHOWN]]
    more = len(shares) - SHOWN
    return (
        [*rows, kit.context(f"… and {counted(more, 'ticket')} more, shown once these are done.")] if more > 0 else rows
    )


def _row(share: Share, ticket: Ticket) -> Block:
    sign = "✅ " if share.done else ""
    solved = kit.when(ticket.solved_at, "{date_short_pretty}") if ticket.solved_at else ""
    text = f"{sign}*{title(ticket, 80)}*\n{kit.person(share.agent)} · {why(share, ticket)} · {solved}"
    return kit.section(text, None if share.done else kit.button("Review…", SCORE, str(share.number)))


def left_over(picks: Sequence[Pick], prefix: str) -> Message:
    """To each lead alone: what the plan could give to nobody."""
    numbers = ", ".join(shown(pick.number) for pick in picks[:30])
    text = (
        f"🔎 Nobody can review {numbers}: every reviewer had them. "
        f"Another reviewer in `rethrow.toml` under `[team]` could, with `{command(prefix, 'review')}`."
    )
    return kit.paragraph(text)
