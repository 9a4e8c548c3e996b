"""Handoffs stay within Slack's limits and inject nothing, whatever people write in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import escalation_lists as lists
from bot.blocks import escalation_offers as offers
from bot.blocks import escalation_thread as thread
from bot.blocks import escalation_windows as windows
from bot.blocks import escalations as blocks
from bot.blocks.kit import Message
from domain.escalation import RUNNING, TARGET_NAMES, Case, CaseState, Handoff, Rung, Tried, Trigger, Way
from domain.escalation_triggers import Likely
from domain.instants import to_micros
from domain.taxonomy import Taxonomy
from domain.ticket import Ticket
from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view
from tests.bot.test_alert_blocks import well_formed

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
TARGETS = tuple(TARGET_NAMES)
LONG = st.text(max_size=20).map(lambda text: "<!channel>" + text + "&<" * 1500)


def facts(text: str) -> dict[str, Any]:
    used = [["resolution", 1, 2], ["first_response", 1, 2]]
    known = {"customer": text, "tier": "free", "arr": 1e12, "earlier": 10**6, "category": text[:80], "area": text[:80]}
    return known | {"priority": "P0", "since": to_micros(NOW), "used": used}


def case(text: str, state: CaseState) -> Case:
    tried = tuple(Tried(text[:300], text[:300]) for _ in range(12))
    handoff = Handoff(Trigger.LEGAL, text, text, text, text, "urgent", tried)
    ended: dict[str, Any] = {"ended_by": "helpdesk:generic", "ended_at": NOW, "answer": text, "avoidable": True}
    return Case(
        1, 12, handoff, state, "U0ANA", NOW, timedelta(hours=1), NOW, NOW,
        asked=TARGETS, channel="C0L2", acknowledged_by="U0BEN", acknowledged_at=NOW + timedelta(days=1),
        facts=facts(text), **(ended if state not in RUNNING else {}),
    )  # fmt: skip


def right(*messages: Message) -> None:
    for message in messages:
        well_formed(message)
        assert not message.blocks or check_message_blocks(message.blocks) == []


@given(LONG, st.sampled_from(list(CaseState)))
def test_every_message_about_a_handoff(text: str, state: CaseState) -> None:
    one, ticket = case(text, state), Ticket(12, text, body=text, customer_name=text, assignee="U0ANA")
    ways = [Way(target, "C0ENG", "S0TEAM") for target in TARGETS]
    right(
        blocks.post(one, ticket, 3, dict.fromkeys(TARGETS, "S0TEAM")),
        *blocks.all_tried(one),
        blocks.elsewhere(one, ticket, ways, ("C0L2", "1.2")),
        blocks.handed_on(one, ways),
        blocks.route_missing("pr", None),
        lists.listing([(one, ticket)] * lists.LISTED, 99, NOW),
        lists.history(ticket, [one] * 40, {"L1": timedelta(hours=1)}, timedelta(hours=8)),
        thread.reminder(one, dict.fromkeys(TARGETS, "S0TEAM"), timedelta(minutes=5)),
        thread.rung(one, Rung(ways[0], TARGETS[1:], 3), ["U0LEAD"]),
        thread.rung(one, Rung(None, TARGETS, 9), ["U0LEAD"] * 20),
        thread.quiet(one, timedelta(hours=3)),
        offers.offer(ticket, Likely(Trigger.LEAVING, text[:100])),
        offers.decided(ticket, Trigger.LEAVING, "taken", "U0ANA"),
    )
    if state not in (CaseState.OPEN, CaseState.WITHDRAWN):
        right(blocks.told(one, ticket), blocks.did(one))


@given(LONG, st.lists(st.integers(0, 99), max_size=windows.MOST_ROWS, unique=True))
def test_every_window(text: str, rows: list[int]) -> None:
    ticket = Ticket(123456789, text, body=text)
    entered = dict.fromkeys(("summary", "needed", "expected", "urgent", "action_0", "result_0"), text)
    likely = Likely(Trigger.P0, text[:100])
    views = [
        windows.window(ticket, facts(text), likely, text),
        windows.window(ticket, facts(text), likely, text, rows, entered | {"trigger": "p0", "sentiment": "urgent"}),
        windows.which(text),
        *(windows.ending(replace(case(text, CaseState.OPEN), number=123456789), ticket, to, Taxonomy.shipped("classic"))
          for to in windows.ENDINGS),
    ]  # fmt: skip
    for modal in views:
        assert check_view(modal.view) == []
