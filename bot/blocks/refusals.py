"""Why something was not done, and what can be done instead: one sentence for each Refusal."""

from functools import singledispatch

from bot.blocks import kit
from bot.blocks.kit import Message, Modal
from bot.blocks.tickets import actor, did
from domain import refusal
from domain.ticket_reference import shown


def refused(reason: refusal.Refusal, prefix: str = "") -> Message:
    """The answer to a person who asked for what cannot be done. `prefix` is that of the slash commands."""
    return Message(sentence(reason).replace("`/", f"`/{prefix}"))


def window(told: Message) -> Modal:
    """The same in a window, in the place of the one that was submitted."""
    return kit.modal("told", "Not done", [kit.section(told.text)], submit=None)


@singledispatch
def sentence(reason: refusal.Refusal) -> str:
    """The sentence for a reason, escaped, with commands written without a prefix."""
    return kit.escape(str(reason))


@sentence.register
def _(reason: refusal.WindowTooLate) -> str:
    return "That took too long for Slack, so the window did not open. Nothing changed: please try again."


@sentence.register
def _(reason: refusal.NoToken) -> str:
    return (
        "Slack does not take my token at the moment, so the window did not open. Nothing changed: "
        "tell whoever runs Rethrow, and try again afterwards."
    )


@sentence.register
def _(reason: refusal.SlackAway) -> str:
    return "Slack did not open the window. Nothing changed: please try again in a moment."


@sentence.register
def _(reason: refusal.UnknownTicket) -> str:
    typed = kit.escape(kit.clip(kit.as_typed(reason.reference), 60))
    return f"There is no ticket `{typed}`. `/ticket list` shows what is open."


@sentence.register
def _(reason: refusal.MoveRefused) -> str:
    if reason.current == "closed":
        return (
            f"{shown(reason.number)} is closed, so it cannot be {_moved(reason.wanted)}. "
            f"If the customer wrote again, `/ticket customer {shown(reason.number)}` starts a follow-up."
        )
    possible = ", ".join(f"*{status}*" for status in reason.possible)
    return (
        f"{shown(reason.number)} is {reason.current}: it cannot be {_moved(reason.wanted)}. Possible now: {possible}."
    )


def _moved(wanted: str) -> str:
    return f"moved to {wanted}" if wanted in ("open", "new", "pending", "escalated") else wanted


@sentence.register
def _(reason: refusal.AlreadySo) -> str:
    who = f" {kit.person(reason.person)}" if reason.person and reason.what == "assigned to" else ""
    return f"{shown(reason.number)} is already {reason.what}{who}. Nothing changed."


@sentence.register
def _(reason: refusal.TakenBySomebody) -> str:
    number = shown(reason.number)
    return f"{number} is with {kit.person(reason.person)}. To take it over: `/ticket assign {number} me`."


@sentence.register
def _(reason: refusal.CategoryMissing) -> str:
    number = shown(reason.number)
    return f"{number} has no category yet: `/tag {number} …`, or choose one in `/ticket solve {number}`."


@sentence.register
def _(reason: refusal.ChangedMeanwhile) -> str:
    what = did(reason.kind, {name: tuple(pair) for name, pair in reason.fields.items()})
    who = actor(reason.actor)
    return f"{who} was faster on {shown(reason.number)}: {who} {what}. Nothing was overwritten."


@sentence.register
def _(reason: refusal.NothingToUndo) -> str:
    where = f" on {shown(reason.number)}" if reason.number else ""
    return f"You changed nothing{where} in the last {reason.minutes} minutes that could be undone."


@sentence.register
def _(reason: refusal.CannotUndo) -> str:
    return f"{shown(reason.number)}: that cannot be undone, {kit.escape(reason.why)}."


@sentence.register
def _(reason: refusal.StaleButton) -> str:
    return "That button is no longer good. Nothing changed: `/ticket list` and `/tag report` show things anew."


@sentence.register
def _(reason: refusal.OtherWorkspace) -> str:
    return "I work for the support team of another workspace, so only its members can do that. Nothing changed."


@sentence.register
def _(reason: refusal.NotUnderstood) -> str:
    return f"{kit.escape(reason.problem)} Try `{kit.escape(reason.usage)}`."


@sentence.register
def _(reason: refusal.NotAllowed) -> str:
    return f"Only {reason.role} may {reason.what}. Leads and reviewers are named in `rethrow.toml` under `[team]`."


@sentence.register
def _(reason: refusal.NoChannel) -> str:
    return f"There is no channel for {reason.what}. Add to `rethrow.toml`: `{kit.escape(reason.line)}`."


@sentence.register
def _(reason: refusal.UnknownWord) -> str:
    word = kit.escape(kit.clip(reason.word, 60))
    rest = f" {kit.escape(kit.clip(kit.as_typed(reason.rest), 200))}" if reason.rest else ""
    offered = " or ".join(f"`{reason.command} {meant}{rest}`" for meant in reason.meant)
    if not offered:
        return f"I do not know `{word}`. `{reason.command.split()[0]} help` lists what I do."
    return f"I do not know `{word}`. Did you mean {offered}?"


HANDOFF_STATES = {
    "open": "is open since {who} escalated it",
    "acknowledged": "was acknowledged by {who}",
    "declined": "was declined by {who}",
    "handed_back": "was handed back by {who}",
    "resolved": "was resolved by {who}",
    "withdrawn": "is over: {who} moved the ticket on",
}


@sentence.register
def _(reason: refusal.HandoffAlready) -> str:
    state = HANDOFF_STATES[reason.state].format(who=actor(reason.person))
    return f"The handoff of {shown(reason.number)} {state}. Nothing changed."


@sentence.register
def _(reason: refusal.OwnHandoff) -> str:
    number = shown(reason.number)
    return f"You handed {number} on, so somebody else answers. To take it back: `/ticket open {number}`."


@sentence.register
def _(reason: refusal.OwnTicket) -> str:
    return f"{shown(reason.number)} is one you had yourself, so others score it. You score the rest."


@sentence.register
def _(reason: refusal.NotFinished) -> str:
    return f"{shown(reason.number)} is {reason.status}: only solved and closed tickets are reviewed."


@sentence.register
def _(reason: refusal.NobodyToReview) -> str:
    return f"Nobody had {shown(reason.number)} when it was solved, so there is nobody whose work could be reviewed."


@sentence.register
def _(reason: refusal.ReviewedBySomebody) -> str:
    return f"{shown(reason.number)} was reviewed by {kit.person(reason.reviewer)}, who alone can revise it."


@sentence.register
def _(reason: refusal.NoReviewForYou) -> str:
    return (
        f"There is no review of {shown(reason.number)} for you to read. "
        "A review is shown to whose work it is about, to its reviewer and to the leads."
    )


@sentence.register
def _(reason: refusal.CalibrationOver) -> str:
    if reason.number is None:
        return "That preview was posted or cancelled already. `/calibrate status` shows what is open."
    return f"Calibration {reason.number} is not open any more, so nothing was changed. `/calibrate history` looks back."


@sentence.register
def _(reason: refusal.NoCalibration) -> str:
    if reason.what == "open":
        return "No calibration is open. A lead starts one: `/calibrate start`."
    return (
        f"There is no calibration {kit.escape(kit.clip(reason.what, 20))} that is open. `/calibrate status` lists them."
    )


@sentence.register
def _(reason: refusal.TooFewReviewers) -> str:
    if reason.number is not None:
        number = shown(reason.number)
        return f"All but {reason.named} of the reviewers had {number} themselves: name others, or leave it out."
    return (
        f"A calibration needs {reason.quorum} reviewers at least, and there are {reason.named}. Name them: "
        "`/calibrate start @ana @ben @cleo`, or list them in `rethrow.toml` under `[team]` as `reviewers`."
    )


@sentence.register
def _(reason: refusal.NothingToCalibrate) -> str:
    return (
        f"No ticket was solved in the last {reason.days} days that was not calibrated before. "
        "Name some: `/calibrate start T-1 T-2`."
    )


def database_does_not_answer() -> Message:
    """Whether it was done is not known for certain: the connection may have broken while it was being committed."""
    return Message(
        "Rethrow's database does not answer at the moment, so I cannot say that this was done."
        " Look again in a minute, and if it is not there, send it once more."
    )


def nothing_can_be_stored() -> Message:
    """The disk is full, or the database may only be read: the change was taken back whole."""
    return Message(
        "This could not be stored, so nothing has changed: the disk of Rethrow's database is full, or may only be read."
        " Tell whoever runs Rethrow, and send it again afterwards."
    )


def failed(reference: str) -> Message:
    """Something unforeseen; the reference is in the log."""
    return Message(
        f"Sorry, that went wrong on our side and nothing was changed. Reference for your admin: `{reference}`."
    )
