"""One step of delivery: take the most urgent row that is due, and bring it one state further."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from slack_sdk import WebClient
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.blocks.plain import plainer
from bot.clock import Clock
from bot.delivery import look, wire
from bot.delivery.notes import Leads, tell
from bot.spoilt import SPOILT
from db import outbox, outbox_claims, slack_pace
from db.outbox import State
from db.outbox_claims import Claim, Due
from db.session import reading, writing
from domain import retry
from domain.retry import BLOCKS_REFUSED, TOKEN_PROBLEMS, Again, Parked, Reply, Sent, Unsure, judge, pause

log = structlog.get_logger(__name__)
LOOK_AFTER = timedelta(seconds=2)  # a request whose connection was cut may still be at work
LOOK_AGAIN_AFTER = timedelta(seconds=30)
PROBE_EVERY = timedelta(seconds=30)

Draw = Callable[[Connection, str, str, str], dict[str, Any]]


def draws_nothing(connection: Connection, workspace_id: str, name: str, key: str) -> dict[str, Any]:
    """A till for posts that say themselves what Slack is told."""
    raise LookupError(name)


@dataclass
class Till:
    """What paying needs. `at` is called with the name of each point where the process could die.

    `draw` gives the payload of a post that is drawn when it is sent: by workspace, name and key.
    """

    engine: Engine
    client: WebClient
    clock: Clock
    workspace_id: str
    leads: Leads = field(default_factory=Leads)
    at: Callable[[str], None] = lambda point: None
    probe_at: datetime | None = None
    tried: Callable[[str, str], None] = lambda method, outcome: None
    draw: Draw = draws_nothing


class _Overtaken(Exception):
    """Another process was faster; what was written in this transaction is taken back."""


def step(till: Till) -> bool:
    """Attend to one row; False when nothing is due. Raises what the database raises."""
    now = till.clock.now()
    with reading(till.engine) as connection:
        due = outbox_claims.next_due(connection, till.workspace_id, now)
        stopped = outbox_claims.any_parked_for(connection, till.workspace_id, TOKEN_PROBLEMS)
    if stopped:
        return _token_good_again(till, now)
    if due is None:
        return False
    if due.state == State.CLAIMED:
        _lapsed(till, due, now)
    elif due.state == State.UNSURE:
        _look(till, due, now)
    elif due.orphaned:
        _park(till, due, due, Parked(outbox.PARENT_PARKED), now)
    else:
        _pay(till, due, now)
    return True


def take_over(till: Till) -> None:
    """On SQLite there is one process: what is claimed when it starts was claimed by one that is gone."""
    if till.engine.dialect.name == "sqlite":
        with writing(till.engine) as connection:
            lapse_at = till.clock.now() + LOOK_AFTER
            outbox_claims.orphan_claims(connection, till.workspace_id, lapse_at)


def _pay(till: Till, due: Due, now: datetime) -> None:
    claim = _claim(till, due, now)
    if claim is None:
        return
    till.at("delivery.claimed")
    try:
        claim = _drawn(till, claim)
    except SPOILT:
        log.exception("outbox.not_drawn", outbox_id=due.outbox_id, key=due.key)
        _park(till, due, claim, Parked(retry.NOT_DRAWN), now)
        return
    reply = wire.pay(till.client, claim)
    till.at("delivery.answered")
    _settle(till, claim, reply, till.clock.now())
    till.at("delivery.settled")


def _drawn(till: Till, claim: Claim) -> Claim:
    """The claim with what Slack is told now, where the row only names what that is."""
    name = outbox.drawn_by(claim.payload)
    if name is None:
        return claim
    key = claim.due.parent if claim.due.is_edit else claim.due.key
    with reading(till.engine) as connection:
        return replace(claim, payload=till.draw(connection, till.workspace_id, name, key or ""))


def _claim(till: Till, due: Due, now: datetime) -> Claim | None:
    try:
        with writing(till.engine) as connection:
            claim = outbox_claims.claim(connection, till.workspace_id, due, uuid4().hex, now)
            if claim is None:
                raise _Overtaken
            return claim
    except (_Overtaken, IntegrityError):
        return None


def _settle(till: Till, claim: Claim, reply: Reply, now: datetime) -> None:
    verdict = judge(reply, claim.attempts)
    till.tried(claim.due.method, type(verdict).__name__.lower())
    log.info(
        "outbox.answered",
        outbox_id=claim.due.outbox_id,
        key=claim.due.key,
        channel=claim.due.channel,
        attempt=claim.attempts,
        verdict=type(verdict).__name__.lower(),
        reason=getattr(verdict, "reason", None),
    )
    match verdict:
        case Sent():
            _sent(till, claim, reply, now)
        case Again():
            _again(till, claim, verdict, now)
        case Parked() if simpler := _plainer(claim, verdict):
            with writing(till.engine) as connection:
                outbox_claims.settle_plainer(connection, till.workspace_id, claim, simpler, verdict.reason)
        case Parked():
            _park(till, claim.due, claim, verdict, now)
        case Unsure():
            _unsure(till, claim, verdict, now)


def _plainer(claim: Claim, verdict: Parked) -> dict[str, Any] | None:
    """The message in plainer blocks, where its blocks are what Slack refused."""
    return plainer(claim.payload) if verdict.reason in BLOCKS_REFUSED else None


def _sent(till: Till, claim: Claim, reply: Reply, now: datetime) -> None:
    with writing(till.engine) as connection:
        kept = outbox_claims.settle_sent(connection, till.workspace_id, claim, reply.channel, reply.ts, now)
    if not kept:
        log.warning("outbox.sent_after_claim_was_lost", outbox_id=claim.due.outbox_id, key=claim.due.key)


def _again(till: Till, claim: Claim, verdict: Again, now: datetime) -> None:
    due, until = claim.due, now + verdict.after
    with writing(till.engine) as connection:
        if verdict.limited:
            slack_pace.hold(connection, till.workspace_id, due.method, due.channel, until)
        outbox_claims.settle_owed(connection, till.workspace_id, claim, until, verdict.reason)


def _park(till: Till, due: Due, which: Due | Claim, verdict: Parked, now: datetime) -> None:
    reason, detail = verdict.reason, verdict.detail
    with writing(till.engine) as connection:
        if outbox_claims.settle_parked(connection, till.workspace_id, which, reason, detail, now):
            tell(connection, till.workspace_id, till.leads, due, reason, detail, now)
    log.warning("outbox.parked", outbox_id=due.outbox_id, key=due.key, channel=due.channel, reason=reason)


def _unsure(till: Till, claim: Claim, verdict: Unsure, now: datetime) -> None:
    with writing(till.engine) as connection:
        if claim.due.is_edit:  # an edit done twice is the same edit
            until = now + pause(claim.attempts)
            outbox_claims.settle_owed(connection, till.workspace_id, claim, until, verdict.reason)
        else:
            until = now + LOOK_AFTER
            outbox_claims.settle_unsure(connection, till.workspace_id, claim, until, verdict.reason)


def _lapsed(till: Till, due: Due, now: datetime) -> None:
    """Whoever claimed it is gone, and nobody knows how far it got."""
    settle = outbox_claims.settle_owed if due.is_edit else outbox_claims.settle_unsure
    with writing(till.engine) as connection:
        settle(connection, till.workspace_id, due, now, "claim_lapsed")
    log.warning("outbox.claim_lapsed", outbox_id=due.outbox_id, key=due.key, channel=due.channel)


def _look(till: Till, seen: Due, now: datetime) -> None:
    due = _turn_to_look(till, seen, now)
    if due is None:
        return
    sight = look.look(till.client, due, now)
    till.at("delivery.looked")
    log.info("outbox.looked", outbox_id=due.outbox_id, key=due.key, sight=type(sight).__name__.lower())
    if isinstance(sight, look.Found):
        with writing(till.engine) as connection:
            outbox_claims.settle_found(connection, till.workspace_id, due, sight.channel, sight.ts, now)
    elif isinstance(sight, look.LookAgain):
        with writing(till.engine) as connection:
            outbox_claims.settle_unsure(connection, till.workspace_id, due, now + sight.after, "cannot_look_now")
    else:
        _by_policy(till, due, now)


def _turn_to_look(till: Till, seen: Due, now: datetime) -> Due | None:
    """Put the next look off before this one: no other process looks now, and a look that fails stalls nobody."""
    later = now + LOOK_AGAIN_AFTER
    with writing(till.engine) as connection:
        mine = outbox_claims.settle_unsure(connection, till.workspace_id, seen, later, seen.reason or "unsure")
    return replace(seen, again_at=later) if mine else None


def _by_policy(till: Till, due: Due, now: datetime) -> None:
    """It was not found, or cannot be looked for: the row itself says whether to risk a second copy."""
    if not due.resend_if_unsure or due.attempts >= retry.GIVE_UP_AFTER:
        _park(till, due, due, Parked(retry.UNANSWERED), now)
        return
    wait = timedelta() if due.attempts <= 1 else pause(due.attempts - 1)
    with writing(till.engine) as connection:
        outbox_claims.settle_owed(connection, till.workspace_id, due, now + wait, "not_found")


def _token_good_again(till: Till, now: datetime) -> bool:
    """Nothing is sent while a row is parked for its token; once Slack takes the token again they all go."""
    if till.probe_at is not None and now < till.probe_at:
        return False
    till.probe_at = now + PROBE_EVERY
    reply, _ = wire.ask(till.client, "auth.test", {})
    if reply.status != 200 or reply.error is not None:
        return False
    with writing(till.engine) as connection:
        released = outbox.release(connection, till.workspace_id, TOKEN_PROBLEMS, now)
    log.info("outbox.token_good_again", released=released)
    return True
