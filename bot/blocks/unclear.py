"""What a command could not make sense of, with the form that makes sense."""

from collections.abc import Sequence

from domain.refusal import NotUnderstood
from domain.ticket_reference import shown

CALIBRATE_START = "/calibrate start @ana @ben @cleo until tomorrow 17:00"
DIGEST_WEEKLY = "/digest weekly"


def assign_to_whom(number: int) -> NotUnderstood:
    """No person was named."""
    return NotUnderstood("Assign it to whom?", f"/ticket assign {shown(number)} @person")


def which_priority(number: int) -> NotUnderstood:
    """What was named is no priority."""
    return NotUnderstood("Which priority: P0, P1, P2 or P3?", f"/ticket priority {shown(number)} P1")


def which_rating(number: int) -> NotUnderstood:
    """What was given is no rating."""
    return NotUnderstood("A rating is 1 to 5.", f"/ticket csat {shown(number)} 4")


def no_link() -> NotUnderstood:
    """What should say how the next customer is spared is no link."""
    return NotUnderstood("A link starts with https://.", "/ticket solve T-12 article https://…")


def tagged_as_what(references: Sequence[str], category: str) -> NotUnderstood:
    """Several tickets, and no word for them; `category` is one that there is."""
    return NotUnderstood("Tag them as what?", f"/tag {' '.join(references)} {category}")


def too_many_to_tag(most: int, category: str) -> NotUnderstood:
    """More tickets than one line may tag."""
    return NotUnderstood(f"At most {most} tickets at once.", f"/tag T-12 {category}")


def which_period(said: str) -> NotUnderstood:
    """A report over a period that there is not."""
    return NotUnderstood(f"A report is over 7d, 30d or 90d, not {said}.", "/tag report 30d")


def handoffs_of_which() -> NotUnderstood:
    """A history without a ticket."""
    return NotUnderstood("The history of which ticket?", "/escalate history T-12")


def review_of_which() -> NotUnderstood:
    """A review without a ticket."""
    return NotUnderstood("The review of which ticket?", "/review show T-12")


def one_ticket_at_a_time(first: str) -> NotUnderstood:
    """The clocks of several tickets; `first` is the one named first."""
    return NotUnderstood("One ticket at a time.", f"/sla {first}")


def no_such_digest(word: str) -> NotUnderstood:
    """A digest that the config does not have."""
    return NotUnderstood(f"There is no digest {word}.", DIGEST_WEEKLY)


def no_week(word: str) -> NotUnderstood:
    """What was named is no ISO week."""
    return NotUnderstood(f"{word} is not a week.", f"{DIGEST_WEEKLY} 2026-W12")


def week_to_come(name: str) -> NotUnderstood:
    """The week has not begun."""
    return NotUnderstood(f"{name} has not begun.", DIGEST_WEEKLY)


def which_calibration() -> NotUnderstood:
    """What was named is no calibration's number."""
    return NotUnderstood("Which calibration?", "/calibrate close 3")


def several_calibrations(numbers: Sequence[int | None]) -> NotUnderstood:
    """More than one is open, and none was named."""
    named = ", ".join(map(str, numbers))
    return NotUnderstood(f"Several are open: {named}.", f"/calibrate close {numbers[0]}")


def not_a_member(name: str) -> NotUnderstood:
    """A reviewer's name that Slack did not make a mention of."""
    problem = f"{name} is not a member: choose each name from the list that Slack offers while you type."
    return NotUnderstood(problem, CALIBRATE_START)


def no_such_time(said: str) -> NotUnderstood:
    """The end of a calibration names no time."""
    return NotUnderstood(f"{said!r} names no time in the next month.", CALIBRATE_START)


def too_many_to_calibrate(most: int) -> NotUnderstood:
    """More tickets than one calibration may have."""
    return NotUnderstood(f"At most {most} tickets at a time.", CALIBRATE_START)


def preview_out_of_time() -> NotUnderstood:
    """A preview whose end has passed before it was posted."""
    return NotUnderstood("Its time is over by now.", CALIBRATE_START)
