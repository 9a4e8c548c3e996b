"""A bot reduced to its delivery, that can be told where to die.

`python -m tests.bot.delivery_child DATABASE_URL SLACK_URL` makes one turn. With RETHROW_FAULT=delivery.claimed or
delivery.answered the process kills itself at that point, as a power cut would.
"""

import os
import signal
import sys

from slack_sdk import WebClient

from bot import delivery
from bot.clock import WallClock
from db.session import open_engine


def die_at(point: str) -> None:
    """End without any farewell at the point that was named."""
    if os.environ.get("RETHROW_FAULT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


def main(database_url: str, slack_url: str) -> None:
    """One turn."""
    client = WebClient("xoxb-sandbox", base_url=f"{slack_url}/api/")
    delivery.turn(open_engine(database_url), client, WallClock(), "T0SANDBOX", at=die_at)


if __name__ == "__main__":
    main(*sys.argv[1:])
