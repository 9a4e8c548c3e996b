"""A body has so long to arrive."""

import asyncio

import pytest
from starlette.requests import Request

from bot.bodies import TurnedAway, body_of


def test_the_time_for_a_body_is_counted_from_its_beginning() -> None:
    async def trickling() -> dict[str, object]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    request = Request({"type": "http", "method": "POST", "headers": []}, trickling)
    with pytest.raises(TurnedAway) as away:
        asyncio.run(body_of(request, seconds=0.2))
    assert away.value.status == 408
