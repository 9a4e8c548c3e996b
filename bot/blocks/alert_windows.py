"""The windows of an alert, and what is said to whoever pressed one of its buttons."""

import json
from datetime import datetime

from bot.blocks import ask, kit
from bot.blocks.alerts import CAUSES
from bot.blocks.kit import Message, Modal
from bot.blocks.words import PROMISES
from domain.sla_promise import Metric
from domain.ticket_reference import shown


def assign_window(number: int, metric: Metric, value: str) -> Modal:
    """Who is to have the ticket?"""
    blocks = [ask.field_block("person", f"Who takes {shown(number)}?", ask.person_menu("person"))]
    about = json.dumps({"clock": value, "metric": metric.value})
    return kit.modal("sla_assign", f"Assign {shown(number)}", blocks, submit="Assign", private_metadata=about)


def waive_window(number: int, metric: Metric, value: str) -> Modal:
    """Why is the breach excused?"""
    field = ask.text_input("why", lines=True, hint="What the figures should not hold against the team", most=500)
    blocks = [
        kit.section(
            f"*{shown(number)}*: {PROMISES[metric.value].lower()}. Figures are shown with and without this breach."
        ),
        ask.field_block("why", "Reason", field),
    ]
    return kit.modal(
        "sla_waive", "Excuse a breach", blocks, submit="Excuse", private_metadata=json.dumps({"clock": value})
    )


def taken(number: int) -> str:
    """After I'm on it."""
    return f"👍 You are on {shown(number)}. The reminders stop."


def snoozed(number: int, until: datetime) -> str:
    """After Snooze."""
    return f"😴 Quiet about {shown(number)} until {kit.when(until, '{time}')}."


def answered(number: int) -> str:
    """After Reply sent."""
    return f"✅ Noted: the customer of {shown(number)} was answered."


def no_reply_needed(number: int) -> str:
    """After No reply needed."""
    return f"👌 Noted: {shown(number)} needs no reply. Its clock is called off, neither kept nor broken."


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
    return kit.paragraph(sentence)
