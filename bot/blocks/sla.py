"""What `/sla` shows: the board, a ticket's clocks with their arithmetic, the policy in force."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, label
from bot.blocks.words import PROMISES, command, counted, span
from domain.calendars import Calendar
from domain.duration import format_duration
from domain.opening_hours import format_hours
from domain.sla_board import OnBoard
from domain.sla_clock import Reading, State
from domain.sla_explain import Explanation, Step, StepKind
from domain.sla_policy import Conditions, Policy, PolicyBook
from domain.sla_promise import Metric
from domain.ticket import Ticket
from domain.ticket_reference import shown

STEPS_SHOWN = 24
CLOCKS_SHOWN = 12
ROOM = kit.MESSAGE_TEXT_MAX - 500  # characters for clocks; the rest is the ticket's
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def length(time: timedelta) -> str:
    """A length of time to the second, in hours as targets are: `27 h 5 min`, `45 s`. A day of a calendar is shorter."""
    seconds = int(abs(time).total_seconds())
    parts = [(seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    said = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(said) or "0 s"


def board(
    broken: Sequence[OnBoard],
    broken_total: int,
    risky: Sequence[OnBoard],
    risky_total: int,
    now: datetime,
    prefix: str,
) -> Message:
    """What is breached and at risk now, by time left; the totals count what the rows leave out."""
    headline = f"{broken_total} breached · {risky_total} at risk"
    if not broken_total and not risky_total:
        return Message("Every promise is on track.", [kit.section("✅ *Every promise is on track.*")])
    blocks = [kit.section(f"*{headline}*")]
    blocks += _half("🔴 Breached", broken, broken_total, now)
    blocks += _half("🟡 At risk", risky, risky_total, now)
    clocks, tickets = command(prefix, "sla"), command(prefix, "ticket")
    blocks.append(
        kit.context(
            f"`{clocks} T-12` explains a ticket's clocks. `{tickets} list breaching` lists all breached tickets."
        )
    )
    return Message(headline, blocks)


def _half(title: str, rows: Sequence[OnBoard], total: int, now: datetime) -> list[Block]:
    if not rows:
        return []
    more = f" (the first {len(rows)} of {total})" if total > len(rows) else ""
    lines = [_line(row, now) for row in rows]
    return [
        kit.section(f"*{title}*{more}"),
        *(kit.section(text, _show(row)) for text, row in zip(lines, rows, strict=True)),
    ]


def _show(row: OnBoard) -> Block:
    return kit.button("Show", "ticket_show", str(row.number))


def _line(row: OnBoard, now: datetime) -> str:
    left = row.due_at - now
    state = f"{span(left)} left" if left > timedelta() else f"*{span(-left)} over*"
    who = kit.person(row.assignee or row.assignee_email)
    customer = kit.escape(kit.clip(row.customer or "unknown customer", 40))
    title = kit.escape(f"{shown(row.number)} · {kit.clip(row.subject, 70)}")
    metric = PROMISES[row.metric]
    return f"{PRIORITY_SIGN[row.priority]} *{title}*\n{metric} due {kit.when(row.due_at)}, {state} · {customer} · {who}"


def explained(ticket: Ticket, explanations: Sequence[Explanation]) -> Message:
    """Each clock of a ticket with its sum: every interval that counted or did not, used, left, due."""
    title = label(ticket, 120)
    if not explanations:
        return Message(f"{title}: nothing is promised on it.", [kit.section(f"*{title}*\nNothing is promised on it.")])
    told = _first_to_know(explanations)
    left_out = len(explanations) - len(told)
    more = f"\n{counted(left_out, 'earlier clock that is over is', 'earlier clocks that are over are')} left out."
    blocks: list[Block] = [kit.section(f"*{title}*{more if left_out else ''}")]
    summaries = [_summary(one) for one in told]
    room = min(kit.TEXT_MAX, (ROOM - sum(map(len, summaries))) // len(told))
    for one, summary in zip(told, summaries, strict=True):
        blocks += [kit.divider(), kit.section(summary), kit.context(_sum(one, room))]
    return Message(f"The clocks of {title}", blocks)


def _first_to_know(explanations: Sequence[Explanation]) -> list[Explanation]:
    """As many clocks as a message holds, in their order: those that run before those that are over, and the newest."""
    places = range(len(explanations))
    kept = sorted(places, key=lambda at: (explanations[at].clock.ended_at is not None, -at))[:CLOCKS_SHOWN]
    return [explanations[at] for at in sorted(kept)]


STATE_SIGN = {
    State.RUNNING: "🟢",
    State.PAUSED: "⏸️",
    State.KEPT: "✅",
    State.BREACHED: "🔴",
    State.CANCELLED: "⚪",
}


def _summary(one: Explanation) -> str:
    clock, reading = one.clock, one.reading
    cycle = f" (cycle {clock.cycle})" if clock.cycle > 1 else ""
    head = f"{STATE_SIGN[reading.state]} *{PROMISES[clock.metric]}*{cycle}: {reading.state}"
    if clock.promise is None:
        return f"{head}\nNo policy promises anything."
    promised = f"{format_duration(clock.promise.target)} on `{kit.escape(clock.promise.calendar.name)}`"
    lines = [
        head,
        f"Policy {kit.escape(clock.promise.policy)}, edition {clock.edition}: {promised}, from {_when(clock.start)}",
    ]
    left = _left(clock.promise.target, reading)
    used = f"used {length(reading.used)}" + (f" · left {length(left)}" if left else "")
    if reading.due_at is not None:
        lines.append(f"Due {_when(reading.due_at)} · {used}")
    elif reading.state is State.PAUSED:
        lines.append(f"Paused: no due time until it goes on · {used}")
    lines += _outcome(one)
    return "\n".join(lines)


def _left(target: timedelta, reading: Reading) -> timedelta:
    """What is left beside the whole seconds shown as used, so that the two make the target."""
    return max(target - timedelta(seconds=int(reading.used.total_seconds())), timedelta())


def _outcome(one: Explanation) -> list[str]:
    reading = one.reading
    lines = []
    if reading.breached_at is not None:
        lines.append(f"Breached {_when(reading.breached_at)}, over by {_over(reading)}")
    if reading.applied_at is not None:
        lines.append(f"The change of promise that made it so came {_when(reading.applied_at)}")
    if reading.fulfilled_at is not None:
        lines.append(f"Fulfilled {_when(reading.fulfilled_at)}")
    return lines


def _over(reading: Reading) -> str:
    """How long past due: working time, and what a wall clock says where that differs."""
    worked, elapsed = length(reading.overdue), length(reading.overdue_calendar)
    return worked if worked == elapsed else f"{worked} of working time, {elapsed} day and night"


def _when(instant: datetime) -> str:
    return kit.when(instant, "{date_short_pretty} {time_secs}")


def _sum(one: Explanation, room: int) -> str:
    """The arithmetic, a line an interval; what there is no room for is cut in the middle, with what it adds up to."""
    steps = [*one.past, *one.ahead]
    seconds = list(_whole_seconds(steps))
    lines = [_step(step, seconds[at], ahead=at >= len(one.past)) for at, step in enumerate(steps)]
    total = f"*= {length(sum((step.counts for step in steps), timedelta()))}*"
    text = ""
    for most in range(STEPS_SHOWN, -1, -2):
        cut = slice(most // 2, max(len(lines) - most // 2, most // 2))
        counting = (taken for step, taken in zip(steps[cut], seconds[cut], strict=True) if step.counts)
        text = "\n".join([*lines[: cut.start], *_cut(len(lines[cut]), counting), *lines[cut.stop :], total])
        if len(text) <= room:
            break
    return text


def _cut(intervals: int, counting: Iterable[timedelta]) -> list[str]:
    """The line that stands for so many intervals, with what those of them add up to that count."""
    more = counted(intervals, "more interval", "more intervals")
    return [f"… {more}, {length(sum(counting, timedelta()))} of them counted …"] if intervals else []


def _whole_seconds(steps: Sequence[Step]) -> Iterator[timedelta]:
    """The steps' lengths in whole seconds, rounded on the running sum of each kind so that they still add up."""
    sums = dict.fromkeys(StepKind, timedelta())
    for step in steps:
        before = int(sums[step.kind].total_seconds())
        sums[step.kind] += step.length
        yield timedelta(seconds=int(sums[step.kind].total_seconds()) - before)


def _step(step: Step, seconds: timedelta, ahead: bool) -> str:
    """`+ 10:00 – 12:00  2 h counted`; time that counts and lies `ahead` is to come."""
    span = f"{_when(step.start)} – {_when(step.end)}  {length(seconds)}"
    if step.kind is StepKind.COUNTED:
        return f"+ {span} {'to come' if ahead else 'counted'}"
    return f"– {span} {step.kind} ({kit.escape(step.note)})"


SHOWN = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION, Metric.PICKUP, Metric.ESCALATION_ACK)


def policy(book: PolicyBook, calendars: Mapping[str, Calendar]) -> Message:
    """The policies in the order in which they are tried, and the calendars they count on."""
    head = ["Policy", "For", *(PROMISES[metric] for metric in SHOWN), "Calendar", "Warns at", "Reopening"]
    rows = [head, *(_policy_row(one, book) for one in book.policies)]
    hours = [f"*{kit.escape(name)}* ({kit.escape(one.zone)}): {_hours(one)}" for name, one in calendars.items()]
    blocks = [
        kit.section("*Promises*: the first policy that matches a ticket counts."),
        kit.table(rows),
        kit.section("\n".join(hours)),
    ]
    return Message("The promises in force", blocks)


def _policy_row(one: Policy, book: PolicyBook) -> list[str]:
    targets = [format_duration(one.targets[metric]) if metric in one.targets else "–" for metric in SHOWN]
    warns = ", ".join(threshold.label.removeprefix("warn:") for threshold in one.warn) or "–"
    return [one.name, _conditions(one.conditions), *targets, one.calendar or book.calendar, warns, one.reopening]


def _conditions(conditions: Conditions) -> str:
    asked = {name: getattr(conditions, name) for name in ("priority", "customer_tier", "category", "area", "tags")}
    return (
        "; ".join(f"{name.replace('_', ' ')} {', '.join(sorted(values))}" for name, values in asked.items() if values)
        or "all"
    )


def _hours(calendar: Calendar) -> str:
    """`Mon–Thu 08:00-20:00 · Fri 08:00-18:00`: days of the same hours that follow each other in one part."""
    if calendar.name == "always":
        return "day and night"
    alike = [list(days) for _, days in groupby(range(7), key=lambda day: calendar.week[day])]
    parts = [
        f"{_days(days)} {', '.join(format_hours(window) for window in calendar.week[days[0]])}"
        for days in alike
        if calendar.week[days[0]]
    ]
    return kit.escape(" · ".join(parts))


def _days(days: Sequence[int]) -> str:
    first, last = DAYS[days[0]], DAYS[days[-1]]
    return first if len(days) == 1 else f"{first}–{last}"
