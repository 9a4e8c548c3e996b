"""What a closed calibration found: a table a ticket, how far reviewers agree, and to each alone how they lean."""

from collections.abc import Mapping, Sequence

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import assignee, category, customer
from bot.blocks.words import counted
from domain.agreement import TRUSTED_FROM, Estimate, Reading
from domain.calibration import Item, Session
from domain.calibration_result import TOTAL, Driver, Result, TicketResult
from domain.scorecard import LABELS, SHORT
from domain.ticket import Ticket
from domain.ticket_reference import shown

AGREE, NOTE = "calibration_agree", "calibration_note"
STEPS_SHOWN = 6
COMMENT_SHOWN, COMMENTS_SHOWN = 200, 2200  # characters: of one, of all under a ticket
READINGS = {
    Reading.RELIABLE: "reviewers judge alike",
    Reading.TENTATIVE: "reviewers mostly judge alike: good enough for a tentative conclusion",
    Reading.UNRELIABLE: "reviewers judge differently: scores say as much about the reviewer as about the ticket",
    Reading.NO_BETTER_THAN_CHANCE: "no better than chance: scores cannot be compared between reviewers",
}


def label(dimension: str) -> str:
    """A dimension as people call it."""
    return "Total" if dimension == TOTAL else LABELS[dimension]


def figure(estimate: Estimate) -> str:
    """`0.71`, or a dash; `0.797` where two digits would read as another band's."""
    if estimate.value is None:
        return "–"
    rounded = Estimate(round(estimate.value, 2), estimate.units)
    return f"{estimate.value:z.{2 if rounded.reading is estimate.reading else 3}f}"


def points(value: float) -> str:
    """`84.5`, `84`."""
    return f"{value:.1f}".removesuffix(".0")


def reading(estimate: Estimate) -> str:
    """A coefficient in words, with what it rests on."""
    if estimate.reading is None:
        return f"not shown: {estimate.why}"
    resting = counted(estimate.units, "ticket")
    if not estimate.trusted:
        resting += f", so a hint; to be trusted from {TRUSTED_FROM}"
    return f"{READINGS[estimate.reading]} ({resting})"


def alpha(estimate: Estimate) -> str:
    """`Krippendorff's alpha 0.71: reviewers judge alike (9 tickets)`, its figure in bold, or why there is none."""
    if estimate.reading is None:
        return f"Krippendorff's alpha is not shown: {estimate.why}"
    return f"*Krippendorff's alpha {figure(estimate)}*: {reading(estimate)}"


def ticket_post(
    session: Session, item: Item, ticket: Ticket, place: int, found: TicketResult, dimensions: Mapping[str, int]
) -> Message:
    """A ticket's post after the close: names, the table, how far apart, and what was agreed on."""
    head = f"{place} of {len(session.items)} · {shown(ticket.number)} · {kit.escape(kit.clip(ticket.subject, 150))}"
    names = f"Customer: {customer(ticket)} · handled by {assignee(ticket)} · {category(ticket)}"
    outcome = _outcome(found)
    blocks = [kit.section(f"*{head}*\n{names}")]
    blocks += [_table(found, dimensions)] if found.scores else []
    blocks.append(kit.section(outcome))
    blocks += _comments(found)
    blocks += [kit.section(agreed(item))] if item.agreed else []
    value = f"{session.session_id}:{ticket.number}"
    offered = (
        kit.button("Change the agreed score…" if item.agreed else "Agreed score…", AGREE, value),
        kit.button("Rubric note…", NOTE, value),
    )
    totals = ", ".join(f"{kit.person(who)} {total}" for who, total in found.totals.items())
    return Message(f"{head}\n{outcome}\n{totals}", [*blocks, kit.actions(*offered)])


def _table(found: TicketResult, dimensions: Mapping[str, int]) -> Block:
    """Reviewers by dimensions. The total comes first: on a phone the rest has to be scrolled to."""
    rows: list[list[str | Block]] = [["", "Total", *(f"{SHORT[name]} /{most}" for name, most in dimensions.items())]]
    for who, given in found.scores.items():
        rows.append([kit.person_cell(who), str(found.totals[who]), *(str(given[name]) for name in dimensions)])
    columns = [[given[name] for given in found.scores.values()] for name in dimensions]
    columns.insert(0, list(found.totals.values()))
    if len(found.scores) > 1:
        rows.append(["Mean", *(points(sum(column) / len(column)) for column in columns)])
        rows.append(["Range", *(str(max(column) - min(column)) for column in columns)])
    return kit.table(rows, ["left", *("right" for _ in columns)])


def _outcome(found: TicketResult) -> str:
    if found.mean is None:
        return "Nobody scored it."
    if found.range is None:
        return f"One score: {points(found.mean)}."
    told = f"Mean *{points(found.mean)}*, range *{found.range}*, r*wg {figure(found.rwg)}."
    if not found.flagged or found.driver is None:
        return f"{told} Close enough."
    return f":speech_balloon: *Discuss.* {told} {driven(found.driver)}"


def driven(driver: Driver) -> str:
    """Which dimension drives a difference, and who is at its ends."""
    high, low = (" ".join(map(kit.person, people)) for people in (driver.highest_by, driver.lowest_by))
    return (
        f"*{label(driver.dimension)}* drives it, {driver.apart} points apart: {high} gave {driver.highest}, "
        f"{low} gave {driver.lowest}."
    )


def _comments(found: TicketResult) -> list[Block]:
    lines, budget = [], COMMENTS_SHOWN
    for who, comments in found.comments.items():
        for name, text in comments.items():
            line = (
                f"{kit.person(who)} on {label(name).lower()}: {kit.escape(kit.clip(kit.one_line(text), COMMENT_SHOWN))}"
            )
            budget -= len(line)
            if text.strip() and budget > 0:
                lines.append(line)
    return [kit.context("\n".join(lines))] if lines else []


def agreed(item: Item) -> str:
    """What was agreed on after the discussion."""
    given = item.agreed or {}
    parts = ", ".join(f"{label(name).lower()} {value}" for name, value in given.items())
    return f":handshake: Agreed: *{sum(given.values())}* ({parts}), recorded by {kit.person(item.agreed_by)}"


def summary(session: Session, result: Result) -> Message:
    """In the thread: how far reviewers agree, over all and by dimension, and which tickets to discuss."""
    head = f"Calibration {session.number}: how far {len(result.reviewers)} reviewers agree"
    said = f"{alpha(result.alpha)}."
    small = [*_icc(result), f"{counted(result.units, 'ticket was', 'tickets were')} scored by two or more"]
    estimates = {TOTAL: result.alpha, **result.alpha_by_dimension}
    rows = [["", "Alpha", "Reading"], *([label(name), figure(one), _short(one)] for name, one in estimates.items())]
    known = any(one.value is not None for one in estimates.values())
    discuss = [
        f"• *{shown(one.number)}*: range {one.range}. {driven(one.driver)}" for one in result.flagged if one.driver
    ]
    lines = [f":speech_balloon: *To discuss*: {len(discuss)} of {len(result.tickets)}", *discuss]
    rwg = " · ".join(f"{shown(one.number)} {figure(one.rwg)}" for one in result.tickets)
    blocks = [
        kit.header(head),
        kit.section(said),
        *([kit.table(rows, ["left", "right", "left"])] if known else []),
        kit.context(" · ".join(small), f"r*wg: {rwg}"),
        kit.section("\n".join(lines) if discuss else "Nothing to discuss: no ticket is over 10 points apart."),
    ]
    return Message("\n".join([head, said, *small, f"r*wg: {rwg}", *lines]), blocks)


def _icc(result: Result) -> list[str]:
    """ICC(2,1), or why there is none, unless alpha says that already."""
    if result.icc.value is not None:
        return [f"ICC(2,1) {figure(result.icc)}"]
    return [] if result.icc.why == result.alpha.why else [f"No ICC(2,1): {result.icc.why}"]


def _short(estimate: Estimate) -> str:
    return str(estimate.reading or estimate.why)


def leaning(
    session: Session, own: Mapping[str, Estimate], before: Sequence[tuple[int, Mapping[str, Estimate]]]
) -> Message:
    """To a reviewer alone: how strict or lenient they were against the others, and in the calibrations before."""
    total = own[TOTAL]
    head = f"Calibration {session.number}: how you score beside the others"
    said = _lean_in_words(total)
    earlier = [one for _, one in before]
    rows = [["", "This time", "Tickets", f"Before ({len(before)})"]]
    rows += [[label(name), _signed(one), str(one.units), _mean_before(name, earlier)] for name, one in own.items()]
    steps = [*((number, one[TOTAL]) for number, one in before[-STEPS_SHOWN:]), (session.number, total)]
    so_far = "Total by calibration: " + " → ".join(f"{_signed(one)} (no. {number})" for number, one in steps)
    note = (
        "Points above (lenient, +) or below (strict, −) the mean of the others on the same tickets. Only you see this."
    )
    lines = "\n".join(f"{row[0]}: {row[1]} (before {row[3]})" for row in rows[1:])
    table = kit.table(rows, ["left", "right", "right", "right"])
    return Message(f"{head}\n{said}\n{lines}", [kit.section(f"*{head}*\n{said}"), table, kit.context(so_far, note)])


def _lean_in_words(total: Estimate) -> str:
    if total.value is None:
        return f"Nothing to tell: {total.why}."
    apart = points(abs(total.value))
    if apart == "0":
        return "On the total you were level with the others."
    return f"On the total you were {apart} points {'more lenient' if total.value > 0 else 'stricter'} than the others."


def _signed(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return _with_sign(estimate.value)


def _with_sign(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0"


def _mean_before(name: str, before: Sequence[Mapping[str, Estimate]]) -> str:
    known = [value for one in before if name in one and (value := one[name].value) is not None]
    return _with_sign(sum(known) / len(known)) if known else "–"


def agreement_kept(number: int, total: int) -> Message:
    """To whoever recorded it."""
    return Message(f":handshake: {total} is recorded as the agreed score of {shown(number)}.")


def noted(number: int, dimension: str, text: str, by: str) -> Message:
    """In the thread: a rubric note."""
    told = (
        f":round_pushpin: *Rubric, {label(dimension).lower()}* ({shown(number)}, {kit.person(by)}): {kit.escape(text)}"
    )
    return kit.paragraph(told)


def note_kept(dimension: str) -> Message:
    """To whoever wrote it."""
    return Message(
        f":round_pushpin: Saved. From the next calibration on, reviewers see it at {label(dimension).lower()}."
    )
