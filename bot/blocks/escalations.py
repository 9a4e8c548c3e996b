"""A handoff as people see it: its post, its links, the thread's lines, what the assignee is told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, actor, assignee, title
from bot.blocks.words import PROMISES, span, times
from domain.escalation import MATRIX, TARGET_NAMES, Case, CaseState, Way
from domain.ticket import Ticket
from domain.ticket_reference import shown

SIGNS: Mapping[CaseState, str] = {
    CaseState.OPEN: "🚀",
    CaseState.ACKNOWLEDGED: "👀",
    CaseState.DECLINED: "↩️",
    CaseState.HANDED_BACK: "📨",
    CaseState.RESOLVED: "✅",
    CaseState.WITHDRAWN: "🚫",
}
AVOIDED_LABELS: Mapping[str, str] = {
    "article": "an article",
    "training": "training",
    "tooling": "better tooling",
    "product": "a change of the product",
}
# Characters of each part in a post; a window takes no more. A post and its facts stay below what Slack refuses.
CLIPPED = {"summary": 1300, "needed": 900, "expected": 800, "urgent": 600, "tried": 1400, "answer": 1000}
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def names(targets: Sequence[str]) -> str:
    """`L2, Engineering and Manager`."""
    known = [TARGET_NAMES.get(target, target) for target in targets]
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"


def post(case: Case, ticket: Ticket, bounced: int, mentions: Mapping[str, str | None]) -> Message:
    """The handoff with all that travels along, as things are now, with what can be done about it."""
    sign, rule = SIGNS[case.state], MATRIX[case.handoff.trigger]
    headline = f"{sign} {shown(ticket.number)} {_headline(case)}: {rule.label}"
    asked = " · ".join(_asked(target, mentions.get(target)) for target in case.asked)
    blocks = [
        kit.section(f"*{headline}*\n*{title(ticket)}*\nAsked: {asked}"),
        kit.fields([*facts(case.facts, case.handoff.sentiment), f"*Assignee*\n{assignee(ticket)}"]),
        *_story(case),
        kit.context(*_notes(case, bounced)),
        *_buttons(case),
    ]
    return Message(f"{headline} · {kit.escape(kit.clip(ticket.subject, 100))}", blocks)


def _headline(case: Case) -> str:
    return {
        CaseState.OPEN: "is handed on",
        CaseState.ACKNOWLEDGED: "is being worked on",
        CaseState.DECLINED: "was declined",
        CaseState.HANDED_BACK: "was handed back",
        CaseState.RESOLVED: "is resolved",
        CaseState.WITHDRAWN: "went on without an answer",
    }[case.state]


def _asked(target: str, whom: str | None) -> str:
    return f"{TARGET_NAMES.get(target, target)} {kit.mention(whom)}".strip()


def facts(known: Mapping[str, Any], sentiment: str | None) -> list[str]:
    """What was known when the ticket was handed on."""
    tier = f" ({known['tier']})" if known.get("tier") else ""
    name = f"{known['customer']}{tier}" if known.get("customer") else "unknown"
    arr = known.get("arr")
    category = " · ".join(part for part in (known.get("category"), known.get("area")) if part)
    since = _EPOCH + known["since"] * _MICROSECOND
    told = [
        f"*Customer*\n{kit.escape(kit.clip(name, 100))}",
        f"*ARR*\n{arr:,.0f}" if arr is not None else "*ARR*\nunknown",
        f"*Sentiment*\n{sentiment or '_not noted_'}",
        f"*Earlier escalations*\n{known['earlier']}",
        f"*Priority*\n{PRIORITY_SIGN[known['priority']]} {known['priority']}",
        f"*Category*\n{kit.escape(category) or '_none yet_'}",
        f"*Since*\n{kit.when(since)}",
    ]
    if known["used"]:
        lines = [
            f"{PROMISES[metric]}: {span(used * _MICROSECOND)} of {span(target * _MICROSECOND)}"
            for metric, used, target in known["used"]
        ]
        told.append("*Time used*\n" + "\n".join(lines))
    return told


def _story(case: Case) -> list[Block]:
    """What the issue is, what was tried, what is needed."""
    handoff = case.handoff
    rows = tried(case)
    short = (
        rows
        if fits(rows)
        else [kit.clip_escaped("\n".join(rows), CLIPPED["tried"] - 40), "_All of it is in the thread._"]
    )
    parts = {
        "The issue": quoted(handoff.summary, "summary"),
        "What was tried": "\n".join(short) or "_nothing yet_",
        "What is needed": quoted(handoff.needed, "needed"),
        "What the customer expects": quoted(handoff.expected, "expected"),
        "Why it is urgent": quoted(handoff.urgent, "urgent"),
    }
    told = [kit.section(f"*{name}*\n{text}") for name, text in parts.items() if text]
    if case.answer:
        heading = "The reason" if case.state is CaseState.DECLINED else "The answer"
        told.append(kit.section(f"*{heading}*\n{quoted(case.answer, 'answer')}"))
    return told


def tried(case: Case) -> list[str]:
    """What was tried, a line each, escaped."""
    return [
        f"{at}. {kit.escape(one.action)} → {kit.escape(one.result) or '_no result noted_'}"
        for at, one in enumerate(case.handoff.tried, start=1)
    ]


def fits(rows: Sequence[str]) -> bool:
    """Whether all that was tried fits into the post."""
    return len("\n".join(rows)) <= CLIPPED["tried"]


def all_tried(case: Case) -> list[Message]:
    """All that was tried, for the thread, where it does not fit into the post: four rows a message."""
    rows = tried(case)
    if fits(rows):
        return []
    parts = [rows[at : at + 4] for at in range(0, len(rows), 4)]
    heads = ["What was tried, in full", *["What was tried, further"] * (len(parts) - 1)]
    return [
        Message(head, [kit.section(f"*{head}*"), *(kit.section(kit.clip_escaped(row, 2000)) for row in part)])
        for head, part in zip(heads, parts, strict=True)
    ]


def quoted(text: str, part: str) -> str:
    """A person's text, escaped and cut to its share of a post."""
    return kit.clip_escaped(kit.escape(kit.clip(text.strip(), CLIPPED[part])), CLIPPED[part])


def _notes(case: Case, bounced: int) -> list[str]:
    notes = [f"Handed on by {actor(case.opened_by)} {kit.when(case.opened_at)}."]
    if case.state is CaseState.OPEN:
        notes.append(f"To be acknowledged by {kit.when(case.due_at)}.")
    if case.acknowledged_by and case.acknowledged_at:
        late = case.acknowledged_at - case.due_at
        how = f", {span(late)} late" if late > timedelta() else ""
        notes.append(f"Acknowledged by {actor(case.acknowledged_by)} {kit.when(case.acknowledged_at)}{how}.")
    if case.ended_by and case.ended_at:
        notes.append(f"{ENDED[case.state]} by {actor(case.ended_by)} {kit.when(case.ended_at)}.")
    if case.avoidable is not None:
        by = AVOIDED_LABELS.get(case.avoided_by or "", "")
        notes.append(f"Avoidable{f', by {by}' if by else ''}." if case.avoidable else "Not avoidable.")
    if bounced:
        notes.append(f"Came back {times(bounced)}.")
    return notes


ENDED: Mapping[CaseState, str] = {
    CaseState.DECLINED: "Declined",
    CaseState.HANDED_BACK: "Handed back",
    CaseState.RESOLVED: "Resolved",
    CaseState.WITHDRAWN: "The ticket was moved on",
}


def _buttons(case: Case) -> list[Block]:
    if not case.running:
        return []
    value, offered = str(case.case_id), []
    if case.state is CaseState.OPEN:
        offered = [
            kit.button("Acknowledge", "escalation_acknowledge", value, style="primary"),
            kit.button("Decline…", "escalation_decline", value),
        ]
    offered += [
        kit.button("Hand back…", "escalation_hand_back", value),
        kit.button("Resolve…", "escalation_resolve", value),
        kit.button("Show ticket", "ticket_show", str(case.number)),
    ]
    return [kit.actions(*offered)]


def elsewhere(case: Case, ticket: Ticket, here: Sequence[Way], thread: tuple[str, str] | None) -> Message:
    """In another channel: who is asked there, and where the one thread of the case is."""
    sign, rule = SIGNS[case.state], MATRIX[case.handoff.trigger]
    asked = " · ".join(_asked(way.target, way.mention) for way in here)
    where = f"<#{case.channel}>"
    if thread is not None:
        channel, ts = thread[0], thread[1].replace(".", "")
        where = f"{where}: {kit.link(f'https://slack.com/archives/{channel}/p{ts}', 'the thread')}"
    state = f"{sign} {shown(ticket.number)} {_headline(case)}: {rule.label}"
    due = f" To be acknowledged by {kit.when(case.due_at)}." if case.state is CaseState.OPEN else ""
    text = f"*{state}*\n*{title(ticket)}*\nAsked: {asked}.{due}\nAll of it is in {where}"
    return Message(f"{state} · {kit.escape(kit.clip(ticket.subject, 100))}", [kit.section(text)])


def handed_on(case: Case, ways: Sequence[Way]) -> Message:
    """To whoever handed it on: who was asked, where, and by when."""
    asked = ", ".join(f"{TARGET_NAMES.get(way.target, way.target)} in <#{way.channel}>" for way in ways)
    text = f"🚀 {shown(case.number)} is handed on to {asked}. To be acknowledged by {kit.when(case.due_at)}."
    undo = kit.button("Undo", "ticket_undo", str(case.number))
    return Message(text, [kit.section(text, undo)])


def did(case: Case) -> Message:
    """To whoever clicked: what they did."""
    done = {
        CaseState.ACKNOWLEDGED: f"👀 You acknowledged {shown(case.number)}; whoever asked is told.",
        CaseState.DECLINED: f"↩️ You declined {shown(case.number)}: it is open again, and whoever asked is told why.",
        CaseState.HANDED_BACK: f"📨 You handed {shown(case.number)} back with your answer.",
        CaseState.RESOLVED: f"✅ You resolved {shown(case.number)}: it is solved.",
    }[case.state]
    return kit.paragraph(done)


def told(case: Case, ticket: Ticket) -> Message:
    """To the assignee, by direct message: what became of the case."""
    who = actor(case.ended_by or case.acknowledged_by or "")
    what = {
        CaseState.ACKNOWLEDGED: f"👀 {who} acknowledged {title(ticket, 80)} and works on it.",
        CaseState.DECLINED: f"↩️ {who} declined {title(ticket, 80)}; it is open and yours again.",
        CaseState.HANDED_BACK: f"📨 {who} handed {title(ticket, 80)} back to you with an answer.",
        CaseState.RESOLVED: f"✅ {who} resolved {title(ticket, 80)}; it is solved.",
    }[case.state]
    said = f"\n{kit.quote(quoted(case.answer, 'answer'))}" if case.answer else ""
    return Message(f"{what}{said}", [kit.section(f"{what}{said}", kit.button("Show", "ticket_show", str(case.number)))])


def route_missing(target: str, fallback: str | None) -> Message:
    """To the leads, once a target: the line of rethrow.toml that would reach it directly."""
    name = TARGET_NAMES.get(target, target)
    where = f"went to <#{fallback}>" if fallback else "reached nobody"
    line = f'{target} = {{ channel = "C…", mention = "S…" }}'
    text = (
        f"🧭 A handoff for {name} {where}: there is no route to {name} yet. "
        f"Add to `rethrow.toml`, under `[escalations.routes]`: `{line}`. This is said once."
    )
    return kit.paragraph(text)
