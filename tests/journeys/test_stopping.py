"""A bot that is asked to stop finishes what it has begun, and leaves the rest for the next start."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from db import session
from db.outbox import State, outbox
from db.tickets import tickets
from tests.bots import Bot, Town, town
from tests.waiting import PROCESS_S, wait_until
from tests.wire import ingest_headers
from tests.workplace import ALERTS, ANA, CONFIG, all_text

POST = "chat.postMessage"
STOPPED = (0, -15)  # uvicorn hands the signal on once all is done
TOO_SLOW = b"HTTP/1.1 408 "


@pytest.fixture
def here(slack_url: str, tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A Slack and a database, no bot yet."""
    with town(slack_url, tmp_path, database_url, CONFIG) as place:
        yield place


def urgent(number: int) -> dict[str, str]:
    """A ticket that is announced."""
    return {"external_id": f"HD-{number}", "subject": f"Nobody can log in, case {number}.", "priority": "P1"}


def announced(here: Town) -> list[str]:
    """The subject lines of all announcements, in order."""
    texts = [all_text(one) for one in here.slack.messages(ANA, ALERTS)]
    return [line for text in texts for line in text.splitlines()[:1] if "Nobody can log in" in line]


def told_to_stop(bot: Bot) -> None:
    """SIGTERM, and wait for the end."""
    bot.process.terminate()
    bot.process.join(PROCESS_S)
    assert bot.process.exitcode in STOPPED, bot.last_words()


def states(here: Town) -> dict[str, str]:
    """Each announcement's state, by its key."""
    engine = session.open_engine(here.database)
    wanted = select(outbox.c.key, outbox.c.state).where(outbox.c.key.endswith(":announced"))
    with session.reading(engine) as connection:
        found = {row.key: row.state for row in connection.execute(wanted)}
    engine.dispose()
    return found


def test_the_answer_that_is_still_out_is_awaited_and_the_rest_goes_out_at_the_next_start(here: Town) -> None:
    bot = here.bot().start()
    here.slack.fault(POST, "slow_after", seconds=4, times=1)
    for number in range(3):
        assert bot.hears(urgent(number), f"e{number}")
    wait_until(lambda: not here.slack.faults(), "the first post is under way")
    told_to_stop(bot)
    assert len(announced(here)) == 1
    assert list(bot.said.parent.glob("rethrow.db-*")) == [], "the file is whole by itself"
    assert sorted(states(here).values()) == [State.OWED, State.OWED, State.SENT]
    bot.start()
    wait_until(lambda: len(announced(here)) >= 3, "all three are announced", PROCESS_S, bot.last_words)
    assert sorted(set(announced(here))) == sorted(announced(here))
    assert "claim_lapsed" not in bot.last_words()
    assert "outbox.looked" not in bot.last_words()


def test_what_was_answered_while_it_stopped_is_stored_and_announced_once(here: Town) -> None:
    bot = here.bot().start()
    taken: list[int] = []
    heard = threading.Event()

    def tell() -> None:
        number = 0
        while not bot.is_dead():
            if bot.hears(urgent(number), f"e{number}"):
                taken.append(number)
            number += 1
            if number == 6:
                heard.set()

    helpdesk = threading.Thread(target=tell)
    helpdesk.start()
    assert heard.wait(60)
    told_to_stop(bot)
    helpdesk.join(PROCESS_S)
    assert _external_ids(here) >= {f"HD-{number}" for number in taken}
    bot.start()

    def all_is_announced() -> bool:
        here.pass_time(seconds=2)  # a message a second and channel
        return set(states(here).values()) == {State.SENT}

    wait_until(all_is_announced, "all is announced", 120, bot.last_words)
    assert len(states(here)) == len(_external_ids(here))
    assert sorted(set(announced(here))) == sorted(announced(here))


def _external_ids(here: Town) -> set[str]:
    engine = session.open_engine(here.database)
    with session.reading(engine) as connection:
        found = set(connection.scalars(select(tickets.c.external_id)))
    engine.dispose()
    return found


def test_a_request_that_has_begun_is_answered(here: Town) -> None:
    bot = here.bot()
    answer = TOO_SLOW
    for _ in range(5):  # on a machine so busy that the rest of a body comes too late to be taken
        if answer.startswith(TOO_SLOW):
            answer = _answer_of_a_bot_told_to_stop(here, bot)
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    assert b'{"ticket":"T-1"}' in answer
    assert _external_ids(here) == {"HD-1"}


def _answer_of_a_bot_told_to_stop(here: Town, bot: Bot) -> bytes:
    """What it answers to a body that was half sent when it was told."""
    bot.start()
    body = b'{"event_id": "e1", "type": "ticket.upsert", "ticket": {"external_id": "HD-1", "subject": "a"}}'
    signed = ingest_headers(body, str(int(here.clock.now().timestamp()))) | {"Content-Length": str(len(body))}
    head = "POST /ingest/generic HTTP/1.1\r\nHost: here\r\n" + "".join(f"{k}: {v}\r\n" for k, v in signed.items())
    at = urlsplit(bot.address)
    with socket.create_connection((str(at.hostname), int(at.port or 0)), timeout=60) as line:
        line.sendall(head.encode() + b"Expect: 100-continue\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 100 ")
        line.sendall(body[:30])
        bot.process.terminate()
        wait_until(_is_refused(bot), "nobody new is let in")
        answer = b""
        with suppress(ConnectionError):  # where it was too late
            line.sendall(body[30:])
            while part := line.recv(4096):
                answer += part
    bot.process.join(PROCESS_S)
    assert bot.process.exitcode in STOPPED, bot.last_words()
    return answer


def _is_refused(bot: Bot) -> Callable[[], bool]:
    def refused() -> bool:
        try:
            httpx.get(f"{bot.address}/healthz", timeout=1)
        except httpx.ConnectError:
            return True
        except httpx.TransportError:
            pass  # let in, and not answered yet
        return False

    return refused
