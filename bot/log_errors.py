"""How an error is written into the log: where it was raised and of what kind, without what people wrote."""

import re
import traceback

# What an error says in quotation marks is what it found; words such as 'channel_not_found' are of programs.
QUOTED = re.compile(r"""'(?![a-z0-9]+(?:_[a-z0-9]+)+')(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""")
# PostgreSQL tells the values of a row behind these words.
VALUES_FOLLOW = re.compile(r"\n(?:DETAIL|CONTEXT|HINT|LINE \d+):.*", re.DOTALL)
SQL = re.compile(r"\n\[SQL: .*", re.DOTALL)
LEFT_OUT = "'…'"


def told(error: BaseException) -> str:
    """Kind, message without quotations, and the places in the code, of an error and of those that led to it."""
    parts, seen = [], set[int]()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        parts.append("".join(traceback.format_tb(one.__traceback__)) + f"{_kind(one)}: {message(one)}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\nwhich came from\n\n".join(parts)


def message(error: BaseException) -> str:
    """What the error says, without what it found; of Slack's refusals the code."""
    response = getattr(error, "response", None)
    code = response.get("error") if response is not None and hasattr(response, "get") else None
    if code:
        return str(code)
    said = str(error)
    statement = SQL.search(said)
    kept = VALUES_FOLLOW.sub("", SQL.sub("", said))
    return QUOTED.sub(LEFT_OUT, kept) + (statement.group() if statement else "")


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
