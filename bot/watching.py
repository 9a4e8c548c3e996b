"""What somebody who watches the bot is told: its figures, and whether it can serve."""

from bot.desk import House
from bot.metrics import Gauges
from bot.settings import HOW_TO_GET
from db import health, outbox_claims, room, schema, session
from domain.retry import TAKEN_BACK, TOKEN_PROBLEMS

# What must turn for promises to be kept, and how long it may stand still.
MUST_TURN = ("sla-sweep", "delivery")
STANDS_STILL_AFTER_S = 60.0


def workspace_of(house: House) -> str:
    """The workspace that the bot's token is for."""
    return house.home or ""


def gauges_of(house: House) -> Gauges:
    """The figures that are read from the database when they are asked for."""

    def gauges() -> list[tuple[str, str, dict[str, float]]]:
        now = house.clock.now()
        try:
            with session.reading(house.engine) as connection:
                owed = health.outbox_by_state(connection, workspace_of(house))
                due, late = health.clocks_waiting(connection, workspace_of(house), now)
        except session.DOES_NOT_ANSWER:
            return [("rethrow_database_up", "Whether the database answers.", {"": 0.0})]
        takes = 0.0 if room.is_refused(house.engine) else 1.0
        ages = {state: (now - one.since).total_seconds() for state, one in owed.items() if one.since is not None}
        return [
            ("rethrow_database_up", "Whether the database answers.", {"": 1.0}),
            ("rethrow_database_takes_changes", "Whether it stored what it was last told to.", {"": takes}),
            ("rethrow_outbox_rows", "What waits to be delivered.", {state: one.rows for state, one in owed.items()}),
            ("rethrow_outbox_oldest_seconds", "Since when the oldest of them waits.", ages),
            ("rethrow_clocks", "Clocks to look at now, and seconds ago.", {"due": due, "late": late}),
        ]

    return gauges


def problems_of(house: House) -> dict[str, str]:
    """Why the bot cannot serve, by what is at fault; empty when it can."""
    found = _database_problems(house)
    if house.meters.token_refused:
        found["slack"] = _refused(house.meters.token_refused)
    for tick, age in house.meters.ages().items():
        if tick in MUST_TURN and age > STANDS_STILL_AFTER_S:
            found[tick] = f"has not turned for {age:.0f} s: the log says why"
    return found


def _refused(code: str) -> str:
    if code in TAKEN_BACK:
        return f"no longer takes the token ({code}): install the app again"
    return f"does not know the token ({code}): {HOW_TO_GET['SLACK_BOT_TOKEN']}, or install the app again"


def _database_problems(house: House) -> dict[str, str]:
    try:
        with session.reading(house.engine) as connection:
            if not schema.is_current(connection):
                return {"database": "is of an older schema: run `rethrow db upgrade`"}
            refused = outbox_claims.any_parked_for(connection, workspace_of(house), TOKEN_PROBLEMS)
    except session.DOES_NOT_ANSWER:
        return {"database": "does not answer"}
    if room.is_refused(house.engine):
        return {"database": "takes no changes: its disk is full, or it may only be read"}
    return {"slack": "no longer takes the token: install the app again"} if refused else {}
