"""What each slash command can do, as `help` answers it."""

from bot.blocks import kit
from bot.blocks.kit import Message

TICKET = (
    ("new [P0–P3] subject [for customer]", "opens a ticket; without a subject, a window asks"),
    ("show T-12", "shows its card, with buttons"),
    ("list [mine, open, unassigned, escalated, breaching, pending, solved]", "the most urgent first"),
    ("take T-12 · assign T-12 @person", "makes it yours · or somebody's"),
    ("reply T-12 · customer T-12", "notes that you answered · that the customer wrote"),
    ("pending · open · solve · close · reopen T-12", "moves it to another status"),
    ("solve T-12 [article, bug, feature, nothing] [link]", "solves it at once if it is tagged; else a window asks"),
    ("priority T-12 P1 · csat T-12 4", "sets its priority · the customer's rating, 1 to 5"),
    ("undo [T-12]", "takes back your last change of the last 15 minutes"),
)
TAG = (
    ("T-12 category [area]", "says why the customer had to write"),
    ("help", "lists the categories and areas"),
)
SLA = (
    ("", "what is breached and at risk now"),
    ("T-12", "each of its clocks explained, with the sum behind its due time"),
    ("policy", "what is promised to whom, and on which calendar"),
)
ESCALATE = (
    ("T-12 [reason]", "hands it on with its context, in a window that is filled in as far as it can be"),
    ("list", "what is handed on, whose turn it is, and the time left"),
    ("history T-12", "every handoff of a ticket, and what became of it"),
)
FORGIVING = "A ticket is `T-12`, `t12`, `#12`, `12` or its helpdesk id. Words may be shortened: `sol T-12`."

DIGEST = (
    ("weekly", "the last whole week's review, shown to you alone"),
    ("weekly 2026-W12", "any past week's, with the figures as they stood at its end"),
    ("weekly post [2026-W12]", "posts it to the digest's channel; leads only"),
    ("schedule", "when and where each digest is posted"),
)
CALIBRATE = (
    ("start [@reviewers] [T-1 T-2 …] [until tomorrow 17:00]", "shows you what would be scored and why; leads only"),
    ("status", "what is open, who has voted, and what is yours to score"),
    ("close [3]", "ends it now; leads only"),
    ("history", "how far reviewers agreed, and what they keep differing on"),
)
REVIEW = (
    ("T-12", "the scorecard, for reviewers; open it again to revise what you gave"),
    ("queue", "what is yours to review, and why each ticket is there"),
    ("show T-12", "a review with its versions and replies; the agent, the reviewer and the leads may read it"),
)


def ticket(prefix: str) -> Message:
    """What `/ticket` can do."""
    return _help(f"/{prefix}ticket", TICKET, FORGIVING)


def tag(prefix: str) -> Message:
    """What `/tag` can do, in short; `bot.blocks.tagging` tells all of it, with the taxonomy's names."""
    return _help(f"/{prefix}tag", TAG, FORGIVING)


def escalate(prefix: str) -> Message:
    """What `/escalate` can do."""
    return _help(f"/{prefix}escalate", ESCALATE, "The reason's words suggest whom to ask: `legal threat from counsel`.")


def sla(prefix: str) -> Message:
    """What `/sla` can do."""
    return _help(f"/{prefix}sla", SLA, "Due times are shown in your own time zone.")


def digest(prefix: str) -> Message:
    """What `/digest` can do."""
    return _help(f"/{prefix}digest", DIGEST, "Weeks are ISO weeks, Monday to Sunday, in the digest's time zone.")


def calibrate(prefix: str) -> Message:
    """What `/calibrate` can do."""
    footnote = "Without names the reviewers of the config are asked, without tickets five solved ones are chosen."
    return _help(f"/{prefix}calibrate", CALIBRATE, footnote)


def review(prefix: str) -> Message:
    """What `/review` can do."""
    footnote = "A solved ticket is reviewed with whoever had it then. Nobody reviews a ticket they had themselves."
    return _help(f"/{prefix}review", REVIEW, footnote)


def _help(command: str, forms: tuple[tuple[str, str], ...], footnote: str) -> Message:
    lines = "\n".join(f"`{f'{command} {form}'.strip()}` — {meaning}" for form, meaning in forms)
    return Message(f"{command}: what it can do", [kit.section(f"*{command}*\n{lines}"), kit.context(footnote)])


EVERY = (ticket, tag, escalate, sla, digest, calibrate, review)
