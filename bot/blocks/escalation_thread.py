"""What is said in a handoff's thread while nobody answers, or while it is quiet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.blocks import kit
from bot.blocks.escalations import names
from bot.blocks.kit import Message
from bot.blocks.outbox import HOW_TO_MEND
from bot.blocks.tickets import actor
from bot.blocks.words import span
from domain.escalation import TARGET_NAMES, Case, Rung
from domain.retry import mend
from domain.ticket_reference import shown


def reminder(case: Case, mentions: Mapping[str, str | None], left: timedelta) -> Message:
    """Most of the time is over and nobody has acknowledged."""
    called = " ".join(kit.mention(whom) for whom in mentions.values() if whom) or names(case.asked)
    text = f"⏰ {called}: {shown(case.number)} still waits for somebody to acknowledge it, {span(left)} left."
    return kit.paragraph(text)


def rung(case: Case, step: Rung, leads: Sequence[str]) -> Message:
    """The time is over: who is brought in now, and who could not be reached."""
    skipped = f" {names(step.skipped)} skipped: no route in `rethrow.toml`." if step.skipped else ""
    if step.way is not None:
        name = TARGET_NAMES.get(step.way.target, step.way.target)
        called = f"{name} {kit.mention(step.way.mention)}".strip()
        by = kit.when(case.due_at)
        return kit.paragraph(f"🪜 Nobody acknowledged in time: {called} is asked now, to answer by {by}.{skipped}")
    called = " ".join(kit.person(lead) for lead in leads)
    text = f"🪜 Nobody acknowledged {shown(case.number)}, and nobody is left to ask.{skipped} {called}"
    return kit.paragraph(text.rstrip())


def elsewhere(channel: str, reason: str) -> Message:
    """The channel that should have had the thread takes no posts: why it is here, and what a lead does about it."""
    why = HOW_TO_MEND[mend(reason)]
    return kit.paragraph(
        f"📭 This thread belongs in <#{channel}>, which takes no posts (`{kit.escape(reason)}`): {why}"
    )


def quiet(case: Case, since: timedelta) -> Message:
    """An acknowledged case on which nothing has happened."""
    who, number = actor(case.acknowledged_by or ""), shown(case.number)
    quiet_for = f"nothing has happened on {number} for {span(since)}"
    return kit.paragraph(f"💬 {who}, {quiet_for}. Hand it back, resolve it, or say why it waits.")
