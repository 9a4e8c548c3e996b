"""The short review of a day, at its opening: what is broken, what falls due today, what nobody has."""

from bot.blocks import kit
from bot.blocks.kit import Message
from bot.blocks.words import PROMISES, command, counted
from domain.daily_review import DailyReview, Promise
from domain.ticket_reference import shown

SUBJECT_SHOWN = 70


def message(found: DailyReview, prefix: str) -> Message:
    """One post, short enough for a phone."""
    head = f"Today · {found.day:%a} {found.day.day} {found.day:%b}"
    parts = [
        _part(":red_circle:", "broken", found.broken, found.broken_total),
        _part(":large_yellow_circle:", "due today", found.due_today, found.due_today_total),
        f":white_circle: *{found.unassigned}* open without an assignee: `{command(prefix, 'ticket')} list unassigned`",
    ]
    if not found.broken_total and not found.due_today_total and not found.unassigned:
        parts = [":large_green_circle: No promise is broken, none falls due today, and every ticket has somebody."]
    said = "\n".join(parts)
    blocks = [
        kit.header(head),
        *(kit.section(part) for part in parts),
        kit.context(f"`{command(prefix, 'sla')}` shows all of it."),
    ]
    return Message(kit.clip_escaped(f"{head}\n{said}", kit.TEXT_MAX), blocks)


def _part(light: str, what: str, promises: tuple[Promise, ...], total: int) -> str:
    """How many, and the first of them on a line each."""
    count = f"{light} *{counted(total, 'promise')}* {what}"
    lines = [_line(one) for one in promises]
    more = [f"and {total - len(promises)} more"] if total > len(promises) and promises else []
    return "\n".join([count, *lines, *more])


def _line(one: Promise) -> str:
    metric = PROMISES[one.metric].lower()
    subject = kit.escape(kit.clip(one.subject, SUBJECT_SHOWN))
    return f"• {shown(one.number)} {subject} · {metric} due {kit.when(one.due_at)} · {kit.person(one.assignee)}"
