"""Bulk import: a file of tickets in bounded batches, each one transaction; reading it again changes nothing."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row

from db import mirrors
from db.mirrors import NewEvent
from db.session import writing
from domain.priority import PriorityRules
from domain.taxonomy import Taxonomy
from domain.ticket import FINISHED, Ticket
from helpdesk import facts
from helpdesk.facts import News
from helpdesk.inbox import NOBODY, Announce, Intake, KeepMany, Outcome, upsert
from helpdesk.lines import BadFile as BadFile
from helpdesk.lines import Reader, Refused
from helpdesk.payload import BadBody, SaidTicket

BATCH = 1_000
BATCH_TEXT = 4 * 1024 * 1024  # characters of bodies held at once
REFUSED_SHOWN = 100
GAUGED_BEFORE = frozenset({0, 1, 10, 100, 1_000})  # batches
COLLECT_EVERY = 50_000  # objects
SOURCE = "generic"

Progress = Callable[[int, int], None]
Items = list[tuple[int, SaidTicket]]


@dataclass(slots=True)
class Report:
    """What an import did. `refused` holds the first hundred lines passed over, `refused_lines` counts them all."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused_lines: int = 0
    refused: list[Refused] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()

    def refuse(self, refused: Refused) -> None:
        """Note a line that was passed over."""
        self.refused_lines += 1
        if len(self.refused) < REFUSED_SHOWN:
            self.refused.append(refused)

    def count(self, outcome: Outcome) -> None:
        """Note what became of one line."""
        self.new += outcome is Outcome.NEW
        self.changed += outcome is Outcome.CHANGED
        self.unchanged += outcome is Outcome.UNCHANGED


def run(
    engine: Engine,
    workspace_id: str,
    path: Path,
    now: datetime,
    taxonomy: Taxonomy,
    rules: PriorityRules,
    progress: Progress = lambda done, total: None,
    batch: int = BATCH,
    people: Mapping[str, str] = NOBODY,
    keep: Announce = lambda connection, ticket: None,
    keep_many: KeepMany = lambda connection, numbers: None,
    refresh: Announce = lambda connection, ticket: None,
    at: Callable[[str], None] = lambda point: None,
) -> Report:
    """Import a file of tickets and say what it did; `progress` hears of bytes done and bytes in all.

    Nothing is announced: this is history; `refresh` hears of a ticket that changed, which may have been before.
    Killed half-way it has kept whole batches; run again it goes on from there. `keep` and `keep_many` bring clocks up
    to date; `at` hears the name of each point where the process could die. A bad line never stops the rest. Raises
    BadFile where the file cannot be read at all.
    """
    report, reader = Report(), Reader(path)
    intake = Intake(
        workspace_id, SOURCE, taxonomy, rules, now, refresh=refresh, keep=keep, keep_many=keep_many, people=people
    )
    total = _size(path)
    with _collecting_seldom():
        for count, items in enumerate(_batches(reader, report, batch)):
            if count in GAUGED_BEFORE:
                mirrors.gauge(engine)
            _take_in(engine, intake, items, report, at)
            progress(reader.bytes_read, total)
    progress(total, total)
    report.unknown_columns = reader.unknown_columns
    report.refused.sort(key=lambda refused: refused.line)
    return report


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A batch makes many small objects and no cycles; looking for cycles as often as usual took a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as problem:
        raise BadFile(f"{path}: {problem.strerror}") from problem


def _batches(reader: Reader, report: Report, size: int) -> Iterator[Items]:
    items: Items = []
    text = 0
    for line, said in reader.tickets():
        if isinstance(said, Refused):
            report.refuse(said)
            continue
        items.append((line, said))
        text += len(said.body or "")
        if len(items) >= size or text > BATCH_TEXT:
            yield items
            items, text = [], 0
    if items:
        yield items


def _take_in(engine: Engine, intake: Intake, items: Items, report: Report, at: Callable[[str], None]) -> None:
    """One batch in one transaction; what it did counts only once it is committed."""
    news = list(_meant(intake, items, report))
    if not news:
        return
    at("import.read")
    with writing(engine) as connection:
        outcomes = _apply(connection, intake, news)
        at("import.applied")
    at("import.written")
    for outcome in outcomes:
        report.count(outcome)


def _meant(intake: Intake, items: Items, report: Report) -> Iterator[News]:
    for line, said in items:
        try:
            yield intake.news(said)
        except BadBody as wrong:
            report.refuse(Refused(line, wrong.field, wrong.problem))


def _apply(connection: Connection, intake: Intake, news: list[News]) -> list[Outcome]:
    """New tickets all at once; those we have already, and a second word on a new one, one by one if they differ."""
    workspace_id, now = intake.workspace_id, intake.now
    last = mirrors.hold(connection, workspace_id)
    known = mirrors.existing(connection, workspace_id, {one.said.external_id for one in news})
    ids = {one.customer_id for one in news if one.customer_id is not None}
    customers = mirrors.known_customers(connection, workspace_id, ids)
    fresh, later, outcomes = _sorted_out(news, known, customers, now)
    mirrors.save_customers(connection, workspace_id, _said_of_customers(fresh), customers)
    tiers = {customer_id: row.tier for customer_id, row in customers.items()}
    births = [_Birth.of(intake, one, last + 1 + place, tiers) for place, one in enumerate(fresh)]
    mirrors.add(connection, workspace_id, [birth.values for birth in births])
    lines = [line for birth in births for line in birth.lines]
    mirrors.record(connection, workspace_id, lines, actor=f"helpdesk:{intake.source}", now=now)
    unfinished = [birth.values["number"] for birth in births if birth.values["status"] not in FINISHED]
    intake.keep_many(connection, unfinished)
    outcomes += [Outcome.NEW] * len(fresh)
    return outcomes + [upsert(connection, intake, one, respect_people=True)[1] for one in later]


def _sorted_out(
    news: list[News], known: dict[str, Ticket], customers: dict[str, Row[Any]], now: datetime
) -> tuple[list[News], list[News], list[Outcome]]:
    """What is new here, what needs a closer look, and the outcome of each that changes nothing."""
    fresh: dict[str, News] = {}
    later: list[News] = []
    looked_at: set[str] = set()
    unchanged: list[Outcome] = []
    for one in news:
        external_id = one.said.external_id
        stored = known.get(external_id)
        if stored is None and external_id not in fresh:
            fresh[external_id] = one
        elif stored and external_id not in looked_at and _says_nothing_new(stored, one, customers, now):
            unchanged.append(Outcome.UNCHANGED)
        else:
            later.append(one)
            looked_at.add(external_id)
    return list(fresh.values()), later, unchanged


def _says_nothing_new(stored: Ticket, one: News, customers: dict[str, Row[Any]], now: datetime) -> bool:
    if facts.is_older(stored, one.said):
        return True
    if facts.is_newer(stored, one.said) or facts.changes(stored, one, now):
        return False
    customer, row = one.said.customer, customers.get(one.customer_id or "")
    return customer is None or all(
        getattr(customer, name) in (None, getattr(row, name, None)) for name in ("name", "tier", "arr")
    )


def _said_of_customers(fresh: list[News]) -> dict[str, dict[str, Any]]:
    """What was said of each customer, a later word over an earlier one."""
    said: dict[str, dict[str, Any]] = {}
    for one in fresh:
        customer = one.said.customer
        if customer is not None and one.customer_id is not None:
            known = said.setdefault(one.customer_id, {"name": None, "tier": None, "arr": None})
            for name in known:
                known[name] = getattr(customer, name) if getattr(customer, name) is not None else known[name]
    return said


@dataclass(frozen=True, slots=True)
class _Birth:
    """A new ticket as it is now, field by field, and the lines of its trail."""

    values: dict[str, Any]
    lines: list[NewEvent]

    @staticmethod
    def of(intake: Intake, news: News, number: int, tiers: dict[str, str | None]) -> "_Birth":
        customer = news.said.customer
        if news.customer_id is not None and customer is not None and customer.tier is not None:
            tiers[news.customer_id] = customer.tier
        assessment = intake.assessment(news, tiers.get(news.customer_id or ""))
        values = facts.first_values(news, assessment, intake.now)
        first = {name: (None, values[name]) for name in ("subject", "status", "priority")}
        lines = [NewEvent(number, values["created_at"], "created", first)]
        milestones = facts.since_birth(news.said, intake.now)
        for dated in milestones:
            fields = dated.change.fields
            moved = {name: (values.get(name), after) for name, after in fields.items()}
            lines.append(NewEvent(number, dated.at, dated.change.kind, moved))
            values |= fields
        values |= {"number": number, "created_by": news.actor, "updated_at": intake.now, "version": 1 + len(milestones)}
        return _Birth(values, lines)
