"""The buttons of the weekly review."""

from collections.abc import Mapping

from bot.blocks import digest as blocks
from bot.desk import Action, Answer, Click, Desk
from db import digest_facts, digests


def avoidable(desk: Desk, click: Click) -> Answer:
    """Somebody said whether a handoff could have been avoided."""
    said = click.action_id == blocks.YES
    case_id = int(click.value) if click.value.isdigit() and len(click.value) < 16 else 0
    with desk.writing() as connection:
        number = digest_facts.judge(connection, desk.workspace_id, case_id, said)
    return blocks.judged(number, said)


def claim(desk: Desk, click: Click) -> Answer:
    """A quick win is taken on; the first to press has it."""
    week, key, title = _parts(click)
    with desk.writing() as connection:
        owner = digests.claim(connection, desk.workspace_id, week, key, title, desk.person, desk.now())
    return blocks.claimed(title, owner, desk.person, week, key)


def done(desk: Desk, click: Click) -> Answer:
    """A claimed quick win is done."""
    week, key, _ = _parts(click)
    with desk.writing() as connection:
        was_open = digests.done(connection, desk.workspace_id, week, key, desk.person, desk.now())
    return blocks.finished(was_open)


def _parts(click: Click) -> tuple[str, str, str]:
    """`2026-W12|key|title`, as the button carries it."""
    week, _, rest = click.value.partition("|")
    key, _, title = rest.partition("|")
    return week, key, title


ACTIONS: Mapping[str, Action] = {
    blocks.YES: avoidable,
    blocks.NO: avoidable,
    blocks.CLAIM: claim,
    blocks.DONE: done,
}
