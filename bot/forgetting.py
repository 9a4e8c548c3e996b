"""Forgetting a customer, whole, in one transaction: rows, what was and is owed to Slack, remembered answers."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import forgotten as blocks
from bot.blocks import kit
from db import events, forgetting, outbox
from db.forgetting import Whose
from domain.ticket import BOT

TICKET = re.compile(r"\bT-(\d+)\b")
HANDOFF = re.compile(r"\bhandoff:(\d+)\b")


@dataclass(frozen=True, slots=True)
class Done:
    """How many posts are edited in Slack, and how many remembered answers were blanked."""

    posts: int
    answers: int


def forget(connection: Connection, workspace_id: str, meant: Whose, now: datetime) -> Done:
    """Remove the customers' words everywhere, in this transaction, and note on each ticket that it was done."""
    edited = _posts(connection, workspace_id, meant, now)
    again = blocks.answered_before().payload()
    answers = forgetting.remove_answers(connection, workspace_id, meant, again)
    forgetting.remove(connection, workspace_id, meant, lambda: secrets.token_hex(4))
    for number in meant.numbers:
        events.record(connection, workspace_id, number, kind="forgotten", actor=BOT, at=now, fields={})
    return Done(edited, answers)


def _posts(connection: Connection, workspace_id: str, meant: Whose, now: datetime) -> int:
    """What was and is owed to Slack says something else; how many posts are edited there."""
    edited, summaries = 0, forgetting.summaries_of(connection, workspace_id, meant)
    for row in forgetting.posts(connection, workspace_id):
        payload = row["payload"]
        if outbox.drawn_by(payload) is not None:
            # It shows things as they are when it is drawn, so it is drawn again.
            left = payload if row["key"] in summaries or _about(row["key"], meant)[1] else None
        else:
            left = instead(row["key"], payload, meant)
        if left is not None:
            edited += forgetting.replace_post(connection, workspace_id, row, left, now)
    return edited


def instead(key: str, payload: Mapping[str, Any], meant: Whose) -> dict[str, Any] | None:
    """What a post says instead: all of it when it is about one of the tickets, else what mentions them; None as it was.

    A post's key names its occasion; see `db.outbox`.
    """
    number, mine = _about(key, meant)
    if mine:
        return blocks.post(number).payload()
    shown: list[dict[str, Any]] = []
    for block in payload.get("blocks") or ():
        if not mentions(block, meant):
            shown.append(block)
        elif not shown or shown[-1] != blocks.gap():  # one line for several in a row
            shown.append(blocks.gap())
    text = payload.get("text", "")
    told = blocks.text() if mentions(text, meant) else text
    if shown == list(payload.get("blocks") or ()) and told == text:
        return None
    return {**payload, "text": told, **({"blocks": shown} if shown else {})}


def _about(key: str, meant: Whose) -> tuple[int | None, bool]:
    numbers = [int(found) for found in TICKET.findall(key)]
    number = next((one for one in numbers if one in meant.numbers), None)
    cases = {int(found) for found in HANDOFF.findall(key)}
    return number, number is not None or not meant.cases.isdisjoint(cases)


def mentions(part: Any, meant: Whose) -> bool:
    """Whether any text in it names one of the tickets, or has the customers' words in it."""
    if isinstance(part, str):
        plain = kit.unescape(part)
        named = {int(found) for found in TICKET.findall(plain)}
        return not named.isdisjoint(meant.numbers) or any(word in plain for word in meant.words)
    if isinstance(part, Mapping):
        return any(mentions(one, meant) for one in part.values())
    return isinstance(part, list) and any(mentions(one, meant) for one in part)
