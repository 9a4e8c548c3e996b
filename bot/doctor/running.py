"""A bot that runs at HOST:PORT already, asked what it thinks of itself."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

from bot.doctor.findings import Finding, note
from bot.settings import Settings

TIMEOUT_S = 10
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def finding(settings: Settings) -> Finding:
    """What `GET /readyz` of the bot at HOST:PORT answers; that none is there is worth a note."""
    host, port = ANY_ADDRESS.get(settings.host, settings.host), settings.port
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        status, body = _asked(host, port)
    except ConnectionRefusedError:
        return note("running", f"no bot at {where} (HOST, PORT) now")
    except (OSError, HTTPException) as error:
        return Finding("running", False, f"{where} does not answer as a bot does ({error or type(error).__name__})")
    state = _state_in(body)
    if status == 200 and state.get("database") is True:
        return Finding("running", True, f"the bot at {where} is ready")
    if status == 503 and "database" in state:
        return Finding("running", False, f"the bot at {where} cannot serve: {_why(state)}")
    return Finding("running", False, f"something else listens at {where}: stop it, or set another PORT")


def _asked(host: str, port: int) -> tuple[int, bytes]:
    connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(64 * 1024)
    finally:
        connection.close()


def _state_in(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _why(state: dict[str, Any]) -> str:
    """The reasons that /readyz gives, else the parts that are not well."""
    reasons = state.get("why") or {part: "is not well" for part, well in state.items() if well is False}
    return "; ".join(f"{part} {reason}" for part, reason in reasons.items())
