"""The buttons of the weekly review."""

from collections.abc import Mapping

from bot.blocks import digest_answers as answers
from bot.blocks import digest_parts as blocks
from bot.desk import Action, Answer, Click, Desk
from bot.digests import marking
from db import digest_facts, digests, events


def avoidable(desk: Desk, click: Click) -> Answer:
    """Somebody said whether a handoff could have been avoided."""
    said = click.action_id == blocks.YES
    first, _, week = click.value.partition("|")
    case_id = int(first) if first.isascii() and first.isdigit() and len(first) < 16 else 0
    now = desk.now()
    with desk.writing() as connection:
        number, is_news = digest_facts.judge(connection, desk.workspace_id, case_id, said)
        if number is not None and is_news:
            fields = {"handoff": (None, str(case_id)), "avoidable": (None, said)}
            events.record(
                connection, desk.workspace_id, number, kind="judged", actor=desk.person, at=now, fields=fields
            )
        if number is not None:
            marking.show_judged(connection, desk.workspace_id, week, case_id, said, desk.person, now)
    desk.house.wake()
    return answers.judged(number, said)


def claim(desk: Desk, click: Click) -> Answer:
    """A quick win is taken on; the first to press has it."""
    week, key, title = answers.parts(click.value)
    with desk.writing() as connection:
        owner = digests.claim(connection, desk.workspace_id, week, key, title, desk.person, desk.now())
        marking.show_claims(connection, desk.workspace_id, week, desk.now())
    desk.house.wake()
    return answers.claimed(title, owner, desk.person, week, key)


def done(desk: Desk, click: Click) -> Answer:
    """A claimed quick win is done."""
    week, key, _ = answers.parts(click.value)
    with desk.writing() as connection:
        was_open = digests.done(connection, desk.workspace_id, week, key, desk.person, desk.now())
        marking.show_claims(connection, desk.workspace_id, week, desk.now())
    desk.house.wake()
    return answers.finished(was_open)


ACTIONS: Mapping[str, Action] = {
    blocks.YES: avoidable,
    blocks.NO: avoidable,
    blocks.CLAIM: claim,
    blocks.DONE: done,
}
