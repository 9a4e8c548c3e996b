"""The helpdesk anybody can speak for: a signed JSON event, as the README describes it."""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from helpdesk.payload import TicketEvent, event_of

HEADER = "x-rethrow-signature"
HEADER_MAX = 1_000
GOOD_FOR_SECONDS = 300
_TIME = re.compile(r"[0-9]{1,12}")


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Whether `X-Rethrow-Signature: t=<unix>,v1=<hex>` signs `t.body` with the secret, five minutes either way.

    Anything missing or malformed is just not signed. Several `v1` may be given while a secret is changed.
    """
    parts = _parts(headers)
    times = [value for name, value in parts if name == "t"]
    if not secret or len(times) != 1 or not _TIME.fullmatch(times[0]):
        return False
    if abs(now.timestamp() - int(times[0])) > GOOD_FOR_SECONDS:
        return False
    expected = sign(body, secret, times[0]).encode()
    # Every one is compared, so that the time taken does not say which came close.
    matches = [hmac.compare_digest(expected, value.encode()) for name, value in parts if name == "v1"]
    return any(matches)


def sign(body: bytes, secret: str, unix: int | str) -> str:
    """The hex signature of a body at a time; what a sender puts after `v1=`."""
    return hmac.new(secret.encode(), f"{unix}.".encode() + body, sha256).hexdigest()


def parse(body: bytes) -> TicketEvent:
    """The event in a verified body; raises BadBody."""
    return event_of(body)


def _parts(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The `name=value` pairs of the signature header; headers' names are in any case."""
    value = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    if len(value) > HEADER_MAX or not value.isascii():
        return []
    split = (part.partition("=") for part in value.split(","))
    return [(name.strip(), value.strip()) for name, _, value in split]
