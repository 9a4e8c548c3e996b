"""A literal oracle for working time: it walks the wall clock minute by minute and shares no code with it.

For a zone and a stretch of days it notes what the wall clock reads at each UTC minute. A window then
opens at the first minute that reads its opening time and closes at the last minute that reads its
closing time; a time never read is the first minute that reads later (SLA.md R6).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Hours = tuple[int, int]


class Walk:
    """What the wall clock of a zone reads in each minute of some days from `first` (a UTC midnight)."""

    def __init__(self, zone: str, first: date, days: int) -> None:
        self.zone = ZoneInfo(zone)
        self.start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.minutes = days * 1440
        self.readings = [self._reading(n) for n in range(self.minutes)]
        self.first_read: dict[datetime, int] = {}
        self.last_read: dict[datetime, int] = {}
        for n, reading in enumerate(self.readings):
            self.first_read.setdefault(reading, n)
            self.last_read[reading] = n

    def _reading(self, n: int) -> datetime:
        return (self.start + n * MINUTE).astimezone(self.zone).replace(tzinfo=None)

    def at(self, n: int) -> datetime:
        """The UTC instant of minute `n`."""
        return self.start + n * MINUTE

    def open_minutes(self, hours_on: dict[date, Sequence[Hours]]) -> bytearray:
        """One for each minute that is working time, for the windows that open on each local date."""
        working = bytearray(self.minutes)
        for day, hours in hours_on.items():
            midnight = datetime.combine(day, time())
            for opens, closes in hours:
                begin = self._edge(midnight + opens * MINUTE, self.first_read)
                end = self._edge(midnight + closes * MINUTE, self.last_read)
                working[begin:end] = b"\x01" * max(0, end - begin)
        return working

    def _edge(self, wall: datetime, read: dict[datetime, int]) -> int:
        if wall in read:
            return read[wall]
        if wall < self.readings[0]:
            return 0
        if wall > self.readings[-1]:
            return self.minutes
        return next((n for n, reading in enumerate(self.readings) if reading > wall), self.minutes)


@lru_cache(maxsize=400)
def walk(zone: str, first: date, days: int) -> Walk:
    """The walk of a zone, made once."""
    return Walk(zone, first, days)


def count_until(working: bytearray, begin: int, target: int) -> int | None:
    """The minute at which `target` working minutes have passed since minute `begin`, if the walk lasts."""
    counted = 0
    for n in range(begin, len(working)):
        counted += working[n]
        if counted == target:
            return n + 1
    return None
