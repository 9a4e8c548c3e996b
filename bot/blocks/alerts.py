"""What is said about a promise: that it is about to break, that it broke, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, assignee, customer, title
from domain.sla_clock import Clock, Ending, Reading, State
from domain.sla_promise import BREACH, Metric
from domain.ticket import BOT, MOVES, Status, Ticket
from domain.ticket_reference import shown

NAMES: Mapping[str, str] = {
    "first_response": "First response",
    "next_response": "Next response",
    "resolution": "Resolution",
    "pickup": "Pickup",
    "escalation_ack": "Acknowledgement",
    "pending_warning": "Waiting for the customer",
    "auto_close": "Closing",
}
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
        return NAMES[self.clock.metric.value]

    @property
    def value(self) -> str:
        """What its buttons carry."""
        return f"{self.ticket.number}:{self.clock.metric.value}:{self.clock.cycle}"

    @property
    def open(self) -> bool:
        """Whether there is still something to do about it."""
        return self.clock.ended_at is None and not self.superseded and self.waived_by is None


def span(length: timedelta) -> str:
    """`40 s`, `12 min`, `1 h 5 min`, `2 d 3 h` (days of 24 hours), rounded down."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return f"{max(seconds, 0)} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def mention(who: str | None) -> str:
    """A person or a user group, spoken to; nothing where there is nobody."""
    if who is None:
        return ""
    return f"<!subteam^{who}>" if who.startswith("S") else kit.person(who)


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
    number = f"{shown(one.ticket.number)} · {kit.escape(kit.clip(one.ticket.subject, 80))}"
    text = f"{headline}: {number} ({one.ticket.priority}, {customer(one.ticket)})"
    spoken_to = f"\n{_spoken_to(one)}" if one.open else ""
    blocks = [
        kit.section(f"*{headline}*\n*{title(one.ticket)}*{spoken_to}"),
        kit.fields(_facts(one)),
        *([kit.context(*notes)] if (notes := _notes(one)) else []),
        *([kit.actions(*_buttons(one), block_id=f"do:{one.value}")] if one.open else []),
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
    return f"{mention(one.on_duty)}, nobody has it yet." if one.on_duty else "Nobody has it yet."


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
        notes.append(f"Excused by {kit.person(one.waived_by)}: {kit.escape(one.waived_why or '')}")
    return notes


def _buttons(one: Alerted) -> list[Block]:
    buttons = [] if one.taken_by else [kit.button("I'm on it", "sla_mine", one.value, style="primary")]
    buttons.append(kit.button("Assign…", "sla_assign", one.value))
    if Status.ESCALATED in MOVES[one.ticket.status]:
        buttons.append(kit.button("Escalate…", "ticket_escalate", str(one.ticket.number)))
    buttons.append(kit.button(f"Snooze {span(one.snooze)}", "sla_snooze", one.value))
    buttons.append(kit.button("Reply sent", "sla_replied", one.value))
    if one.clock.metric is Metric.NEXT_RESPONSE:
        buttons.append(kit.button("No reply needed", "sla_no_reply", one.value))
    return buttons


def reminder(one: Alerted, nudge: bool) -> Message:
    """In the alert's thread: nobody took it yet, or whoever did has been quiet for half the target."""
    number = shown(one.ticket.number)
    state = f"{span(one.reading.overdue)} over" if one.reading.breached_at else f"{span(one.reading.left)} left"
    if nudge:
        text = f"{kit.person(one.taken_by)}, nothing has happened on {number} for a while: {one.name.lower()}, {state}."
        return Message(text, [kit.section(text), kit.actions(*_buttons(one), block_id=f"do:{one.value}")])
    whom = mention(one.ticket.assignee or one.on_duty)
    text = f"🔴 {f'{whom}, ' if whom else ''}{number} is still waiting: {one.name.lower()}, {state}."
    return Message(text, [kit.section(text), kit.actions(*_buttons(one), block_id=f"do:{one.value}")])


def why(one: Alerted) -> Message:
    """In a breach's thread: the owner is asked for its cause, and a lead may excuse it."""
    owner = mention(one.ticket.assignee or one.taken_by or one.on_duty)
    asked = f"{owner}, what" if owner else "What"
    text = f"{asked} was the cause of this breach? ({shown(one.ticket.number)}, {one.name.lower()})"
    if one.cause:
        text = f"Cause of the breach ({shown(one.ticket.number)}, {one.name.lower()}): *{CAUSES.get(one.cause)}*"
    buttons = [kit.button(label, f"sla_cause_{cause}", one.value) for cause, label in CAUSES.items()]
    excuse = (
        []
        if one.waived_by
        else [kit.actions(kit.button("Excuse…", "sla_waive", one.value), block_id=f"excuse:{one.value}")]
    )
    said = f"Excused by {kit.person(one.waived_by)}: {kit.escape(one.waived_why or '')}" if one.waived_by else ""
    notes = [kit.context(said)] if said else []
    return Message(
        text,
        [
            kit.section(text),
            *([] if one.cause else [kit.actions(*buttons, block_id=f"cause:{one.value}")]),
            *notes,
            *excuse,
        ],
    )


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
        "waived": f"Excused by {kit.person(one.waived_by)}: {kit.escape(one.waived_why or '')}"
        if one.waived_by
        else "",
        "ended": f"{one.name}: {ended}." if (ended := outcome(one.clock, one.reading, one.ended_by)) else "",
        "superseded": "The promise was changed: no longer breached." if one.superseded else "",
    }
    return {word: line for word, line in lines.items() if line}
