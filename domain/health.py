"""Red, yellow or green: the health of the function, by the operating model's table. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """UNKNOWN where there is nothing to judge."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signal:
    """Where healthy ends and where critical begins; `higher_is_better` says in which direction."""

    healthy: float
    critical: float
    higher_is_better: bool = False

    def judge(self, value: float | None) -> Health:
        """The health of a value; between both limits, and on them, it is a warning."""
        if value is None:
            return Health.UNKNOWN
        sign = -1 if self.higher_is_better else 1
        if sign * value < sign * self.healthy:
            return Health.HEALTHY
        return Health.CRITICAL if sign * value > sign * self.critical else Health.WARNING


FIRST_RESPONSE = Signal(4 * 60, 24 * 60)  # minutes, median
RESOLUTION = Signal(24 * 60, 72 * 60)  # minutes, median
CSAT = Signal(0.85, 0.70, higher_is_better=True)
FIRST_CONTACT = Signal(0.70, 0.50, higher_is_better=True)
BACKLOG_DAYS = Signal(1, 3)
ESCALATED = Signal(0.15, 0.30)
