"""When digests are made: each scheduled time once, in several processes, across clock changes; the daily one."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.actions.digest import ACTIONS
from bot.blocks.digest import ESCALATIONS_AT, WINS_AT
from bot.desk import Click, Desk
from bot.digests.posting import sweep
from bot.escalations import opening
from db import customers, events, outbox, session, tickets
from domain.escalation import Handoff, Trigger
from domain.ticket import Status
from tests.bot.house import WEDNESDAY, W, configured, house, owed
from tests.together import at_once

WEEKLY = '[channels]\nleads = "C0LEADS"\n[digests.weekly]\ntimezone = "Europe/London"\n'
DAILY = WEEKLY + '[digests.daily]\nkind = "daily"\ntimezone = "Europe/London"\ntime = "09:00"\n'
DAYS = ", ".join(f'{day} = ["09:00-17:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
OFFICE = f'[calendars.office]\ntimezone = "Europe/London"\nhours = {{ {DAYS} }}\n[sla]\ncalendar = "office"\n'


def heads(engine: Engine) -> list[str]:
    return [key for key in owed(engine) if key.count(":") == 3]


def test_at_the_minute_it_is_due_and_not_before_in_local_time(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, WEEKLY)
    clock.set(datetime(2026, 3, 23, 8, 59, 59, tzinfo=UTC))
    assert sweep(at_work, W) == 0
    clock.move(seconds=1)
    assert sweep(at_work, W) == 1
    clock.set(datetime(2026, 3, 30, 7, 59, 59, tzinfo=UTC))  # the clocks went forward on Sunday
    assert sweep(at_work, W) == 0
    clock.move(seconds=1)
    assert [sweep(at_work, W), sweep(at_work, W)] == [1, 0]
    assert owed(engine)[:2] == ["digest:weekly:2026-03-23T09:00Z", "digest:weekly:2026-03-23T09:00Z:1"]
    assert len(owed(engine)) == 12


def test_a_bot_that_came_in_the_minute_it_was_due_posts_it(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, WEEKLY.replace('"Europe/London"', '"UTC"') + 'day = "wed"\ntime = "12:00"')
    clock.move(seconds=40)
    assert sweep(at_work, W) == 1


def test_side_by_side_it_is_still_posted_once(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, WEEKLY)
    clock.set(datetime(2026, 4, 8, 3, tzinfo=UTC))
    assert sum(at_once(*[lambda: sweep(at_work, W)] * 4)) == 1
    assert heads(engine) == ["digest:weekly:2026-04-06T08:00Z"]  # of two that were missed, the latest


def test_without_a_channel_nothing_is_made_until_there_is_one(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, "")
    clock.move(days=7)
    assert sweep(at_work, W) == 0
    with_channel, later = house(engine, tmp_path, WEEKLY)
    later.move(days=7)
    assert sweep(with_channel, W) == 1


def test_the_daily_one_is_off_unless_configured_and_rests_with_the_team(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, DAILY + OFFICE)
    with session.writing(engine) as connection:
        values = {"subject": "Slow <export>", "status": "new", "priority": "P1", "created_at": WEDNESDAY}
        made = tickets.create(connection, W, values, actor="U1", at=WEDNESDAY, now=WEDNESDAY)
        at_work.keeper.keep(connection, W, [made], WEDNESDAY)
    clock.set(datetime(2026, 3, 19, 9, 0, tzinfo=UTC))
    assert [sweep(at_work, W), sweep(at_work, W)] == [1, 0]
    with session.reading(engine) as connection:
        row = outbox.find(connection, W, "digest:daily:2026-03-19T09:00Z")
    assert row is not None
    assert "Slow &lt;export&gt;" in row["payload"]["text"]
    assert "*1* open without an assignee" in row["payload"]["text"]
    clock.set(datetime(2026, 3, 21, 9, 0, tzinfo=UTC))  # Saturday
    assert sweep(at_work, W) == 0
    clock.set(WEDNESDAY + timedelta(days=8, hours=10))  # down the whole day: the weekly one only
    assert sweep(at_work, W) == 1


@pytest.mark.parametrize("config", ["", WEEKLY])
def test_no_daily_one_by_default(tmp_path: Path, config: str) -> None:
    assert list(configured(tmp_path, config).digests) == ["weekly"]


def test_switching_the_daily_one_on_keeps_the_weekly_one(tmp_path: Path) -> None:
    digests = configured(tmp_path, '[digests.daily]\ntime = "08:30"\n').digests
    assert {name: one.kind for name, one in digests.items()} == {"weekly": "weekly", "daily": "daily"}


def thread(engine: Engine, place: int) -> list[dict[str, Any]]:
    """The blocks of a part of the digest as its post shows them, or will."""
    key = f"digest:weekly:2026-03-23T09:00Z:{place}"
    with session.reading(engine) as connection:
        row = outbox.find(connection, W, f"edit:{key}") or outbox.find(connection, W, key)
    assert row is not None
    return list(row["payload"]["blocks"])


def test_what_several_say_at_once_about_a_digest_is_all_shown(engine: Engine, tmp_path: Path) -> None:
    at_work, clock = house(engine, tmp_path, WEEKLY.replace("[digests", 'escalations = "C0ESC"\n[digests'))
    areas = [f"area{number}" for number in range(4)]
    with session.writing(engine) as connection:
        for at, (area, _) in enumerate(product(areas, range(3)), 1):
            customers.save(connection, W, f"c{at}", name=f"Customer {at}")
            values = {"subject": "Dark mode", "status": Status.OPEN, "priority": "P3", "customer_id": f"c{at}",
                      "category": "functional", "area": area}  # fmt: skip
            tickets.create(connection, W, values, actor="U1", at=WEDNESDAY, now=WEDNESDAY)
    for number in range(1, 5):
        handoff = Handoff(Trigger.STUCK, "Dark mode", "A peer")
        opening.open_for(Desk(at_work, W, "U0ANA"), f"T-{number}", handoff)
    clock.set(datetime(2026, 3, 23, 9, 1, tzinfo=UTC))
    assert sweep(at_work, W) == 1
    wins = [block["accessory"]["value"] for block in thread(engine, WINS_AT) if "accessory" in block]
    assert len(wins) >= 4
    people = [Desk(at_work, W, f"U0P{at}") for at in range(4)]
    said = [
        partial(ACTIONS["digest_claim"], one, Click("digest_claim", win))
        for one, win in zip(people, wins, strict=False)
    ]
    said += [
        partial(ACTIONS["digest_avoidable"], one, Click("digest_avoidable", f"{case}|2026-W12"))
        for case, one in enumerate(people, 1)
    ]
    at_once(*said)
    assert str(thread(engine, WINS_AT)).count("Claimed by <@U0P") == 4
    assert str(thread(engine, ESCALATIONS_AT)).count("Avoidable, says <@U0P") == 4
    ACTIONS["digest_avoidable"](people[0], Click("digest_avoidable", "1|2026-W12"))
    with session.reading(engine) as connection:
        assert [line.kind for line in events.of_ticket(connection, W, 1)].count("judged") == 1
