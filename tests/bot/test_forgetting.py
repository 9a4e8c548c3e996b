"""A customer is forgotten: nothing of their words is left in the file, in Slack or in what is owed; figures stay."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot import cli_care
from bot.digests.gathering import figures_of
from bot.settings import Settings
from db import schema, session, workspaces
from db import tickets as ticket_rows
from db.calibrations import calibrations
from db.customers import customers
from db.outbox import outbox
from db.tickets import tickets
from db.votes import votes
from domain.digest_window import week_named
from domain.escalation import Trigger
from domain.review_scope import Scope
from domain.week_figures import as_json
from tests import metadata
from tests.clock import WEDNESDAY_NOON, MovableClock
from tests.waiting import PATIENCE_S, wait_until
from tests.workplace import ALERTS, ANA, BEN, CONFIG, LEAD, TEAM, Person, Workplace, all_text, opened, option

NAME, ID = "Duckburg Löschungs & Söhne", "cust-7f3a-duckburg"
WORDS = (
    NAME, "Duckburg", ID, "Scrooge's vault cannot be opened", "My PIN is 4711", "scrooge@duckburg.example",
    "https://help.example/tickets/99812", "HD-99812", "vip-duck", "Turned the key twice", "He sues by noon",
    "Their butler rang", "Vault team please", "He expects a call", "All of it is urgent gold", "Launchpad",
)  # fmt: skip
MORE = """
[escalations.routes]
L2 = { channel = "C0L2" }
"""


@pytest.fixture
def config() -> str:
    """A team that hands hard cases on to L2."""
    return CONFIG + MORE


@pytest.fixture
def clock() -> MovableClock:
    """It starts on a Wednesday at noon: all that happens is of one week."""
    return MovableClock(WEDNESDAY_NOON)


@pytest.fixture
def office(workplace: Workplace) -> Workplace:
    """Where the customer's words are."""
    return workplace


def begin(office: Workplace) -> None:
    """A customer's ticket from the helpdesk and one from Slack, and another customer's between."""
    now = office.clock.now().isoformat()
    said = {
        "external_id": "HD-99812", "subject": "Scrooge's vault cannot be opened", "body": "My PIN is 4711. Launchpad",
        "url": "https://help.example/tickets/99812", "requester_email": "scrooge@duckburg.example", "priority": "P1",
        "tags": ["vip-duck"], "customer": {"external_id": ID, "name": NAME, "tier": "enterprise", "arr": 99000},
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    assert office.ingest(said, "evt-HD-99812-1").status_code == 200
    assert office.ingest({**said, "subject": "Scrooge's vault cannot be opened at all", "updated_at": None}, "e2")
    ana = office.person(ANA)
    ana.types("/ticket new P2 Search is slow for Acme")
    ana.types(f"/ticket new P3 Launchpad crashed for {NAME}")


def tell(office: Workplace) -> None:
    """All that can be said of a customer."""
    begin(office)
    ana, ben = office.person(ANA), office.person(BEN)
    ana.types("/ticket list")
    ana.types("/tag T-1 usability")
    ana.types("/escalate T-1")
    ana.submits(
        trigger=option(Trigger.LEGAL.value), summary="Vault team please", needed="Their butler rang",
        expected="He expects a call", urgent="All of it is urgent gold", action_0="Turned the key twice",
    )  # fmt: skip
    assert office.slack.wait(BEN, ALERTS, "vault", timeout=PATIENCE_S)
    office.pass_time(minutes=70)
    in_alerts = office.person(BEN, ALERTS)
    post = seen(office, in_alerts, "First response breached")
    asked = seen(office, in_alerts, "hat was the cause", post["ts"])
    lead = office.person(LEAD, ALERTS)
    office.slack.click(LEAD, {**asked, "channel": ALERTS}, "sla_waive", value="1:first_response:1")
    lead.submits(why="He sues by noon")
    lead.types("/digest weekly post")
    ben.types("/ticket csat T-1 4")


def seen(office: Workplace, person: Person, words: str, thread_ts: str | None = None) -> dict[str, Any]:
    """The post with these words, once it is there; the clock goes on meanwhile, as posts keep a pace."""
    found: list[dict[str, Any]] = []

    def is_there() -> bool:
        posts = office.slack.messages(person.id, person.channel, thread_ts=thread_ts)
        found[:] = [post for post in posts if words in all_text(post)]
        if not found:
            office.pass_time(seconds=3)
        return bool(found)

    wait_until(is_there, f"there is a post with {words!r}", look_s=0.05)
    return found[0]


def stored(office: Workplace) -> str:
    """Every value of every row."""
    rows = (office.query(select(table)) for table in schema.METADATA.sorted_tables)
    return "\n".join(str(tuple(row)) for some in rows for row in some)


def settings_of(office: Workplace) -> Settings:
    return office.bot.house.settings


def forget(office: Workplace, asked: str) -> str:
    said: list[str] = []
    assert cli_care.forget(settings_of(office), asked, office.clock, None, lambda question: True, said.append)
    office.bot.house.wake()
    return "\n".join(said)


def figures(office: Workplace) -> Any:
    week = week_named(f"{office.clock.now():%G-W%V}", "UTC")
    now, before = figures_of(office.bot.house, TEAM, week, 2, Scope())
    figured = as_json(now, before)
    assert figured["volume"]["new"] == 3
    return figured


def test_nothing_of_a_customer_is_left_anywhere(office: Workplace) -> None:
    tell(office)
    before, figured = office.rows(), figures(office)
    told = stored(office)
    assert [word for word in WORDS if word not in told] == [], "the test would look for what was never there"
    lines = exported(office, ID)
    assert [word for word in WORDS if word not in json.dumps(lines, ensure_ascii=False)] == []
    bare = metadata.of_posts(office.slack.log())
    assert len(bare) > 10, "each post bears its metadata, checked where the workplace closes"
    metadata.must_be_bare(bare, set(WORDS))
    assert all(words_in(office, *place) for place in ((BEN, ALERTS), (BEN, "C0L2")))
    said = forget(office, ID)
    assert "T-1, T-3" in said
    assert "not reached" in said.lower()
    left = stored(office)
    assert [word for word in WORDS if word in left] == []
    # Whatever delivery writes meanwhile is written without them, too.
    office.slack.pause()
    for person, channel in ((BEN, ALERTS), (BEN, "C0L2"), (LEAD, "C0LEADS"), (ANA, "C0SUPPORT")):
        gone(office, person, channel)
    after = office.rows()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"ticket_event", "outbox", "received", "slack_pace", "sla_alert"}
    assert "Search is slow" in stored(office), "another customer's stay"
    assert figures(office) == figured


def words_in(office: Workplace, person: str, channel: str) -> list[str]:
    """Which of the words are in a channel and its threads, but for what was shown to one person alone."""
    posts = [post for post in office.slack.messages(person, channel) if not post.get("ephemeral")]
    threads = [one for post in posts for one in office.slack.messages(person, channel, thread_ts=post["ts"])]
    texts = "\n".join(all_text(one) for one in (*posts, *threads))
    return [word for word in WORDS if word in texts]


def gone(office: Workplace, person: str, channel: str) -> None:
    """Wait until none of the words is there."""

    def are_gone() -> bool:
        left = words_in(office, person, channel)
        if left:
            office.pass_time(seconds=3)
        return not left

    wait_until(are_gone, f"they are gone from {channel}", more=lambda: words_in(office, person, channel))


def test_a_grep_of_the_file_finds_nothing(slack_url: str, tmp_path: Path, sqlite_url: str, clock: MovableClock) -> None:
    with opened(slack_url, tmp_path, sqlite_url, clock, CONFIG + MORE) as office:
        tell(office)
        forget(office, ID)
        # While it runs, and when it was stopped.
        grep(tmp_path)
    grep(tmp_path)


def grep(folder: Path) -> None:
    content = b"".join(path.read_bytes() for path in folder.glob("rethrow.db*"))
    assert b"Search is slow" in content
    # JSON keeps letters beyond ASCII as escapes.
    assert [word for word in WORDS if word.encode() in content or json.dumps(word)[1:-1].encode() in content] == []


def test_it_is_in_the_trail_and_asking_again_finds_nobody(office: Workplace) -> None:
    begin(office)
    forget(office, NAME)
    assert "removed the customer's words from it" in office.person(ANA).types("/ticket show T-1")
    with pytest.raises(cli_care.Unknown, match="no customer"):
        forget(office, ID)


def test_nothing_happens_without_a_yes(office: Workplace) -> None:
    begin(office)
    before = office.query(select(tickets)), office.query(select(customers))
    said: list[str] = []
    assert not cli_care.forget(settings_of(office), ID, office.clock, None, lambda question: False, said.append)
    assert "2 rows of ticket" in " ".join(said[0].split())
    assert (office.query(select(tickets)), office.query(select(customers))) == before


def test_tickets_of_others_that_mention_the_name_are_pointed_out(office: Workplace) -> None:
    begin(office)
    office.person(ANA).types("/ticket new P3 They moved here from Duckburg Löschungs & Söhne last year")
    assert "mention the name in their words: T-4" in forget(office, ID)


def test_a_subject_that_others_have_as_well_is_no_word_of_theirs(office: Workplace) -> None:
    for customer in ("Duckburg", "Acme"):
        office.person(ANA).types(f"/ticket new P1 Password reset for {customer}")
    seen(office, office.person(BEN, ALERTS), "Duckburg")
    seen(office, office.person(BEN, ALERTS), "Acme")
    assert "now edits: 1;" in forget(office, "Duckburg")
    assert "Password reset" in all_text(seen(office, office.person(BEN, ALERTS), "Acme"))


def exported(office: Workplace, customer: str | None) -> list[dict[str, Any]]:
    into = StringIO()
    written = cli_care.export(settings_of(office), into, office.clock, None, customer)
    lines = [json.loads(line) for line in into.getvalue().splitlines()]
    assert len(lines) == written
    return lines


def test_an_export_has_every_row_of_every_table_once(office: Workplace) -> None:
    begin(office)
    assert office.bot.delivery.stop(), "nothing is written meanwhile"
    lines = exported(office, None)
    count = {name: sum(line["table"] == name for line in lines) for name in schema.METADATA.tables}
    assert {name: n for name, n in count.items() if n} == {name: n for name, n in office.rows().items() if n}
    assert {line["workspace_id"] for line in lines} == {TEAM}
    assert "My PIN is 4711" in json.dumps(lines)


def test_an_export_of_one_customer_is_theirs_alone(office: Workplace) -> None:
    begin(office)
    lines = exported(office, ID)
    assert {line["number"] for line in lines if line["table"] in ("ticket", "ticket_event")} == {1, 3}
    assert not [line for line in lines if line["table"] == "ticket" and "Search is slow" in line["subject"]]
    with pytest.raises(cli_care.Unknown):
        exported(office, "nobody")


def test_an_export_of_another_workspace_shows_nothing_of_this_one(office: Workplace) -> None:
    begin(office)
    with session.writing(office.bot.house.engine) as connection:
        workspaces.remember(connection, "T0OTHER", "Other", office.clock.now())
    into = StringIO()
    assert cli_care.export(settings_of(office), into, office.clock, "T0OTHER", None) == 1
    assert "Duckburg" not in into.getvalue()


def test_everything_of_a_workspace_goes_and_nothing_of_another(office: Workplace) -> None:
    begin(office)
    with session.writing(office.bot.house.engine) as connection:
        workspaces.remember(connection, "T0OTHER", "Other", office.clock.now())
        values = {"subject": "Theirs", "status": "new", "priority": "P2"}
        now = office.clock.now()
        ticket_rows.create(connection, "T0OTHER", values, actor=ANA, at=now, now=now)
    said: list[str] = []
    asked = settings_of(office), office.clock, TEAM, lambda question: True, said.append
    assert cli_care.forget_everything(*asked)
    here = office.query(select(tickets.c.number).where(tickets.c.workspace_id == TEAM))
    assert here == []
    assert office.query(select(outbox.c.key).where(outbox.c.workspace_id == TEAM)) == []
    assert office.query(select(tickets.c.subject)) == [("Theirs",)]


def calibrate(office: Workplace) -> None:
    """Two calibrations of the customer's ticket with a vote each: one closed, one still open."""
    now = office.clock.now()
    session_of = {"workspace_id": TEAM, "channel": "C0QA", "created_by": LEAD, "created_at": now, "until": now}
    session_of |= {"quorum": 1, "reviewers": [BEN], "extended": False, "scheduled": False, "generation": 1}
    said = {"workspace_id": TEAM, "number": 1, "person": BEN, "revision": 1, "saved_at": now}
    with session.writing(office.bot.house.engine) as connection:
        for number, state in ((1, "closed"), (2, "open")):
            row = insert(calibrations).values(session_of | {"number": number, "state": state})
            vote = {"session_id": connection.scalar(row.returning(calibrations.c.session_id)), **said}
            vote |= {"scores": {"accuracy": 20 + number}, "comments": {"accuracy": f"Duckburg, {state}"}}
            connection.execute(insert(votes).values(vote | {"draft": {"accuracy": "half a thought"}}))


@pytest.mark.parametrize("customer", [None, ID])
def test_votes_of_an_open_calibration_are_in_no_export(office: Workplace, customer: str | None) -> None:
    begin(office)
    calibrate(office)
    told = json.dumps([line for line in exported(office, customer) if line["table"] == "calibration_vote"])
    assert "Duckburg, closed" in told
    assert "Duckburg, open" not in told
    assert "half a thought" not in told


def test_what_reviewers_wrote_on_the_customers_tickets_goes_and_scores_stay(office: Workplace) -> None:
    begin(office)
    calibrate(office)
    forget(office, ID)
    left = office.query(select(votes.c.scores, votes.c.comments, votes.c.draft).order_by(votes.c.session_id))
    removed = {"accuracy": "(removed)"}
    assert [tuple(row) for row in left] == [({"accuracy": 21}, removed, removed), ({"accuracy": 22}, removed, removed)]
