"""Signatures on what the workspace sends to the app."""

import hashlib
import hmac
import time


def signed_headers(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """Slack's two signature headers for a body; ``at`` is a unix time, now by default."""
    stamp = str(int(time.time() if at is None else at))
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
