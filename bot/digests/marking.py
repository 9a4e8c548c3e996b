"""What people said about a posted digest, shown in its thread: who claimed what, and what could have been avoided."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.blocks import digest_answers as blocks
from bot.digests.posting import key_of
from db import digests, outbox

ESCALATIONS, WINS = 3, 5  # places in the thread


def show_claims(connection: Connection, workspace_id: str, week: str, now: datetime) -> None:
    """Owe the posts of a week's quick wins an edit that shows whose they are."""
    claimed = {one.win: (one.claimed_by, one.done_by) for one in digests.claims_of(connection, workspace_id, week)}
    for key in _posts(connection, workspace_id, week, WINS):
        _edit(connection, workspace_id, key, lambda payload: blocks.with_claims(payload, claimed), now)


def show_judged(
    connection: Connection, workspace_id: str, week: str, case_id: int, avoidable: bool, by: str, now: datetime
) -> None:
    """Owe the posts of a week's escalation review an edit that shows what was said about a handoff."""
    for key in _posts(connection, workspace_id, week, ESCALATIONS):
        _edit(
            connection, workspace_id, key, lambda payload: blocks.with_judgement(payload, case_id, avoidable, by), now
        )


def _posts(connection: Connection, workspace_id: str, week: str, place: int) -> list[str]:
    made = digests.made_about(connection, workspace_id, week)
    return [f"{key_of(name, scheduled)}:{place}" for name, scheduled in made]


def _edit(connection: Connection, workspace_id: str, key: str, render: Any, now: datetime) -> None:
    newest = outbox.find(connection, workspace_id, f"edit:{key}") or outbox.find(connection, workspace_id, key)
    if newest is not None:
        changed = render(newest["payload"])
        if changed != newest["payload"]:
            outbox.owe_edit(connection, workspace_id, key, changed, now)
