"""Escalation handoffs: who is brought in and by when, what travels along, and what may become of one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain import refusal
from domain.ticket import Priority, Tier


class Trigger(StrEnum):
    """Why a ticket is handed on: the seven rows of the escalation matrix (docs/ESCALATIONS.md)."""

    P0 = "p0"
    LEAVING = "leaving"
    LEGAL = "legal"
    REPEATED = "repeated"
    STUCK = "stuck"
    MANAGER = "manager"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the matrix: who is asked, first the one who owns the thread, and how long they have to answer."""

    label: str
    targets: tuple[str, ...]
    within: timedelta
    tier: Tier = Tier.L2


# "At once" still leaves somebody time to press a button.
AT_ONCE = timedelta(minutes=5)
P0_WITHIN = timedelta(minutes=15)
MATRIX: Mapping[Trigger, Rule] = {
    Trigger.P0: Rule("P0 incident", ("L2", "engineering", "manager"), P0_WITHIN, Tier.L3),
    Trigger.LEAVING: Rule(
        "Customer threatens to leave", ("L2", "account_manager", "support_lead"), timedelta(hours=1)
    ),
    Trigger.LEGAL: Rule("Legal threat or compliance", ("L2", "legal", "manager"), timedelta(hours=1)),
    Trigger.REPEATED: Rule("Same issue three times or more", ("L2", "product"), timedelta(hours=4)),
    Trigger.STUCK: Rule("Stuck for over 30 minutes", ("L2",), timedelta(minutes=30)),
    Trigger.MANAGER: Rule("Customer asks for a manager", ("team_lead",), AT_ONCE),
    Trigger.PUBLIC: Rule("Public complaint on social media", ("social", "pr"), timedelta(minutes=30)),
}  # fmt: skip
TARGET_NAMES: Mapping[str, str] = {
    "L2": "L2",
    "engineering": "Engineering",
    "manager": "Manager",
    "account_manager": "Account manager",
    "support_lead": "Support lead",
    "legal": "Legal",
    "product": "Product",
    "social": "Social team",
    "pr": "PR",
    "team_lead": "Team lead",
}
REMIND_AT = 0.8


def time_to_answer(trigger: Trigger, priority: Priority) -> timedelta:
    """How long those who are asked have: the trigger's own time, and never more than 15 minutes for a P0."""
    within = MATRIX[trigger].within
    return min(within, P0_WITHIN) if priority is Priority.P0 else within


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried, and what came of it."""

    action: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Handoff:
    """What travels with an escalation, so that nobody has to ask twice."""

    trigger: Trigger
    summary: str
    needed: str
    expected: str = ""
    urgent: str = ""
    sentiment: str | None = None
    tried: tuple[Tried, ...] = ()


class CaseState(StrEnum):
    """Where a case stands. WITHDRAWN: the ticket went on without an answer (undone, solved, moved by hand)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    HANDED_BACK = "handed_back"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({CaseState.OPEN, CaseState.ACKNOWLEDGED})
BOUNCED = frozenset({CaseState.DECLINED, CaseState.HANDED_BACK})
NEXT: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset(set(CaseState) - {CaseState.OPEN}),
    CaseState.ACKNOWLEDGED: frozenset({CaseState.HANDED_BACK, CaseState.RESOLVED, CaseState.WITHDRAWN}),
}
# Whoever asked for help cannot be the help.
NOT_FOR_THE_ASKER = frozenset({CaseState.ACKNOWLEDGED, CaseState.DECLINED, CaseState.HANDED_BACK})


@dataclass(frozen=True, slots=True)
class Case:
    """One handoff of one ticket. Instants are aware UTC, people are Slack user ids.

    `asked` are the targets brought in so far, in order; `generation` grows with every change, so that what was
    planned for an earlier one does nothing. `next_at` is when somebody must look again, `next_what` why.
    """

    case_id: int
    number: int
    handoff: Handoff
    state: CaseState
    opened_by: str
    opened_at: datetime
    within: timedelta
    due_at: datetime
    moved_at: datetime
    asked: tuple[str, ...] = ()
    channel: str = ""
    tier_before: Tier = Tier.L1
    generation: int = 1
    rung: int = 0
    next_at: datetime | None = None
    next_what: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    answer: str = ""
    avoidable: bool | None = None
    avoided_by: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether it is still somebody's turn."""
        return self.state in RUNNING


def may_become(case: Case, to: CaseState, person: str) -> None:
    """Raise what stands in the way of `person` bringing the case to `to`: it is so already, is over, or is theirs."""
    if case.state is to or (case.state not in NEXT) or to not in NEXT[case.state]:
        raise refusal.HandoffAlready(case.number, case.state, case.ended_by or case.acknowledged_by or case.opened_by)
    if to in NOT_FOR_THE_ASKER and person == case.opened_by:
        raise refusal.OwnHandoff(case.number)


def bounces(history: Sequence[Case]) -> int:
    """How often a ticket came back unanswered or answered without being solved: declined and handed back."""
    return sum(case.state in BOUNCED for case in history)


@dataclass(frozen=True, slots=True)
class Way:
    """How a target is reached: a channel, somebody to mention, and whether that is the fallback."""

    target: str
    channel: str
    mention: str | None = None
    fallback: bool = False


Routes = Mapping[str, tuple[str, str | None]]


def ways(targets: Sequence[str], routes: Routes, fallback: str | None) -> list[Way]:
    """How each target is reached; one without a route goes to the fallback, and is left out where there is none."""
    found = []
    for target in targets:
        if target in routes:
            found.append(Way(target, *routes[target]))
        elif fallback is not None:
            found.append(Way(target, fallback, None, fallback=True))
    return found


@dataclass(frozen=True, slots=True)
class Rung:
    """The next step of a ladder: who is brought in (None: nobody is left), and who was passed over unreachable."""

    way: Way | None
    skipped: tuple[str, ...]
    rung: int


def next_rung(case: Case, ladder: Sequence[str], routes: Routes) -> Rung:
    """Who is brought in when nobody answered; a rung without a route reaches nobody and is skipped at once."""
    skipped: list[str] = []
    for at, target in enumerate(ladder[case.rung :], start=case.rung + 1):
        if target in case.asked:
            continue
        if target in routes:
            return Rung(Way(target, *routes[target]), tuple(skipped), at)
        skipped.append(target)
    return Rung(None, tuple(skipped), len(ladder))
