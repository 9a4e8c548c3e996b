"""A promise: how much working time, on which calendar, and when to warn that it runs out (docs/SLA.md R19)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from domain.calendars import Calendar
from domain.duration import WrongDuration, format_duration, parse_duration


class Metric(StrEnum):
    """What a clock measures. The two timers promise nothing: they only say that it is time."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    PICKUP = "pickup"
    ESCALATION_ACK = "escalation_ack"
    PENDING_WARNING = "pending_warning"
    AUTO_CLOSE = "auto_close"

    @property
    def is_promise(self) -> bool:
        """Whether it is warned about, can be breached in reports, and counts in the kept share."""
        return self not in (Metric.PENDING_WARNING, Metric.AUTO_CLOSE)


class WrongThreshold(ValueError):
    """A warning threshold that is neither a share of the target nor a time before it is due."""


@dataclass(frozen=True)
class Threshold:
    """When to alert: at a share of the target (1.0 is the breach) or so much working time before due."""

    share: float | None = None
    before: timedelta | None = None

    @property
    def label(self) -> str:
        """Its name in alert keys: `breach`, `warn:80%` or `warn:30m`."""
        if self.before is not None:
            return f"warn:{format_duration(self.before)}"
        return "breach" if self.share == 1 else f"warn:{(self.share or 0) * 100:g}%"

    def used_at(self, target: timedelta) -> timedelta | None:
        """How much of the target is used at this threshold; None where it would be before the start."""
        used = target * self.share if self.share is not None else target - (self.before or target)
        return used if used > timedelta() else None


BREACH = Threshold(share=1.0)


def parse_threshold(written: float | str) -> Threshold:
    """`0.8`, `"80%"` or `"30m"` (before due) as a Threshold. Raises WrongThreshold."""
    try:
        if isinstance(written, str) and not written.strip().endswith("%"):
            return Threshold(before=parse_duration(written))
        share = float(written.strip()[:-1]) / 100 if isinstance(written, str) else float(written)
    except (WrongDuration, ValueError) as error:
        raise _wrong_threshold(written) from error
    if not 0 < share < 1:
        raise _wrong_threshold(written)
    return Threshold(share=share)


@dataclass(frozen=True)
class Promise:
    """What was promised for one clock: how much working time, on which calendar, and when to warn."""

    target: timedelta
    calendar: Calendar
    warn: tuple[Threshold, ...] = ()
    policy: str = ""

    @cached_property
    def placed(self) -> tuple[tuple[Threshold, timedelta], ...]:
        """The thresholds in order, each with how much of the target is used when it is crossed."""
        placed = [(warn, used) for warn in self.warn if (used := warn.used_at(self.target)) is not None]
        return (*sorted(placed, key=lambda pair: pair[1]), (BREACH, self.target))


def _wrong_threshold(written: object) -> WrongThreshold:
    return WrongThreshold(f"found {written!r}, allowed is a share such as 0.8 or 80%, or a time before due such as 30m")
