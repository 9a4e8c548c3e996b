"""The logs: a reference on every line, no secret, nothing about people."""

import asyncio
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str], *, personal: bool = False, **event: object) -> dict[str, object]:
    logs.configure(json=True, personal=personal)
    structlog.get_logger("test").warning("happened", **event)
    line: dict[str, object] = json.loads(capsys.readouterr().err)
    return line


def test_every_line_carries_the_requests_reference(capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin_request("r-1")
    assert logged(capsys, ticket="T-12").items() >= {"request": "r-1", "ticket": "T-12", "level": "warning"}.items()


def test_secrets_are_hidden_by_key_and_by_look(capsys: pytest.CaptureFixture[str]) -> None:
    line = logged(
        capsys,
        bot_token="hunter2",
        headers={"X-Slack-Signature": "hunter2", "via": ["xoxb-12-hunter2"]},
        why="GET postgresql://me:hunter2@db/x with xapp-1-hunter2 failed",
    )
    assert "hunter2" not in json.dumps(line)


def test_what_people_wrote_is_left_out_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Ada" not in json.dumps(logged(capsys, text="Ada cannot log in", given={"customer": {"name": "Ada"}}))
    assert logged(capsys, personal=True, text="Ada cannot log in")["text"] == "Ada cannot log in"


def test_other_libraries_lines_go_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=True)
    logging.getLogger("library").warning("token xoxb-hunter2 refused")
    assert json.loads(capsys.readouterr().err)["event"] == "token [hidden] refused"


def test_a_traceback_hides_secrets_too(capsys: pytest.CaptureFixture[str]) -> None:
    line = logged(capsys, exc_info=ValueError("xoxb-hunter2"))
    assert "ValueError" in str(line["exception"])
    assert "hunter2" not in str(line)


def test_each_request_has_a_reference_of_its_own() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(logs.reference())(scope, receive, send)

    async def ask_twice() -> list[str]:
        transport = httpx.ASGITransport(app=logs.with_reference(answer))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [(await client.get("/")).text for _ in range(2)]

    first, second = asyncio.run(ask_twice())
    assert first != second
    assert len(first) == 8
