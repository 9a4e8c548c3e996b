"""Handoffs in the database: one running case a ticket, changes that never overwrite, offers remembered."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db import customers, handoffs, outbox, session, tickets, workspaces
from domain.escalation import Case, CaseState, Handoff, Tried, Trigger
from domain.ticket import Change, Status, Tier

NOW = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
HANDOFF = Handoff(Trigger.LEGAL, "Counsel wrote", "An answer", tried=(Tried("Restart", "no"), Tried("Reinstall")))


@pytest.fixture(autouse=True)
def _home(engine: Engine) -> None:
    with session.writing(engine) as connection:
        for team in ("T1", "T2"):
            workspaces.remember(connection, team, team, NOW)
            customers.save(connection, team, "acme", name="Acme")
            values = {"subject": "x", "status": Status.ESCALATED, "priority": "P2", "customer_id": "acme"}
            tickets.create(connection, team, values, actor="U0ANA", at=NOW, now=NOW)


def create(connection: Connection, team: str = "T1", **values: object) -> Case:
    known: dict[str, object] = {
        "number": 1, "state": CaseState.OPEN, "opened_by": "U0ANA", "opened_at": NOW, "within": timedelta(hours=1),
        "due_at": NOW + timedelta(hours=1), "moved_at": NOW, "asked": ("L2", "legal"), "channel": "C0L2",
        "tier_before": Tier.L1, "next_at": NOW + timedelta(minutes=48), "next_what": "remind",
    }  # fmt: skip
    return handoffs.create(connection, team, known | values, HANDOFF)


def test_a_case_comes_back_as_it_was_stored(engine: Engine) -> None:
    with session.writing(engine) as connection:
        made = create(connection)
        assert handoffs.find(connection, "T1", made.case_id) == made
        assert made.handoff == HANDOFF
        assert (made.within, made.asked, made.generation) == (timedelta(hours=1), ("L2", "legal"), 1)
        assert handoffs.running(connection, "T1", 1) == made
        assert handoffs.find(connection, "T2", made.case_id) is None
        assert handoffs.of_customer(connection, "T1", "acme") == 1
        assert handoffs.of_customer(connection, "T2", "acme") == 0


def test_a_ticket_has_one_running_case_and_any_number_of_ended_ones(engine: Engine) -> None:
    with session.writing(engine) as connection:
        first = create(connection)
        assert handoffs.change(connection, "T1", first, state=CaseState.DECLINED, next_at=None) is not None
        create(connection)
        assert [case.state for case in handoffs.of_ticket(connection, "T1", 1)] == ["declined", "open"]
    with pytest.raises(IntegrityError), session.writing(engine) as connection:
        create(connection)


def test_a_change_of_an_older_generation_does_nothing(engine: Engine) -> None:
    with session.writing(engine) as connection:
        made = create(connection)
        later = handoffs.change(connection, "T1", made, acknowledged_by="U0BEN")
        assert later is not None
        assert later.generation == 2
        assert handoffs.change(connection, "T1", made, acknowledged_by="U0CLEO") is None
        assert handoffs.find(connection, "T1", made.case_id) == later


def test_what_is_due_and_what_is_stranded(engine: Engine) -> None:
    with session.writing(engine) as connection:
        made = create(connection)
        assert handoffs.due(connection, "T1", NOW + timedelta(minutes=47), 10) == []
        assert handoffs.due(connection, "T1", NOW + timedelta(minutes=48), 10) == [made]
        assert handoffs.due(connection, "T2", NOW + timedelta(minutes=48), 10) == []
        assert handoffs.stranded(connection, "T1", 10) == []
        seen = tickets.find(connection, "T1", 1)
        assert seen is not None
        tickets.apply(connection, "T1", seen, Change("opened", {"status": Status.OPEN}), actor="U0ANA", at=NOW)
        assert handoffs.stranded(connection, "T1", 10) == [made]
        assert handoffs.how_many_running(connection, "T1") == 1
        assert handoffs.all_running(connection, "T1", 10) == [made]


def test_links_wait_for_the_thread_to_be_there(engine: Engine) -> None:
    with session.writing(engine) as connection:
        made = create(connection)
        outbox.owe(connection, "T1", f"handoff:{made.case_id}", "C0L2", {"text": "x"}, NOW)
        assert handoffs.posted(connection, "T1", 10) == []
        sent = outbox.outbox.update().values(state="sent", sent_channel="C0L2", sent_ts="1.2")
        connection.execute(sent)
        assert handoffs.posted(connection, "T1", 10) == [(made, "C0L2", "1.2")]
        assert handoffs.mark_linked(connection, "T1", made.case_id)
        assert not handoffs.mark_linked(connection, "T1", made.case_id)
        assert handoffs.posted(connection, "T1", 10) == []


def test_an_offer_is_made_and_answered_once(engine: Engine) -> None:
    with session.writing(engine) as connection:
        for first in (True, False):
            assert handoffs.offer(connection, "T1", 1, "legal", NOW, state="offered", why="x") is first
        assert handoffs.offered(connection, "T1", [1]) == {(1, "legal")}
        assert handoffs.offered(connection, "T2", [1]) == set()
        assert handoffs.answer_offer(connection, "T1", 1, "legal", "dismissed", "U0ANA")
        assert not handoffs.answer_offer(connection, "T1", 1, "legal", "taken", "U0ANA")
