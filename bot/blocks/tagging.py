"""What `/tag` answers: what was tagged, what was not understood, and the window that asks for all of it."""

import json
from collections.abc import Mapping, Sequence

from bot.blocks import ask, kit
from bot.blocks.kit import Block, Message, Modal
from bot.blocks.ticket_answers import done
from bot.blocks.tickets import label
from bot.blocks.words import command
from domain.tag_vocabulary import AREA, CATEGORY, RESOLUTION, ROOT_CAUSE, SENTIMENT
from domain.tag_words import Ambiguous, Candidate, NearMiss, Unknown
from domain.taxonomy import RESOLUTION_TYPES, ROOT_CAUSES, SENTIMENTS, Taxonomy, path, split
from domain.ticket import Ticket
from domain.ticket_reference import shown

NAMES = {
    CATEGORY: "Category",
    AREA: "Area",
    SENTIMENT: "Sentiment",
    ROOT_CAUSE: "Root cause",
    RESOLUTION: "Resolution",
}
VALUES = {SENTIMENT: SENTIMENTS, ROOT_CAUSE: ROOT_CAUSES, RESOLUTION: RESOLUTION_TYPES}
MEANT = "tag_meant"
OFFERED = 5
LISTED = 40
VALUE_MAX = 2000
OPTION_VALUE_MAX = 150
WINDOW = "tag_window"


def tags_of(ticket: Ticket) -> dict[str, str | None]:
    """Each slot with what the ticket has in it, the category as a path."""
    return {
        CATEGORY: path(ticket.category, ticket.subcategory) if ticket.category else None,
        AREA: ticket.area,
        SENTIMENT: ticket.sentiment,
        ROOT_CAUSE: ticket.root_cause,
        RESOLUTION: ticket.resolution_type,
    }


def choosable(ticket: Ticket) -> dict[str, str | None]:
    """The same as the window's menus hold it: an option's value has its length."""
    return {slot: kit.clip(value, OPTION_VALUE_MAX) if value else None for slot, value in tags_of(ticket).items()}


def difference(before: Ticket, after: Ticket) -> str:
    """`Category: reliability → usability · Area: none → api`, what is new in bold; escaped."""
    new = tags_of(after)
    moved = [
        f"{NAMES[slot]}: {_value(old)} → *{_value(new[slot])}*"
        for slot, old in tags_of(before).items()
        if old != new[slot]
    ]
    return " · ".join(moved)


def _value(value: str | None) -> str:
    return kit.escape(kit.clip(value, 125)) if value else "none"


def summary(ticket: Ticket) -> str:
    """`usability · api`, all a ticket is tagged; escaped."""
    return " · ".join(_value(value) for value in tags_of(ticket).values() if value) or "nothing"


def tagged(before: Ticket, after: Ticket) -> Message:
    """One ticket was tagged: what changed, with Undo."""
    return done(after, f"🏷️ {difference(before, after)}")


def unchanged(ticket: Ticket) -> Message:
    """The ticket had all of it."""
    return done(ticket, f"Nothing changed: it is tagged *{summary(ticket)}* already.", undo=False)


def tagged_many(changes: Sequence[tuple[Ticket, Ticket]], prefix: str) -> Message:
    """Several tickets were tagged at once: each in a line."""
    moved = sum(before is not after for before, after in changes)
    headline = f"🏷️ Tagged {moved} of {len(changes)} tickets" if moved else "Nothing changed"
    lines = "\n".join(_line(before, after) for before, after in changes)
    undo = f"`{command(prefix, 'ticket')} undo {shown(changes[0][0].number)}` takes one back."
    small = [kit.context(undo)] if moved else []
    return Message(f"{headline}\n{lines}", [kit.section(f"*{headline}*\n{lines}"), *small])


def _line(before: Ticket, after: Ticket) -> str:
    what = f"was *{summary(after)}* already" if before is after else difference(before, after)
    return f"{shown(after.number)}  {what}"


def asked_back(found: NearMiss | Ambiguous, references: Sequence[str], prefix: str) -> Message:
    """A word that is nobody's name or several's: nothing was done, and each guess is a button."""
    word = kit.escape(kit.clip(found.word, 80))
    if isinstance(found, NearMiss):
        asked = f"Nothing changed: there is no `{word}`. Did you mean *{_label(found.candidates[0])}*?"
    else:
        asked = f"Nothing changed: `{word}` can mean {len(found.candidates)} things. Which one?"
    typed = command(prefix, "tag")
    lines = [
        f"`{typed} {kit.escape(' '.join([*references, candidate.words]))}`" for candidate in found.candidates[:LISTED]
    ]
    mixed = len({candidate.meaning.slot for candidate in found.candidates}) > 1
    buttons = [_guess(at, one, references, mixed) for at, one in enumerate(found.candidates[:OFFERED])]
    rest = [kit.context("Or type: " + "  ".join(lines))] if len(found.candidates) > OFFERED else []
    text = kit.clip_escaped("\n".join([asked, *lines]), kit.TEXT_MAX)
    return Message(text, [kit.section(asked), *_row([*buttons, *_window_button(references)]), *rest])


def _row(buttons: Sequence[Block]) -> list[Block]:
    """The buttons whose value was not cut short: half a line of words would mean something else."""
    whole = [one for one in buttons if len(one["value"]) < VALUE_MAX]
    return [kit.actions(*whole)] if whole else []


def _label(candidate: Candidate) -> str:
    """`usability`, or `area: api` where the word alone would not say it."""
    slot, value = candidate.meaning.slot, candidate.meaning.value or "none"
    return kit.escape(value if slot == CATEGORY else f"{NAMES[slot].lower()}: {value}")


def _guess(at: int, candidate: Candidate, references: Sequence[str], mixed: bool) -> Block:
    """A button for a candidate; a category is named as one where the candidates are a `mixed` lot."""
    slot, value = candidate.meaning.slot, candidate.meaning.value or "none"
    label = f"{NAMES[slot]}: {value}" if mixed or slot != CATEGORY else value
    words = " ".join([*references, candidate.words])
    return kit.button(label, f"{MEANT}_{at}", words, style="primary" if at == 0 else None)


def _window_button(references: Sequence[str]) -> list[Block]:
    return [kit.button("All choices…", "tag_choose", references[0])] if len(references) == 1 else []


def unknown(found: Unknown, references: Sequence[str], taxonomy: Taxonomy) -> Message:
    """A word close to nothing: what there is instead."""
    word = kit.escape(kit.clip(found.word, 80))
    what = f"no {NAMES[found.slot].lower()}" if found.slot else "no category, area or other tag"
    asked = f"Nothing changed: `{word}` is {what}."
    known = _known(found.slot, taxonomy)
    row = _row(_window_button(references))
    return Message(f"{asked}\n{known}", [kit.section(f"{asked}\n{known}"), *row])


def _known(slot: str | None, taxonomy: Taxonomy) -> str:
    """The names there are, for one slot or for category and area."""
    names = {CATEGORY: tuple(taxonomy.paths()), AREA: taxonomy.areas} | VALUES
    slots = [slot] if slot else [CATEGORY, AREA]
    return "\n".join(f"*{NAMES[one]}*: {_names(names[one])}" for one in slots)


def _names(names: Sequence[str]) -> str:
    if not names:
        return "none yet; `areas` under `[taxonomy]` in `rethrow.toml` names them"
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return kit.escape(", ".join(names[:LISTED]) + more)


def window(ticket: Ticket, taxonomy: Taxonomy) -> Modal:
    """Ask for everything a tag can say, filled in with what the ticket has."""
    was = choosable(ticket)
    fields = [category_field(taxonomy, was[CATEGORY])]
    if taxonomy.areas or was[AREA]:
        fields.append(_field(AREA, "Product area", taxonomy.areas, was[AREA]))
    fields += [_field(slot, NAMES[slot], names, was[slot]) for slot, names in VALUES.items()]
    title = kit.section(f"*{label(ticket)}*")
    about = {"number": ticket.number, "version": ticket.version, "was": was}
    return kit.modal(
        WINDOW, f"Tag {shown(ticket.number)}", [title, *fields], submit="Tag", private_metadata=json.dumps(about)
    )


def category_field(taxonomy: Taxonomy, chosen: str | None) -> Block:
    """The categories; where they have subcategories, each stands at the head of its own."""
    groups = [
        {"label": kit.plain(category, 75), "options": [_whole(category), *_below(category, subcategories)]}
        for category, subcategories in taxonomy.categories.items()
    ]
    old = [_no_longer_used(chosen)] if chosen and not taxonomy.has(*split(chosen)) else []
    if any(taxonomy.categories.values()):
        before = [{"label": kit.plain("as it is", 75), "options": old}] if old else []
        menu = _grouped_menu([*before, *groups], chosen)
    else:
        menu = ask.select_menu(CATEGORY, [*old, *(_whole(one) for one in taxonomy.categories)], chosen)
    return ask.field_block(CATEGORY, "Category", menu, hint="Why the customer had to write.")


def _no_longer_used(name: str) -> Block:
    return ask.option(f"{kit.clip(name, 50)} (no longer used)", name)


def _whole(category: str) -> Block:
    return ask.option(category, category)


def _below(category: str, subcategories: Sequence[str]) -> list[Block]:
    return [ask.option(path(category, one), path(category, one)) for one in subcategories[: kit.OPTIONS_MAX - 1]]


def _grouped_menu(groups: Sequence[Block], chosen: str | None) -> Block:
    menu = {
        "type": "static_select",
        "action_id": CATEGORY,
        "placeholder": kit.plain("Choose…"),
        "option_groups": list(groups)[: kit.OPTIONS_MAX],
    }
    options = (option for group in groups for option in group["options"])
    initial = next((option for option in options if option["value"] == chosen), None)
    return menu | ({"initial_option": initial} if initial else {})


def _field(slot: str, label: str, names: Sequence[str], chosen: str | None) -> Block:
    """A menu that may stay empty; what the ticket has stays on it, used no longer or not."""
    old = [_no_longer_used(chosen)] if chosen and chosen not in names else []
    options = [*old, *(ask.option(name, name) for name in names)]
    return ask.field_block(slot, label, ask.select_menu(slot, options, chosen), optional=True)


HELP = (
    ("T-12 {category}", "tags it; words may be shortened, misspelt ones are asked back"),
    ("T-12 {category} {area}", "with a product area, in any order"),
    ("T-12 sentiment:negative root:user_error resolution:agent_resolved", "whatever else a ticket can carry"),
    ("T-12 area:none", "takes a tag away"),
    ("T-12 T-13 {category}", "tags several at once: all of them or none"),
    ("T-12", "opens a window with every choice"),
    ("report [7d, 30d, 90d]", "why customers wrote, compared with the period before"),
)


def help_(prefix: str, taxonomy: Taxonomy) -> Message:
    """What `/tag` can do, and the names there are."""
    typed = command(prefix, "tag")
    there = {"category": next(iter(taxonomy.categories)), "area": next(iter(taxonomy.areas), "api")}
    forms = "\n".join(f"`{typed} {form.format(**there)}` — {meaning}" for form, meaning in HELP)
    note = "A ticket is `T-12`, `t12`, `#12`, `12` or its helpdesk id. Only you see the answers."
    names = _known(None, taxonomy)
    return Message(
        f"{typed}: what it can do\n{forms}\n{names}",
        [kit.section(f"*{typed}*\n{forms}"), kit.section(names), kit.context(note)],
    )


def tags_chosen(values: Mapping[str, str | None], was: Mapping[str, str | None]) -> dict[str, str | None]:
    """What was changed in the window: the slots whose choice is another than they opened with."""
    return {slot: values[slot] for slot in was if slot in values and values[slot] != was[slot]}
