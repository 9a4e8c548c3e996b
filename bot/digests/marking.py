"""What people said about a posted digest, shown in its thread: who claimed what, and what could have been avoided."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import digest_answers as blocks
from bot.blocks.digest import ESCALATIONS_AT, WINS_AT
from bot.digests.posting import key_of
from db import digests, outbox

Payload = Mapping[str, Any]


def show_claims(connection: Connection, workspace_id: str, week: str, now: datetime) -> None:
    """Owe the posts of a week's quick wins an edit that shows whose they are."""
    posts = _posts(connection, workspace_id, week, WINS_AT)
    claimed = {one.win: (one.claimed_by, one.done_by) for one in digests.claims_of(connection, workspace_id, week)}
    for key in posts:
        _edit(connection, workspace_id, key, lambda payload: blocks.with_claims(payload, claimed), now)


def show_judged(
    connection: Connection, workspace_id: str, week: str, case_id: int, avoidable: bool, by: str, now: datetime
) -> None:
    """Owe the posts of a week's escalation review an edit that shows what was said about a handoff."""
    for key in _posts(connection, workspace_id, week, ESCALATIONS_AT):
        _edit(
            connection, workspace_id, key, lambda payload: blocks.with_judgement(payload, case_id, avoidable, by), now
        )


def _posts(connection: Connection, workspace_id: str, week: str, place: int) -> list[str]:
    """The keys of a week's posts at this place. What others say about the week waits until this is said."""
    made = digests.hold_made_about(connection, workspace_id, week)
    return [f"{key_of(name, scheduled)}:{place}" for name, scheduled in made]


def _edit(
    connection: Connection, workspace_id: str, key: str, render: Callable[[Payload], dict[str, Any]], now: datetime
) -> None:
    """Owe an edit of a post, rendered from how it looks at the newest; none where that changes nothing."""
    newest = outbox.find(connection, workspace_id, f"edit:{key}") or outbox.find(connection, workspace_id, key)
    if newest is not None:
        changed = render(newest["payload"])
        if changed != newest["payload"]:
            outbox.owe_edit(connection, workspace_id, key, changed, now)
