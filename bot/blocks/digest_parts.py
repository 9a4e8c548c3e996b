"""The parts of a weekly review that are acted on: issues, escalations, the team's health, quick wins."""

from collections.abc import Sequence
from datetime import timedelta

from bot.blocks import calibration_history, kit
from bot.blocks import digest_charts as charts
from bot.blocks import digest_words as words
from bot.blocks.kit import Message
from bot.blocks.words import command, counted
from domain import review
from domain.category_report import Line, area_movers, category_movers
from domain.escalation import MATRIX, Trigger
from domain.review import Review, Win
from domain.ticket_reference import shown

YES, NO, CLAIM, DONE = "digest_avoidable", "digest_unavoidable", "digest_claim", "digest_done"
SUBJECT_SHOWN, WINS_SHOWN = 80, 8


def issues(found: Review) -> Message:
    """The three largest categories, and what is new."""
    lines = ["*2 · Top issues*"]
    for at, line in enumerate(review.top_issues(found.issues), 1):
        came = f"{counted(line.now, 'ticket')}, {line.share:.0f} % (before {line.before})"
        lines.append(f"{at}. *{words.category(line.category)}*: {came}")
    lines += [
        f"▲ New pattern: {words.where(one)}, {one.before} → {one.now} tickets"
        for one in review.new_patterns(found.issues)
    ]
    lines += _movers("Categories that moved most", category_movers(found.issues))
    lines += _movers("Areas that moved most", area_movers(found.issues))
    if len(lines) == 1:
        lines.append("No tagged ticket came in.")
    text = "\n".join(lines)
    chart = charts.categories(found)
    drawn = [] if chart is None else [chart]
    return Message(text, [kit.section(text), *drawn])


def _movers(head: str, moved: Sequence[Line]) -> list[str]:
    """`▲ *usability* 20 → 36 %`, a line each under their head."""
    told = [
        f"{'▲' if line.points > 0 else '▼'} *{words.category(line.category or line.area)}*"
        f" {line.share_before:.0f} → {line.share:.0f} %"
        for line in moved
    ]
    return [f"_{head}_", *told] if told else []


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
    many = len(found.escalations)
    told = f"{text}\n{counted(many, 'handoff')}. Could {'it' if many == 1 else 'each of them'} have been avoided?"
    blocks, lines = [kit.section(told)], [told]
    for one in found.escalations:
        subject = kit.escape(kit.clip(one.subject, SUBJECT_SHOWN))
        line = f"*{shown(one.number)}* {subject} · {_trigger(one.trigger)}, {one.state.replace('_', ' ')}"
        answer = {None: "", True: "Avoidable", False: "Not avoidable"}[one.avoidable]
        lines.append(f"{line} · {answer.lower()}" if answer else line)
        blocks.append(kit.section(line))
        if answer:
            blocks.append(kit.context(answer) | {"block_id": judged_block(one.case_id)})
        value = f"{one.case_id}|{found.now.week.name}"
        buttons = (kit.button("Avoidable", YES, value), kit.button("Not avoidable", NO, value))
        blocks.append(kit.actions(*buttons, block_id=f"handoff_{one.case_id}"))
    return Message(kit.clip_escaped("\n".join(lines), kit.TEXT_MAX), blocks)


def judged_block(case_id: int) -> str:
    """Where it stands in the escalation review what was said about a handoff."""
    return f"judged_{case_id}"


def team(found: Review) -> Message:
    """How the load lies; nobody is ranked or named."""
    now = found.now
    lines = ["*4 · Team health*"]
    if now.per_agent:
        loads = sorted(now.per_agent.values())
        spread = str(loads[0]) if loads[0] == loads[-1] else f"{loads[0]} to {loads[-1]}"
        lines.append(
            f"{counted(len(loads), 'person', 'people')} solved {counted(sum(loads), 'ticket')}, {spread} each."
        )
        lines.append(f"The busiest carried {words.percent(now.busiest.value)} of them.")
    else:
        lines.append("No ticket with an assignee was solved.")
    if now.overtime.n:
        before = words.percent(found.before.overtime.value)
        lines.append(f"{words.share(now.overtime)} answers were given outside working hours (before {before}).")
    if now.backlog_since is not None:
        age = now.week.end - now.backlog_since
        lines.append(
            f"The oldest open ticket had waited {words.minutes(age / timedelta(minutes=1))} by the end of the week."
        )
    lines += [told] if (told := calibration_history.trend(found.calibrations)) else []
    text = "\n".join(lines)
    return kit.paragraph(text)


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
    return Message(kit.clip_escaped("\n".join(lines), kit.TEXT_MAX), blocks)


def win_title(win: Win) -> str:
    """A quick win in words, not escaped."""
    place = kit.clip(win.category, words.NAME_SHOWN) + (
        f" in {kit.clip(win.area, words.NAME_SHOWN)}" if win.area else ""
    )
    unsaid = counted(win.count, "ticket was", "tickets were")
    return {
        "bug": f"A bug behind {win.count} tickets in 30 days ({place}): a P1 for engineering",
        "question": f"A question asked {win.count} times in 30 days ({place}): an article and help in the product",
        "request": f"{win.count} customers asked for the same within 7 days ({place}): raise it with product",
    }.get(win.kind, f"{unsaid} solved without saying how the next customer is spared: fill it in")


def _trigger(trigger: str) -> str:
    """What the escalation matrix calls it."""
    return kit.escape(MATRIX[Trigger(trigger)].label if trigger in set(Trigger) else trigger)
