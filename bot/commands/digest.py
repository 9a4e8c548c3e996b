"""`/digest`: the weekly review shown to oneself, posted by a lead, or any past week's; when it is posted."""

from dataclasses import replace
from datetime import datetime

from bot.blocks import daily_digest as daily_blocks
from bot.blocks import digest as blocks
from bot.blocks import help as help_blocks
from bot.blocks import unclear
from bot.blocks.kit import Message
from bot.desk import Desk
from bot.digests import daily, posting
from bot.digests.gathering import asked_for, heard_late, review_of
from bot.settings_sections import Digest
from domain import refusal
from domain.digest_window import NotAWeek, Week, last_whole_week, next_daily, next_weekly, week_named

WEEKLY = "weekly"


def answer(desk: Desk, text: str) -> Message:
    """`weekly`, `weekly 2026-W12`, `weekly post`, `schedule`, or `help`."""
    words = text.split() or ["help"]
    first, rest = words[0].casefold(), words[1:]
    if "help".startswith(first):
        desk.must_be_allowed("/digest help")
        return help_blocks.digest(desk.settings.slack.prefix)
    if "schedule".startswith(first):
        desk.must_be_allowed("/digest schedule")
        return schedule(desk)
    name = _named(desk, words[0])
    digest = desk.settings.digests.get(name, Digest())
    posts = digest.kind == WEEKLY and bool(rest) and "post".startswith(rest[0].casefold())
    desk.must_be_allowed("/digest weekly post" if posts else "/digest weekly")
    if digest.kind != WEEKLY:
        return today(desk, digest)
    return post(desk, name, digest, rest[1:]) if posts else preview(desk, name, digest, rest)


def _named(desk: Desk, word: str) -> str:
    """The digest that is meant, by its name in the config or the beginning of `weekly`."""
    first = word.casefold()
    name = next((name for name in desk.settings.digests if name.casefold() == first), None)
    if name is None and WEEKLY.startswith(first):
        name = WEEKLY
    if name is None:
        raise unclear.no_such_digest(word)
    return name


def today(desk: Desk, digest: Digest) -> Message:
    """The day as it stands now."""
    found = daily.review_of(desk.house, desk.workspace_id, digest.timezone)
    return daily_blocks.message(found, desk.settings.slack.prefix)


def preview(desk: Desk, name: str, digest: Digest, words: list[str]) -> Message:
    """A week's review for the sender alone, with what was heard of since it was posted."""
    week = _week(words, digest.timezone, desk)
    found = review_of(desk.house, desk.workspace_id, week, digest.scope)
    late = heard_late(desk.house, desk.workspace_id, name, found.now)
    return blocks.preview(replace(found, late=late), desk.settings.slack.prefix)


def post(desk: Desk, name: str, digest: Digest, words: list[str]) -> Message:
    """Post a week's review now, as a lead; each week once this way."""
    channel = posting.channel_of(desk.house, digest)
    if channel is None:
        raise refusal.NoChannel("the digest", '[channels] leads = "C…"')
    week = _week(words, digest.timezone, desk)
    made = posting.post_week(
        desk.house, desk.workspace_id, asked_for(name), digest, week, week.end, channel, asked=True
    )
    return blocks.posted(week.name, channel, again=not made)


def schedule(desk: Desk) -> Message:
    """When and where each digest is posted."""
    now = desk.now()
    planned: list[tuple[str, str, datetime | None, str | None]] = []
    for name, one in desk.settings.digests.items():
        at = _next(now, one) if one.enabled else None
        planned.append((name, one.timezone, at, posting.channel_of(desk.house, one)))
    return blocks.schedule(planned, desk.settings.slack.prefix)


def _next(now: datetime, digest: Digest) -> datetime:
    if digest.kind == WEEKLY:
        return next_weekly(now, digest.day, digest.time, digest.timezone)
    return next_daily(now, digest.time, digest.timezone)


def _week(words: list[str], zone: str, desk: Desk) -> Week:
    if not words:
        return last_whole_week(desk.now(), zone)
    try:
        week = week_named(words[0], zone)
    except NotAWeek as error:
        raise unclear.no_week(words[0]) from error
    if week.start > desk.now():
        raise unclear.week_to_come(week.name)
    return week
