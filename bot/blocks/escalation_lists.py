"""What is handed on now, what was before, and a handoff on its ticket's card."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.blocks import kit
from bot.blocks.escalations import AVOIDED_LABELS, ENDED, SIGNS, names, quoted
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, actor, title
from bot.blocks.words import command, span, times
from domain.escalation import MATRIX, Case, CaseState, bounces
from domain.ticket import Ticket
from domain.ticket_reference import shown

LISTED = 15
LOOKED_BACK = 12


def listing(cases: Sequence[tuple[Case, Ticket]], total: int, now: datetime) -> Message:
    """The cases that run: whose turn it is, and the time left."""
    if not cases:
        return Message("Nothing is handed on. 🎉")
    headline = f"{total} handed on"
    more = [kit.context(f"and {total - len(cases)} more")] if total > len(cases) else []
    return Message(headline, [kit.section(f"*{headline}*"), *(_row(*one, now) for one in cases), *more])


def _row(case: Case, ticket: Ticket, now: datetime) -> Block:
    text = (
        f"{PRIORITY_SIGN[ticket.priority]} *{title(ticket, 60)}*\n"
        f"{SIGNS[case.state]} {MATRIX[case.handoff.trigger].label} · {turn(case, now)}"
    )
    return kit.section(text, kit.button("Show", "ticket_show", str(case.number)))


def turn(case: Case, now: datetime) -> str:
    """Whose turn it is, and the time left."""
    if case.state is CaseState.ACKNOWLEDGED:
        return f"with {actor(case.acknowledged_by or '')}, since {kit.when(case.moved_at)}"
    left = case.due_at - now
    told = f"{span(left)} left" if left > timedelta() else f"{span(-left)} over"
    return f"waiting for {names(case.asked)}, {told}"


def on_card(cases: Sequence[Case], now: datetime, prefix: str) -> list[Block]:
    """On the card of a ticket: the handoff that runs, or how many there were."""
    if not cases:
        return []
    last, back = cases[-1], bounces(cases)
    came_back = f" · came back {times(back)}" if back else ""
    if last.running:
        return [kit.context(f"{SIGNS[last.state]} {MATRIX[last.handoff.trigger].label}: {turn(last, now)}{came_back}")]
    return [
        kit.context(
            f"🚀 Handed on {times(len(cases))}{came_back}. "
            f"`{command(prefix, 'escalate')} history {shown(last.number)}` tells more."
        )
    ]


def history(
    ticket: Ticket, cases: Sequence[Case], shares: Mapping[str, timedelta], target: timedelta | None
) -> Message:
    """Every handoff of a ticket, the newest last, and the share of its target that each tier used."""
    number = shown(ticket.number)
    if not cases:
        return Message(f"{number} was never handed on.")
    back = bounces(cases)
    headline = f"{number}: handed on {times(len(cases))}" + (f", came back {times(back)}" if back else "")
    lines = [kit.section(_told(case)) for case in cases[-LOOKED_BACK:]]
    blocks = [kit.section(f"*{headline}*\n{title(ticket)}"), *lines]
    if shares:
        blocks.append(
            kit.context("Resolution target used: " + " · ".join(_share(*one, target) for one in shares.items()))
        )
    return Message(headline, blocks)


def _told(case: Case) -> str:
    rule = MATRIX[case.handoff.trigger]
    lines = [
        f"{SIGNS[case.state]} *{rule.label}* · {names(case.asked)}",
        f"Handed on by {actor(case.opened_by)} {kit.when(case.opened_at)}",
    ]
    if case.acknowledged_by and case.acknowledged_at:
        waited = span(case.acknowledged_at - case.opened_at)
        lines.append(f"Acknowledged by {actor(case.acknowledged_by)} after {waited}")
    if case.ended_by and case.ended_at:
        lines.append(f"{ENDED[case.state]} by {actor(case.ended_by)} {kit.when(case.ended_at)}")
    if case.answer:
        lines.append(f"> {kit.clip_escaped(' '.join(quoted(case.answer, 'answer').split()), 250)}")
    if case.avoidable is not None:
        by = AVOIDED_LABELS.get(case.avoided_by or "", "")
        lines.append(f"Avoidable, by {by}" if case.avoidable else "Not avoidable")
    return "\n".join(lines)


def _share(tier: str, used: timedelta, target: timedelta | None) -> str:
    share = f" ({100 * used / target:.0f} %)" if target else ""
    return f"{tier} {span(used)}{share}"
