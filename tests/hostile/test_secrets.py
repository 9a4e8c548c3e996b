"""No secret leaves the bot: not into its logs, however loud, not into its database, not into Slack."""

import json
import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from db import schema, session
from slack_sandbox.client import Sandbox
from tests.databases import engine_at
from tests.waiting import PATIENCE_S, PROCESS_S, wait_until
from tests.wire import FORM, ingest_headers, slack_headers
from tests.workplace import ANA, PATIENT, SUPPORT, TEAM, workspace

BOT = "xoxb-7720-secretbottoken"
SIGNING = "5e4c12e7a0signingsecret0c1d2e3f4"
INGEST = "1n9e57-1n9e57-1n9e57-1n9e57"
PASSWORD = "hunter2-database"
SECRETS = (BOT, SIGNING, INGEST, PASSWORD)
PERSONAL = ("Jane Roe", "jane.roe@customer.example", "my pin is 4711")
CONFIG = f"""
[channels]
alerts = "C0ALERTS"
leads = "C0LEADS"
[ingest.generic]
secret = "{INGEST}"
"""


@dataclass
class Running:
    """`rethrow run` in a process of its own, at its loudest, and all it writes."""

    address: str
    log: Path
    database: str

    def slack(self, body: bytes, content_type: str = FORM, secret: str = SIGNING) -> httpx.Response:
        signed = slack_headers(body, str(int(time.time())), secret)
        return httpx.post(
            f"{self.address}/slack/events",
            content=body,
            headers={**signed, "Content-Type": content_type},
            timeout=PATIENCE_S,
        )

    def ingest(self, body: bytes, secret: str = INGEST) -> httpx.Response:
        signed = ingest_headers(body, str(int(time.time())), secret)
        return httpx.post(f"{self.address}/ingest/generic", content=body, headers=signed, timeout=PATIENCE_S)


@contextmanager
def running(folder: Path, slack_url: str, database_url: str, port: int) -> Iterator[Running]:
    (folder / "rethrow.toml").write_text(CONFIG)
    environment = os.environ | {
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_SIGNING_SECRET": SIGNING,
        "SLACK_API_URL": f"{slack_url}/api/",
        "DATABASE_URL": database_url,
        "RETHROW_CONFIG": str(folder / "rethrow.toml"),
        "RETHROW_LOG_LEVEL": "DEBUG",
        "PGPASSWORD": PASSWORD,
        "PORT": str(port),
    }
    address, log = f"http://127.0.0.1:{port}", folder / "rethrow.log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=out, stderr=out)
    try:
        wait_until(partial(_is_ready, address), "the bot is ready", PROCESS_S)
        yield Running(address, log, database_url)
    finally:
        process.terminate()
        process.wait(PROCESS_S)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=PATIENCE_S).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def told(slack_url: str, tmp_path: Path, database_url: str, unused_port: int) -> Iterator[tuple[Running, Sandbox]]:
    """A bot that was given every occasion to talk: good requests, forged ones, refusals of Slack, errors."""
    slack = Sandbox(slack_url)
    world = workspace("http://127.0.0.1:9/slack/events")
    slack.reset(world | {"app": world["app"] | {"bot_token": BOT, "signing_secret": SIGNING}})
    with running(tmp_path, slack_url, database_url, unused_port) as bot:
        slack.app(request_url=f"{bot.address}/slack/events", **PATIENT)
        slack.fault("chat.postMessage", "500")
        slack.fault("views.publish", "500")
        slack.command(ANA, SUPPORT, "/ticket new P0 Jane Roe says my pin is 4711 for Jane Roe")
        slack.command(ANA, SUPPORT, "/ticket show T-99")
        slack.open_home(ANA)
        event = {
            "external_id": "HD-1", "subject": "Jane Roe", "body": "my pin is 4711", "priority": "P0",
            "requester_email": "jane.roe@customer.example", "customer": {"name": "Jane Roe"},
        }  # fmt: skip
        body = json.dumps({"event_id": "e1", "type": "ticket.upsert", "ticket": event}).encode()
        assert bot.ingest(body).status_code == 200
        assert bot.ingest(body, "wrong-wrong-wrong-wrong").status_code == 401
        form = {"command": "/ticket", "text": "show", "user_id": ANA, "team_id": TEAM, "token": "verification-token"}
        for secret in (SIGNING, "wrong"):
            bot.slack(urllib.parse.urlencode(form).encode(), secret=secret)
        # Nothing here has a window of this kind filled in like that: an error, with all that was sent in its frames.
        window = {
            "id": "V1", "hash": "1", "callback_id": "tag_window", "blocks": [],
            "private_metadata": json.dumps({"was": [BOT, "my pin is 4711"], "number": 1}),
            "state": {"values": {"category": {"c": {"selected_option": {"value": "usability"}}}}},
        }  # fmt: skip
        payload = {"type": "view_submission", "user": {"id": ANA}, "team": {"id": TEAM}, "view": window}
        bot.slack(urllib.parse.urlencode({"payload": json.dumps(payload)}).encode())
        assert slack.wait(ANA, "C0ALERTS", "Jane Roe", timeout=PATIENCE_S)
        paths = [f"{bot.address}/{path}" for path in ("healthz", "readyz", "metrics")]
        shown = "".join(httpx.get(path, timeout=PATIENCE_S).text for path in paths)
        assert not [words for words in (*SECRETS, *PERSONAL) if words in shown]
        yield bot, slack


def test_nothing_that_is_secret_or_personal_is_in_the_log_the_database_or_slack(told: tuple[Running, Sandbox]) -> None:
    bot, slack = told
    log = bot.log.read_text()
    assert "listener.failed" in log, "the error was to be logged"
    assert "outbox.answered" in log
    for secret in SECRETS:
        assert secret not in log
    for words in PERSONAL:
        assert words not in log
    assert "verification-token" not in log
    stored = everything_in(bot.database)
    assert "Jane Roe" in stored, "this is how it would be found"
    posts = json.dumps([entry["request"] for entry in slack.log() if entry["method"] != "auth.test"])
    for secret in SECRETS:
        assert secret not in stored
        assert secret not in posts


def everything_in(database_url: str) -> str:
    """Every value of every row; of a SQLite file also what is left of rows that are gone."""
    with engine_at(database_url) as engine, session.reading(engine) as connection:
        rows = [str(row) for table in schema.METADATA.sorted_tables for row in connection.execute(select(table))]
    folder, _, name = database_url.removeprefix("sqlite:///").rpartition("/")
    files = [path.read_bytes() for path in Path(folder).glob(f"{name}*")] if database_url.startswith("sqlite") else []
    return "\n".join(rows) + b"".join(files).decode("latin-1")
