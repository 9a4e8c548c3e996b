"""A file of history is imported once, however often it is read, and whatever some of its lines hold."""

import csv
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from db.session import reading
from db.workspaces import workspaces
from domain import ticket as rules
from domain.priority import DEFAULT_RULES
from domain.taxonomy import CLASSIC
from domain.ticket import Change, Priority, Status
from helpdesk import importer
from helpdesk.lines import LINE_MAX, BadFile
from tests.databases import empty
from tests.helpdesk.desk import WORKSPACE, Helpdesk, at, instant


def file_of(folder: Path, *lines: Any, name: str = "tickets.jsonl") -> Path:
    """A file with these lines: objects become JSON, bytes and texts stay as they are."""
    path = folder / name
    raw = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def history(how_many: int, start: int = 0) -> list[dict[str, Any]]:
    """Tickets of every status, each with its milestones."""
    return [
        {
            "external_id": f"h{number}",
            "subject": f"Ticket {number}" + " is broken" * (number % 3 == 0),
            "status": list(Status)[number % 6].value,
            "customer": {"external_id": f"c{number % 4}", "name": f"Customer {number % 4}", "tier": "business"},
            "tags": ["old"],
            "category": "product/bug",
            "created_at": at(number),
            "first_response_at": at(number + 1),
            **({"solved_at": at(number + 5)} if number % 6 >= 4 else {}),
            **({"closed_at": at(number + 50)} if number % 6 == 5 else {}),
            "updated_at": at(number + 60),
            "customer_replies": 1,
            "agent_replies": 1,
        }
        for number in range(start, start + how_many)
    ]


def counts(report: importer.Report) -> tuple[int, int, int, int]:
    """New, changed, unchanged, refused."""
    return report.new, report.changed, report.unchanged, report.refused_lines


def last_number(engine: Engine) -> int:
    """How far the workspace's counter is."""
    with reading(engine) as connection:
        wanted = select(workspaces.c.last_ticket_number).where(workspaces.c.workspace_id == WORKSPACE)
        return int(connection.scalar(wanted) or 0)


def test_a_file_is_imported_and_again_changes_nothing(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, *history(25))
    assert counts(desk.imports(path, batch=10)) == (25, 0, 0, 0)
    before = desk.everything()
    assert counts(desk.imports(path, batch=7)) == (0, 0, 25, 0)
    assert desk.everything() == before
    assert desk.numbers() == list(range(1, 26))
    assert desk.announced == []


def test_an_imported_ticket_is_as_one_that_came_in(desk: Helpdesk, tmp_path: Path) -> None:
    lines = history(12)
    desk.imports(file_of(tmp_path, *lines))
    imported = desk.everything()
    other = Helpdesk(desk.engine)
    for line in lines:
        other.says("in-" + line.pop("external_id"), **line)
    both = desk.everything()
    for number in range(1, 13):
        assert desk.kinds(number) == desk.kinds(number + 12)
        one, two = (
            {**desk.everything()["ticket"][place - 1], "number": 0, "external_id": ""}
            for place in (number, number + 12)
        )
        assert one == two
    assert both["customer"] == imported["customer"]


def test_bad_lines_are_passed_over_with_their_numbers(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        {"external_id": "a"},
        "{not json",
        "",
        {"external_id": "b", "csat": 7},
        b'{"external_id": "\xff"}',
        {"external_id": "c", "category": "nonsense"},
        b'{"external_id": "long", "body": "' + b"x" * (2 * LINE_MAX) + b'"}',
        {"external_id": "d", "customer": {"tier": "pro"}},
        {"external_id": "e"},
    )
    report = desk.imports(path)
    assert [(refused.line, refused.field) for refused in report.refused] == [
        (2, "line"),
        (4, "csat"),
        (5, "line"),
        (6, "category"),
        (7, "line"),
        (8, "customer.external_id"),
    ]
    assert counts(report) == (2, 0, 0, 6)
    assert desk.numbers() == [1, 2]


def test_killed_half_way_and_run_again_it_finishes_without_doubles(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, *history(30))

    class Killed(BaseException):
        pass

    def kill(done: int, total: int) -> None:
        if done > total / 2:
            raise Killed

    with pytest.raises(Killed):
        importer.run(
            desk.engine,
            WORKSPACE,
            path,
            desk.now,
            CLASSIC,
            DEFAULT_RULES,
            kill,
            4,
        )
    kept = len(desk.numbers())
    assert 0 < kept < 30
    assert counts(desk.imports(path)) == (30 - kept, 0, kept, 0)
    assert desk.numbers() == list(range(1, 31))
    assert last_number(desk.engine) == 30


def test_a_later_line_about_the_same_ticket_counts(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        {"external_id": "a", "subject": "one", "updated_at": at(1)},
        {"external_id": "a", "subject": "two", "updated_at": at(2)},
        {"external_id": "a", "subject": "stale", "updated_at": at(0)},
    )
    assert counts(desk.imports(path)) == (1, 1, 1, 0)
    assert desk.ticket().subject == "two"
    assert counts(desk.imports(path)) == (0, 0, 3, 0)


def test_newer_lines_change_what_we_have(desk: Helpdesk, tmp_path: Path) -> None:
    desk.imports(file_of(tmp_path, *history(3)))
    newer = history(3)
    newer[1] |= {"status": "solved", "solved_at": at(90), "updated_at": at(91)}
    assert counts(desk.imports(file_of(tmp_path, *newer))) == (0, 1, 2, 0)
    assert (desk.ticket(2).status, desk.ticket(2).solved_at) == (Status.SOLVED, instant(90))


def test_a_file_read_again_leaves_alone_what_people_did(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, {"external_id": "a", "status": "solved", "category": "product", "subject": "s"})
    desk.imports(path)
    desk.person_changes(1, rules.reopen(desk.ticket(), desk.now))
    desk.person_changes(1, Change("tagged", {"category": "account"}))
    before = desk.everything()
    assert counts(desk.imports(path)) == (0, 0, 1, 0)
    assert desk.everything() == before
    corrected = file_of(tmp_path, {"external_id": "a", "status": "solved", "subject": "better"})
    assert counts(desk.imports(corrected)) == (0, 1, 0, 0)
    assert (desk.ticket().subject, desk.ticket().status) == ("better", Status.OPEN)


def test_two_imports_and_an_intake_at_once_make_no_doubles(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, *history(60))
    tell: list[Callable[[], object]] = [partial(desk.imports, path, 7), partial(desk.imports, path, 5)]
    tell += [partial(desk.says, f"h{number}", subject="live", updated_at=at(500)) for number in range(0, 60, 6)]
    with ThreadPoolExecutor(4) as pool:
        for told in [pool.submit(one) for one in tell]:
            told.result()
    assert desk.numbers() == list(range(1, 61))
    assert last_number(desk.engine) == 60
    assert [kind for number in desk.numbers() for kind in desk.kinds(number)].count("created") == 60


def test_customers_are_kept_up_to_date(desk: Helpdesk, tmp_path: Path) -> None:
    acme = {"external_id": "c1", "name": "Acme"}
    desk.imports(file_of(tmp_path, {"external_id": "a", "customer": {**acme, "tier": "enterprise", "arr": 10}}))
    path = file_of(
        tmp_path, {"external_id": "a", "customer": {**acme, "arr": 20}}, {"external_id": "b", "customer": acme}
    )
    desk.imports(path)
    [customer] = desk.everything()["customer"]
    assert (customer["name"], customer["tier"], customer["arr"]) == ("Acme", "enterprise", 20)
    assert desk.ticket(2).priority is Priority.P1, "an enterprise customer's question"


def test_csv_with_quotes_line_ends_and_the_customer_in_columns(desk: Helpdesk, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        file.write("external_id,Subject,body,tags,csat,status,created_at,customer_name,customer.tier,mood\r\n")
        rows.writerow(["a", 'He said "no", twice', "line\nbreak; café", "x;y", "4", "open", at(1), "Acme", "pro", "!"])
        rows.writerow(["b", "", "", "", "9", "", "", "", "", ""])
        rows.writerow(["c", "short"])
        rows.writerow(["d", "", "", "one,two", "", "closed", at(2), "", "", ""])
    report = desk.imports(path)
    assert counts(report) == (2, 0, 0, 2)
    assert [(refused.line, refused.field) for refused in report.refused] == [(4, "csat"), (5, "line")]
    assert report.unknown_columns == ("mood",)
    ticket = desk.ticket(1)
    assert (ticket.subject, ticket.body, ticket.tags) == ('He said "no", twice', "line\nbreak; café", ("x", "y"))
    assert (ticket.csat, ticket.customer_name, ticket.created_at) == (4, "Acme", instant(1))
    assert desk.ticket(2).tags == ("one", "two")
    assert counts(desk.imports(path)) == (0, 0, 2, 2)


def test_a_spreadsheets_spelling_is_understood(desk: Helpdesk, tmp_path: Path) -> None:
    rows = 'External ID;Subject;Status;Priority;Customer Name;Customer Tier\nZ-1;"two\nlines";Open;p1;Acme;Enterprise\n'
    path = tmp_path / "tickets.csv"
    path.write_text(rows, encoding="utf-8-sig")
    assert desk.imports(path).refused == []
    ticket = desk.ticket()
    assert (ticket.subject, ticket.status, ticket.priority, ticket.customer_tier) == (
        "two lines", "open", "P1", "enterprise",
    )  # fmt: skip


def test_csv_of_another_tongue_and_broken_quotes(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, "external_id;subject", 'a;"x"y', "b;ok", b"c;\xff", "d;ok", name="export.csv")
    report = desk.imports(path)
    assert counts(report) == (2, 0, 0, 2)
    assert [refused.line for refused in report.refused] == [2, 4]


def test_a_csv_line_too_long_to_hold_is_refused(desk: Helpdesk, tmp_path: Path) -> None:
    path = file_of(tmp_path, "external_id", "a", "b" * (2 * LINE_MAX), "c", name="long.csv")
    report = desk.imports(path)
    assert (counts(report), report.refused[0].line) == ((2, 0, 0, 1), 3)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.csv", "subject,body\n1,2\n", "external_id"), ("b.csv", "", "empty"), ("folder", None, "directory")],
)
def test_a_file_that_cannot_be_read_says_why(
    desk: Helpdesk, tmp_path: Path, name: str, content: str | None, says: str
) -> None:
    path = tmp_path / name
    path.mkdir() if content is None else path.write_text(content)
    with pytest.raises(BadFile, match=f"(?i){says}"):
        desk.imports(path)
    with pytest.raises(BadFile, match="No such file"):
        desk.imports(tmp_path / "nowhere.jsonl")


def test_an_empty_file_of_lines_is_no_mistake(desk: Helpdesk, tmp_path: Path) -> None:
    assert counts(desk.imports(file_of(tmp_path, ""))) == (0, 0, 0, 0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=st.lists(st.one_of(st.binary(max_size=40), st.text(max_size=40)), max_size=8))
def test_no_file_breaks_the_import(desk: Helpdesk, tmp_path: Path, lines: list[Any]) -> None:
    before = len(desk.numbers())
    path = file_of(
        tmp_path,
        *[line if isinstance(line, bytes) else line.encode("utf-8", "replace") for line in lines],
        {"external_id": "z"},
    )
    assert counts(desk.imports(path))[:3] in ((1, 0, 0), (0, 0, 1))
    assert len(desk.numbers()) in (before, before + 1)


SOME = st.fixed_dictionaries(
    {"external_id": st.sampled_from(["a", "b", "c"])},
    optional={
        "subject": st.sampled_from(["x", "is down", "y"]),
        "status": st.sampled_from([status.value for status in Status]),
        "priority": st.sampled_from(["P0", "P3"]),
        "customer": st.sampled_from([{"name": "Acme"}, {"external_id": "c", "tier": "enterprise"}]),
        "category": st.sampled_from(["product", "product/bug"]),
        "created_at": st.integers(0, 5).map(at),
        "first_response_at": st.integers(0, 9).map(at),
        "solved_at": st.integers(0, 9).map(at),
        "closed_at": st.integers(0, 9).map(at),
        "updated_at": st.integers(0, 9).map(at),
        "customer_replies": st.integers(0, 3),
        "agent_replies": st.integers(0, 3),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=st.lists(SOME, min_size=1, max_size=8), batch=st.integers(1, 9), data=st.data())
def test_whatever_is_told_numbers_are_gapless_and_the_trail_adds_up(
    engine: Engine, tmp_path: Path, lines: list[dict[str, Any]], batch: int, data: st.DataObject
) -> None:
    empty(engine)
    desk = Helpdesk(engine)
    if data.draw(st.booleans(), "by file"):
        desk.imports(file_of(tmp_path, *lines), batch)
    else:
        for line in lines:
            desk.says(**line)
    assert desk.numbers() == list(range(1, last_number(desk.engine) + 1))
    for number in desk.numbers():
        ticket = desk.ticket(number)
        seen: dict[str, Any] = {}
        for event in sorted(desk.trail(number), key=lambda event: event.event_id):
            for name, (before, after) in event.fields.items():
                if name in seen:
                    assert before == seen[name]
                seen[name] = after
        assert {name: getattr(ticket, name) for name in seen} == seen
        assert (ticket.closed_at is not None) == (ticket.status is Status.CLOSED)
        assert (ticket.solved_at is not None) == (ticket.status in rules.FINISHED)
    desk.engine.dispose()
