"""Durations as people write them in the config: `90m`, `4h`, `2d`.

A day is 24 hours. There is no "business day": a target is an amount of time, and the calendar it is
counted on decides how many days that takes.
"""

import re
from datetime import timedelta

ALLOWED = "a whole number above zero with m, h or d, such as 90m, 4h or 2d (a day is 24 hours)"
LONGEST = timedelta(days=3660)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_WRITTEN = re.compile(r"([0-9]{1,7})\s*([mhd])")


class WrongDuration(ValueError):
    """A text that is not a duration; says what was found and what is allowed."""


def parse_duration(text: str) -> timedelta:
    """`90m`, `4h` or `2d` as a timedelta; case and surrounding space are forgiven.

    Raises WrongDuration for anything else, for zero, and for more than ten years.
    """
    written = _WRITTEN.fullmatch(text.strip().lower())
    if written is None:
        raise WrongDuration(f"found {text!r}, allowed is {ALLOWED}")
    length = int(written[1]) * _UNITS[written[2]]
    if not timedelta() < length <= LONGEST:
        raise WrongDuration(f"found {text!r}, allowed is {ALLOWED}, at most {LONGEST.days}d")
    return length


def format_duration(length: timedelta) -> str:
    """The shortest text that parses back to the same length of whole minutes.

    One day stays `24h`: on an office calendar `1d` would be read as one working day, which it is not.
    """
    minutes, rest = divmod(length, _UNITS["m"])
    if rest or minutes <= 0:
        raise WrongDuration(f"found {length!s}, allowed are whole minutes above zero")
    if minutes % 1440 == 0 and minutes > 1440:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
