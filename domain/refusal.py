"""What a person asked and cannot have: each reason is a type, its sentence is built in `bot.blocks.refusals`."""

from collections.abc import Sequence


class Refusal(Exception):
    """What was asked cannot be done, for a reason the person can understand. Nothing was changed."""


class Unavailable(Refusal):
    """What is needed for it is not to be had now: nobody's mistake, and no news about the ticket."""


class WindowTooLate(Unavailable):
    """Slack's time for opening a window was over."""


class NoToken(Unavailable):
    """Slack does not take the bot's token."""


class SlackAway(Unavailable):
    """Slack did not answer, or not with what was asked for."""


class UnknownTicket(Refusal):
    """No ticket answers to this reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class MoveRefused(Refusal):
    """The status machine has no such move."""

    def __init__(self, number: int, current: str, wanted: str, possible: Sequence[str]) -> None:
        super().__init__(f"T-{number}: {current} -> {wanted}")
        self.number, self.current, self.wanted, self.possible = number, current, wanted, tuple(possible)


class AlreadySo(Refusal):
    """The ticket is as it was asked to be; `what` says how, as in "solved" or "assigned to"."""

    def __init__(self, number: int, what: str, person: str | None = None) -> None:
        super().__init__(f"T-{number} is already {what}")
        self.number, self.what, self.person = number, what, person


class TakenBySomebody(Refusal):
    """The ticket is somebody else's: taking it over is a decision of its own."""

    def __init__(self, number: int, person: str) -> None:
        super().__init__(f"T-{number} is with {person}")
        self.number, self.person = number, person


class CategoryMissing(Refusal):
    """A ticket is not solved without a category."""

    def __init__(self, number: int) -> None:
        super().__init__(f"T-{number} has no category")
        self.number = number


class ChangedMeanwhile(Refusal):
    """Somebody else changed the ticket since it was looked at; `kind` and `actor` say what they did."""

    def __init__(self, number: int, actor: str, kind: str, fields: dict[str, list[object]]) -> None:
        super().__init__(f"T-{number} was changed by {actor}: {kind}")
        self.number, self.actor, self.kind, self.fields = number, actor, kind, fields


class NothingToUndo(Refusal):
    """The sender changed nothing lately, of ticket `number` or of any; `minutes` is how far back an undo reaches."""

    def __init__(self, minutes: int, number: int | None = None) -> None:
        super().__init__(f"nothing in the last {minutes} minutes")
        self.minutes, self.number = minutes, number


class CannotUndo(Refusal):
    """The change cannot be taken back; `why` is the rest of the sentence."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"T-{number}: {why}")
        self.number, self.why = number, why


class StaleButton(Refusal):
    """The value of a button or menu means nothing here (any more)."""


class OtherWorkspace(Refusal):
    """The person is of a workspace that this bot is not at home in, as in a channel that two companies share."""


class NotUnderstood(Refusal):
    """A command whose words make no sense; `usage` is the form that would."""

    def __init__(self, problem: str, usage: str) -> None:
        super().__init__(problem)
        self.problem, self.usage = problem, usage


class NotAllowed(Refusal):
    """Only `role` ("a lead", "a reviewer") may do this."""

    def __init__(self, role: str, what: str) -> None:
        super().__init__(f"only {role} may {what}")
        self.role, self.what = role, what


class NoChannel(Refusal):
    """Nothing says where this goes; `line` is the line of rethrow.toml to add."""

    def __init__(self, what: str, line: str) -> None:
        super().__init__(f"{what}: add {line}")
        self.what, self.line = what, line


class UnknownWord(Refusal):
    """A word that the command does not know; `meant` are those it may stand for."""

    def __init__(self, word: str, meant: Sequence[str], command: str, rest: str) -> None:
        super().__init__(f"{command}: {word}")
        self.word, self.meant, self.command, self.rest = word, tuple(meant), command, rest


class HandoffAlready(Refusal):
    """The handoff is `state` already, by `person`; a second click changes nothing."""

    def __init__(self, number: int, state: str, person: str) -> None:
        super().__init__(f"T-{number}: handoff {state}")
        self.number, self.state, self.person = number, state, person


class OwnHandoff(Refusal):
    """Whoever asked for help cannot be the one who answers."""

    def __init__(self, number: int) -> None:
        super().__init__(f"T-{number}: own handoff")
        self.number = number


class OwnTicket(Refusal):
    """Nobody scores a ticket that they had themselves."""

    def __init__(self, number: int) -> None:
        super().__init__(f"T-{number}: own ticket")
        self.number = number


class NotFinished(Refusal):
    """Only what is solved or closed is reviewed."""

    def __init__(self, number: int, status: str) -> None:
        super().__init__(f"T-{number} is {status}")
        self.number, self.status = number, status


class NobodyToReview(Refusal):
    """Nobody had the ticket when it was solved, so there is nobody whose work could be reviewed."""

    def __init__(self, number: int) -> None:
        super().__init__(f"T-{number}: nobody had it")
        self.number = number


class ReviewedBySomebody(Refusal):
    """A review is its reviewer's: they alone revise it."""

    def __init__(self, number: int, reviewer: str) -> None:
        super().__init__(f"T-{number} was reviewed by {reviewer}")
        self.number, self.reviewer = number, reviewer


class NoReviewForYou(Refusal):
    """There is no review of the ticket that the one who asks may read, or none at all: which of them is not said."""

    def __init__(self, number: int) -> None:
        super().__init__(f"T-{number}: no review to be shown")
        self.number = number


class CalibrationOver(Refusal):
    """The calibration is not open (any more); `number` is None for a preview."""

    def __init__(self, number: int | None) -> None:
        super().__init__(f"calibration {number} is over")
        self.number = number


class NoCalibration(Refusal):
    """There is no calibration that fits; `what` says which was meant: "open", or its number."""

    def __init__(self, what: str) -> None:
        super().__init__(f"no calibration: {what}")
        self.what = what


class TooFewReviewers(Refusal):
    """A calibration of so few reviewers could not reach its quorum, on a ticket (`number`) or at all."""

    def __init__(self, named: int, quorum: int, number: int | None = None) -> None:
        super().__init__(f"{named} of {quorum} reviewers")
        self.named, self.quorum, self.number = named, quorum, number


class NothingToCalibrate(Refusal):
    """No ticket was solved lately that was not calibrated before; `days` is how far back was looked."""

    def __init__(self, days: int) -> None:
        super().__init__(f"nothing solved in {days} days")
        self.days = days
