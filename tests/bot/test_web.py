"""What comes in at the door: only what Slack or a helpdesk signed, not too old, not too large, changes anything."""

import hashlib
import hmac
import time
import urllib.parse

import anyio
import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from freezegun import freeze_time
from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy import Engine, func, select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import web
from bot.clock import WallClock
from bot.desk import House
from bot.main import bolt_app
from bot.settings import Settings
from db import session, workspaces
from db.tickets import tickets
from tests.waiting import PATIENCE_S

SECRET = "signing-secret"
IDENTITY = AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-x", bot_id="B0", bot_user_id="U0BOT")


class Door:
    """The bot's routes, asked directly, and a count of what was stored."""

    def __init__(self, engine: Engine, secret: str = SECRET) -> None:
        self.engine = engine
        with session.writing(engine) as connection:
            workspaces.remember(connection, "T0", "Test", WallClock().now())
        settings = Settings(
            bot_token=SecretStr("xoxb-x"),
            signing_secret=SecretStr(secret),
            ingest_secrets={"generic": SecretStr("helpdesk")},
        )
        house = House(engine, settings, WallClock())
        app = bolt_app(house, WebClient("xoxb-x"), IDENTITY, lambda work: work())
        self.routes: Starlette = web.routes(web.Door(house, app, secret, "T0"))
        self.client = TestClient(self.routes)

    def tickets(self) -> int:
        """How many tickets there are."""
        with session.reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(tickets)) or 0


@pytest.fixture
def door(engine: Engine) -> Door:
    return Door(engine)


def command(text: str = "new Login is broken", trigger: str = "1.1") -> str:
    return urllib.parse.urlencode(
        {
            "command": "/ticket",
            "text": text,
            "team_id": "T0",
            "user_id": "U0ANA",
            "trigger_id": trigger,
            "channel_id": "C0",
        }
    )


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    mac = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={mac.hexdigest()}"


def post(door: Door, body: str | bytes, timestamp: str | None = None, signature: str | None = None) -> int:
    raw = body.encode() if isinstance(body, str) else body
    timestamp = str(int(time.time())) if timestamp is None else timestamp
    signature = sign(raw, timestamp) if signature is None else signature
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    headers |= {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    headers = {name: value for name, value in headers.items() if value}
    status: int = door.client.post("/slack/events", content=raw, headers=headers).status_code
    return status


def test_a_signed_command_opens_a_ticket(door: Door) -> None:
    assert post(door, command()) == 200
    assert door.tickets() == 1


def test_the_same_delivery_twice_opens_one_ticket_and_gives_one_answer(door: Door) -> None:
    raw = command().encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(raw, timestamp),
    }
    first, second = (door.client.post("/slack/events", content=raw, headers=headers).json() for _ in range(2))
    assert first == second
    assert door.tickets() == 1


@pytest.mark.parametrize("timestamp", ["", "abc", "12.5", "-5", "٣٤٥", "9" * 40, "1e9"])
def test_a_timestamp_that_is_none_is_turned_away(door: Door, timestamp: str) -> None:
    raw = command().encode()
    headers = [
        (b"x-slack-request-timestamp", timestamp.encode()),
        (b"x-slack-signature", sign(raw, timestamp).encode()),
    ]
    answer = door.client.post("/slack/events", content=raw, headers=headers)
    assert answer.status_code == 401
    assert door.tickets() == 0


@pytest.mark.parametrize(
    "signature", ["v0=", "v0=" + "0" * 64, "v1=" + "a" * 64, "v0=" + "g" * 64, "nonsense", "v0=" + "A" * 64]
)
def test_a_signature_that_is_not_slacks_is_turned_away(door: Door, signature: str) -> None:
    assert post(door, command(), signature=signature) == 401
    assert door.tickets() == 0


def test_in_socket_mode_without_a_signing_secret_nothing_is_taken_for_slacks(engine: Engine) -> None:
    door = Door(engine, secret="")
    timestamp = str(int(time.time()))
    for guessed in ("", "socket mode"):
        assert post(door, command(), timestamp, sign(command().encode(), timestamp, guessed)) == 401
    assert door.tickets() == 0


def test_a_missing_signature_and_one_with_another_secret_are_turned_away(door: Door) -> None:
    raw = command().encode()
    now = str(int(time.time()))
    assert door.client.post("/slack/events", content=raw).status_code == 401
    assert post(door, raw, signature=sign(raw, now, "another")) == 401
    assert door.tickets() == 0


@pytest.mark.parametrize(("seconds", "status"), [(-299, 200), (-301, 401), (299, 200), (301, 401)])
def test_a_request_is_good_for_five_minutes_either_way(door: Door, seconds: int, status: int) -> None:
    with freeze_time("2026-03-06 16:30:00", ignore=["asyncio", "anyio", "threading"]):
        timestamp = str(int(time.time()) + seconds)
        assert post(door, command(), timestamp) == status
    assert door.tickets() == (1 if status == 200 else 0)


def test_bytes_that_are_no_text_are_turned_away(door: Door) -> None:
    assert post(door, b"\xff\xfe\x00text=new") == 401


@pytest.mark.parametrize("body", ["payload=%7Bnope", "payload=%5B%5D", "payload=null", "payload=1", "hello", ""])
def test_a_signed_body_that_is_nothing_slack_sends_is_told_so(door: Door, body: str) -> None:
    assert post(door, body) in (400, 404)


def test_a_signed_command_without_its_sender_changes_nothing(door: Door) -> None:
    assert post(door, "command=%2Fticket&text=new+x&team_id=T0") < 500
    assert door.tickets() == 0


def test_a_body_over_a_mebibyte_is_refused_before_it_is_read_whole(door: Door) -> None:
    assert post(door, b"text=" + b"x" * (1024 * 1024)) == 413


def ingest(door: Door, body: str, secret: str = "helpdesk", source: str = "generic") -> tuple[int, dict[str, str]]:
    timestamp = int(time.time())
    mac = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Rethrow-Signature": f"t={timestamp},v1={mac}", "Content-Type": "application/json"}
    answer = door.client.post(f"/ingest/{source}", content=body, headers=headers)
    return answer.status_code, answer.json()


EVENT = (
    '{"event_id": "e1", "type": "ticket.upsert", "ticket": {"external_id": "ZD-7", "subject": "Login is down",'
    ' "customer": {"external_id": "acme", "name": "Acme", "tier": "enterprise"},'
    ' "created_at": "2026-03-06T10:00:00+00:00", "updated_at": "2026-03-06T10:00:00+00:00"}}'
)


def test_a_helpdesks_event_becomes_a_ticket_once(door: Door) -> None:
    assert ingest(door, EVENT) == (200, {"ticket": "T-1"})
    assert ingest(door, EVENT) == (200, {"ticket": "T-1"})
    assert door.tickets() == 1


def test_a_helpdesks_event_with_another_secret_or_from_nowhere_changes_nothing(door: Door) -> None:
    assert ingest(door, EVENT, secret="wrong")[0] == 401
    assert ingest(door, EVENT, source="nowhere")[0] == 404
    assert door.tickets() == 0


def test_a_bad_event_is_told_which_field_is_wrong(door: Door) -> None:
    status, answer = ingest(door, EVENT.replace('"enterprise"', '"gold"'))
    assert status == 422
    assert answer["field"] == "ticket.customer.tier"
    assert door.tickets() == 0


def test_it_says_that_it_lives_and_that_it_is_ready(door: Door) -> None:
    assert door.client.get("/healthz").status_code == 200
    assert door.client.get("/readyz").json() == {"database": True, "slack": True}


def test_it_says_that_it_lives_while_every_thread_waits_for_the_database(door: Door) -> None:
    """Whoever restarts what does not answer would else restart a bot whose database is away."""

    async def asked() -> int:
        threads = current_default_thread_limiter()
        threads.total_tokens = 1
        await threads.acquire_on_behalf_of("a command")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door.routes), base_url="http://bot") as client:
            with anyio.fail_after(PATIENCE_S):
                return (await client.get("/healthz")).status_code

    assert anyio.run(asked) == 200
