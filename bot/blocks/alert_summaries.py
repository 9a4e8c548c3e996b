"""Many alerts in one post, and the reminder of many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, customer
from bot.blocks.words import PROMISES, command, counted
from domain.ticket import Ticket
from domain.ticket_reference import shown

LISTED = 15  # of a summary, each with its own button
LISTED_TEXT = 4500  # characters of them; with the numbers of the others it stays under what a message may hold
NUMBERED = 400  # of the others, by number
A_SECTION = 250  # numbers a paragraph


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a summary: a clock, its ticket where it is shown in full, and what became of it."""

    number: int
    metric: str
    cycle: int
    priority: str
    assignee: str | None
    due_at: datetime
    outcome: str
    taken_by: str | None = None
    ticket: Ticket | None = None


def still_open(numbers: Sequence[int], prefix: str) -> Message:
    """Many promises that nobody has taken, said again in one post."""
    broken = counted(len(numbers), "broken promise is", "broken promises are")
    text = f"🔴 {broken} still waiting for somebody"
    return Message(
        text,
        [
            kit.section(text),
            *_numbers(numbers),
            kit.context(f"`{command(prefix, 'sla')}` lists all that is breached now."),
        ],
    )


def summary(lines: Sequence[Listed], prefix: str) -> Message:
    """Many alerts of one sweep in one post, the most overdue first, each within reach."""
    waiting = sum(not line.outcome for line in lines)
    headline = f"🔴 {counted(len(lines), 'promise needs', 'promises need')} attention"
    rest = f"{waiting} still open" if waiting else "all dealt with"
    blocks = [kit.header(headline), kit.context(f"They came due together, so they are listed here. Now: {rest}.")]
    in_full = _in_full(lines[:LISTED])
    blocks += in_full
    if further := [line.number for line in lines[len(in_full) :]]:
        show, board = command(prefix, "ticket"), command(prefix, "sla")
        hint = f"Each opens with `{show} show`; `{board}` lists all that is breached now."
        blocks += [kit.section(f"and {len(further)} more:"), *_numbers(further), kit.context(hint)]
    return Message(f"{headline}, {rest}", blocks)


def _in_full(lines: Sequence[Listed]) -> list[Block]:
    blocks, room = [], LISTED_TEXT
    for block in map(_line, lines):
        room -= len(block["text"]["text"])
        if room < 0:
            break
        blocks.append(block)
    return blocks


def _numbers(numbers: Sequence[int]) -> list[Block]:
    """Ticket numbers in paragraphs; those beyond NUMBERED are left to `/sla`."""
    named = [shown(number) for number in numbers[:NUMBERED]]
    paragraphs = [", ".join(named[i : i + A_SECTION]) for i in range(0, len(named), A_SECTION)]
    return [kit.section(paragraph) for paragraph in paragraphs]


def _line(line: Listed) -> Block:
    subject = f" · {kit.escape(kit.clip(line.ticket.subject, 60))}" if line.ticket else ""
    about = f"{shown(line.number)}{subject}"
    who = f" · {customer(line.ticket)}" if line.ticket and line.ticket.customer_name else ""
    state = f"✅ {line.outcome}" if line.outcome else f"due {kit.when(line.due_at)}"
    whose = f" · {kit.person(line.taken_by)} is on it" if line.taken_by and not line.outcome else ""
    owner = f" · {kit.person(line.assignee)}" if line.assignee and not line.taken_by else ""
    text = f"{PRIORITY_SIGN.get(line.priority, '')} *{about}*{who}\n{PROMISES[line.metric]} · {state}{whose}{owner}"
    if line.outcome or line.taken_by:
        return kit.section(text, kit.button("Show", "ticket_show", str(line.number)))
    return kit.section(text, kit.button("I'm on it", "sla_mine", f"{line.number}:{line.metric}:{line.cycle}"))
