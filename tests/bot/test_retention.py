"""What is kept for long enough goes by itself, a batch at a time; a workspace that sends the app away is left alone."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select, update

from bot import retention
from bot.desk import House
from bot.settings import Settings, SettingsError
from bot.settings_retention import Retention
from bot.settings_sections import ConfigFile
from db import care, outbox, received, tickets, workspaces
from db.customers import customers
from db.events import events as trail
from db.outbox import outbox as owed
from db.session import reading, writing
from db.tickets import tickets as stored
from domain.ticket import Status
from tests.bot.test_settings import from_file
from tests.clock import MovableClock
from tests.wire import Wire, mailbox
from tests.workplace import ANA, SUPPORT, TEAM, Workplace

W = "T0"
KEPT = Retention(outbox="14d", tickets="90d", events="never", received="2d")


@pytest.fixture
def house(engine: Engine, clock: MovableClock) -> House:
    made = House(engine, Settings(bot_token=SecretStr("xoxb-x"), file=ConfigFile(retention=KEPT)), clock)
    with writing(engine) as connection:
        workspaces.remember(connection, W, "Test", clock.now())
    return made


def close_one(house: House, subject: str, ago: timedelta, status: Status = Status.CLOSED) -> int:
    """A ticket closed so long ago, with words on it."""
    at = house.clock.now() - ago
    values: dict[str, Any] = {"subject": subject, "body": f"{subject}!", "status": status, "priority": "P3"}
    values |= {"closed_at": at if status is Status.CLOSED else None, "requester_email": "jane@example.com"}
    with writing(house.engine) as connection:
        return tickets.create(connection, W, values, actor=ANA, at=at, now=at).number


def subjects(house: House) -> list[str]:
    with reading(house.engine) as connection:
        return list(connection.scalars(select(stored.c.subject).order_by(stored.c.number)))


def test_words_of_tickets_closed_long_ago_go_and_the_rest_stays(house: House) -> None:
    close_one(house, "Long ago", timedelta(days=91))
    close_one(house, "Lately", timedelta(days=89))
    close_one(house, "Still open", timedelta(days=400), Status.OPEN)
    assert retention.turn(house, W) == 1
    assert subjects(house) == ["(removed)", "Lately", "Still open"]
    with reading(house.engine) as connection:
        row = connection.execute(select(stored).where(stored.c.number == 1)).one()
        assert (row.status, row.priority, row.requester_email) == ("closed", "P3", None)
        kept = connection.scalars(select(trail.c.fields).where(trail.c.number == 1)).all()
    assert "Long ago" in str(kept), "events are never purged here"
    assert retention.turn(house, W) == 0


def test_every_table_that_says_by_what_it_is_kept_names_a_setting_that_purges_it() -> None:
    named = {declared.kept_by for declared in care.CARE.values() if declared.kept_by}
    assert named == {*retention.OF_TICKETS, "outbox", "received"}
    assert named | {"uninstalled", "rows"} == set(Retention.model_fields)
    assert all(declared.kept_by for declared in care.CARE.values() if declared.words), "words that never go"


def test_more_than_a_batch_goes_in_batches_and_none_is_overlooked(house: House) -> None:
    many = retention.BATCH + 7
    for number in range(many):
        close_one(house, f"Old {number}", timedelta(days=100))  # all at the same instant
    assert retention.turn(house, W) == many
    assert set(subjects(house)) == {"(removed)"}
    house.clock.move(days=1)  # type: ignore[attr-defined]
    close_one(house, "Later", timedelta(days=99))
    assert retention.turn(house, W) == 1


def owe(house: House, key: str, state: str) -> None:
    with writing(house.engine) as connection:
        outbox.owe(connection, W, key, "C0", {"text": f"Secret of {key}"}, house.clock.now())
        connection.execute(update(owed).where(owed.c.key == key).values(state=state))


def test_a_post_sent_long_ago_is_blank_and_still_known(house: House, clock: MovableClock) -> None:
    owe(house, "sent", "sent")
    with writing(house.engine) as connection:
        assert outbox.owe_edit(connection, W, "sent", {"text": "Secret edit"}, clock.now())
        connection.execute(update(owed).where(owed.c.key == "edit:sent").values(state="sent"))
    owe(house, "parked", "parked")
    owe(house, "owed", "owed")
    owe(house, "behind", "sent")
    clock.move(days=13)
    assert retention.turn(house, W) == 0
    clock.move(days=2)
    assert retention.turn(house, W) == 3
    with reading(house.engine) as connection:
        left = {row.key: row.payload["text"] for row in connection.execute(select(owed))}
    assert left == {"sent": "(removed)", "owed": "Secret of owed", "behind": "Secret of behind"}
    with writing(house.engine) as connection:
        connection.execute(update(owed).where(owed.c.key == "owed").values(state="sent"))
        assert not outbox.owe(connection, W, "sent", "C0", {"text": "Again"}, clock.now()), "posted a second time"
        assert outbox.owe_edit(connection, W, "sent", {"text": "Anew"}, clock.now()), "and can be edited"
    assert retention.turn(house, W) == 2


@pytest.fixture
def thrifty(house: House) -> House:
    """A team that keeps no row for longer than 400 days."""
    kept = ConfigFile(retention=KEPT.model_copy(update={"rows": timedelta(days=400)}))
    return replace(house, settings=Settings(bot_token=SecretStr("xoxb-x"), file=kept))


def test_tickets_of_long_ago_go_whole_where_a_team_says_so_and_their_numbers_stay_theirs(
    thrifty: House, clock: MovableClock
) -> None:
    many = retention.BATCH + 3
    for number in range(many):
        close_one(thrifty, f"Old {number}", timedelta(days=401))
    recent = close_one(thrifty, "Lately", timedelta(days=399))
    retention.turn(thrifty, W)
    assert subjects(thrifty) == ["(removed)"]  # of 399 days ago: its words have gone, it has not
    with reading(thrifty.engine) as connection:
        assert set(connection.scalars(select(trail.c.number))) == {recent}
    assert close_one(thrifty, "New", timedelta()) == many + 2
    clock.move(days=2)
    retention.turn(thrifty, W)
    assert subjects(thrifty) == ["New"]


def test_a_customer_goes_with_their_last_ticket(thrifty: House, clock: MovableClock) -> None:
    with writing(thrifty.engine) as connection:
        for name in ("acme", "globex"):
            connection.execute(insert(customers).values(workspace_id=W, customer_id=name, name=name.title()))
    for whose, ago in (("acme", 401), ("acme", 402), ("globex", 401), ("globex", 3)):
        number = close_one(thrifty, f"Of {whose}", timedelta(days=ago))
        with writing(thrifty.engine) as connection:
            connection.execute(update(stored).where(stored.c.number == number).values(customer_id=whose))
    retention.turn(thrifty, W)
    with reading(thrifty.engine) as connection:
        assert list(connection.scalars(select(customers.c.name))) == ["Globex"]


def test_posts_of_long_ago_go_too_but_for_what_is_not_sent(thrifty: House, clock: MovableClock) -> None:
    for key, state in (("first", "sent"), ("owed", "owed"), ("second", "sent")):
        owe(thrifty, key, state)
    clock.move(days=401)
    owe(thrifty, "lately", "sent")
    retention.turn(thrifty, W)
    with reading(thrifty.engine) as connection:
        assert list(connection.scalars(select(owed.c.key).order_by(owed.c.outbox_id))) == ["owed", "lately"]


def test_a_team_that_says_nothing_keeps_its_rows(house: House) -> None:
    close_one(house, "Old", timedelta(days=4000))
    retention.turn(house, W)
    assert subjects(house) == ["(removed)"]


def test_what_goes_with_a_ticket_is_all_that_is_about_it_but_for_what_qa_gave() -> None:
    about = {name for name, declared in care.CARE.items() if declared.of is care.Of.TICKET}
    going = {name for name, declared in care.CARE.items() if declared.goes_with_its_ticket}
    of_qa = {"review", "review_reply", "review_share", "rubric_note"}
    assert about - going == of_qa | {f"calibration_{what}" for what in ("ticket", "event", "vote")}


def test_remembered_deliveries_go_when_no_copy_can_come_any_more(house: House, clock: MovableClock) -> None:
    with writing(house.engine) as connection:
        received.remember(connection, W, "old", clock.now(), {"text": "yes"})
        received.remember(connection, W, "new", clock.now() + timedelta(days=2), {"text": "yes"})
    clock.move(days=3)
    assert retention.turn(house, W) == 1
    with reading(house.engine) as connection:
        assert received.answer_to(connection, W, "old") is None
        assert received.answer_to(connection, W, "new") == {"text": "yes"}


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ('received = "1d"', "retention.received: found '1d', allowed is 2d to 90d"),
        ('received = "never"', "retention.received: found 'never', allowed is 2d to 90d"),
        ('outbox = "13d"', "retention.outbox: found '13d', allowed is a duration of 14d or more"),
        ('tickets = "89d"', "retention.tickets: found '89d', allowed is a duration of 90d or more"),
        ('rows = "399d"', "retention.rows: found '399d', allowed is a duration of 400d or more"),
        ("events = 3", "retention.events: found 3, allowed is a duration of 90d or more"),
        ('uninstalled = "15d"', "retention.uninstalled: found '15d', allowed is 1h to 14d"),
        ('subjects = "90d"', "retention.subjects: found an unknown key"),
    ],
)
def test_what_would_be_kept_too_short_or_too_long_is_refused(tmp_path: Path, line: str, allowed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_file(tmp_path, f"[retention]\n{line}")
    assert allowed in str(refused.value)


@pytest.fixture
def at_work(workplace: Workplace) -> Iterator[tuple[Workplace, Wire]]:
    """A team with a ticket, and whoever can speak as Slack does."""
    with mailbox() as box:
        workplace.person(ANA).types("/ticket new P2 Invoices are wrong for Acme")
        yield workplace, Wire.of(workplace, box)


UNINSTALLED: dict[str, Any] = {"type": "app_uninstalled"}
REVOKED: dict[str, Any] = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}


def left_at(workplace: Workplace) -> Any:
    return workplace.query(select(workspaces.workspaces.c.left_at, workspaces.workspaces.c.delete_at))[0]


def owed_or_posted(workplace: Workplace) -> int:
    """How many messages there ever were, sent or not."""
    return len(workplace.query(select(owed.c.key)))


def is_taken_back(workplace: Workplace) -> None:
    """As each start does, once Slack says that the token is good."""
    with writing(workplace.bot.house.engine) as connection:
        workspaces.remember(connection, TEAM, "Test", workplace.clock.now())


@pytest.mark.parametrize("told", [(UNINSTALLED, REVOKED), (REVOKED, UNINSTALLED), (REVOKED, REVOKED), (UNINSTALLED,)])
def test_a_workspace_that_sends_the_app_away_hears_no_more_of_it(
    at_work: tuple[Workplace, Wire], told: tuple[dict[str, Any], ...]
) -> None:
    workplace, wire = at_work
    now = workplace.clock.now()
    for event in told:
        assert wire.event(event).status_code == 200
        workplace.clock.move(minutes=1)
    gone = left_at(workplace)
    assert (gone.left_at, gone.delete_at) == (now, now + timedelta(days=7))
    before = owed_or_posted(workplace)
    workplace.pass_time(hours=5)  # promises break
    workplace.goes_through_its_timetable()
    assert owed_or_posted(workplace) == before
    is_taken_back(workplace)
    workplace.goes_through_its_timetable()
    assert owed_or_posted(workplace) > before, "there was something to tell"


def test_its_data_goes_when_it_is_time_and_nobody_elses(at_work: tuple[Workplace, Wire]) -> None:
    workplace, wire = at_work
    house = workplace.bot.house
    with writing(house.engine) as connection:
        workspaces.remember(connection, "T0OTHER", "Other", house.clock.now())
        values = {"subject": "Theirs", "status": "new", "priority": "P2"}
        now = house.clock.now()
        tickets.create(connection, "T0OTHER", values, actor=ANA, at=now, now=now)
    wire.event(UNINSTALLED)
    workplace.clock.move(days=6, hours=23)
    assert retention.purge_left(house, TEAM) == 0
    assert len(workplace.query(select(stored.c.subject))) == 2
    workplace.clock.move(hours=2)
    until = time.monotonic() + 60
    while retention.purge_left(house, TEAM):
        assert time.monotonic() < until
    assert workplace.query(select(stored.c.subject)) == [("Theirs",)]
    left = {name: count for name, count in workplace.rows().items() if count}
    assert left == {"workspace": 2, "ticket": 1, "ticket_event": 1}
    assert workplace.query(
        select(workspaces.workspaces.c.name).where(workspaces.workspaces.c.workspace_id == TEAM)
    ) == [("",)]


def test_whoever_takes_it_back_in_time_keeps_everything(at_work: tuple[Workplace, Wire]) -> None:
    workplace, wire = at_work
    wire.event(REVOKED)
    is_taken_back(workplace)
    workplace.clock.move(days=30)
    assert retention.purge_left(workplace.bot.house, TEAM) == 0
    assert len(workplace.query(select(stored.c.subject))) == 1


def test_a_revoked_token_of_a_person_changes_nothing(at_work: tuple[Workplace, Wire]) -> None:
    workplace, wire = at_work
    assert wire.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": []}}).status_code == 200
    assert wire.event({"type": "tokens_revoked"}).status_code == 200
    assert left_at(workplace).left_at is None
    assert workplace.person(ANA, SUPPORT).types("/ticket list")
