"""What the weekly review's buttons are answered with, and how its posts show what was said."""

from collections.abc import Mapping
from typing import Any

from bot.blocks import kit
from bot.blocks.digest_parts import CLAIM, DONE, judged_block
from bot.blocks.kit import Block, Message
from domain.ticket_reference import shown

Payload = Mapping[str, Any]


def claimed(title_: str, owner: str, person: str, week: str, key: str) -> Message:
    """Whose the quick win is now."""
    if owner != person:
        return Message(f"{kit.person(owner)} has claimed that already.")
    text = f"It is yours: {kit.escape(title_)}. The next digest asks after it."
    done = kit.button("Done", DONE, f"{week}|{key}|{kit.clip(title_, 200)}")
    return Message(text, [kit.section(text), kit.actions(done)])


def finished(was_open: bool) -> Message:
    """It is done."""
    return Message("Noted as done. Thank you." if was_open else "That was noted as done already.")


def judged(number: int | None, avoidable: bool) -> Message:
    """What was said about a handoff."""
    if number is None:
        return Message("That handoff is gone.")
    return Message(
        f"Noted: the escalation of {shown(number)} {'could' if avoidable else 'could not'} have been avoided."
    )


def with_claims(payload: Payload, claims: Mapping[str, tuple[str, str | None]]) -> dict[str, Any]:
    """The post of the quick wins with those that were claimed: by whom, and done by whom."""

    def shown_claim(block: Block) -> Block:
        button = block.get("accessory") or {}
        if button.get("action_id") not in (CLAIM, DONE):
            return block
        week, key, title = parts(button["value"])
        if key not in claims:
            return block
        owner, done_by = claims[key]
        if done_by:
            return kit.section(f"{kit.escape(title)}\n:white_check_mark: Done by {kit.person(done_by)}")
        done = kit.button("Done", DONE, f"{week}|{key}|{title}")
        return kit.section(f"{kit.escape(title)}\nClaimed by {kit.person(owner)}", done)

    return {**payload, "blocks": [shown_claim(block) for block in payload.get("blocks", ())]}


def with_judgement(payload: Payload, case_id: int, avoidable: bool, by: str) -> dict[str, Any]:
    """The escalation review with what was said last about one handoff, above its buttons."""
    said = "Avoidable" if avoidable else "Not avoidable"
    note = kit.context(f"{said}, says {kit.person(by)}") | {"block_id": judged_block(case_id)}
    kept: list[Block] = []
    for block in payload.get("blocks", ()):
        if block.get("block_id") == f"handoff_{case_id}":
            kept.append(note)
        if block.get("block_id") != note["block_id"]:
            kept.append(block)
    return {**payload, "blocks": kept}


def parts(value: str) -> tuple[str, str, str]:
    """`2026-W12|key|title`, as a quick win's button carries it."""
    week, _, rest = value.partition("|")
    key, _, title = rest.partition("|")
    return week, key, title
