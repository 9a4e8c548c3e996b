"""The logs: a reference on every line, no secret, nothing about people."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import structlog
from pydantic import BaseModel
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot import logs
from db import session, workspaces


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.contextvars.clear_contextvars()
    structlog.configure(**configured)


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


NAME = "Jane Roe"
FOUND = (ValueError, LookupError, OSError, IntegrityError)


class Customer(BaseModel):
    """Somebody."""

    arr: int


def look_up(found: str) -> object:
    """A key that is not there."""
    return dict[str, str]()[found]


@pytest.mark.parametrize(
    "work",
    [
        int,
        look_up,
        lambda found: Customer.model_validate({"arr": found}),
        lambda found: datetime.fromisoformat(f"it's {found}"),
        lambda found: Path(f"/nowhere/{found}").read_text(),
    ],
)
def test_an_error_is_logged_without_what_it_found(
    capsys: pytest.CaptureFixture[str], work: Callable[[str], object]
) -> None:
    with pytest.raises(FOUND) as caught:
        work(NAME)
    assert NAME in str(caught.value)
    said = str(logged(capsys, exc_info=caught.value)["exception"])
    assert NAME not in said
    assert type(caught.value).__qualname__ in said
    assert "test_logs.py" in said
    assert NAME in str(logged(capsys, personal=True, exc_info=caught.value)["exception"])


def test_what_an_error_came_from_is_told_as_well_and_as_discreetly(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(found: str) -> None:
        try:
            int(found)
        except ValueError as error:
            raise LookupError("it went wrong") from error

    with pytest.raises(LookupError) as caught:
        fails(NAME)
    said = str(logged(capsys, exc_info=caught.value)["exception"])
    assert said.index("LookupError: it went wrong") < said.index("ValueError: invalid literal for int()")
    assert NAME not in said


def test_a_row_that_the_database_refuses_is_logged_without_its_values(
    capsys: pytest.CaptureFixture[str], engine: Engine
) -> None:
    now = datetime(2026, 3, 27, tzinfo=UTC)
    row = {"workspace_id": NAME, "name": NAME, "last_ticket_number": 0, "created_at": now}

    def store() -> None:
        with session.writing(engine) as connection:
            connection.execute(insert(workspaces.workspaces), row)

    store()
    with pytest.raises(FOUND) as caught:
        store()
    said = str(logged(capsys, exc_info=caught.value)["exception"])
    assert NAME not in said
    assert "IntegrityError" in said
    assert "INSERT INTO workspace" in said


def test_what_slack_refused_is_logged_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"ok": False, "error": "not_in_channel", "needed": NAME}
    error = SlackApiError("The request failed", answer)  # type: ignore[no-untyped-call]
    said = str(logged(capsys, exc_info=error)["exception"])
    assert said.endswith("SlackApiError: not_in_channel")


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
