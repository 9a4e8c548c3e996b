"""Where the edges of a working window fall on the world's clock (docs/SLA.md R6).

A wall clock skips an hour in spring and reads one twice in autumn. A window opens when its opening time
is read for the first time and closes when its closing time is read for the last time; a time that is
skipped is the instant of the jump.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def opening_instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """UTC instant at which the wall clock first reads `minutes` after the midnight that starts `day`."""
    return _instant(zone, _wall(day, minutes), fold=0)


def closing_instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """UTC instant at which the wall clock last reads `minutes` after midnight; over 1440 is the next day."""
    return _instant(zone, _wall(day, minutes), fold=1)


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _instant(zone: ZoneInfo, wall: datetime, fold: int) -> datetime:
    at = _in_utc(zone, wall, fold)
    if _reading(zone, at) == wall:
        return at
    return _jump_over(zone, wall)


def _jump_over(zone: ZoneInfo, wall: datetime) -> datetime:
    """The instant of the jump that skips `wall`: the clock reads less before it and more from it on."""
    before, after = _in_utc(zone, wall, fold=1), _in_utc(zone, wall, fold=0)
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _reading(zone, middle) > wall:
            after = middle
        else:
            before = middle
    return after


def _in_utc(zone: ZoneInfo, wall: datetime, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _reading(zone: ZoneInfo, at: datetime) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
