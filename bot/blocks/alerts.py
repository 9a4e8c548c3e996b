"""What is said about a promise: that it is about to break, that it broke, and what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.blocks import kit
from bot.blocks.kit import Block, Message, Modal
from bot.blocks.tickets import PRIORITY_SIGN, assignee, customer, title
from domain.sla_clock import Clock, Ending, Reading, State
from domain.sla_promise import BREACH, Metric
from domain.ticket import MOVES, Status, Ticket
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
LISTED = 15  # of a summary, each with its own button
LISTED_TEXT = 4500  # characters of them; with the numbers of the others it stays under what a message may hold
NUMBERED = 400  # of the others, by number
A_SECTION = 250  # numbers a paragraph


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


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a summary: a clock, its ticket where it is shown in full, and what became of it."""

    number: int
    metric: str
    cycle: int
    priority: str
    assignee: str | None
    due_at: datetime
    outcome: str
    taken_by: str | None = None
    ticket: Ticket | None = None


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
        facts.append(f"*Promised*\n{span(promise.target)} on {kit.escape(promise.calendar.name)}")
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


def still_open(numbers: Sequence[int]) -> Message:
    """Many promises that nobody has taken, said again in one post."""
    verb = "promise is" if len(numbers) == 1 else "promises are"
    text = f"🔴 {len(numbers)} broken {verb} still waiting for somebody"
    return Message(text, [kit.section(text), *_numbers(numbers), kit.context("`/sla` lists all that is breached now.")])


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
    text = f"⏳ {title(ticket)} is still waiting for the customer{asked}. Tell them it will close, then solve it."
    return Message(text, [kit.section(text, kit.button("Show", "ticket_show", str(ticket.number)))])


def summary(lines: Sequence[Listed]) -> Message:
    """Many alerts of one sweep in one post, the most overdue first, each within reach."""
    waiting = sum(not line.outcome for line in lines)
    headline = f"🔴 {len(lines)} promises need attention"
    rest = f"{waiting} still open" if waiting else "all dealt with"
    blocks = [kit.header(headline), kit.context(f"They came due together, so they are listed here. Now: {rest}.")]
    in_full = _in_full(lines[:LISTED])
    blocks += in_full
    if further := [line.number for line in lines[len(in_full) :]]:
        hint = "Each opens with `/ticket show`; `/sla` lists all that is breached now."
        blocks += [kit.section(f"and {len(further)} more:"), *_numbers(further), kit.context(hint)]
    return Message(f"{headline}, {rest}", blocks)


def _in_full(lines: Sequence[Listed]) -> list[Block]:
    blocks, room = [], LISTED_TEXT
    for block in map(_line, lines):
        room -= len(block["text"]["text"])
        if room < 0:
            break
        blocks.append(block)
    return blocks


def _numbers(numbers: Sequence[int]) -> list[Block]:
    """Ticket numbers in paragraphs; those beyond NUMBERED are left to `/sla`."""
    named = [shown(number) for number in numbers[:NUMBERED]]
    paragraphs = [", ".join(named[i : i + A_SECTION]) for i in range(0, len(named), A_SECTION)]
    return [kit.section(paragraph) for paragraph in paragraphs]


def _line(line: Listed) -> Block:
    subject = f" · {kit.escape(kit.clip(line.ticket.subject, 60))}" if line.ticket else ""
    about = f"{shown(line.number)}{subject}"
    who = f" · {customer(line.ticket)}" if line.ticket else ""
    state = f"✅ {line.outcome}" if line.outcome else f"due {kit.when(line.due_at)}"
    whose = f" · {kit.person(line.taken_by)} is on it" if line.taken_by and not line.outcome else ""
    owner = f" · {kit.person(line.assignee)}" if line.assignee and not line.taken_by else ""
    text = f"{PRIORITY_SIGN.get(line.priority, '')} *{about}*{who}\n{NAMES[line.metric]} · {state}{whose}{owner}"
    if line.outcome or line.taken_by:
        return kit.section(text, kit.button("Show", "ticket_show", str(line.number)))
    return kit.section(text, kit.button("I'm on it", "sla_mine", f"{line.number}:{line.metric}:{line.cycle}"))


def assign_window(number: int, metric: Metric, value: str) -> Modal:
    """Who is to have the ticket?"""
    menu: Block = {"type": "users_select", "action_id": "person", "placeholder": kit.plain("A person")}
    blocks = [kit.field_block("person", f"Who takes {shown(number)}?", menu)]
    about = json.dumps({"clock": value, "metric": metric.value})
    return kit.modal("sla_assign", f"Assign {shown(number)}", blocks, submit="Assign", private_metadata=about)


def waive_window(number: int, metric: Metric, value: str) -> Modal:
    """Why is the breach excused?"""
    field = kit.text_input("why", lines=True, hint="What the figures should not hold against the team", most=500)
    blocks = [
        kit.section(f"*{shown(number)}*: {NAMES[metric.value].lower()}. Both rates are reported, with and without."),
        kit.field_block("why", "Reason", field),
    ]
    return kit.modal(
        "sla_waive", "Excuse a breach", blocks, submit="Excuse", private_metadata=json.dumps({"clock": value})
    )


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


def taken(number: int) -> str:
    """After I'm on it."""
    return f"👍 You are on {shown(number)}. The reminders stop."


def snoozed(number: int, until: datetime) -> str:
    """After Snooze."""
    return f"😴 Quiet about {shown(number)} until {kit.when(until, '{time}')}."


def answered(number: int) -> str:
    """After Reply sent."""
    return f"✅ Noted: the customer of {shown(number)} was answered."


def handed_to(number: int, person: str) -> str:
    """After Assign."""
    return f"👍 {shown(number)} is {kit.person(person)}'s now."


def cause_noted(number: int, cause: str) -> str:
    """After a cause was chosen."""
    return f"📝 Noted for {shown(number)}: {CAUSES[cause].lower()}."


def excused(number: int) -> str:
    """After a waiver."""
    return f"📝 The breach on {shown(number)} is excused. Figures are shown with and without it."


def noted(sentence: str) -> Message:
    """A click confirmed to whoever clicked; the sentence is already escaped."""
    return Message(sentence, [kit.section(sentence)])
