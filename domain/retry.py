"""What an answer of Slack's means for a message that is owed: sent, owed again later, parked, or nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from types import MappingProxyType

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
GIVE_UP_AFTER = 300  # failures, which with these pauses is about a day of trying
RETRY_AFTER_UNSAID = timedelta(seconds=30)
GAVE_UP = "gave_up"
UNANSWERED = "unanswered"
NOT_DRAWN = "not_drawn"


class Mend(Enum):
    """What a person does about a message that cannot be delivered."""

    CHOOSE_CHANNEL = auto()
    UNARCHIVE = auto()
    INVITE = auto()
    NEW_TOKEN = auto()
    ADD_SCOPE = auto()
    ASK_ADMIN = auto()
    REPORT = auto()
    READ_SLACKS_PAGE = auto()
    NOTHING = auto()
    PERSON_GONE = auto()
    RESEND = auto()
    LOOK_AND_RESEND = auto()
    READ_LOG = auto()


# Slack's error codes after which trying again cannot help, from its page on chat.postMessage and chat.update.
PERMANENT: Mapping[str, Mend] = MappingProxyType(
    {
        "channel_not_found": Mend.CHOOSE_CHANNEL,
        "is_archived": Mend.UNARCHIVE,
        "not_in_channel": Mend.INVITE,
        "invalid_auth": Mend.NEW_TOKEN,
        "not_authed": Mend.NEW_TOKEN,
        "account_inactive": Mend.NEW_TOKEN,
        "token_revoked": Mend.NEW_TOKEN,
        "token_expired": Mend.NEW_TOKEN,
        "missing_scope": Mend.ADD_SCOPE,
        "not_allowed_token_type": Mend.NEW_TOKEN,
        "restricted_action": Mend.ASK_ADMIN,
        "restricted_action_read_only_channel": Mend.ASK_ADMIN,
        "restricted_action_thread_only_channel": Mend.ASK_ADMIN,
        "restricted_action_non_threadable_channel": Mend.ASK_ADMIN,
        "restricted_action_thread_locked": Mend.ASK_ADMIN,
        "team_access_not_granted": Mend.ASK_ADMIN,
        "org_login_required": Mend.ASK_ADMIN,
        "ekm_access_denied": Mend.ASK_ADMIN,
        "no_permission": Mend.ASK_ADMIN,
        "access_denied": Mend.ASK_ADMIN,
        "two_factor_setup_required": Mend.ASK_ADMIN,
        "cannot_dm_bot": Mend.PERSON_GONE,
        "user_not_found": Mend.PERSON_GONE,
        "users_not_found": Mend.PERSON_GONE,
        "user_disabled": Mend.PERSON_GONE,
        "messages_tab_disabled": Mend.ASK_ADMIN,
        "invalid_blocks": Mend.REPORT,
        "invalid_blocks_format": Mend.REPORT,
        "invalid_arguments": Mend.REPORT,
        "msg_blocks_too_long": Mend.REPORT,
        "msg_too_long": Mend.REPORT,
        "no_text": Mend.REPORT,
        "too_many_attachments": Mend.REPORT,
        "metadata_too_large": Mend.REPORT,
        "message_not_found": Mend.NOTHING,
        "cant_update_message": Mend.NOTHING,
        "edit_window_closed": Mend.NOTHING,
        "parent_parked": Mend.RESEND,
        GAVE_UP: Mend.RESEND,
        UNANSWERED: Mend.LOOK_AND_RESEND,
        NOT_DRAWN: Mend.READ_LOG,
    }
)
# The channel takes no post of the bot's: another one may.
CHANNEL_PROBLEMS = frozenset(
    code for code, how in PERMANENT.items() if how in (Mend.CHOOSE_CHANNEL, Mend.UNARCHIVE, Mend.INVITE)
)
# The token was good once. Any other that Slack refuses is mistyped, or its app was deleted or installed anew.
TAKEN_BACK = frozenset({"account_inactive", "token_revoked", "token_expired"})
# The token is of no use: nothing else of this workspace would get through either.
TOKEN_PROBLEMS = TAKEN_BACK | {"invalid_auth", "not_authed"}
# The blocks are not taken as they are: nothing was posted, and the same message in plainer blocks may be.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})
_LATER = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Slack: "possible that some aspect of the operation succeeded before the error was raised".
_MAYBE = frozenset({"internal_error", "fatal_error"})
_GATEWAY = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `status` is None when nothing did; `reached` is False when the request cannot have arrived.

    `error` is Slack's code, or None for ok; `retry_after` is in seconds, as Slack sends it.
    """

    status: int | None
    error: str | None = None
    retry_after: float | None = None
    detail: str | None = None
    reached: bool = True
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there."""


@dataclass(frozen=True, slots=True)
class Again:
    """It is not there; owed again after a pause. `limited`: nothing else of its kind may go there until then."""

    after: timedelta
    reason: str
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """It is not there and trying again cannot help: a person must do something."""

    reason: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may be there."""

    reason: str


Verdict = Sent | Again | Parked | Unsure


def judge(reply: Reply, attempts: int) -> Verdict:
    """What the answer to the `attempts`-th try means. Being told to wait is no failure and is never given up."""
    verdict = _plainly(reply, attempts)
    if isinstance(verdict, Again) and not verdict.limited and attempts >= GIVE_UP_AFTER:
        return Parked(GAVE_UP, verdict.reason)
    return verdict


def _plainly(reply: Reply, attempts: int) -> Verdict:
    if reply.status is None:
        return Unsure("no_answer") if reply.reached else Again(pause(attempts), "unreachable")
    if reply.status == 429 or reply.error in _LIMITED:
        return Again(limit(reply.retry_after), "ratelimited", limited=True)
    if reply.status in _GATEWAY:
        return Unsure(f"http_{reply.status}")
    if reply.status >= 500:
        return Again(pause(attempts), f"http_{reply.status}")
    return _by_code(reply, attempts)


def _by_code(reply: Reply, attempts: int) -> Verdict:
    if reply.error is None:
        return Sent() if reply.status == 200 else Unsure(f"http_{reply.status}")
    if reply.error in _LATER:
        return Again(pause(attempts), reply.error)
    if reply.error in _MAYBE or not is_code(reply.error):
        return Unsure(reply.error if is_code(reply.error) else "unreadable_answer")
    return Parked(reply.error, reply.detail)


def is_code(error: str) -> bool:
    """Whether this is a code of Slack's, and not what somebody says of an answer that is none of Slack's."""
    return error.replace("_", "").isalnum()


def pause(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 2 s, doubling, at most 5 minutes."""
    doublings = min(max(attempts, 1) - 1, 10)  # beyond that the cap holds anyway
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def limit(retry_after: float | None) -> timedelta:
    """How long Slack wants to be left alone; a missing or senseless Retry-After counts as 30 s."""
    if retry_after is None or not 0 <= retry_after <= 86_400:
        return RETRY_AFTER_UNSAID
    return max(timedelta(seconds=retry_after), timedelta(seconds=1))


def mend(reason: str) -> Mend:
    """What a person does about a parked message; a code that is not in the table is explained by Slack alone."""
    return PERMANENT.get(reason, Mend.READ_SLACKS_PAGE)
