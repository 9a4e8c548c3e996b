"""What people read about messages that could not be delivered: the note to the leads, and `rethrow outbox`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.kit import Message, escape, person, section
from bot.blocks.words import times
from domain.retry import Mend, mend

HOW_TO_MEND: Mapping[Mend, str] = {
    Mend.CHOOSE_CHANNEL: "Slack does not know the channel, or the app cannot see it: correct its id in rethrow.toml, "
    "or invite the app if it is private.",
    Mend.UNARCHIVE: "The channel is archived: unarchive it, or name another one in rethrow.toml.",
    Mend.INVITE: "The app is not in the channel: invite it there with /invite.",
    Mend.NEW_TOKEN: "Slack no longer takes the app's token: install the app again and set SLACK_BOT_TOKEN. "
    "Everything waits until then and goes out by itself afterwards.",
    Mend.ADD_SCOPE: "The app lacks a scope: `rethrow manifest` prints the ones it needs; update the app and "
    "install it again.",
    Mend.ASK_ADMIN: "The workspace's rules do not let the app write there: ask a Slack admin.",
    Mend.REPORT: "Slack does not take the message as it was built: this is a mistake of Rethrow's, please report it.",
    Mend.READ_SLACKS_PAGE: "Slack's page on chat.postMessage says what this code means.",
    Mend.NOTHING: "The message is no longer there or can no longer be changed: nothing to do.",
    Mend.PERSON_GONE: "The person cannot be written to: correct the id in rethrow.toml.",
    Mend.RESEND: "Mend what it waited for, then resend it.",
    Mend.LOOK_AND_RESEND: "Slack did not say whether it arrived, and it was not found: look for it, resend it if "
    "it is missing.",
    Mend.READ_LOG: "What it shows could not be read from the database: the log says why (`outbox.not_drawn`).",
}
NOTHING_OWED = "Nothing is owed to Slack."


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the outbox as a person sees it."""

    outbox_id: int
    key: str
    channel: str
    owed_at: datetime
    attempts: int
    reason: str | None = None
    detail: str | None = None
    again_at: datetime | None = None


def parked_note(outbox_id: int, channel: str, reason: str, detail: str | None) -> Message:
    """Told to the leads, once for each reason and channel."""
    where = person(channel) if channel[:1] in "UW" else f"<#{escape(channel)}>"
    what = f"A message to {where} could not be delivered (`{escape(reason)}`)."
    facts = [what, HOW_TO_MEND[mend(reason)], *([f"Slack says: {escape(detail)}"] if detail else [])]
    if mend(reason) is not Mend.NEW_TOKEN:
        facts.append(f"Then run `rethrow outbox resend {outbox_id}`. `rethrow outbox` lists all that waits.")
    return Message(f"A message could not be delivered: {escape(reason)}", [section("\n".join(facts))])


def report(parked: Sequence[Line], unsure: Sequence[Line], owed: Sequence[Line], now: datetime) -> str:
    """What `rethrow outbox` prints; the instants are shown in UTC."""
    if not (parked or unsure or owed):
        return NOTHING_OWED
    parts = [
        _part("Parked, until somebody resends them", parked, now),
        _part("Unsure, being looked for", unsure, now),
        _part("Owed", owed, now),
    ]
    return "\n\n".join(part for part in parts if part)


def _part(title: str, lines: Sequence[Line], now: datetime) -> str:
    return "\n".join([f"{title}: {len(lines)}", *(_line(line, now) for line in lines)]) if lines else ""


def _line(line: Line, now: datetime) -> str:
    first = f"  #{line.outbox_id}  {line.key} → {line.channel}, since {_utc(line.owed_at)}"
    if line.attempts:
        first += f", tried {times(line.attempts)}"
    if line.again_at is not None and line.again_at > now:
        first += f", again at {_utc(line.again_at)}"
    return "\n".join([first, *(f"      {why}" for why in _why(line))])


def _why(line: Line) -> list[str]:
    if line.reason is None:
        return []
    detail = f" ({line.detail})" if line.detail else ""
    mending = "" if line.again_at is not None else f": {HOW_TO_MEND[mend(line.reason)]}"
    return [f"{line.reason}{detail}{mending}"]


def _utc(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")


def nothing_parked(channel: str | None, reason: str | None) -> str:
    """There is nothing of that kind to resend."""
    to, why = f" for {channel}" if channel else "", f" because of {reason}" if reason else ""
    return f"Nothing is parked{to}{why}."


def resent(outbox_id: int) -> str:
    """It will be sent again."""
    return f"#{outbox_id} is owed again; the running bot sends it within a second or two."


def not_resent(outbox_id: int) -> str:
    """It will not."""
    return f"#{outbox_id} is neither parked nor unsure: `rethrow outbox` lists what is."
