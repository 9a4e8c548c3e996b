"""Failures on demand: what Slack or the network would do on a bad day."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response

from slack_sandbox.errors import SlackError
from slack_sandbox.ids import fresh
from slack_sandbox.model import Json

KINDS = ("429", "500", "cut_before", "cut_after", "slow", "slow_after", "error")


@dataclass
class Fault:
    """One order to fail: for a method (``*`` is all), perhaps one channel, so many times."""

    id: str
    method: str
    kind: str
    channel: str = ""
    times: int = 1
    retry_after: int = 1
    seconds: float = 5.0
    error: str = "internal_error"


class Faults:
    """The orders that still stand."""

    def __init__(self) -> None:
        self.standing: list[Fault] = []

    def add(self, order: Json) -> Fault:
        """Take an order from the control API; refused when it is not one of the kinds."""
        kind = str(order.get("kind", ""))
        if kind not in KINDS:
            raise SlackError("invalid_fault", status=400, detail=f"kind is one of {', '.join(KINDS)}")
        try:
            fault = Fault(
                fresh("Ft"), str(order.get("method") or "*"), kind, str(order.get("channel") or ""),
                int(order.get("times", 1)), int(order.get("retry_after", 1)), float(order.get("seconds", 5.0)),
                str(order.get("error") or "internal_error"),
            )  # fmt: skip
        except (TypeError, ValueError):
            raise SlackError("invalid_fault", status=400, detail="times, retry_after, seconds are numbers") from None
        if fault.times < 1:
            raise SlackError("invalid_fault", status=400, detail="times is 1 or more")
        self.standing.append(fault)
        return fault

    def drop(self, fault_id: str = "") -> None:
        """Withdraw one order, or all."""
        self.standing = [f for f in self.standing if fault_id and f.id != fault_id]

    def listed(self) -> list[Json]:
        """The standing orders as JSON."""
        return [asdict(f) for f in self.standing]

    def take(self, method: str, channel: str) -> Fault | None:
        """The first order that fits this call, counted down."""
        for fault in self.standing:
            if fault.method in ("*", method) and fault.channel in ("", channel):
                fault.times -= 1
                if fault.times <= 0:
                    self.standing.remove(fault)
                return fault
        return None


async def with_fault(
    request: HTTPConnection, fault: Fault | None, run: Callable[[], tuple[Response, Any]]
) -> tuple[Response, Any]:
    """Run a call under a fault, if any; the response and what it says, for the log."""
    if fault is None:
        return run()
    if fault.kind == "cut_before":
        return await cut(request), None
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    early = answer_of(fault)
    if early is not None:
        return early, said(early)
    response, body = run()
    if fault.kind == "slow_after":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "cut_after":
        return await cut(request), body
    return response, body


def for_the_log(fault: Fault | None, response: Response) -> Json:
    """Status and note of a call that ran under a fault, if any."""
    if fault is None:
        return {"status": response.status_code}
    status = "cut" if fault.kind.startswith("cut") else response.status_code
    return {"status": status, "note": f"fault: {fault.kind}"}


def said(response: Response) -> Any:
    """What an answer says, for the log: JSON as values, anything else as text."""
    text = bytes(response.body).decode()
    return json.loads(text) if isinstance(response, JSONResponse) else text


def answer_of(fault: Fault) -> Response | None:
    """The answer a fault gives instead of doing anything; None when the call goes on."""
    if fault.kind == "429":
        return too_many(fault.retry_after)
    if fault.kind == "500":
        return PlainTextResponse("Internal Server Error", 500)
    if fault.kind == "error":
        return JSONResponse({"ok": False, "error": fault.error})
    return None


def too_many(seconds: int) -> Response:
    """Slack's answer to a caller in a hurry."""
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


async def cut(connection: HTTPConnection) -> Response:
    """Close the TCP connection without a byte of answer; the response returned goes nowhere."""
    transport = connection.scope.get("state", {}).get("transport")
    if transport is not None:
        transport.close()
        await asyncio.sleep(0.01)
    return Response(status_code=204)
