"""What is said about a promise: that it is about to break, that it broke, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, assignee, customer, label, title
from bot.blocks.words import PROMISES, span
from domain.sla_clock import Clock, Ending, Reading, State
from domain.sla_promise import BREACH, Metric
from domain.ticket import BOT, MOVES, Status, Ticket
from domain.ticket_reference import shown

DONE: Mapping[str, str] = {
    "first_response": "replied",
    "next_response": "replied",
    "resolution": "solved",
    "pickup": "picked up",
    "escalation_ack": "acknowledged",
}
CAUSES: Mapping[str, str] = {
    "queue": "Queue",
    "knowledge": "Knowledge",
    "engineering": "Waiting on engineering",
    "customer": "Customer",
    "other": "Other",
}
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Alerted:
    """One alert as it stands: the ticket and clock now, and what was noticed when it was posted.

    `late` is how long after `crossed_at` (or after a change put it into the past) it was noticed.
    """

    ticket: Ticket
    clock: Clock
    reading: Reading
    label: str
    crossed_at: datetime
    late: timedelta
    on_duty: str | None = None
    superseded: bool = False
    ended_by: str | None = None
    taken_by: str | None = None
    snoozed_until: datetime | None = None
    waived_by: str | None = None
    waived_why: str | None = None
    cause: str | None = None
    snooze: timedelta = timedelta(minutes=30)

    @property
    def name(self) -> str:
        """What was promised."""
        return PROMISES[self.clock.metric.value]

    @property
    def value(self) -> str:
        """What its buttons carry."""
        return f"{self.ticket.number}:{self.clock.metric.value}:{self.clock.cycle}"

    @property
    def open(self) -> bool:
        """Whether there is still something to do about it."""
        return self.clock.ended_at is None and not self.superseded and self.waived_by is None


def outcome(clock: Clock, reading: Reading, ended_by: str | None) -> str:
    """`replied 12 min late by @ana`: how an ended clock ended; empty while it runs."""
    if clock.ended_at is None:
        return ""
    if clock.ending is Ending.CANCELLED or reading.state is State.CANCELLED:
        return "called off"
    if clock.ending is Ending.LEFT:
        return "solved without a reply"
    if clock.metric is Metric.PICKUP and ended_by == BOT:
        return "handed on at once, by itself"
    by = f" by {kit.person(ended_by)}" if ended_by else ""
    late = f"{span(reading.overdue)} late" if reading.breached_at else "in time"
    return f"{DONE.get(clock.metric.value, 'done')} {late}{by}"


def alert(one: Alerted) -> Message:
    """The post about one threshold of one clock, as things are now."""
    headline = f"{_sign(one)} {one.name} {_state(one)}"
    text = f"{headline}: {label(one.ticket, 80)} ({one.ticket.priority}, {customer(one.ticket)})"
    spoken_to = f"\n{_spoken_to(one)}" if one.open else ""
    blocks = [
        kit.section(f"*{headline}*\n*{title(one.ticket)}*{spoken_to}"),
        kit.fields(_facts(one)),
        *([kit.context(*notes)] if (notes := _notes(one)) else []),
        *([_to_do(one)] if one.open else []),
    ]
    return Message(text, blocks)


def _sign(one: Alerted) -> str:
    if one.superseded:
        return "↩️"
    if one.clock.ended_at is not None:
        return "✅" if one.clock.ending is Ending.FULFILLED else "🚫"
    if one.clock.paused:
        return "⏸️"
    return "🔴" if one.reading.breached_at else "🟡"


def _state(one: Alerted) -> str:
    if one.superseded:
        return "is no longer breached"
    if ended := outcome(one.clock, one.reading, one.ended_by):
        return f"– {ended}"
    state = "breached" if one.reading.breached_at else "is due soon" if one.label != BREACH.label else "runs again"
    return f"{state}, paused while the customer is asked" if one.clock.paused else state


def _spoken_to(one: Alerted) -> str:
    if one.taken_by:
        return f"{kit.person(one.taken_by)} is on it."
    if one.ticket.assignee:
        return f"{kit.person(one.ticket.assignee)}, this one is yours."
    return f"{kit.mention(one.on_duty)}, nobody has it yet." if one.on_duty else "Nobody has it yet."


def _facts(one: Alerted) -> list[str]:
    promise = one.clock.promise
    due = kit.when(one.reading.due_at) if one.reading.due_at else "not while it is paused"
    facts = [
        f"*Priority*\n{PRIORITY_SIGN[one.ticket.priority]} {one.ticket.priority}",
        f"*Customer*\n{customer(one.ticket)}",
        f"*Assignee*\n{assignee(one.ticket)}",
        f"*Due*\n{due}",
    ]
    if promise is not None:
        facts.append(f"*Promised*\n{span(promise.target)} · calendar {kit.escape(promise.calendar.name)}")
    if one.open and one.reading.breached_at is None:
        facts.append(f"*Left*\n{span(one.reading.left)}")
    elif one.open and one.reading.overdue >= MINUTE:
        facts.append(f"*Over*\n{span(one.reading.overdue)}")
    return facts


def _notes(one: Alerted) -> list[str]:
    notes = []
    if one.label == BREACH.label and one.reading.applied_at is not None:
        notes.append(f"The promise was changed {kit.when(one.reading.applied_at)}, when this was over already.")
    if one.late >= MINUTE:
        notes.append(f"Posted {span(one.late)} late.")
    if one.snoozed_until is not None and one.open:
        notes.append(f"Snoozed until {kit.when(one.snoozed_until)}.")
    if one.cause:
        notes.append(f"Cause: {CAUSES.get(one.cause, one.cause)}.")
    if one.waived_by:
        notes.append(_excused(one))
    return notes


def _to_do(one: Alerted) -> Block:
    """The row of buttons for what can be done about it."""
    buttons = [] if one.taken_by else [kit.button("I'm on it", "sla_mine", one.value, style="primary")]
    buttons.append(kit.button("Assign…", "sla_assign", one.value))
    if Status.ESCALATED in MOVES[one.ticket.status]:
        buttons.append(kit.button("Escalate…", "ticket_escalate", str(one.ticket.number)))
    buttons.append(kit.button(f"Snooze {span(one.snooze)}", "sla_snooze", one.value))
    buttons.append(kit.button("Reply sent", "sla_replied", one.value))
    if one.clock.metric is Metric.NEXT_RESPONSE:
        buttons.append(kit.button("No reply needed", "sla_no_reply", one.value))
    return kit.actions(*buttons, block_id=f"do:{one.value}")


def reminder(one: Alerted, nudge: bool) -> Message:
    """In the alert's thread: nobody took it yet, or whoever did has been quiet for half the target."""
    number, promise = shown(one.ticket.number), one.name.lower()
    state = f"{span(one.reading.overdue)} over" if one.reading.breached_at else f"{span(one.reading.left)} left"
    if nudge:
        text = f"{kit.person(one.taken_by)}, nothing has happened on {number} for a while: {promise}, {state}."
    else:
        whom = kit.mention(one.ticket.assignee or one.on_duty)
        text = f"🔴 {f'{whom}, ' if whom else ''}{number} is still waiting: {promise}, {state}."
    return Message(text, [kit.section(text), _to_do(one)])


def why(one: Alerted) -> Message:
    """In a breach's thread: the owner is asked for its cause, and a lead may excuse it; not of one taken back."""
    about = f"({shown(one.ticket.number)}, {one.name.lower()})"
    if one.superseded:
        return kit.paragraph(f"This is no breach any more {about}.")
    if one.cause:
        text = f"Cause of the breach {about}: *{CAUSES.get(one.cause)}*"
    else:
        owner = kit.mention(one.ticket.assignee or one.taken_by or one.on_duty)
        text = f"{f'{owner}, what' if owner else 'What'} was the cause of this breach? {about}"
    blocks = [kit.section(text)]
    if not one.cause:
        buttons = [kit.button(said, f"sla_cause_{cause}", one.value) for cause, said in CAUSES.items()]
        blocks.append(kit.actions(*buttons, block_id=f"cause:{one.value}"))
    if one.waived_by:
        blocks.append(kit.context(_excused(one)))
    else:
        blocks.append(kit.actions(kit.button("Excuse…", "sla_waive", one.value), block_id=f"excuse:{one.value}"))
    return Message(text, blocks)


def _excused(one: Alerted) -> str:
    return f"Excused by {kit.person(one.waived_by)}: {kit.escape(one.waived_why or '')}"


def still_waiting(ticket: Ticket, since: datetime | None) -> Message:
    """To the assignee: the customer has not answered for long; the ticket will be closed."""
    asked = f" since {kit.when(since)}" if since else ""
    told = f"Still waiting for the customer{asked}. Tell them it will close, then solve it."
    show = kit.button("Show", "ticket_show", str(ticket.number))
    return Message(f"⏳ {title(ticket)}: {told}", [kit.section(f"⏳ *{title(ticket)}*\n{told}", show)])


def happened(one: Alerted) -> Mapping[str, str]:
    """The lines of an alert's thread that tell its history, by a word for each; what did not happen is left out."""
    lines = {
        "taken": f"{kit.person(one.taken_by)} is on it." if one.taken_by else "",
        "snoozed": f"Snoozed until {kit.when(one.snoozed_until)}." if one.snoozed_until else "",
        "waived": _excused(one) if one.waived_by else "",
        "ended": f"{one.name}: {ended}." if (ended := outcome(one.clock, one.reading, one.ended_by)) else "",
        "superseded": "No longer breached." if one.superseded else "",
    }
    return {word: line for word, line in lines.items() if line}
