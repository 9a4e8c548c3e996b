"""One message a second a channel, with short bursts, and the tiers of the Web API when asked for."""

import math

from slack_sandbox.app_settings import Rate

TIER_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}


class Buckets:
    """Token buckets by key; a caller is told how many seconds to wait, 0 for go ahead."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, ...], tuple[float, float]] = {}

    def take(self, key: tuple[str, ...], per_second: float, burst: int, now: float) -> int:
        """Take one token from a bucket that refills at per_second up to burst; `now` in seconds, on any one clock."""
        if per_second <= 0:
            return 0
        left, seen = self._left.get(key, (float(max(burst, 1)), now))
        left = min(float(max(burst, 1)), left + max(0.0, now - seen) * per_second)
        wait = 0 if left >= 1 else max(1, math.ceil((1 - left) / per_second))
        self._left[key] = (left if wait else left - 1, now)
        return wait

    def wait(self, rate: Rate, method: str, channel: str, tier: int, now: float) -> int:
        """Seconds until this call is allowed under the app's rate settings; 0 when it is."""
        if method == "chat.postMessage":
            return self.take((method, channel), rate.per_second, rate.burst, now)
        if rate.history_per_minute and method in ("conversations.history", "conversations.replies"):
            return self.take((method,), rate.history_per_minute / 60, rate.history_per_minute, now)
        if rate.tiers and tier:
            return self.take((method,), TIER_PER_MINUTE[tier] / 60, max(2, TIER_PER_MINUTE[tier] // 2), now)
        return 0
