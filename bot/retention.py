"""What goes by itself: words, and rows, that were kept for long enough, and a workspace that has sent the app away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from bot.desk import House
from db import forgetting, retention, workspaces
from db.session import reading, writing

log = structlog.get_logger(__name__)
BATCH = 200  # rows a transaction
BATCHES = 50  # a turn: what is left waits for the next one
OF_TICKETS = ("tickets", "events", "clocks", "handoffs", "calibrations", "reviews")
Purge = Callable[[Connection, datetime], int]
Result = TypeVar("Result")


def turn(house: House, workspace_id: str) -> int:
    """Remove what `[retention]` no longer keeps, in bounded batches; how many rows or tickets that were."""
    kept = house.settings.retention
    total = 0
    for name in OF_TICKETS:
        purge = partial(_tickets, workspace_id, name)
        total += _purged(house, name, getattr(kept, name), purge)
    total += _purged(house, "outbox", kept.outbox, partial(_posts, workspace_id))
    total += _purged(house, "received", kept.received, partial(_answers, workspace_id))
    total += _purged(house, "rows", kept.rows, partial(_whole_tickets, workspace_id))
    total += _purged(house, "rows of posts", kept.rows, partial(_whole_posts, workspace_id))
    return total


def _tickets(workspace_id: str, name: str, connection: Connection, before: datetime) -> int:
    return retention.purge_tickets(connection, workspace_id, name, before, BATCH)


def _posts(workspace_id: str, connection: Connection, before: datetime) -> int:
    return retention.purge_posts(connection, workspace_id, before, BATCH)


def _answers(workspace_id: str, connection: Connection, before: datetime) -> int:
    return retention.purge_answers(connection, workspace_id, before, BATCH)


def _whole_tickets(workspace_id: str, connection: Connection, before: datetime) -> int:
    return retention.delete_tickets(connection, workspace_id, before, BATCH)


def _whole_posts(workspace_id: str, connection: Connection, before: datetime) -> int:
    return retention.delete_posts(connection, workspace_id, before, BATCH)


def _purged(house: House, name: str, kept: timedelta | None, purge: Purge) -> int:
    if kept is None:
        return 0
    before, total = house.clock.now() - kept, 0
    for _ in range(BATCHES):
        with writing(house.engine) as connection:
            done = purge(connection, before)
        total += done
        if done < BATCH:
            break
    if total:
        log.info("retention.purged", of=name, rows=total)
    return total


def leave(house: House, workspace_id: str) -> bool:
    """The workspace has sent the app away: nothing is posted any more, its data goes later. False: that was known."""
    now = house.clock.now()
    with writing(house.engine) as connection:
        left = workspaces.leave(connection, workspace_id, now, now + house.settings.retention.uninstalled)
    if left:
        log.warning("workspace.left", workspace=workspace_id)
    return left


def purge_left(house: House, workspace_id: str) -> int:
    """Delete what is stored of the workspace once it is due, a bounded part a turn; how many rows."""
    with reading(house.engine) as connection:
        if not workspaces.is_to_go(connection, workspace_id, house.clock.now()):
            return 0
    gone = 0
    for _ in range(BATCHES):
        with writing(house.engine) as connection:
            # Whoever came back in the meantime keeps what is left.
            to_go = workspaces.is_to_go(connection, workspace_id, house.clock.now())
            done = forgetting.remove_workspace(connection, workspace_id, BATCH) if to_go else 0
        gone += done
        if not done:
            break
    if gone:
        log.warning("workspace.purged", workspace=workspace_id, rows=gone)
    return gone


def while_there(house: House, workspace_id: str, work: Callable[[], Result]) -> Callable[[], Result | None]:
    """`work`, left undone while the workspace has sent the app away."""

    def perhaps() -> Result | None:
        with reading(house.engine) as connection:
            there = workspaces.is_there(connection, workspace_id)
        return work() if there else None

    return perhaps
