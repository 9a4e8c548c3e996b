"""Instants as whole microseconds since 1970, UTC: how they are stored, and quick to compare by the hundred."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant; a naive one is refused with ValueError."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return (instant - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC instant `micros` microseconds after 1970."""
    return EPOCH + timedelta(microseconds=micros)
