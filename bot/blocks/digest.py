"""The weekly review: a first message short enough for a phone, and its five parts for the thread."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.blocks import digest_charts as charts
from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.words import command
from domain import health, review
from domain.category_report import Line
from domain.digest_window import Week
from domain.escalation import MATRIX, Trigger
from domain.health import Health
from domain.review import Review, Win
from domain.ticket_reference import shown
from domain.week_figures import Share, WeekFigures

YES, NO, CLAIM, DONE = "digest_avoidable", "digest_unavoidable", "digest_claim", "digest_done"
NAME_SHOWN, SUBJECT_SHOWN, WINS_SHOWN, LATE = 60, 80, 8, timedelta(hours=1)
LIGHTS = {
    Health.HEALTHY: ":large_green_circle:",
    Health.WARNING: ":large_yellow_circle:",
    Health.CRITICAL: ":red_circle:",
    Health.UNKNOWN: ":white_circle:",
}
METRIC_NAMES = {"first_response": "First response", "next_response": "Next response", "escalation_ack": "Escalation"}


def thread(found: Review, prefix: str, rich: bool) -> list[Message]:
    """The digest as it is posted: the first message, then the parts for its thread."""
    return [
        first(found),
        numbers(found, rich),
        issues(found, rich),
        escalations(found),
        team(found),
        wins(found, prefix),
    ]


def preview(found: Review, prefix: str) -> Message:
    """All of it in one message, without charts and tables."""
    parts = [first(found), issues(found, False), escalations(found), team(found), wins(found, prefix)]
    kept: list[Block] = []
    budget = kit.MESSAGE_TEXT_MAX
    for block in (block for part in parts for block in part.blocks if block["type"] != "table"):
        budget -= len(str(block))
        if budget < 0 or len(kept) == kit.BLOCKS_MAX:
            break
        kept.append(block)
    return Message(kit.clip("\n\n".join(part.text for part in parts), kit.TEXT_MAX), kept)


def as_text(found: Review, prefix: str) -> str:
    """The whole digest as plain text, for a terminal."""
    text = "\n\n".join(part.text for part in thread(found, prefix, rich=False))
    for light, drawn in zip(LIGHTS.values(), "🟢🟡🔴⚪", strict=True):
        text = text.replace(light, drawn)
    return kit.unescape(text)


def title(week: Week) -> str:
    """`Weekly review 2026-W12 · 16–22 March`."""
    last = week.monday + timedelta(days=6)
    month = "" if last.month == week.monday.month else f" {week.monday:%b}"
    return f"Weekly review {week.name} · {week.monday.day}{month} – {last.day} {last:%b %Y}"


def first(found: Review) -> Message:
    """The numbers that matter, a line each, with their health and how they moved."""
    now, before = found.now, found.before
    lines = [
        f"*{now.new}* new{_moved(now.new, before.new)} · *{now.solved}* solved{_moved(now.solved, before.solved)}",
        _signal("Backlog", health.BACKLOG_DAYS.judge(now.backlog_days), f"*{now.backlog}*" + _days(now))
        + _moved(now.backlog, before.backlog),
        _signal(
            "First response", health.FIRST_RESPONSE.judge(now.first_response.median), _time(now.first_response.median)
        ),
        _signal("Resolution", health.RESOLUTION.judge(now.resolution.median), _time(now.resolution.median)),
        _signal("CSAT", health.CSAT.judge(now.csat.value), _of(now.csat)),
        _signal("Escalated", health.ESCALATED.judge(now.escalated.value), _of(now.escalated)),
        _headline_of(found),
    ]
    head, said = title(now.week), "\n".join(line for line in lines if line)
    blocks = [kit.header(head), kit.section(said), kit.context(*_small_print(found))]
    return Message(f"{head}\n{said}", blocks)


def _small_print(found: Review) -> list[str]:
    week = found.now.week
    notes = [f"Monday to Sunday, {kit.escape(week.zone)}; against {found.before.week.name}. The rest is in the thread."]
    due, made = found.scheduled_at, found.made_at
    if due is not None and made is not None and made - due > LATE:
        hours = round((made - due) / timedelta(hours=1))
        notes.append(f"Late by {hours} h: it was due {kit.when(due)} and covers {week.name}.")
    return notes


def _headline_of(found: Review) -> str:
    patterns = review.new_patterns(found.issues)
    if patterns:
        return f"▲ New: {_where(patterns[0])}, {patterns[0].before} → {patterns[0].now} tickets"
    if not found.now.new and not found.now.solved:
        return "A quiet week: nothing came in and nothing was solved."
    return ""


def numbers(found: Review, rich: bool) -> Message:
    """Every figure against the week before and the mean of the four before, with charts."""
    rows = [["", "This week", "Before", "4-week mean"], *_rows(found)]
    text = "*1 · Numbers*"
    table = kit.table(rows, ["left", "right", "right", "right"])
    drawn = [chart for chart in (charts.volume(found), charts.kept(found)) if chart is not None] if rich else []
    lines = "\n".join(f"{row[0]}: {row[1]} (before {row[2]}, mean {row[3]})" for row in rows[1:])
    blocks = [kit.section(text), table, *drawn, kit.context(_promises(found.now))]
    return Message(kit.clip(f"{text}\n{lines}", kit.TEXT_MAX), blocks)


def _rows(found: Review) -> list[list[str]]:
    weeks = found.weeks[1:]
    counted = (
        ("New", [one.new for one in found.weeks]),
        ("Solved", [one.solved for one in found.weeks]),
        ("Reopened", [one.reopened for one in found.weeks]),
        ("Backlog", [one.backlog for one in found.weeks]),
    )
    rows = [[name, str(v[0]), str(v[1]), f"{sum(v[1:]) / len(weeks):.1f}"] for name, v in counted]
    times = (
        ("First response, median", [one.first_response.median for one in found.weeks]),
        ("First response, 95 %", [one.first_response.p95 for one in found.weeks]),
        ("Resolution, median", [one.resolution.median for one in found.weeks]),
        ("Resolution, 95 %", [one.resolution.p95 for one in found.weeks]),
    )
    rows += [[name, _time(v[0]), _time(v[1]), _time(_mean(v[1:]))] for name, v in times]
    shares = (
        ("First response kept", [one.kept_of("first_response").share for one in found.weeks]),
        ("Resolution kept", [one.kept_of("resolution").share for one in found.weeks]),
        ("CSAT", [one.csat.value for one in found.weeks]),
        ("Ratings given", [one.response_rate.value for one in found.weeks]),
        ("Solved at first contact", [one.first_contact.value for one in found.weeks]),
        ("Escalated", [one.escalated.value for one in found.weeks]),
    )
    return rows + [[name, _percent(v[0]), _percent(v[1]), _percent(_mean(v[1:]))] for name, v in shares]


def _promises(now: WeekFigures) -> str:
    metrics = sorted({metric for metric, _ in now.kept})
    told = []
    for metric in metrics:
        kept = now.kept_of(metric)
        name = METRIC_NAMES.get(metric, metric.replace("_", " ").capitalize())
        waived = f", {kept.waived} waived" if kept.waived else ""
        told.append(f"{name}: {kept.kept} kept, {kept.breached} broken{waived}")
    return " · ".join(told) or "No promise was kept or broken this week."


def issues(found: Review, rich: bool) -> Message:
    """The three largest categories, and what is new."""
    lines = ["*2 · Top issues*"]
    for at, line in enumerate(review.top_issues(found.issues), 1):
        lines.append(f"{at}. *{_name(line.category)}*: {line.now} tickets, {line.share:.0f} % (before {line.before})")
    lines += [
        f"▲ New pattern: {_where(one)}, {one.before} → {one.now} tickets" for one in review.new_patterns(found.issues)
    ]
    if len(lines) == 1:
        lines.append("No tagged ticket came in.")
    text = "\n".join(lines)
    chart = charts.categories(found)
    drawn = [] if chart is None else [chart if rich else charts.as_table(chart)]
    return Message(text, [kit.section(text), *drawn])


def escalations(found: Review) -> Message:
    """Each handoff of the week on a line, with the question whether it could have been avoided."""
    text = "*3 · Escalation review*"
    if found.avoidable_again:
        names = ", ".join(_trigger(trigger) for trigger in found.avoidable_again)
        text += f"\nAvoidable two weeks running: {names}."
    if not found.escalations:
        return Message(
            f"{text}\nNothing was handed on this week.", [kit.section(f"{text}\nNothing was handed on this week.")]
        )
    avoidable = sum(one.avoidable is True for one in found.escalations)
    told = f"{text}\n{len(found.escalations)} shown; {avoidable} said to have been avoidable."
    blocks, lines = [kit.section(told)], [told]
    for one in found.escalations:
        answer = {None: "", True: " · avoidable", False: " · not avoidable"}[one.avoidable]
        subject = kit.escape(kit.clip(one.subject, SUBJECT_SHOWN))
        line = f"*{shown(one.number)}* {subject} · {_trigger(one.trigger)}, {one.state.replace('_', ' ')}{answer}"
        lines.append(line)
        blocks.append(kit.section(line))
        value = f"{one.case_id}|{found.now.week.name}"
        buttons = (kit.button("Avoidable", YES, value), kit.button("Not avoidable", NO, value))
        blocks.append(kit.actions(*buttons, block_id=f"handoff_{one.case_id}"))
    return Message(kit.clip("\n".join(lines), kit.TEXT_MAX), blocks)


def team(found: Review) -> Message:
    """How the load lies; nobody is ranked or named."""
    now = found.now
    lines = ["*4 · Team health*"]
    if now.per_agent:
        loads = sorted(now.per_agent.values())
        spread = str(loads[0]) if loads[0] == loads[-1] else f"{loads[0]} to {loads[-1]}"
        lines.append(f"{len(loads)} people solved {sum(loads)} tickets, {spread} each.")
        lines.append(f"The busiest carried {_percent(now.busiest.value)} of them.")
    else:
        lines.append("No ticket with an assignee was solved.")
    if now.backlog_since is not None:
        age = now.week.end - now.backlog_since
        lines.append(f"The oldest open ticket had waited {_time(age / timedelta(minutes=1))} by the end of the week.")
    text = "\n".join(lines)
    return Message(text, [kit.section(text)])


def wins(found: Review, prefix: str) -> Message:
    """What would spare customers a question, each to be claimed; and what became of last week's."""
    week, lines = found.now.week.name, ["*5 · Quick wins*"]
    for one in found.claimed:
        state = f"done by {kit.person(one.done_by)}" if one.done_by else f"not done yet, with {kit.person(one.by)}"
        lines.append(f"Last week: {kit.escape(kit.clip(one.title, 150))}: {state}")
    if not found.wins:
        lines.append("No upstream rule was met.")
    head = "\n".join(lines)
    blocks = [kit.section(head)]
    for win in found.wins[:WINS_SHOWN]:
        told = win_title(win)
        lines.append(f"• {kit.escape(told)}")
        value = f"{week}|{win.key}|{kit.clip(told, 200)}"
        claim = kit.button("Claim", CLAIM, value)
        blocks.append(kit.section(kit.escape(told), claim))
    if len(found.wins) > WINS_SHOWN:
        blocks.append(kit.context(f"and {len(found.wins) - WINS_SHOWN} more: `{command(prefix, 'tag')} report 30d`"))
    return Message(kit.clip("\n".join(lines), kit.TEXT_MAX), blocks)


def win_title(win: Win) -> str:
    """A quick win in words, not escaped."""
    place = kit.clip(win.category, NAME_SHOWN) + (f" in {kit.clip(win.area, NAME_SHOWN)}" if win.area else "")
    return {
        "bug": f"A bug behind {win.count} tickets in 30 days ({place}): a P1 for engineering",
        "question": f"A question asked {win.count} times in 30 days ({place}): an article and help in the product",
        "request": f"{win.count} customers asked for the same within 7 days ({place}): raise it with product",
    }.get(win.kind, f"{win.count} tickets were solved without saying how the next customer is spared: fill it in")


def posted(week: str, channel: str, again: bool) -> Message:
    """The digest is on its way, or was before."""
    return Message(f"The review of {week} is {'posted already' if again else 'on its way'} in <#{channel}>.")


def schedule(planned: list[tuple[str, str, datetime | None, str | None]], prefix: str) -> Message:
    """When each digest is posted, and where."""
    lines = []
    for name, zone, at, channel in planned:
        where = f"in <#{channel}>" if channel else "nowhere yet: set `channels.leads` in rethrow.toml"
        local = f" ({at.astimezone(ZoneInfo(zone)):%a %H:%M} {kit.escape(zone)})" if at else ""
        lines.append(f"*{kit.escape(name)}*: {f'next {kit.when(at)}{local}, {where}' if at else 'switched off'}")
    text = "\n".join(lines)
    return Message(
        text, [kit.section(text), kit.context(f"`{command(prefix, 'digest')} weekly` shows it to you alone.")]
    )


def _trigger(trigger: str) -> str:
    """What the escalation matrix calls it."""
    return kit.escape(MATRIX[Trigger(trigger)].label if trigger in set(Trigger) else trigger)


def _signal(name: str, state: Health, value: str) -> str:
    return f"{LIGHTS[state]} {name} {value}"


def _moved(now: float, before: float) -> str:
    if now == before:
        return " (=)"
    return f" ({'▲' if now > before else '▼'} {abs(now - before):g})"


def _days(now: WeekFigures) -> str:
    return "" if now.backlog_days is None else f", {now.backlog_days:.1f} days of volume"


def _of(share: Share) -> str:
    return f"{_percent(share.value)}" + (f" of {share.n}" if share.n else "")


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{100 * share:.0f} %"


def _time(minutes: float | None) -> str:
    """`12 min`, `3 h 20 min`, `2.5 days`."""
    if minutes is None:
        return "n/a"
    if minutes < 60:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        hours, rest = divmod(round(minutes), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes / 1440:.1f} days"


def _mean(values: "list[float | None] | list[float]") -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _name(category: str | None) -> str:
    return kit.escape(kit.clip(category or "untagged", NAME_SHOWN))


def _where(line: Line) -> str:
    return f"*{_name(line.category)}*" + (f" in *{_name(line.area)}*" if line.area else "")
