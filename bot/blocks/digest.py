"""The weekly review: a first message short enough for a phone, and its five parts for the thread."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import digest_words as words
from bot.blocks import kit
from bot.blocks.digest_numbers import numbers
from bot.blocks.digest_parts import escalations, issues, team, wins
from bot.blocks.kit import Block, Message
from bot.blocks.plain import CHART, TABLE, without_charts
from bot.blocks.words import command, counted
from domain import health, review
from domain.digest_window import Week
from domain.health import Health
from domain.review import Review
from domain.week_figures import WeekFigures

LATE = timedelta(hours=1)
LATE_NAMES = {
    "volume.new": "new",
    "volume.solved": "solved",
    "volume.reopened": "reopened",
    "volume.backlog": "backlog",
    "speed.first_response.n": "first responses",
    "quality.csat.n": "ratings",
    "escalation.escalated": "escalated",
}
LIGHTS = {
    Health.HEALTHY: ":large_green_circle:",
    Health.WARNING: ":large_yellow_circle:",
    Health.CRITICAL: ":red_circle:",
    Health.UNKNOWN: ":white_circle:",
}


ESCALATIONS_AT, WINS_AT = 3, 5  # where in the thread their parts are


def thread(found: Review, prefix: str, rich: bool) -> list[Message]:
    """The digest as it is posted: the first message, then the parts for its thread."""
    told = [first(found), numbers(found), issues(found), escalations(found), team(found), wins(found, prefix)]
    return told if rich else [Message(one.text, without_charts(one.blocks)) for one in told]


def preview(found: Review, prefix: str) -> Message:
    """All of it in one message, without charts and tables."""
    parts = [first(found, threaded=False), issues(found), escalations(found), team(found), wins(found, prefix)]
    kept: list[Block] = []
    budget = kit.MESSAGE_TEXT_MAX
    for block in (block for part in parts for block in part.blocks if block["type"] not in (TABLE, CHART)):
        budget -= len(str(block))
        if budget < 0 or len(kept) == kit.BLOCKS_MAX:
            break
        kept.append(block)
    return Message(kit.clip_escaped("\n\n".join(part.text for part in parts), kit.TEXT_MAX), kept)


def as_text(found: Review, prefix: str) -> str:
    """The whole digest as plain text, for a terminal."""
    text = "\n\n".join(part.text for part in thread(found, prefix, rich=False))
    for light, drawn in zip(LIGHTS.values(), "🟢🟡🔴⚪", strict=True):
        text = text.replace(light, drawn)
    return kit.unescape(text)


def title(week: Week) -> str:
    """`Weekly review 2026-W12 · 16–22 March`."""
    last = week.monday + timedelta(days=6)
    month = "" if last.month == week.monday.month else f" {week.monday:%b}"
    return f"Weekly review {week.name} · {week.monday.day}{month} – {last.day} {last:%b %Y}"


def first(found: Review, threaded: bool = True) -> Message:
    """The numbers that matter, a line each, with their health and how they moved."""
    now, before = found.now, found.before
    response, resolution = now.first_response.calendar.median, now.resolution.calendar.median
    lines = [
        f"*{now.new}* new{words.moved(now.new, before.new)}"
        f" · *{now.solved}* solved{words.moved(now.solved, before.solved)}",
        _signal("Backlog", health.BACKLOG_DAYS.judge(now.backlog_days), f"*{now.backlog}*" + _days(now))
        + words.moved(now.backlog, before.backlog),
        _signal("First response", health.FIRST_RESPONSE.judge(response), words.minutes(response)),
        _signal("Resolution", health.RESOLUTION.judge(resolution), words.minutes(resolution)),
        _signal("First contact", health.FIRST_CONTACT.judge(now.first_contact.value), words.share(now.first_contact)),
        _signal("CSAT", health.CSAT.judge(now.csat.value), words.share(now.csat)),
        _signal("Escalated", health.ESCALATED.judge(now.escalated.value), words.share(now.escalated)),
        _headline_of(found),
    ]
    head, said = title(now.week), "\n".join(line for line in lines if line)
    blocks = [kit.header(head), kit.section(said), kit.context(*_small_print(found, threaded))]
    return Message(f"{head}\n{said}", blocks)


def _small_print(found: Review, threaded: bool) -> list[str]:
    week = found.now.week
    notes = [f"Monday to Sunday, {kit.escape(week.zone)}; against {found.before.week.name}."]
    if threaded:
        notes[0] += " The rest is in the thread."
    due, made = found.scheduled_at, found.made_at
    if due is not None and made is not None and made - due > LATE:
        hours = round((made - due) / timedelta(hours=1))
        notes.append(f"Late by {hours} h: it was due {kit.when(due)} and covers {week.name}.")
    if found.late:
        notes.append(f"Heard of since it was posted: {_since(found.late)}.")
    return notes


def _since(late: Mapping[str, tuple[Any, Any]]) -> str:
    """`new 39 → 40, solved 37 → 38 and 3 more figures`."""
    named = [f"{name} {late[key][0]} → {late[key][1]}" for key, name in LATE_NAMES.items() if key in late]
    more = len(late) - len(named)
    rest = counted(more, "more figure" if named else "figure") if more else ""
    return " and ".join(part for part in (", ".join(named), rest) if part)


def _headline_of(found: Review) -> str:
    patterns = review.new_patterns(found.issues)
    if patterns:
        return f"▲ New: {words.where(patterns[0])}, {patterns[0].before} → {patterns[0].now} tickets"
    if not found.now.new and not found.now.solved:
        return "A quiet week: nothing came in and nothing was solved."
    return ""


def posted(week: str, channel: str, again: bool) -> Message:
    """The digest is on its way, or was before."""
    return Message(f"The review of {week} is {'posted already' if again else 'on its way'} in <#{channel}>.")


def schedule(planned: list[tuple[str, str, datetime | None, str | None]], prefix: str) -> Message:
    """When each digest is posted, and where."""
    lines = []
    for name, zone, at, channel in planned:
        where = f"in <#{channel}>" if channel else "nowhere yet: set `channels.leads` in rethrow.toml"
        local = f" ({at.astimezone(ZoneInfo(zone)):%a %H:%M} {kit.escape(zone)})" if at else ""
        lines.append(f"*{kit.escape(name)}*: {f'next {kit.when(at)}{local}, {where}' if at else 'switched off'}")
    text = "\n".join(lines)
    return Message(
        text, [kit.section(text), kit.context(f"`{command(prefix, 'digest')} weekly` shows it to you alone.")]
    )


def _signal(name: str, state: Health, value: str) -> str:
    return f"{LIGHTS[state]} {name} {value}"


def _days(now: WeekFigures) -> str:
    return "" if now.backlog_days is None else f", {now.backlog_days:.1f} days of volume"
