"""Reading a request's body: no more of it than is allowed, and no longer than is decent."""

import asyncio

from starlette.requests import ClientDisconnect, Request

BODY_MAX = 1024 * 1024
BODY_SECONDS = 5


class TurnedAway(Exception):
    """The body is not taken; `status` is the HTTP status, `problem` says why."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


async def body_of(request: Request, seconds: float = BODY_SECONDS) -> bytes:
    """The whole body; raises TurnedAway when it is over BODY_MAX bytes or takes longer than `seconds` to arrive.

    A body that is announced as too large is refused before any of it is read. Waiting for one holds no thread.
    """
    too_large = TurnedAway(413, f"the body is larger than {BODY_MAX} bytes")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > BODY_MAX):
        raise too_large
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > BODY_MAX:
                    raise too_large
                parts.append(part)
    except TimeoutError as slow:
        raise TurnedAway(408, f"the body took longer than {seconds:g} seconds") from slow
    except ClientDisconnect as gone:
        raise TurnedAway(400, "the body broke off") from gone
    return b"".join(parts)
