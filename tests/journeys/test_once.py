"""Slack's bad days and the bot's own, on the wire: each ends in exactly one message after a restart."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.books import books_of, configured, settle
from tests.bots import Fate, Town, town
from tests.journeys.test_dying import CHANNELS, QUIET
from tests.waiting import wait_until
from tests.workplace import ALERTS, ANA, all_text

BAD_DAYS: dict[str, dict[str, Any]] = {
    "cut after Slack took it": {"kind": "cut_after"},
    "limited for 3 s": {"kind": "429", "retry_after": 3},
    "broken": {"kind": "500"},
}
POST = "chat.postMessage"


@pytest.fixture
def here(slack_url: str, tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A team whose bot announces each P1 that comes in."""
    with town(slack_url, tmp_path, database_url, CHANNELS + QUIET) as made:
        yield made


def tries(here: Town, subject: str) -> int:
    """How often Slack was asked to post about it."""
    return sum(one.get("method") == POST and subject in str(one.get("request")) for one in here.slack.log())


def test_each_post_is_there_once(here: Town) -> None:
    bot = here.bot().start()
    created = (here.clock.now() - timedelta(seconds=1)).isoformat()
    with books_of(here) as books:
        for name, fault in BAD_DAYS.items():
            here.slack.fault(POST, **fault, channel=ALERTS)
            assert bot.hears({"external_id": name, "subject": name, "priority": "P1", "created_at": created}, name)
            wait_until(lambda name=name: tries(here, name) > 0, "Slack is asked")  # type: ignore[misc]
            bot.kill()
            bot.start()
            here.pass_time(seconds=60)
        for point in ("delivery.claimed", "delivery.answered"):
            bot.kill()
            bot.start(Fate(point))
            bot.hears({"external_id": point, "subject": point, "priority": "P1", "created_at": created}, point)
            bot.dies()
            bot.start()
            here.pass_time(seconds=60)
            assert bot.hears({"external_id": point, "subject": point, "priority": "P1", "created_at": created}, point)
        settle(here, books, here.bots)
        books.balance(configured(here), here.clock)
        seen = [all_text(message) for message in here.slack.messages(ANA, ALERTS)]
        for name in (*BAD_DAYS, "delivery.claimed", "delivery.answered"):
            assert sum(name in text for text in seen) == 1, name
