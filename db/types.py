"""Column types that keep a promise: instants are aware UTC, going in and coming out."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeDecorator

from domain.instants import from_micros, to_micros

# SQLite numbers rows by itself only in an INTEGER column.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970: exact, sortable, subtractable, and small in an index."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Aware datetime in, microseconds out."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Microseconds in, aware UTC datetime out."""
        return None if value is None else from_micros(value)
