"""`[retention]`: how long what people wrote is kept, and the rows it is in.

The minimums keep copies recognised, posts editable, and a year's figures comparable with those of the year before.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.settings_base import Section
from bot.settings_problems import WrongValue
from domain.duration import WrongDuration, parse_duration

NEVER = "never"
Kept = timedelta | None


def _kept(least: str, most: str | None = None) -> BeforeValidator:
    """A duration from `least` to `most`; where there is no `most`, `never` is a value too: it is always kept."""
    allowed = f"a duration of {least} or more, such as 400d, or never" if most is None else f"{least} to {most}"

    def check(found: object) -> Kept:
        if isinstance(found, timedelta) or found is None:
            return found
        if most is None and found == NEVER:
            return None
        try:
            length = parse_duration(str(found))
        except WrongDuration as error:
            raise WrongValue(allowed) from error
        if length < parse_duration(least) or (most is not None and length > parse_duration(most)):
            raise WrongValue(allowed)
        return length

    return BeforeValidator(check)


Long = Annotated[Kept, _kept("90d"), Field(description="a duration of 90d or more, or never")]


class Retention(Section):
    """Each is a table's, by `db/care.py`; `rows` is that of all that goes with its ticket."""

    received: Annotated[Kept, _kept("2d", "90d")] = timedelta(days=7)
    outbox: Annotated[Kept, _kept("14d")] = timedelta(days=90)
    tickets: Long = timedelta(days=1095)
    events: Long = timedelta(days=1095)
    clocks: Long = timedelta(days=1095)
    handoffs: Long = timedelta(days=1095)
    calibrations: Long = timedelta(days=1095)
    reviews: Long = timedelta(days=1095)
    rows: Annotated[Kept, _kept("400d")] = None
    uninstalled: Annotated[timedelta, _kept("1h", "14d")] = timedelta(days=7)
