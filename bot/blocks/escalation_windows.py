"""The windows of a handoff: handing on, with rows of what was tried, and ending it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import ask, kit
from bot.blocks.escalations import AVOIDED_LABELS, CLIPPED, facts, names
from bot.blocks.kit import Block, Modal
from bot.blocks.tagging import category_field
from bot.blocks.tickets import label
from bot.blocks.words import span
from domain.escalation import MATRIX, Case, CaseState
from domain.escalation_triggers import Likely
from domain.taxonomy import Taxonomy
from domain.ticket import Ticket
from domain.ticket_reference import shown

WINDOW = "escalation_open"
WHICH = "escalation_which"
ADD, REMOVE = "escalation_add_row", "escalation_remove_row"
SENTIMENTS = ("positive", "neutral", "negative", "urgent")
MOST_ROWS = 12
SAID_KEPT = 500
ENDINGS: Mapping[CaseState, str] = {
    CaseState.DECLINED: "escalation_declined",
    CaseState.HANDED_BACK: "escalation_handed_back",
    CaseState.RESOLVED: "escalation_resolved",
}


def window(
    ticket: Ticket,
    known: Mapping[str, Any],
    likely: Likely,
    said: str,
    rows: Sequence[int] = (0,),
    entered: Mapping[str, Any] | None = None,
) -> Modal:
    """Ask for the handoff: what is known stands there, what was `entered` stays, `rows` are those of what was tried."""
    entered = entered if entered is not None else _at_first(ticket, likely, said)
    about = {"number": ticket.number, "rows": list(rows), "said": kit.clip(said, SAID_KEPT)}
    blocks = [
        kit.section(f"*{label(ticket)}*"),
        kit.fields(facts(known, ticket.sentiment)),
        ask.field_block("trigger", "Why is it escalated?", _triggers(entered.get("trigger"))),
        kit.context(f"Suggested: {MATRIX[likely.trigger].label}, because {kit.escape(likely.why)}."),
        _text("summary", "The issue", entered, "What is wrong, for whom, since when"),
        *_tried(rows, entered),
        _text("needed", "What is needed", entered, "A fix, a decision, an answer to the customer…"),
        _text("expected", "What the customer expects", entered, "By when, and what would make them content"),
        _text("urgent", "Why it is urgent", entered, "What happens if nobody looks", optional=True),
        _sentiment(entered.get("sentiment")),
    ]
    title = f"Escalate {shown(ticket.number)}"
    return kit.modal(WINDOW, title, blocks, submit="Escalate", private_metadata=json.dumps(about))


def _at_first(ticket: Ticket, likely: Likely, said: str) -> dict[str, Any]:
    summary = f"{ticket.subject}\n{ticket.body}".strip()
    return {
        "trigger": likely.trigger.value,
        "summary": kit.clip(summary, CLIPPED["summary"]),
        "urgent": kit.as_typed(said),
        "sentiment": ticket.sentiment,
    }


def _triggers(chosen: str | None) -> Block:
    options = [
        ask.option(rule.label, trigger.value, f"{names(rule.targets)}, within {span(rule.within)}")
        for trigger, rule in MATRIX.items()
    ]
    return ask.select_menu("trigger", options, chosen)


def _text(name: str, label: str, entered: Mapping[str, Any], hint: str, *, optional: bool = False) -> Block:
    field = ask.text_input(name, entered.get(name), lines=True, hint=hint, most=CLIPPED[name])
    return ask.field_block(name, label, field, optional=optional)


def _tried(rows: Sequence[int], entered: Mapping[str, Any]) -> list[Block]:
    """The rows of what was tried: an action, its result, a button to take the row away; and one to add a row."""
    blocks: list[Block] = [kit.section("*What was tried*")]
    for at, row in enumerate(rows, start=1):
        action, result = f"action_{row}", f"result_{row}"
        did = ask.text_input(action, entered.get(action), hint="Reset their token", most=300)
        came = ask.text_input(result, entered.get(result), hint="Same error", most=300)
        blocks.append(ask.field_block(action, f"{at}. What was done", did, optional=True))
        blocks.append(ask.field_block(result, f"{at}. What came of it", came, optional=True))
        blocks.append(kit.actions(kit.button(f"Remove row {at}", REMOVE, str(row)), block_id=f"remove_{row}"))
    if len(rows) < MOST_ROWS:
        blocks.append(kit.actions(kit.button("Add a row", ADD, str(max(rows, default=-1) + 1)), block_id="add"))
    return blocks


def _sentiment(chosen: str | None) -> Block:
    menu = ask.select_menu("sentiment", [ask.option(one, one) for one in SENTIMENTS], chosen)
    return ask.field_block("sentiment", "Sentiment", menu, optional=True)


def which(said: str = "") -> Modal:
    """Ask for the ticket, where the command named none."""
    blocks = [
        ask.field_block("ticket", "Ticket", ask.text_input("ticket", hint="T-12, or its helpdesk id", most=100)),
        ask.field_block("reason", "Why, in a few words", ask.text_input("reason", said, most=300), optional=True),
    ]
    return kit.modal(WHICH, "Escalate a ticket", blocks, submit="Continue", private_metadata="{}")


def ending(case: Case, ticket: Ticket, to: CaseState, taxonomy: Taxonomy) -> Modal:
    """Ask for the reason of a decline, the answer handed back, or what a resolution leaves behind."""
    asked = {
        CaseState.DECLINED: ("Decline", "Why?", "What should they do instead, or whom should they ask?"),
        CaseState.HANDED_BACK: ("Hand back", "Your answer", "What they can do or tell the customer"),
        CaseState.RESOLVED: ("Resolve", "What solved it?", "What was wrong, and what was done"),
    }
    verb, label, hint = asked[to]
    blocks = [ask.field_block("answer", label, ask.text_input("answer", lines=True, hint=hint, most=CLIPPED["answer"]))]
    if to is CaseState.RESOLVED:
        blocks += [category_field(taxonomy, None)] if ticket.category is None else []
        blocks += _post_mortem()
    about = json.dumps({"case": case.case_id})
    return kit.modal(ENDINGS[to], f"{verb} {shown(case.number)}", blocks, submit=verb, private_metadata=about)


def _post_mortem() -> list[Block]:
    avoidable = ask.select_menu("avoidable", [ask.option("Yes", "yes"), ask.option("No", "no")])
    by = [ask.option(label[0].upper() + label[1:], value) for value, label in AVOIDED_LABELS.items()]
    return [
        ask.field_block("avoidable", "Could this escalation have been avoided?", avoidable),
        ask.field_block("avoided_by", "What would have avoided it?", ask.select_menu("avoided_by", by), optional=True),
    ]
