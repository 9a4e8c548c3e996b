"""Which trigger of the escalation matrix is likeliest, from words and facts, with the reason why. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from domain.escalation import Trigger
from domain.ticket import FINISHED, Priority, Status, Ticket

REPEATS = 3
REPEATS_WITHIN = timedelta(days=30)
BAD_RATING = 2
BAD_IN_A_ROW = 2
READ = 5_000  # characters of a text that are looked at

# What is asked first wins: legal words in a sentence about leaving are still a legal matter.
ORDER = (
    *(Trigger.LEGAL, Trigger.LEAVING, Trigger.MANAGER, Trigger.PUBLIC),
    *(Trigger.P0, Trigger.STUCK, Trigger.REPEATED),
)


@dataclass(frozen=True, slots=True)
class TriggerRules:
    """The words of each trigger, and the figures that count beside them; a team may write its own.

    A word counts whole, in any case, outside links. `large_arr` is the yearly revenue above which a customer who
    speaks of leaving is noticed; `stuck_after` is how long an urgent ticket may be without an event.
    """

    legal: tuple[str, ...] = (
        "lawyer", "lawyers", "attorney", "counsel", "legal", "lawsuit", "sue", "suing", "court", "gdpr", "ccpa",
        "hipaa", "regulator", "regulators", "compliance", "data protection authority", "subpoena",
    )  # fmt: skip
    leaving: tuple[str, ...] = (
        "cancel our", "cancel my", "cancelling", "canceling", "cancellation", "leaving", "leave you", "churn",
        "switch to", "switching to", "moving to a competitor", "competitor", "terminate", "not renew", "won't renew",
        "end our contract", "threatens to leave",
    )  # fmt: skip
    manager: tuple[str, ...] = (
        "manager", "supervisor", "your boss", "someone in charge", "somebody in charge", "person in charge",
        "speak to your lead", "team lead",
    )  # fmt: skip
    public: tuple[str, ...] = (
        "twitter", "tweet", "tweeted", "tweets", "linkedin", "reddit", "hacker news", "mastodon", "bluesky",
        "trustpilot", "social media", "went viral", "going viral", "public complaint", "journalist",
    )  # fmt: skip
    stuck: tuple[str, ...] = ("stuck", "blocked", "no idea", "out of ideas", "need help")
    repeated: tuple[str, ...] = ("again", "third time", "same issue", "same problem", "keeps happening", "recurring")
    p0: tuple[str, ...] = ("outage", "is down", "all down", "data loss", "security breach", "incident")
    large_arr: float = 10_000
    stuck_after: timedelta = timedelta(minutes=30)

    def words(self, trigger: Trigger) -> tuple[str, ...]:
        """The words of one trigger."""
        found: tuple[str, ...] = getattr(self, trigger.value)
        return found


DEFAULT_RULES = TriggerRules()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the ticket: the customer's ARR, their other tickets, their ratings (newest first).

    `others` are the numbers of those tickets, `alike` of those among them that are on the same matter.
    """

    arr: float | None = None
    alike: Sequence[int] = ()
    ratings: Sequence[int] = ()
    others: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Likely:
    """A trigger, and the sentence that says why; `also` are the numbers of other tickets that show the very same."""

    trigger: Trigger
    why: str
    also: Sequence[int] = ()


def likeliest(ticket: Ticket, said: str, known: Known, now: datetime, rules: TriggerRules = DEFAULT_RULES) -> Likely:
    """The trigger to preselect: by the words of whoever escalates, else by the facts, else somebody is stuck."""
    for trigger in ORDER:
        if word := spoken(rules.words(trigger), said):
            return Likely(trigger, f'you wrote "{word}"')
    noticed = notice(ticket, known, now, rules)
    return noticed[0] if noticed else Likely(Trigger.STUCK, "nothing points to another reason")


def notice(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules = DEFAULT_RULES) -> list[Likely]:
    """Every trigger that a ticket's text and facts show at `now`, the gravest first."""
    if ticket.status in FINISHED:
        return []
    checks = (_p0, _legal, _leaving, _manager, _public, _repeated, _bad_ratings, _stuck)
    found = [likely for check in checks if (likely := check(ticket, known, now, rules)) is not None]
    return [one for at, one in enumerate(found) if one.trigger not in {earlier.trigger for earlier in found[:at]}]


def alike(ticket: Ticket, theirs: Sequence[Ticket], now: datetime) -> list[int]:
    """The numbers of a customer's other tickets of the last 30 days that share its category and area."""
    if ticket.category is None:
        return []
    return [
        one.number
        for one in theirs
        if (one.category, one.area) == (ticket.category, ticket.area)
        and now - one.created_at <= REPEATS_WITHIN
        and one.number != ticket.number
    ]


def spoken(words: tuple[str, ...], text: str) -> str | None:
    """The first of the words that the text holds as a whole word, outside links; None where there is none."""
    found = _pattern(words).search(_LINK.sub(" ", text[:READ].replace("’", "'")))
    return " ".join(found.group().lower().split()) if found else None


_LINK = re.compile(r"\b(?:https?://|www\.)\S+|[\w.+-]{1,64}@\S+", re.IGNORECASE)


@lru_cache(maxsize=4 * len(Trigger))
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    if not words:
        return re.compile(r"(?!)")
    any_of = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<![\w-])(?:{any_of})(?![\w-])", re.IGNORECASE)


def _text(ticket: Ticket) -> str:
    return f"{ticket.subject}\n{ticket.body}"[:READ]


def _p0(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    return Likely(Trigger.P0, "its priority is P0") if ticket.priority is Priority.P0 else None


def _legal(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    word = spoken(rules.legal, _text(ticket))
    return Likely(Trigger.LEGAL, f'the customer wrote "{word}"') if word else None


def _leaving(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    word = spoken(rules.leaving, _text(ticket))
    if word is None or (known.arr or 0) <= rules.large_arr:
        return None
    return Likely(Trigger.LEAVING, f'the customer wrote "{word}", and pays {known.arr:,.0f} a year')


def _manager(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    found = re.search(
        r"(?<!\w)(?:speak|talk|complain|escalate|want|get|need|ask\w*)\s(?:[\w']{1,40}\s){0,4}?(?:manager|supervisor|boss)\b",
        _text(ticket),
        re.IGNORECASE,
    )
    return Likely(Trigger.MANAGER, "the customer asks for a manager") if found else None


def _public(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    found = re.search(
        r"(?<!\w)(?:post\w*|tweet\w*|complain\w*|viral|tell)\s(?:[\w'@]{1,40}\s){0,5}?"
        r"(?:twitter|linkedin|reddit|social media|trustpilot|mastodon|bluesky)(?!\w)"
        r"|(?<!\w)(?:tweeted about|went viral)(?!\w)",
        _text(ticket),
        re.IGNORECASE,
    )
    return Likely(Trigger.PUBLIC, "the customer complains in public") if found else None


def _repeated(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    times = len(known.alike) + 1
    if times < REPEATS:
        return None
    why = f"{times} tickets of this customer within 30 days on the same matter"
    return Likely(Trigger.REPEATED, why, known.alike)


def _bad_ratings(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    latest = list(known.ratings)[:BAD_IN_A_ROW]
    if len(latest) < BAD_IN_A_ROW or any(rating > BAD_RATING for rating in latest):
        return None
    return Likely(Trigger.REPEATED, f"the customer's last {len(latest)} ratings were bad", known.others)


def _stuck(ticket: Ticket, known: Known, now: datetime, rules: TriggerRules) -> Likely | None:
    urgent = ticket.priority in (Priority.P0, Priority.P1) and ticket.assignee is not None
    if not urgent or ticket.status is not Status.OPEN or now - ticket.updated_at <= rules.stuck_after:
        return None
    quiet = rules.stuck_after // timedelta(minutes=1)
    return Likely(Trigger.STUCK, f"nothing has happened on this {ticket.priority} for over {quiet} minutes")
