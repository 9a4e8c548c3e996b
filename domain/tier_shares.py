"""How much of a ticket's resolution target each tier used. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.sla_clock import Clock, used_until
from domain.ticket import Event, Tier


def tier_shares(clock: Clock, trail: Sequence[Event], tier_now: Tier, now: datetime) -> dict[Tier, timedelta]:
    """Working time of the resolution clock spent while the ticket was with each tier, until `now`; none is left out.

    The time is the clock's own: on its calendar, without pauses. What was undone never happened.
    """
    moves = [line for line in trail if "tier" in line.fields and not line.undone and line.undoes is None]
    first = Tier(moves[0].fields["tier"][0]) if moves else tier_now
    starts = [(clock.start, first), *((line.at, Tier(line.fields["tier"][1])) for line in moves)]
    end = min(now, clock.ended_at) if clock.ended_at else now
    shares: dict[Tier, timedelta] = {}
    for (since, tier), (until, _) in zip(starts, [*starts[1:], (end, tier_now)], strict=True):
        used = used_until(clock, min(until, end)) - used_until(clock, min(since, end))
        shares[tier] = shares.get(tier, timedelta()) + used
    return {tier: used for tier, used in shares.items() if used > timedelta()}
