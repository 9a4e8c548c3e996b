"""The windows of `/ticket`: a new ticket, and solving one."""

import json
from typing import Any

from bot.blocks import ask, kit
from bot.blocks.kit import Block, Modal
from bot.blocks.tagging import category_field
from bot.blocks.tickets import label
from domain.taxonomy import Taxonomy, path
from domain.ticket import SPARED, Priority, Ticket
from domain.ticket_reference import shown

SPARED_LABELS = {
    "article": "An article was written or mended",
    "bug": "A bug was filed",
    "feature_request": "A feature was requested",
    "nothing": "Nothing yet",
}
PRIORITY_LABELS = {
    Priority.P0: "P0 · service down, data loss, security breach",
    Priority.P1: "P1 · major feature broken, revenue at stake",
    Priority.P2: "P2 · a feature misbehaves, a workaround exists",
    Priority.P3: "P3 · how-to, wish, cosmetic",
}

# The windows whose verb is no verb: title and submit button.
MISSING_TITLES = {
    "reply": ("Customer was answered", "Note it"),
    "customer": ("Customer wrote", "Note it"),
    "pending": ("Waiting for customer", "Set to pending"),
    "open": ("Move to open", "Set to open"),
    "priority": ("Change the priority", "Change"),
    "csat": ("The customer's rating", "Record"),
}


def new_ticket(subject: str = "", customer: str = "", priority: str | None = None, **about: Any) -> Modal:
    """Ask for what a new ticket needs."""
    by_itself = ask.option("By the rules, from what is written", "auto")
    blocks = [
        ask.field_block("subject", "Subject", ask.text_input("subject", subject, hint="What does not work?", most=300)),
        ask.field_block("body", "What the customer wrote", ask.text_input("body", lines=True), optional=True),
        ask.field_block("customer", "Customer", ask.text_input("customer", customer, most=200), optional=True),
        ask.field_block(
            "priority", "Priority", ask.select_menu("priority", [by_itself, *_priorities()], priority or "auto")
        ),
    ]
    return kit.modal("ticket_new", "New ticket", blocks, submit="Create", private_metadata=json.dumps(about))


def _priorities() -> list[Block]:
    return [ask.option(said, key.value) for key, said in PRIORITY_LABELS.items()]


def missing(verb: str, reference: str, more: str | None) -> Modal:
    """Ask for the ticket of a form, and for the person, priority or rating it needs besides."""
    number = ask.text_input("ticket", reference, hint="T-12, or its helpdesk id", most=100)
    asked = {
        "person": ("Whom?", ask.person_menu("person")),
        "priority": ("Priority", ask.select_menu("priority", _priorities())),
        "csat": ("Rating", ask.select_menu("csat", [ask.option(f"{stars} of 5", str(stars)) for stars in range(1, 6)])),
    }
    blocks = [ask.field_block("ticket", "Ticket", number)]
    if more:
        blocks.append(ask.field_block(more, *asked[more]))
    about = json.dumps({"verb": verb})
    title, submit = MISSING_TITLES.get(verb, (f"{verb.capitalize()} a ticket", verb.capitalize()))
    return kit.modal("ticket_missing", title, blocks, submit=submit, private_metadata=about)


def solve(
    ticket: Ticket, taxonomy: Taxonomy, spared_by: str | None = None, link: str | None = None, **about: Any
) -> Modal:
    """Ask for the category that a solved ticket must have, and how the next customer is spared the question."""
    known = taxonomy.has(ticket.category, ticket.subcategory)
    chosen = path(ticket.category, ticket.subcategory) if ticket.category and known else None
    areas = [ask.option(area, area) for area in taxonomy.areas]
    area = ask.field_block("area", "Product area", ask.select_menu("area", areas, ticket.area), optional=True)
    to_it = ask.text_input("link", link, hint="https://… the article, bug or request", most=1000)
    blocks = [
        kit.section(f"*{label(ticket)}*"),
        category_field(taxonomy, chosen),
        *([area] if areas else []),
        ask.field_block("spared", "How is the next customer spared this question?", _spared_menu(spared_by)),
        ask.field_block("link", "Link", to_it, optional=True),
    ]
    about |= {"number": ticket.number, "version": ticket.version}
    return kit.modal(
        "ticket_solve",
        f"Solve {shown(ticket.number)}",
        blocks,
        submit="Solve",
        private_metadata=json.dumps(about),
    )


def _spared_menu(chosen: str | None) -> Block:
    options = [ask.option(SPARED_LABELS[key], key) for key in SPARED]
    menu: Block = {"type": "radio_buttons", "action_id": "spared", "options": options}
    initial = next((one for one in options if one["value"] == chosen), None)
    return menu | ({"initial_option": initial} if initial else {})
