"""An open calibration: its post, the post of each ticket with a Score button, and what reviewers are told alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from bot.blocks.tickets import PRIORITY_SIGN, category
from bot.blocks.words import command, span, times
from domain.calibration import Session
from domain.calibration_rules import How, State, Step
from domain.ticket import Ticket
from domain.ticket_reference import shown
from domain.veil import veiled

SCORE = "calibration_score"
SUBJECT_SHOWN, BODY_SHOWN, BUTTONS_SHOWN = 150, 1500, 10
COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
HOW = {How.TIME: "its time was over", How.ALL_VOTED: "everybody had voted", How.LEAD: "{who} closed it"}


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who has voted, and who has begun to; each in the order of the invitation, which tells nothing."""

    voted: Sequence[str] = ()
    begun: Sequence[str] = ()


def tickets_named(count: int) -> str:
    """`five tickets`, `one ticket`."""
    word = COUNTED[count] if count < len(COUNTED) else str(count)
    return f"{word} ticket{'' if count == 1 else 's'}"


def session_post(session: Session, turnout: Turnout) -> Message:
    """The post that the tickets are in the thread of."""
    head = f"Calibration {session.number}: {tickets_named(len(session.items))}"
    people = " ".join(kit.person(one) for one in session.reviewers)
    if session.state is State.OPEN:
        said = (
            f"Score each ticket in this thread on your own, until {kit.when(session.until)}. "
            "You may change your scores until then. Nobody sees anybody's scores before the close, leads included."
        )
        more = f"\n:hourglass: Extended once: {session.quorum} have to vote." if session.extended else ""
        blocks = [kit.header(head), kit.section(said + more), kit.section(f"*Reviewers*: {people}")]
        blocks.append(kit.context(voted(session, turnout)))
        return Message(f"{head}. {said}", blocks)
    said = over(session, turnout)
    return Message(f"{head}. {said}", [kit.header(head), kit.section(said), kit.context(f"Reviewers: {people}")])


def voted(session: Session, turnout: Turnout) -> str:
    """Who has voted so far."""
    if not turnout.voted and not turnout.begun:
        return f"Nobody of {len(session.reviewers)} has voted yet."
    done = "".join(f" :white_check_mark: {kit.person(one)}" for one in turnout.voted)
    begun = "".join(f" :writing_hand: {kit.person(one)} has begun" for one in turnout.begun)
    return f"*{len(turnout.voted)} of {len(session.reviewers)}* voted:{done}{begun}"


def over(session: Session, turnout: Turnout) -> str:
    """How it ended."""
    who = kit.person(session.ended_by)
    how = HOW[session.ended_how or How.TIME].format(who=who)
    count = len(turnout.voted) + len(turnout.begun)
    if session.state is State.TOO_FEW:
        return (
            f"Closed as *too few*: {how}, and {count} of {session.quorum} needed had voted. There is no result, "
            "and what was scored stays sealed."
        )
    turned_out = "" if session.ended_how is How.ALL_VOTED else f" {count} of {len(session.reviewers)} voted."
    return f"*Closed*: {how}.{turned_out} The result is in this thread."


def ticket_post(session: Session, ticket: Ticket, place: int) -> Message:
    """A ticket to be scored, without the names of the customer and of those who handled it."""
    head = f"{place} of {len(session.items)} · {shown(ticket.number)} · {subject(ticket)}"
    button = kit.button("Score…", SCORE, f"{session.session_id}:{ticket.number}", "primary")
    body = veil(ticket, ticket.body)
    blocks = [kit.section(f"*{head}*")]
    blocks += [kit.section(kit.escape(kit.clip(body, BODY_SHOWN)))] if body.strip() else []
    blocks += [kit.fields(what_happened(ticket)), kit.actions(button)]
    blocks.append(kit.context("Names of the customer and of those who handled it are left out until the close."))
    return Message(head, blocks)


def too_few_post(session: Session, ticket: Ticket, place: int) -> Message:
    """The same once it closed without a result: no button, and no names."""
    head = f"{place} of {len(session.items)} · {shown(ticket.number)} · {subject(ticket)}"
    return Message(head, [kit.section(f"*{head}*"), kit.context("Closed as too few: what was scored stays sealed.")])


def veil(ticket: Ticket, text: str) -> str:
    """A ticket's text without names."""
    mailbox = (ticket.assignee_email or "").partition("@")[0]
    return veiled(text, [ticket.customer_name], [mailbox])


def subject(ticket: Ticket) -> str:
    """The subject without names, escaped."""
    return kit.escape(kit.clip(kit.one_line(veil(ticket, ticket.subject)), SUBJECT_SHOWN))


def what_happened(ticket: Ticket) -> list[str]:
    """The facts of a ticket that name nobody."""
    facts = [
        f"*Category*\n{category(ticket)}",
        f"*Priority*\n{PRIORITY_SIGN[ticket.priority]} {ticket.priority}",
        f"*Came in*\n{kit.when(ticket.created_at)}",
        f"*First response*\n{_after(ticket, ticket.first_response_at)}",
        f"*Solved*\n{_after(ticket, ticket.solved_at)}",
        f"*Messages*\n{ticket.customer_replies} from the customer, {ticket.agent_replies} from us",
    ]
    if ticket.reopened:
        facts.append(f"*Reopened*\n{times(ticket.reopened)}")
    if ticket.url:
        facts.append(f"*In the helpdesk*\n{kit.link(ticket.url, 'open it')}")
    return facts


def _after(ticket: Ticket, instant: datetime | None) -> str:
    return "_not yet_" if instant is None else f"after {span(instant - ticket.created_at)}"


def nudge(session: Session, step: Step, missing: Sequence[int]) -> Message:
    """To one reviewer: what they have not scored yet, with the buttons to do so."""
    names = ", ".join(shown(number) for number in missing)
    head = "Last call" if step is Step.LAST_CALL else "Half of the time is over"
    ends = f"calibration {session.number} closes {kit.when(session.until)}"
    text = f":hourglass_flowing_sand: {head}: {ends}. Yours to score: {names}."
    return Message(text, [kit.section(text), *to_score(session, missing)])


def to_score(session: Session, missing: Sequence[int]) -> list[Block]:
    """A line and a button for each ticket that is left to score."""
    return [
        kit.section(shown(number), kit.button("Score…", SCORE, f"{session.session_id}:{number}"))
        for number in missing[:BUTTONS_SHOWN]
    ]


def extended(session: Session, have: int) -> Message:
    """In the thread: too few have voted, so there is more time, once."""
    text = (
        f":hourglass: {have} of {session.quorum} needed have voted, so it runs on until {kit.when(session.until)}. "
        "After that it is closed as too few."
    )
    return kit.paragraph(text)


def scored(session: Session, number: int, left: Collection[int], again: bool) -> Message:
    """To whoever submitted: it is kept. No score is repeated, so that none stands in the channel's view."""
    rest = ", ".join(shown(one) for one in sorted(left))
    more = f" Yours to score: {rest}." if rest else " That was your last one, thank you."
    verb = "changed" if again else "kept"
    text = f":ballot_box_with_ballot: Your score of {shown(number)} is {verb}; only you can see it.{more}"
    return kit.paragraph(text)


def status(
    sessions: Sequence[tuple[Session, Turnout, Sequence[int]]], following: datetime | None, prefix: str
) -> Message:
    """Each open calibration: until when, who has voted, and what the asker has left."""
    blocks: list[Block] = []
    for session, turnout, mine in sessions:
        not_yet = [one for one in session.reviewers if one not in (*turnout.voted, *turnout.begun)]
        waiting = f"\nNot yet: {' '.join(kit.person(one) for one in not_yet)}" if not_yet else ""
        told = f"*Calibration {session.number}* in <#{session.channel}>, until {kit.when(session.until)}"
        blocks.append(kit.section(f"{told}\n{voted(session, turnout)}{waiting}"))
        blocks += [kit.context("Yours to score:"), *to_score(session, mine)] if mine else []
    if not blocks:
        blocks.append(kit.section(f"No calibration is open. A lead starts one: `{command(prefix, 'calibrate')} start`"))
    if following is not None:
        blocks.append(kit.context(f"The next one opens by itself: {kit.when(following)}"))
    return Message("\n".join(block["text"]["text"] for block in blocks if block["type"] == "section"), blocks)


def closing(session: Session) -> Message:
    """To the lead who closed it."""
    if session.state is State.OPEN:
        return Message(
            f"Fewer than {session.quorum} have voted, so calibration {session.number} runs on until "
            f"{kit.when(session.until)}, once. Close it again to end it as too few, without a result."
        )
    if session.state is State.TOO_FEW:
        return Message(f"Calibration {session.number} is closed as too few, without a result.")
    return Message(f"Calibration {session.number} is closed. Its result is on the way to <#{session.channel}>.")
